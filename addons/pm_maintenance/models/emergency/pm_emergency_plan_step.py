from odoo import fields, models


class PmEmergencyPlanStep(models.Model):
    """What is done, by whom, and within how many minutes from the alarm."""

    _name = "pm.emergency.plan.step"
    _description = "Step of an Emergency Plan"
    _inherit = ["pm.emergency.plan.part"]
    _order = "plan_id, sequence, id"
    _plan_field = "step_ids"

    plan_id = fields.Many2one(
        "pm.emergency.plan", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    name = fields.Char("What Is Done", required=True, translate=True)
    note = fields.Text("How", translate=True)
    job_id = fields.Many2one("hr.job", "Post of the Person", ondelete="restrict")
    post_id = fields.Many2one(
        "pm.duty.post", "Duty Post", ondelete="restrict", index="btree_not_null"
    )
    minutes = fields.Integer(
        "Within (Minutes)",
        aggregator=None,
        help="Counted from the alarm; 0: no target.",
    )

    _minutes_positive = models.Constraint(
        "CHECK (minutes >= 0)", "A step has a target of 0 or more minutes."
    )

    def _version_text(self):
        who = self.post_id.name or self.job_id.name
        minutes = f"≤ {self.minutes} min" if self.minutes else None
        return " · ".join(filter(None, (self.name, who, minutes)))
