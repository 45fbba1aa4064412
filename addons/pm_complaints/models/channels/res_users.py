from odoo import api, models
from odoo.exceptions import AccessDenied, ValidationError

from .pm_api_client import GROUP


class ResUsers(models.Model):
    """The user of an API access calls ``pm.api``, and is nothing else."""

    _inherit = "res.users"

    @api.constrains("group_ids")
    def _pm_check_api_group(self):
        api_group = self.env.ref(GROUP, raise_if_not_found=False)
        for user in self:
            groups = user.sudo().all_group_ids
            if api_group and api_group in groups and groups != api_group:
                raise ValidationError(
                    self.env._(
                        "%s: the user of an API access has no other group. Make an "
                        "access under Channels and Interfaces instead.",
                        user.name,
                    )
                )

    def _check_credentials(self, credential, env):
        """No password, and no key in the place of one: the older interfaces (XML-RPC,
        JSON-RPC) and the login page are closed to it."""
        if self.env.user.share and self.env.user.has_group(GROUP):
            raise AccessDenied()
        return super()._check_credentials(credential, env)
