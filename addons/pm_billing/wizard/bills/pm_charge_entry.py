import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...models.ledger.business_day import set_today, today_at


class PmChargeEntry(models.TransientModel):
    """Charge somebody once, for what no period brings: a key, a lost card, a hall.

    The form has a key of its own: pressed twice, it charges once.
    """

    _name = "pm.charge.entry"
    _description = "Single Charge"

    property_id = fields.Many2one("pm.property", "Place", required=True)
    estate_id = fields.Many2one(related="property_id.estate_id")
    company_id = fields.Many2one(related="property_id.company_id")
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner",
        "Payer",
        compute="_compute_partner_id",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
    )
    fee_item_id = fields.Many2one(
        "pm.fee.item",
        required=True,
        domain="[('company_id', '=', company_id), '|', ('estate_id', '=', False),"
        " ('estate_id', '=', estate_id)]",
    )
    name = fields.Char("For", required=True)
    amount = fields.Monetary(required=True)
    date = fields.Date(
        "Bill Date",
        required=True,
        compute="_compute_date",
        store=True,
        readonly=False,
        precompute=True,
    )
    request_key = fields.Char(
        readonly=True, default=lambda self: f"entry/{secrets.token_hex(16)}"
    )

    @api.depends("property_id")
    def _compute_date(self):
        """The day that it is at the estate, unless said."""
        set_today(self, "date")

    @api.depends("property_id")
    def _compute_partner_id(self):
        for entry in self:
            place = entry.property_id
            holder = place and place._holder_on(today_at(place)).get(place.id)
            entry.partner_id = holder.partner_id if holder else entry.partner_id

    def action_bill(self):
        """Make the charge and post its bill.

        :raises UserError: nothing to charge, or closed books
        """
        self.ensure_one()
        self.check_access("write")
        self.property_id.check_access("read")
        if self.amount <= 0:
            raise UserError(self.env._("Enter what is to be paid."))
        charge = self.env["pm.bill.run"]._bill_at_once(
            "single",
            self.property_id,
            [
                {
                    "kind": "single",
                    "request_key": f"entry-{self.request_key}",
                    "name": self.name,
                    "fee_item_id": self.fee_item_id.id,
                    "property_id": self.property_id.id,
                    "partner_id": self.partner_id.id,
                    "date_from": self.date,
                    "date_to": self.date,
                    "amount": self.amount,
                    "inputs": {"text": "", "steps": []},
                }
            ],
            self.date,
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "pm.charge",
            "res_id": charge.id,
            "view_mode": "form",
        }
