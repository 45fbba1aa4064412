from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from ...tools.price_text import PRICE


class PmContractAmendmentFee(models.Model):
    """A fee of the contract as an amendment wants it: changed, new or ended."""

    _name = "pm.contract.amendment.fee"
    _description = "Amended Fee"
    _inherit = ["pm.part.mixin", "pm.price.mixin"]
    _order = "amendment_id, sequence, id"
    _whole = "amendment_id"

    amendment_id = fields.Many2one(
        "pm.contract.amendment", required=True, index=True, ondelete="cascade"
    )
    estate_id = fields.Many2one(
        related="amendment_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="amendment_id.company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    sequence = fields.Integer(default=10)
    line_id = fields.Many2one(
        "pm.contract.line",
        "Agreed Fee",
        ondelete="restrict",
        index="btree_not_null",
    )
    name = fields.Char("Fee", required=True)
    old_price = fields.Float(
        "Price per m² so far", related="line_id.price", **PRICE
    )
    price = fields.Float("New Price per m²")
    old_surcharge = fields.Float(
        "Fixed Amount so far", related="line_id.surcharge", **PRICE
    )
    surcharge = fields.Float("New Fixed Amount")
    is_ended = fields.Boolean(
        "Fee Ends", help="The fee ends with the day before the amendment takes effect."
    )
    is_changed = fields.Boolean(compute="_compute_is_changed")

    @api.depends("line_id", "name", "method", "price", "surcharge", "is_ended")
    def _compute_is_changed(self):
        for fee in self:
            fee.is_changed = bool(fee._changes())

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows._check_open()
        return rows

    def write(self, vals):
        self._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_submitted(self):
        self._check_open()

    def _check_open(self):
        if not self.env.su:
            self.amendment_id._check_open()

    @api.model
    def _fee_fields(self):
        """Return the fields that a contract fee and this one have in common."""
        return ["name", "method", "price", "surcharge"]

    def _changes(self):
        """Return the values of the line of what changes; none if nothing does."""
        self.ensure_one()
        line = self.line_id
        new = {name: self._plain(name) for name in self._fee_fields()}
        old = {name: self._plain(name, line) for name in self._fee_fields()}
        if self.is_ended and not line:
            return []
        if not self.is_ended and line and new == old:
            return []
        return [
            {
                "key": f"fee:{line.id}" if line else f"fee:new:{self._origin.id}",
                "what": "fee",
                "name": self.name or line.name,
                "old_text": self._describe(line) if line else False,
                "new_text": (
                    self.env._("ends") if self.is_ended else self._describe(self)
                ),
                "old_value": line.ids,
                "new_value": False if self.is_ended else new,
            }
        ]

    def _plain(self, name, record=None):
        """Return the value of a field as it can be kept in JSON and compared."""
        record = self if record is None else record
        value = record[name]
        field = record._fields[name]
        if field.type == "many2one":
            return value.id
        if field.type == "float":
            digits = field.get_digits(self.env)
            return round(value, digits[1]) if digits else value
        return value

    def _describe(self, record):
        """Return a fee in words: price per m² and fixed amount a month."""
        text = record._price_text()
        return f"{record.name}: {text}" if record.name != self.name else text

    def _check_dates(self):
        """Refuse to change a fee on a day on which it does not run.

        :raises ValidationError: naming the fee and its days
        """
        for fee in self:
            line, day = fee.line_id, fee.amendment_id.date_effective
            if not line or not fee._changes():
                continue
            begins = line.date_from or line.contract_id.date_from
            first = fields.Date.add(begins, days=1) if fee.is_ended else begins
            if day < first or (line.date_to and day > line.date_to):
                raise ValidationError(
                    self.env._(
                        "The fee %(fee)s runs from %(first)s to %(last)s; it cannot "
                        "change on %(day)s. Choose an effective day within that time.",
                        fee=line.name,
                        first=format_date(self.env, begins),
                        last=format_date(self.env, line.date_to) or "–",
                        day=format_date(self.env, day),
                    )
                )
