from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    pm_discount_account_id = fields.Many2one(
        "account.account",
        "Discounts for Prepaying",
        domain="[('account_type', 'in', ('income', 'expense'))]",
        check_company=True,
        help="What is let off who pays months ahead lowers the income here, and not on "
        "the account of the fee.",
    )

    def _pm_get_discount_account(self):
        """Return the account of discounts, made when there is none."""
        return self._pm_get_account(
            "pm_discount_account_id",
            self.env._("Discounts for Prepaying"),
            "600190",
            "income",
            False,
        )
