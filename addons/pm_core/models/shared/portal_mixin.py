from odoo import models


class PortalMixin(models.AbstractModel):
    _inherit = "portal.mixin"

    def _portal_ensure_token(self):
        # a secret is made by this step, and never written by a client
        return super(PortalMixin, self._as_step())._portal_ensure_token()
