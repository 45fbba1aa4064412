from odoo import models
from odoo.exceptions import UserError


class PmKpiResult(models.Model):
    """A figure that missed its target; the improvement is to move the same KPI."""

    _name = "pm.kpi.result"
    _inherit = ["pm.kpi.result", "pm.improvable.mixin"]
    _improvement_origin = "figure"

    def _check_improvable(self):
        """What one person achieved is a matter of the appraisal."""
        if self.level == "employee":
            raise UserError(
                self.env._(
                    "%s is the figure of one person: it belongs in the appraisal. "
                    "Improve the process by the figure of the estate.",
                    self.display_name,
                )
            )

    def _improvement_values(self):
        return {
            "name": self.kpi_id.name,
            "kpi_id": self.kpi_id.id,
            "problem": self.env._(
                "%(period)s: %(value)s %(unit)s, target %(target)s",
                period=self.period_label,
                value=f"{self.value:g}",
                unit=self.unit or "",
                target=f"{self.target:g}",
            ),
        }
