from odoo import fields, models

MODES = [
    ("all", "All of Them at Once"),
    ("turn", "One after the Other"),
    ("reserve", "When Those Above Do Not Answer"),
]


class PmEmergencyPlanCall(models.Model):
    """A line of the call tree inside the company: a post, a duty post or a person.

    Whom it means is asked at the moment of the alarm: those of the line who are on
    duty at the estate.
    """

    _name = "pm.emergency.plan.call"
    _description = "Call Tree"
    _inherit = ["pm.emergency.plan.part"]
    _order = "plan_id, sequence, id"
    _plan_field = "call_ids"
    _rec_name = "job_id"

    plan_id = fields.Many2one(
        "pm.emergency.plan", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    job_id = fields.Many2one("hr.job", "Post of the Person", ondelete="restrict")
    post_id = fields.Many2one(
        "pm.duty.post", "Duty Post", ondelete="restrict", index="btree_not_null"
    )
    employee_id = fields.Many2one(
        "hr.employee", "Person", ondelete="restrict", index="btree_not_null"
    )
    mode = fields.Selection(MODES, "Who Is Told", required=True, default="turn")
    is_off_duty_too = fields.Boolean(
        "Also Off Duty",
        help="Only for a person who agreed to be called at home, as a manager on call.",
    )

    _somebody = models.Constraint(
        "CHECK (num_nonnulls(job_id, post_id, employee_id) = 1)",
        "Each line of the call tree names one: a post, a duty post or a person.",
    )
    _off_duty_person = models.Constraint(
        "CHECK (NOT is_off_duty_too OR employee_id IS NOT NULL)",
        "Only a person named by name is called off duty.",
    )

    def _role(self):
        """What somebody is called as, in words."""
        return (
            self.post_id.name
            or self.job_id.name
            or self.employee_id.sudo().job_id.name
            or ""
        )

    def _version_text(self):
        modes = dict(self._fields["mode"]._description_selection(self.env))
        who = self.employee_id.sudo().name or self._role()
        return f"{who} · {modes[self.mode]}"

    def _people(self, duties):
        """Whom this line means now, of those on duty; the nearest first.

        :param duties: ``pm.duty`` of the moment, in the order of their distance
        """
        if self.job_id:
            duties = duties.filtered(
                lambda duty: (duty.job_id or duty.employee_id.job_id) == self.job_id
            )
        elif self.post_id:
            duties = duties.filtered(lambda duty: duty.post_id == self.post_id)
        else:
            named = self.employee_id
            if self.is_off_duty_too and named.active:
                return named
            duties = duties.filtered(lambda duty: duty.employee_id == named)
        return duties.employee_id
