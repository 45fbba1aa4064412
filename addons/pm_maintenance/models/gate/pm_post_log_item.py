from odoo import api, fields, models


class PmPostLogItem(models.Model):
    """A thing of the post, counted when the shift begins and when it ends."""

    _name = "pm.post.log.item"
    _description = "Equipment Handed Over"
    _inherit = ["pm.part.mixin"]
    _whole = "log_id"
    _order = "id"

    log_id = fields.Many2one(
        "pm.post.log", required=True, index=True, ondelete="restrict"
    )
    name = fields.Char(required=True, readonly=True)
    expected = fields.Integer("Should Be", readonly=True)
    taken = fields.Integer("At the Beginning")
    handed = fields.Integer("At the End")
    remark = fields.Char()
    is_missing = fields.Boolean(compute="_compute_is_missing", store=True)

    _counts_sound = models.Constraint(
        "CHECK (taken >= 0 AND handed >= 0)", "There is no negative number of things."
    )

    @api.depends("expected", "taken", "handed")
    def _compute_is_missing(self):
        for item in self:
            item.is_missing = min(item.taken, item.handed) < item.expected

    def write(self, vals):
        """Counted by who is on duty, before the count is signed."""
        if not self._writes_freely():
            self.log_id._check_on_duty()
            states = {"taken": ("waiting",), "handed": ("waiting", "running")}
            for name in states.keys() & vals.keys():
                changed = self.filtered(
                    lambda item, name=name: item[name] != vals[name]
                )
                changed.log_id._check_in_state(*states[name])
            if "remark" in vals:
                self.log_id._check_in_state("waiting", "running")
        return super().write(vals)
