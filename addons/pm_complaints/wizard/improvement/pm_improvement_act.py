from odoo import fields, models

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
    """Asks for the words that a step of an improvement, measure or policy needs."""

    _name = "pm.improvement.act"
    _inherit = ["pm.act.mixin"]
    _description = "Step of an Improvement with Its Words"
    _step_key = "pm_improvement_step"

    improvement_id = fields.Many2one("pm.improvement", ondelete="cascade")
    measure_id = fields.Many2one("pm.improvement.measure", ondelete="cascade")
    policy_id = fields.Many2one("pm.policy", ondelete="cascade")
    step = fields.Selection(STEPS, required=True)
    effect = fields.Selection(
        [("worked", "It Worked"), ("not_worked", "It Did Not Work")], "Result"
    )
    result = fields.Selection(
        [("kept", "Kept"), ("changed", "Changed"), ("withdrawn", "Withdrawn")],
        "Result of the Review",
        default="kept",
    )
    date_next = fields.Date("Next Review on")

    def _apply_words(self):
        """Steps of the improvement itself that need words only."""
        return getattr(self.improvement_id, f"action_{self.step}")(self.text)

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
