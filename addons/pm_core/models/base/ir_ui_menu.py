from odoo import models


class IrUiMenu(models.Model):
    _inherit = "ir.ui.menu"

    def _load_menus_blacklist(self):
        """Who keeps the employees finds the colleagues among them."""
        hidden = super()._load_menus_blacklist()
        if self.env.user.has_group("pm_core.group_pm_hr"):
            colleagues = self.env.ref(
                "pm_core.pm_core_menu_colleague", raise_if_not_found=False
            )
            hidden += colleagues.ids if colleagues else []
        return hidden
