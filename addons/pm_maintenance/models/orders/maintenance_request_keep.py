from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .pm_order_part_mixin import FILED


class MaintenanceRequest(models.Model):
    """Orders stay on file as long as their category says, and the law asks for."""

    _inherit = "maintenance.request"

    def _kept_until(self):
        """The moment until which an order is kept; None: for good.

        An order that is not over has none: it is cancelled, never deleted.
        """
        years = self.fault_category_id.keep_years
        if not self.fault_category_id:
            years = self.env["pm.fault.category"].default_get(["keep_years"])[
                "keep_years"
            ]
        if self.state not in FILED or not years:
            return None
        return fields.Datetime.add(self.closed_at or self.write_date, years=years)

    def _is_kept(self):
        until = self.sudo()._kept_until()
        return not until or until > fields.Datetime.now()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_order(self):
        for order in self._orders():
            if order._is_kept():
                raise UserError(
                    self.env._(
                        "%s is a work order and stays on file. Cancel it instead.",
                        order.display_name,
                    )
                )
            if not self.env.user.has_group("pm_core.group_pm_estate_manager"):
                raise AccessError(
                    self.env._(
                        "%s is old enough to be deleted, by an estate manager.",
                        order.display_name,
                    )
                )
