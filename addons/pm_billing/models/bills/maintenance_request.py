from odoo import api, fields, models
from odoo.exceptions import UserError

from ..ledger.business_day import today_at


class ResCompany(models.Model):
    _inherit = "res.company"

    pm_order_item_id = fields.Many2one(
        "pm.fee.item",
        "Fee Item of Work Orders",
        check_company=True,
        ondelete="restrict",
        help="What agreed quotes of work orders are charged as.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    pm_order_item_id = fields.Many2one(
        related="company_id.pm_order_item_id", readonly=False
    )


class MaintenanceRequest(models.Model):
    """What a customer agreed to pay for work is charged once it is accepted."""

    _inherit = "maintenance.request"

    pm_charge_ids = fields.One2many("pm.charge", "order_id", "Charges", readonly=True)

    pm_is_chargeable = fields.Boolean(compute="_compute_pm_is_chargeable")

    @api.depends("quote_state", "payer", "state", "pm_charge_ids.state")
    def _compute_pm_is_chargeable(self):
        """Agreed and accepted, and not charged yet."""
        quoted = self._quoted()
        for order in self:
            # nobody but who bills reads charges
            charges_sudo = order.sudo().pm_charge_ids
            order.pm_is_chargeable = order in quoted and all(
                charge.state == "cancelled" for charge in charges_sudo
            )

    def action_charge(self):
        """Charge what the customer agreed to, now.

        :raises UserError: no consent, not accepted yet, or nobody is known who pays
        """
        self.check_access("read")
        if not self.env.user.has_group("pm_billing.group_pm_billing_clerk"):
            raise UserError(self.env._("Work is charged by billing clerks."))
        for order in self:
            if not order._quoted():
                raise UserError(
                    self.env._(
                        "%s has no quote that its customer agreed to, or the work is "
                        "not accepted yet.",
                        order.display_name,
                    )
                )
            order._charge_quoted()

    def _charge_quoted(self):
        """Make and post the charge of one order; again, it is quiet success."""
        self.ensure_one()
        order = self.sudo()
        item = order.company_id.pm_order_item_id
        if not item:
            raise UserError(
                self.env._(
                    "Choose the fee item of work orders in the settings: %s cannot be "
                    "charged without it.",
                    order.display_name,
                )
            )
        day = today_at(order.property_id)
        payer = order.partner_id
        if not payer:
            holder = order.property_id._holder_on(day).get(order.property_id.id)
            payer = holder.partner_id if holder else payer
        if not payer:
            raise UserError(self.env._("%s names nobody who pays.", order.display_name))
        return self.env["pm.bill.run"]._bill_at_once(
            "single",
            order.property_id,
            [
                {
                    "kind": "order",
                    "request_key": f"order/{order.id}",
                    "order_id": order.id,
                    "name": order.display_name,
                    "fee_item_id": item.id,
                    "property_id": order.property_id.id,
                    "partner_id": payer.id,
                    "date_from": day,
                    "date_to": day,
                    "amount": order.quote_amount,
                    "inputs": {
                        "text": self.env._(
                            "agreed by %(name)s: %(lines)s",
                            name=order.quote_agreed_by or payer.name,
                            lines=", ".join(order.quote_line_ids.mapped("name")),
                        ),
                        "steps": [],
                    },
                }
            ],
            day,
        )

    @api.model
    def _cron_charge_quoted(self):
        """Charge all work that was accepted and agreed to and is not charged yet."""
        domain = [
            ("quote_state", "=", "agreed"),
            ("state", "in", ("verified", "closed")),
            ("quote_amount", ">", 0),
            ("company_id.pm_order_item_id", "!=", False),
            ("pm_charge_ids", "=", False),
        ]
        orders = self.search(domain)._quoted()
        orders._cron_each(lambda order: order._charge_quoted())


class PmCharge(models.Model):
    _inherit = "pm.charge"

    order_id = fields.Many2one(
        "maintenance.request",
        "Work Order",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
