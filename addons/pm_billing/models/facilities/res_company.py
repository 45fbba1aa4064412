from odoo import Command, fields, models


class ResCompany(models.Model):
    """The account of what common parts earn for their owners."""

    _inherit = "res.company"

    pm_public_account_id = fields.Many2one(
        "account.account",
        "Public Income of Owners",
        domain="[('account_type', '=', 'liability_current')]",
        check_company=True,
        help="What advertising and halls of common parts bring belongs to the owners "
        "(Civil Code, article 282): it is owed to them, and no income.",
    )

    def _pm_get_public_account(self):
        """Return the account of public income, made when there is none.

        It has the tag by which the statement of public income finds it.
        """
        account = self._pm_get_account(
            "pm_public_account_id",
            self.env._("Public Income of Owners"),
            "224195",
            "liability_current",
            False,
        )
        tag = self.env.ref("pm_billing.account_tag_public", raise_if_not_found=False)
        if tag and tag not in account.tag_ids:
            account.tag_ids = [Command.link(tag.id)]
        return account
