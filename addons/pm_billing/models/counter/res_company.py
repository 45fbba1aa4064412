from odoo import fields, models
from odoo.fields import Domain


class ResCompany(models.Model):
    _inherit = "res.company"

    pm_settle_rule = fields.Selection(
        [
            ("oldest", "The Oldest First"),
            ("late_last", "The Oldest First, Late Fees Last"),
            ("late_first", "Late Fees First, Then the Oldest"),
            ("item", "In the Order of the Fee Items, Then the Oldest"),
        ],
        "Payments Settle",
        required=True,
        default="oldest",
        help="What a payment settles that does not cover all that is open. The cashier "
        "can say otherwise.",
    )
    pm_wallet_auto = fields.Boolean(
        "Use Prepayments for New Bills",
        help="What a customer has prepaid settles the bills of the next run by itself. "
        "What was prepaid for one fee item does so in any case.",
    )

    def _pm_prepaid_lines(self):
        """Return the prepayments of which something is left to use by itself."""
        self.ensure_one()
        account = self.sudo().pm_prepayment_account_id
        Line = self.env["account.move.line"].sudo()
        if not account:
            return Line
        domain = Domain("account_id", "=", account.id)
        domain &= Domain("company_id", "=", self.id)
        domain &= Domain("parent_state", "=", "posted")
        domain &= Domain("reconciled", "=", False) & Domain("balance", "<", 0)
        if not self.sudo().pm_wallet_auto:
            domain &= Domain("pm_wallet_item_id", "!=", False)
        return Line.search(domain)

    def _pm_match_prepaid(self, partner, wallet):
        """Match what was used or given back of a balance with what it came from."""
        self.ensure_one()
        account = self._pm_get_prepayment_account()
        self.env["account.move.line"].sudo().search(
            [
                ("account_id", "=", account.id),
                ("partner_id", "=", partner.id),
                ("company_id", "=", self.id),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("pm_wallet_item_id", "=", wallet.item.id),
                ("pm_wallet_property_id", "=", wallet.place.id),
            ]
        ).reconcile()
