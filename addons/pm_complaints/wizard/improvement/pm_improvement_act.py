from odoo import api, fields, models

STEPS = [
    ("standardise", "Make It a Standard"),
    ("repeat", "Repeat It Otherwise"),
    ("ineffective", "Close as Not Effective"),
    ("drop", "Do Not Pursue"),
    ("judge", "Say Whether It Worked"),
    ("done", "Done"),
    ("redo", "Send Back"),
    ("cancel", "Call Off"),
    ("review", "Result of the Review"),
]


class PmImprovementAct(models.TransientModel):
    """Asks for the words that a step needs; the step itself checks everything."""

    _name = "pm.improvement.act"
    _description = "Step of an Improvement with Its Words"

    improvement_id = fields.Many2one("pm.improvement", ondelete="cascade")
    measure_id = fields.Many2one("pm.improvement.measure", ondelete="cascade")
    policy_id = fields.Many2one("pm.policy", ondelete="cascade")
    step = fields.Selection(STEPS, required=True)
    text = fields.Text("Words")
    effect = fields.Selection(
        [("worked", "It Worked"), ("not_worked", "It Did Not Work")], "Result"
    )
    result = fields.Selection(
        [("kept", "Kept"), ("changed", "Changed"), ("withdrawn", "Withdrawn")],
        "Result of the Review",
        default="kept",
    )
    date_next = fields.Date("Next Review on")

    @api.depends("step")
    def _compute_display_name(self):
        labels = dict(self._fields["step"]._description_selection(self.env))
        for act in self:
            act.display_name = labels.get(act.step)

    @api.model
    def _open(self, defaults):
        """The dialog for the step that the button names."""
        step = self.env.context.get("pm_improvement_step")
        labels = dict(self._fields["step"]._description_selection(self.env))
        return {
            "type": "ir.actions.act_window",
            "name": labels.get(step),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {**defaults, "default_step": step},
        }

    def action_apply(self):
        """Take the step, with what was entered."""
        self.ensure_one()
        result = getattr(self, f"_apply_{self.step}")()
        if isinstance(result, dict):
            return result
        return {"type": "ir.actions.act_window_close"}

    def _apply_standardise(self):
        return self.improvement_id.action_standardise(self.text)

    def _apply_repeat(self):
        return self.improvement_id.action_repeat(self.text)

    def _apply_ineffective(self):
        return self.improvement_id.action_ineffective(self.text)

    def _apply_drop(self):
        return self.improvement_id.action_drop(self.text)

    def _apply_judge(self):
        return self.improvement_id.action_judge(self.effect, self.text)

    def _apply_done(self):
        return self.measure_id.action_done(self.text)

    def _apply_redo(self):
        return self.measure_id.action_redo(self.text)

    def _apply_cancel(self):
        return self.measure_id.action_cancel(self.text)

    def _apply_review(self):
        return self.policy_id.action_review(
            self.result, self.text, self.result != "withdrawn" and self.date_next
        )
