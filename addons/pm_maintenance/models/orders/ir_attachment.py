from odoo import api, models
from odoo.exceptions import UserError

from .pm_order_part_mixin import FILED


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_of_filed_order(self):
        """Photos and papers prove an order: they are kept as long as it is.

        With an order that may be deleted its files go too: it is gone by then.
        """
        ids = {
            file.res_id
            for file in self.sudo()
            if file.res_model == "maintenance.request" and file.res_id
        }
        if not ids:
            return
        orders = self.env["maintenance.request"].sudo().browse(ids).exists()
        for order in orders.filtered(lambda one: one.state in FILED):
            if order._is_kept():
                raise UserError(
                    self.env._(
                        "%(order)s is on file, and so are its photos and papers.",
                        order=order.display_name,
                    )
                )
