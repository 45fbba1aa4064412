from odoo import api, models
from odoo.exceptions import UserError

# Orders that are on file; what was accepted is still put right by dispatchers.
FILED = ("closed", "cancelled")


class PmOrderPartMixin(models.AbstractModel):
    """A part of a work order: once the order is on file, it stays as it is.

    The order refuses changes itself, but its parts can be written without it.
    """

    _name = "pm.order.part.mixin"
    _description = "Is Part of a Work Order"
    _inherit = ["pm.part.mixin"]
    _whole = "request_id"

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts._check_may_change()
        return parts

    def write(self, vals):
        self._check_may_change()
        result = super().write(vals)
        # what was written may be what the check asks for
        self._check_may_change()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_filed(self):
        self._check_may_change()

    def _check_may_change(self):
        """:raises UserError: the order is on file; steps pass"""
        if self.env.su or self._writes_freely():
            return
        for order in self.request_id:
            if order.state in FILED or order.archive:
                raise UserError(
                    self.env._(
                        "%s is over and on file; it is not changed any more.",
                        order.display_name,
                    )
                )
