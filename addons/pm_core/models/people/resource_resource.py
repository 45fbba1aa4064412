from odoo import models


class ResourceResource(models.Model):
    _inherit = "resource.resource"

    def write(self, vals):
        # what the employee shows as their login stands here, and HR may write it
        self.sudo().employee_id._pm_check_login(vals)
        return super().write(vals)
