from odoo import fields, models


class PmKpiBand(models.Model):
    """Points for a figure that reaches a limit, where a KPI is scored by bands."""

    _name = "pm.kpi.band"
    _description = "Band of a KPI"
    _order = "kpi_id, limit desc, id"

    kpi_id = fields.Many2one("pm.kpi", required=True, index=True, ondelete="cascade")
    limit = fields.Float(
        "Reaches",
        required=True,
        digits=(16, 2),
        help="At least, where higher is better; at most, where lower is better.",
    )
    points = fields.Float("Score", required=True, digits=(5, 2))

    _limit_unique = models.UniqueIndex(
        '(kpi_id, "limit")', "Two bands of a KPI begin at the same limit."
    )
    _points_in_range = models.Constraint(
        "CHECK (points >= 0 AND points <= 100)", "A score lies between 0 and 100."
    )
