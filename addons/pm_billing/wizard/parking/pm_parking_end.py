from odoo import api, fields, models

from ...models.ledger.business_day import today_at


class PmParkingEnd(models.TransientModel):
    """The last day of the use of a space: earlier, later, or open."""

    _name = "pm.parking.end"
    _description = "Last Day of a Parking Space"

    let_id = fields.Many2one("pm.parking.let", required=True)
    date_to = fields.Date(
        "Last Day of Use",
        compute="_compute_date_to",
        store=True,
        readonly=False,
        help="Empty: until further notice.",
    )
    plates = fields.Char(related="let_id.plates")

    @api.depends("let_id")
    def _compute_date_to(self):
        for wizard in self:
            let = wizard.let_id
            wizard.date_to = let.date_to or today_at(let.property_id)

    def action_apply(self):
        """Set the last day of use, fee, plates and cards."""
        self.ensure_one()
        self.check_access("write")
        self.let_id._check_desk()
        self.let_id._end_on(self.date_to)
