from odoo import fields, models

from .pm_improvement import STATES


class PmImprovementStep(models.Model):
    """Who took which step of an improvement, and when. Written by the steps alone."""

    _name = "pm.improvement.step"
    _description = "Step of an Improvement"
    _order = "id"
    _rec_name = "step"

    improvement_id = fields.Many2one(
        "pm.improvement", required=True, index=True, ondelete="cascade"
    )
    step = fields.Selection(
        [
            ("suggest", "Proposed"),
            ("accept", "Adopted"),
            ("plan", "Planned"),
            ("start", "Begun"),
            ("check", "All Measures Done"),
            ("checked", "Checked"),
            ("version", "New Version Drafted"),
            ("standardise", "Made a Standard"),
            ("repeat", "To Be Repeated"),
            ("ineffective", "Closed as Not Effective"),
            ("drop", "Not Pursued"),
        ],
        required=True,
        readonly=True,
    )
    state = fields.Selection(STATES, "State After", readonly=True)
    cycle = fields.Integer("Round", readonly=True, aggregator=None)
    user_id = fields.Many2one("res.users", "By", required=True, readonly=True)
    at = fields.Datetime("When", required=True, readonly=True)
    note = fields.Text(readonly=True)
