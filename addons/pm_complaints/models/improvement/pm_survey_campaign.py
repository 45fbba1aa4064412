from odoo import models


class PmSurveyCampaign(models.Model):
    """A low index says where to begin."""

    _name = "pm.survey.campaign"
    _inherit = ["pm.survey.campaign", "pm.improvable.mixin"]
    _improvement_origin = "score"

    def _improvement_values(self):
        worst = self.result_ids.filtered(lambda line: line.kind == "question").sorted(
            "index"
        )[:3]
        lines = [self.summary or ""]
        lines += [f"{line.name}: {line.index:.1f}" for line in worst]
        return {"name": self.name, "problem": "\n".join(filter(None, lines))}
