from odoo import api, fields, models

from odoo.addons.pm_maintenance.models.gate.gate_roles import plate_key

from ..ledger.business_day import likely_today


class PmParkingPlate(models.Model):
    """A car that may use the space, from one day to another."""

    _name = "pm.parking.plate"
    _description = "License Plate of a Parking Space"
    _inherit = ["pm.part.mixin"]
    _whole = "let_id"
    _rec_name = "plate"
    _order = "date_from desc, id desc"

    let_id = fields.Many2one(
        "pm.parking.let", required=True, index=True, ondelete="cascade"
    )
    plate = fields.Char("License Plate", required=True)
    plate_key = fields.Char(
        compute="_compute_plate_key", store=True, precompute=True, index=True
    )
    date_from = fields.Date(
        "From", required=True, default=lambda self: likely_today(self.env)
    )
    date_to = fields.Date("To")
    note = fields.Char("Car", help="Make and colour, or whose car it is.")

    _dates_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "A plate cannot end before it begins.",
    )
    _once = models.UniqueIndex(
        "(let_id, plate_key, date_from)", "This car is entered from that day already."
    )

    @api.depends("plate")
    def _compute_plate_key(self):
        for row in self:
            row.plate_key = plate_key(row.plate)

    def _holds_on(self, day):
        self.ensure_one()
        return bool(
            self.date_from
            and self.date_from <= day
            and (not self.date_to or self.date_to >= day)
        )

    @api.model
    def _domain_plate(self, text, day):
        """The domain of cars that may park on ``day``, by a part of their plate."""
        return [
            ("plate_key", "like", plate_key(text)),
            ("let_id.state", "=", "running"),
            ("let_id.date_from", "<=", day),
            ("date_from", "<=", day),
            "|",
            ("date_to", "=", False),
            ("date_to", ">=", day),
        ]
