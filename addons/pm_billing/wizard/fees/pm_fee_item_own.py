from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.pm_core.tools.price_text import PRICE


class PmFeeItemOwn(models.TransientModel):
    """Make an item of one estate from a shared one, with a price from a day on."""

    _name = "pm.fee.item.own"
    _description = "Own Fee Item of an Estate"

    item_id = fields.Many2one("pm.fee.item", "Shared Item", required=True)
    estate_id = fields.Many2one(
        "pm.property",
        required=True,
        domain="[('kind', '=', 'estate')]",
        default=lambda self: self.env["pm.property"]._only_estate(),
    )
    price_since = fields.Date(
        "Prices Hold From",
        required=True,
        default=lambda self: fields.Date.add(
            self.env["pm.fee.item"]._this_month(), months=1
        ),
    )
    method = fields.Selection(related="item_id.method")
    currency_id = fields.Many2one(related="item_id.currency_id")
    price = fields.Float(
        "Price per m²",
        compute="_compute_prices",
        store=True,
        readonly=False,
        **PRICE,
    )
    surcharge = fields.Float(
        "Fixed Amount",
        compute="_compute_prices",
        store=True,
        readonly=False,
        **PRICE,
    )

    @api.depends("item_id")
    def _compute_prices(self):
        for own in self:
            own.price, own.surcharge = own.item_id.price, own.item_id.surcharge

    def action_make(self):
        """Make the item; the fees of the estate go on with it from that day.

        Fees whose price is agreed in a contract stay: an amendment changes them.

        :raises UserError: the item is no shared one
        """
        self.ensure_one()
        shared, estate = self.item_id, self.estate_id
        shared.check_access("read")
        estate.check_access("read")
        if shared.estate_id or estate.company_id != shared.company_id:
            raise UserError(
                self.env._(
                    "%(item)s is no shared item of the company of %(estate)s.",
                    item=shared.name,
                    estate=estate.name,
                )
            )
        item = shared.copy(
            {
                "code": shared.code,
                "estate_id": estate.id,
                "price": self.price,
                "surcharge": self.surcharge,
                "price_since": self.price_since,
            }
        )
        self.env["pm.fee"].search(
            [
                ("fee_item_id", "=", shared.id),
                ("estate_id", "=", estate.id),
                ("contract_line_id", "=", False),
            ]
        )._continue_with(item, self.price_since)
        return {
            "type": "ir.actions.act_window",
            "res_model": "pm.fee.item",
            "res_id": item.id,
            "view_mode": "form",
        }
