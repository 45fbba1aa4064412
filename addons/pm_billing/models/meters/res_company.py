from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    pm_meter_jump_factor = fields.Float(
        "Jump of a Reading",
        default=3.0,
        digits=(8, 2),
        help="A reading is held when more than so many times the mean of a day was "
        "used; 0: never. A meter may have a factor of its own.",
    )
    pm_meter_jump_floor = fields.Float(
        "No Jump Up to",
        default=10.0,
        digits=(16, 3),
        help="A quantity up to which no reading is held as a jump, whatever was used "
        "before.",
    )
    pm_meter_hold_portal = fields.Boolean(
        "Look at Readings of Residents",
        default=True,
        help="Readings that residents send are held until somebody has looked at the "
        "photo.",
    )

    _pm_meter_jump_positive = models.Constraint(
        "CHECK (pm_meter_jump_factor >= 0 AND pm_meter_jump_floor >= 0)",
        "The jump of a reading cannot be negative.",
    )
