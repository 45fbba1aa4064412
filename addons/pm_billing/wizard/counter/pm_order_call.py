from odoo import api, fields, models

from ...models.counter.res_partner import SEES_BILLS


class PmOrderCall(models.TransientModel):
    """Who calls about a leak may owe something, or ask what the last bill is about."""

    _inherit = "pm.order.call"

    pm_currency_id = fields.Many2one(related="partner_id.pm_currency_id")
    pm_amount_open = fields.Monetary(
        related="partner_id.pm_amount_open",
        currency_field="pm_currency_id",
        groups=SEES_BILLS,
    )
    pm_open_charge_ids = fields.Many2many(
        "pm.charge",
        string="Open Charges",
        compute="_compute_pm_open_charge_ids",
        groups=SEES_BILLS,
    )

    @api.depends("partner_id")
    def _compute_pm_open_charge_ids(self):
        for call in self:
            charges = self.env["pm.charge"]
            if call.partner_id:
                charges = charges.search(
                    [
                        ("partner_id", "=", call.partner_id.id),
                        ("amount_residual", ">", 0),
                    ],
                    order="date_from, id",
                )
            call.pm_open_charge_ids = charges
