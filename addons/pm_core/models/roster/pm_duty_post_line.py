from odoo import api, fields, models


class PmDutyPostLine(models.Model):
    """How many people a post needs in a shift, on which days."""

    _name = "pm.duty.post.line"
    _description = "Shift of a Duty Post"
    _inherit = ["pm.part.mixin"]
    _order = "post_id, sequence, id"
    _whole = "post_id"

    post_id = fields.Many2one(
        "pm.duty.post", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    shift_id = fields.Many2one("pm.duty.shift", required=True, ondelete="restrict")
    heads = fields.Integer("People Needed", required=True, default=1)
    days = fields.Selection(
        [
            ("all", "Every day"),
            ("workdays", "Monday to Friday"),
            ("weekend", "Saturday and Sunday"),
        ],
        string="On Which Days",
        required=True,
        default="all",
    )
    estate_id = fields.Many2one(
        related="post_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="post_id.company_id", store=True, index=True, precompute=True
    )

    _heads_positive = models.Constraint(
        "CHECK (heads > 0)", "A shift that is manned needs one person or more."
    )
    # no day may be named twice: "all" meets both of the others
    _workday_once = models.UniqueIndex(
        "(post_id, shift_id) WHERE days <> 'weekend'",
        "The post has a line for this shift and these days already: change its number.",
    )
    _weekend_once = models.UniqueIndex(
        "(post_id, shift_id) WHERE days <> 'workdays'",
        "The post has a line for this shift and these days already: change its number.",
    )

    @api.depends("shift_id", "heads")
    def _compute_display_name(self):
        for line in self:
            line.display_name = f"{line.shift_id.name} × {line.heads}"
