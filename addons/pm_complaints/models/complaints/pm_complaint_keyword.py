import re

from odoo import api, fields, models, tools

from .pm_complaint import SEVERITIES

BETWEEN = re.compile(r"[,，;；、\n]+")


class PmComplaintKeyword(models.Model):
    """Words by which a category is suggested; staff add what people really write."""

    _name = "pm.complaint.keyword"
    _description = "Keywords of Complaints"
    _order = "sequence, id"
    _rec_name = "words"

    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    words = fields.Char(
        required=True, help="With commas between them. The more are found, the better."
    )
    category_id = fields.Many2one(
        "pm.complaint.category", required=True, index=True, ondelete="cascade"
    )
    severity = fields.Selection(
        SEVERITIES, help="Where these words alone say how serious it is."
    )

    @api.model_create_multi
    def create(self, vals_list):
        keywords = super().create(vals_list)
        self.env.registry.clear_cache()
        return keywords

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.model
    @tools.ormcache()
    def _all_words(self):
        """Return ((id, (word, …)), …) in the order of the rules."""
        return tuple(
            (
                rule.id,
                tuple(
                    word.strip().lower()
                    for word in BETWEEN.split(rule.words)
                    if word.strip()
                ),
            )
            for rule in self.sudo().search([])
        )

    @api.model
    def _suggest(self, texts, companies=None):
        """Return for each text the rule of which most words stand in it, or none."""
        rules = self._all_words()
        found = []
        for text in texts:
            lower = (text or "").lower()
            best, most = False, 0
            for rule_id, words in rules:
                hits = sum(word in lower for word in words)
                if hits > most:
                    best, most = rule_id, hits
            found.append(self.browse(best or []).sudo())
        return found
