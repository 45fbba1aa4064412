from odoo import fields, models
from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

# as MESSAGES of the register import: text, and the facts that fill it in
MESSAGES = {
    "unknown_medium": (
        _lt(
            "“%s” is no kind of meter that is known. Write 水表, 电表, 燃气表 or 热表."
        ),
        ["value"],
    ),
    "no_medium": (
        _lt(
            "Meter %s is not known, and the row does not say what it measures. Fill "
            "in 表类型."
        ),
        ["value"],
    ),
    "unknown_room": (
        _lt("The estate has no %s. Correct the code, or enter the property first."),
        ["value"],
    ),
    "unknown_meter": (
        _lt(
            "Meter %s is not known. Enter it first, or choose to enter unknown meters."
        ),
        ["value"],
    ),
    "other_meter": (
        _lt(
            "Meter %(number)s is not known, and the property has %(other)s. If that "
            "was replaced, note the replacement first; else correct the number."
        ),
        {"number": "value", "other": "other"},
    ),
    "several_meters": (
        _lt("Several meters have the number %s. Fill in 表类型."),
        ["value"],
    ),
    "registers": (
        _lt("Meter %(number)s has several registers: fill in the columns %(other)s."),
        {"number": "value", "other": "other"},
    ),
    "nothing_read": (
        _lt("Nothing was read. The reading is held until a value is entered."),
        [],
    ),
    "first_reading": (
        _lt(
            "It is the first reading of a meter, and there is no previous one: nothing "
            "is billed by it."
        ),
        [],
    ),
    "same_meter_twice": (
        _lt(
            "The same meter and day stand in row %s already; that one counts. Delete "
            "one of the two."
        ),
        ["other"],
    ),
    "number_of_another": (
        _lt(
            "Meter %(number)s is not known, and row %(other)s has it for another "
            "property. Correct the number of one of the two."
        ),
        {"number": "value", "other": "other"},
    ),
    "will_be_held": (_lt("It will be held: %s"), ["other"]),
}


class PmMeterReadingImportIssue(models.Model):
    """A problem of one row of a workbook of readings, and what to do about it."""

    _name = "pm.meter.reading.import.issue"
    _description = "Reading Import Problem"
    _inherit = "pm.register.import.issue"

    import_id = fields.Many2one("pm.meter.reading.import")

    def _messages(self):
        return {**super()._messages(), **MESSAGES}
