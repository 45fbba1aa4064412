from odoo import models


class BaseAutomation(models.Model):
    _inherit = "base.automation"

    def _unregister_hook(self):
        """Take back what automations put before create and write, not the guard.

        Odoo removes whatever stands there by name, each time somebody edits an
        automation.
        """
        result = super()._unregister_hook()
        for model in self.env.values():
            model._setup_guard()
        return result
