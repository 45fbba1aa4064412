from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class PmTariffTry(models.TransientModel):
    """Price a quantity and show each step: the same code that bills are made with."""

    _name = "pm.tariff.try"
    _description = "Try a Tariff"

    tariff_id = fields.Many2one("pm.tariff", required=True, ondelete="cascade")
    unit = fields.Char(related="tariff_id.unit")
    currency_id = fields.Many2one(related="tariff_id.currency_id")
    quantity = fields.Float(digits=(16, 6))
    used_before = fields.Float(
        "Used before This Year",
        digits=(16, 6),
        help="For limits that count over a year.",
    )
    persons = fields.Integer("Persons in the Household")
    date_from = fields.Date("From")
    date_to = fields.Date("To")
    register_ids = fields.One2many(
        "pm.tariff.try.register",
        "try_id",
        compute="_compute_register_ids",
        store=True,
        readonly=False,
    )
    amount = fields.Float(compute="_compute_amount", digits=(16, 6))
    explanation = fields.Html(compute="_compute_amount", sanitize=False)
    problem = fields.Char(compute="_compute_amount")

    @api.depends("tariff_id")
    def _compute_register_ids(self):
        for attempt in self:
            parts = attempt.tariff_id.version_ids.part_ids
            names = {*parts.mapped("register"), *parts.mapped("least_register")} - {
                False
            }
            attempt.register_ids = [
                Command.clear(),
                *[Command.create({"name": name}) for name in sorted(names)],
            ]

    @api.depends(
        "tariff_id",
        "quantity",
        "used_before",
        "persons",
        "date_from",
        "date_to",
        "register_ids.quantity",
    )
    def _compute_amount(self):
        for attempt in self:
            attempt.amount, attempt.explanation, attempt.problem = 0.0, False, False
            if not attempt.tariff_id:
                continue
            try:
                priced = attempt._priced()
            except UserError as error:
                attempt.problem = str(error)
                continue
            attempt.amount = float(priced.amount)
            attempt.explanation = attempt.tariff_id._steps_table(priced)

    def _priced(self):
        self.ensure_one()
        # the tariff is asked as the user who tries it
        self.tariff_id.check_access("read")
        # who fills in the registers need not add them up
        by_register = any(self.register_ids.mapped("quantity"))
        return self.tariff_id._price(
            None if by_register and not self.quantity else repr(self.quantity),
            used_before=repr(self.used_before),
            persons=self.persons,
            date_from=self.date_from,
            date_to=self.date_to,
            registers={
                row.name: repr(row.quantity) for row in self.register_ids if row.name
            },
        )
