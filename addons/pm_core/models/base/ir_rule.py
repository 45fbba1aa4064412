from odoo import api, models
from odoo.fields import Domain


class IrRule(models.Model):
    _inherit = "ir.rule"

    @api.model
    def _compute_domain(self, model_name, mode="read"):
        """A dialog is whose who opened it.

        Odoo keeps the rows of dialogs for hours and has no rule for them: whoever may
        open one could read what others typed there, and apply it.
        """
        domain = super()._compute_domain(model_name, mode)
        if self.env.su or not self.env[model_name].is_transient():
            return domain
        return domain & Domain("create_uid", "=", self.env.uid)
