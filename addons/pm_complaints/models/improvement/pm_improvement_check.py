from odoo import fields, models

from .pm_improvement import EFFECTS


class PmImprovementCheck(models.Model):
    """What came out in one round. Written by the check alone, and kept."""

    _name = "pm.improvement.check"
    _description = "Check of an Improvement"
    _order = "id"
    _rec_name = "effect"

    improvement_id = fields.Many2one(
        "pm.improvement", required=True, index=True, ondelete="cascade", readonly=True
    )
    cycle = fields.Integer("Round", readonly=True, aggregator=None)
    kpi_id = fields.Many2one("pm.kpi", "KPI", readonly=True, ondelete="restrict")
    before_from = fields.Date("Before, from", readonly=True)
    before_to = fields.Date("Before, to", readonly=True)
    value_before = fields.Float(
        "Before", readonly=True, digits=(16, 2), aggregator=None
    )
    has_before = fields.Boolean("Has a Figure Before", readonly=True)
    after_from = fields.Date("After, from", readonly=True)
    after_to = fields.Date("After, to", readonly=True)
    value_after = fields.Float("After", readonly=True, digits=(16, 2), aggregator=None)
    has_after = fields.Boolean("Has a Figure After", readonly=True)
    target = fields.Float(readonly=True, digits=(16, 2), aggregator=None)
    effect = fields.Selection(EFFECTS, required=True, readonly=True)
    note = fields.Text("What Was Seen", readonly=True)
    at = fields.Datetime("When", required=True, readonly=True)
    user_id = fields.Many2one("res.users", "By", required=True, readonly=True)
