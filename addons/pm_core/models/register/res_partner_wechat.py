from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import hash_sign, verify_hash_signed

# what the links are signed for by which customers bind WeChat
WECHAT_SCOPE = "pm_wechat_bind"


class ResPartner(models.Model):
    """A customer's WeChat, to which notices go."""

    _inherit = "res.partner"

    pm_wechat_openid = fields.Char(
        "WeChat (OpenID)",
        company_dependent=True,
        copy=False,
        groups="base.group_system",
        help="Who the customer is for the WeChat account of the company.",
    )
    pm_wechat_bound = fields.Boolean(
        "WeChat Bound",
        compute="_compute_pm_wechat",
        compute_sudo=True,
        groups="pm_core.group_pm_user",
        help="Notices reach the customer by WeChat.",
    )
    pm_wechat_offered = fields.Boolean(
        "WeChat Offered",
        compute="_compute_pm_wechat",
        compute_sudo=True,
        groups="pm_core.group_pm_user",
    )

    @api.depends("pm_wechat_openid")
    @api.depends_context("company")
    def _compute_pm_wechat(self):
        offered = bool(self.env["pm.wechat.account"]._of_company(self.env.company))
        for partner in self:
            partner.pm_wechat_offered = offered
            partner.pm_wechat_bound = offered and bool(partner.pm_wechat_openid)

    def _pm_wechat_link(self, company):
        """Return the address at which this customer binds WeChat; good for a day."""
        self.ensure_one()
        token = hash_sign(
            self.sudo().env, WECHAT_SCOPE, [self.id, company.id], expiration_hours=24
        )
        return f"{self.get_base_url()}/wechat/bind/{token}"

    @api.model
    def _pm_of_wechat_token(self, token):
        """Return (customer, account) of a link, as superuser, or None.

        None for a link that is forged or over, and where WeChat is not offered.
        """
        try:
            values = verify_hash_signed(self.sudo().env, WECHAT_SCOPE, token)
        except (ValueError, IndexError):
            return None
        if not values:
            return None
        partner_sudo = self.sudo().browse(values[0]).exists()
        company = self.env["res.company"].browse(values[1])
        account_sudo = self.env["pm.wechat.account"]._of_company(company)
        return (partner_sudo, account_sudo) if partner_sudo and account_sudo else None

    def _pm_bind_wechat(self, account_sudo, openid):
        """Keep whose WeChat it is for an account: this customer's, and nobody else's.

        With two of them, what one writes could be taken for the other's.
        """
        self.ensure_one()
        own_sudo = self.sudo().with_company(account_sudo.company_id)
        holders_sudo = own_sudo.with_context(active_test=False).search(
            [("pm_wechat_openid", "=", openid)]
        )
        (holders_sudo - own_sudo).pm_wechat_openid = False
        own_sudo.pm_wechat_openid = openid

    def action_pm_wechat_link(self):
        """Show the code that the customer scans with WeChat, at the counter.

        :raises UserError: the company has no account
        """
        self.ensure_one()
        self.check_access("write")
        self._pm_check_kept_here()
        if not self.pm_wechat_offered:
            raise UserError(
                self.env._(
                    "%(company)s has no WeChat account yet. An administrator sets it "
                    "up under Configuration.",
                    company=self.env.company.name,
                )
            )
        return {
            "type": "ir.actions.act_url",
            "url": self._pm_wechat_link(self.env.company),
            "target": "new",
        }

    def action_pm_wechat_forget(self):
        """Let notices no longer go to the customer's WeChat."""
        self.check_access("write")
        self.sudo().pm_wechat_openid = False
