from odoo import api, fields, models

from .pm_improvement import WORKING


class PmImprovementWhy(models.Model):
    """One of five times why: asked of the answer before, until the cause is found."""

    _name = "pm.improvement.why"
    _description = "Why Line of an Improvement"
    _inherit = ["pm.part.mixin"]
    _whole = "improvement_id"
    _order = "sequence, id"
    _rec_name = "question"

    improvement_id = fields.Many2one(
        "pm.improvement", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    question = fields.Char("Why?", required=True)
    answer = fields.Char("Because")
    evidence = fields.Char(
        "How We Know", help="What was seen, measured or said that shows it."
    )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_open()
        return lines

    def write(self, vals):
        self._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_while_open(self):
        self._check_open()

    def _check_open(self):
        """:raises UserError: the improvement is closed"""
        if not self._writes_freely():
            self.improvement_id._check_in_state(*WORKING)
