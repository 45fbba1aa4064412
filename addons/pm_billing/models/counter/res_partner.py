from odoo import api, fields, models

from .pm_receipt_wallet import Wallet

SEES_BILLS = (
    "pm_core.group_pm_service,pm_billing.group_pm_cashier,"
    "pm_billing.group_pm_billing_clerk"
)


class ResPartner(models.Model):
    _inherit = "res.partner"

    pm_prepaid = fields.Monetary(
        "Prepaid",
        compute="_compute_pm_prepaid",
        currency_field="pm_currency_id",
        groups="pm_billing.group_pm_cashier,pm_billing.group_pm_billing_clerk",
        help="Paid beyond the bills and not used yet.",
    )
    pm_charge_ids = fields.One2many(
        "pm.charge", "partner_id", "Charges", groups=SEES_BILLS
    )
    pm_receipt_ids = fields.One2many(
        "pm.receipt", "partner_id", "Receipts", groups=SEES_BILLS
    )
    pm_amount_open = fields.Monetary(
        "Open Amount",
        compute="_compute_pm_amount_open",
        currency_field="pm_currency_id",
        groups=SEES_BILLS,
        help="What is billed to the customer in this company and not paid; tax "
        "included.",
    )
    pm_currency_id = fields.Many2one(
        "res.currency",
        "Company Currency",
        compute="_compute_pm_currency_id",
    )

    @api.depends_context("company")
    def _compute_pm_currency_id(self):
        self.pm_currency_id = self.env.company.currency_id

    @api.depends_context("company")
    def _compute_pm_prepaid(self):
        balances = {
            partner.id: balance
            for partner, balance in self._pm_prepaid_balances(["partner_id"])
        }
        for partner in self:
            partner.pm_prepaid = -balances.get(partner._origin.id, 0.0)

    def _pm_prepaid_balances(self, groupby):
        """Return the balances of the prepayment account, grouped."""
        company = self.env.company
        account = company.sudo().pm_prepayment_account_id
        if not account:
            return []
        return (
            self.env["account.move.line"]
            .sudo()
            ._read_group(
                [
                    ("account_id", "=", account.id),
                    ("partner_id", "in", self._origin.ids),
                    ("parent_state", "=", "posted"),
                    ("company_id", "=", company.id),
                ],
                groupby,
                ["balance:sum"],
            )
        )

    def _pm_wallets(self):
        """Return {:class:`Wallet`: what is left} of one customer in this company."""
        self.ensure_one()
        return self._pm_wallets_of_each()[self]

    def _pm_wallets_of_each(self):
        """Return {customer: {:class:`Wallet`: what is left}} in this company.

        In the order in which they are used: dedicated ones first, the general one last.
        """
        currency = self.env.company.currency_id
        found = {partner._origin.id: {} for partner in self}
        for partner, item, place, balance in self._pm_prepaid_balances(
            ["partner_id", "pm_wallet_item_id", "pm_wallet_property_id"]
        ):
            wallet = Wallet(item.with_env(self.env), place.with_env(self.env))
            left = -currency.round(balance)
            if left > 0:
                found[partner.id][wallet] = left
        return {
            partner: dict(
                sorted(found[partner._origin.id].items(), key=lambda row: row[0].rank())
            )
            for partner in self
        }

    @api.depends_context("company", "uid")
    def _compute_pm_amount_open(self):
        """Of the estates that the user works with, with one query for the set."""
        totals = dict(
            self.env["pm.charge"]._read_group(
                [
                    ("partner_id", "in", self.ids),
                    ("amount_residual", ">", 0),
                    ("company_id", "=", self.env.company.id),
                ],
                ["partner_id"],
                ["amount_residual:sum"],
            )
        )
        totals = {partner.id: total for partner, total in totals.items()}
        for partner in self:
            partner.pm_amount_open = totals.get(partner._origin.id, 0.0)

    @api.model
    def _pm_sees_all_customers(self, user):
        """Accountants read the names on what they book."""
        return super()._pm_sees_all_customers(user) or user.has_groups(
            "account.group_account_readonly,account.group_account_invoice"
        )

    def action_pm_view_open_charges(self):
        """What the customer still has to pay."""
        self.ensure_one()
        self.check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "pm_billing.pm_charge_action"
            ),
            "domain": [("partner_id", "=", self.id), ("amount_residual", ">", 0)],
            "context": {},
        }

    def action_pm_open_counter(self):
        """Take a payment of this customer."""
        self.ensure_one()
        self.check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "pm_billing.pm_counter_action"
            ),
            "context": {"default_partner_id": self.id},
        }
