import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ...tools import wechat

# a token is renewed so long before it ends
MARGIN = timedelta(minutes=5)

_logger = logging.getLogger(__name__)


class PmWechatAccount(models.Model):
    """The WeChat official account (service account) by which a company sends notices.

    Messages follow a template that WeChat approved for the account; which of its
    fields take what is said here. Administrators only: the secret is in it.
    """

    _name = "pm.wechat.account"
    _description = "WeChat Account"
    _order = "company_id, id"

    name = fields.Char(required=True, help="The account as residents see it in WeChat.")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    app_id = fields.Char("App ID", required=True, copy=False)
    secret = fields.Char(
        "App Secret",
        required=True,
        copy=False,
        help="From the account's settings at WeChat, where the address of this server "
        "is entered as well.",
    )
    template_id = fields.Char(
        "Template ID",
        required=True,
        help="Of the template for notices, as WeChat lists it for the account.",
    )
    field_title = fields.Char(
        "Field for the Subject",
        default="thing1",
        help="Name of the field in the template, without .DATA. A thing takes 20 "
        "characters, longer texts are shortened.",
    )
    field_estate = fields.Char("Field for the Estate", default="thing2")
    field_kind = fields.Char("Field for the Kind")
    field_time = fields.Char(
        "Field for the Time",
        default="time3",
        help="From when on the notice concerns residents, or when it was published.",
    )
    api_base = fields.Char(
        "Address of the Interface",
        default=wechat.API,
        required=True,
        help="WeChat's own, unless the server reaches WeChat through another one.",
    )
    authorize_base = fields.Char(
        "Address for Binding",
        default=wechat.AUTHORIZE,
        required=True,
        help="Where residents' WeChat tells who they are.",
    )
    token = fields.Char(groups="base.group_system", copy=False)
    token_until = fields.Datetime(groups="base.group_system", copy=False)
    bound_count = fields.Integer(
        "Customers Bound", compute="_compute_bound_count", compute_sudo=True
    )

    _one_per_company = models.UniqueIndex(
        "(company_id) WHERE active", "The company has a WeChat account already."
    )

    @api.depends("company_id")
    def _compute_bound_count(self):
        # the field has a value for each company, which no domain asks for at once
        self.env["res.partner"].flush_model(["pm_wechat_openid", "active"])
        counts = dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT bound.company, count(*)
                      FROM res_partner
                     CROSS JOIN LATERAL jsonb_each_text(pm_wechat_openid)
                           AS bound(company, openid)
                     WHERE active AND bound.company = ANY(%s) AND bound.openid <> ''
                     GROUP BY bound.company
                    """,
                    [str(company) for company in self.company_id.ids],
                )
            )
        )
        for account in self:
            account.bound_count = counts.get(str(account.company_id.id), 0)

    @api.constrains("field_title", "field_estate", "field_kind", "field_time")
    def _check_fields(self):
        for account in self:
            if not account._template_fields():
                raise ValidationError(
                    self.env._(
                        "%(account)s: name at least one field of the template, or the "
                        "messages would be empty.",
                        account=account.name,
                    )
                )

    def write(self, vals):
        """Another account does not know the residents who bound the last one."""
        changed = self.filtered(
            lambda account: vals.get("app_id", account.app_id) != account.app_id
        )
        if vals.keys() & {"app_id", "secret", "api_base"}:
            self.check_access("write")
            vals = {**vals, "token": False, "token_until": False}
            result = super(PmWechatAccount, self.sudo()).write(vals)
        else:
            result = super().write(vals)
        changed._forget_bindings()
        return result

    def _forget_bindings(self):
        for account in self.sudo():
            partners = (
                self.env["res.partner"].sudo().with_company(account.company_id)
            ).with_context(active_test=False)
            partners.search(self._domain_bound()).pm_wechat_openid = False

    @api.model
    def _domain_bound(self):
        return [("pm_wechat_openid", "!=", False)]

    @api.model
    def _of_company(self, company):
        """Return the account by which a company sends, as superuser."""
        accounts_sudo = self.sudo()
        return accounts_sudo.search([("company_id", "=", company.id)], limit=1)

    def action_check(self):
        """Ask WeChat for a token, and say whether it gave one.

        :raises UserError: saying what WeChat answered
        """
        self.ensure_one()
        self.check_access("write")
        try:
            self.sudo()._as_step()._renew_token()
        except wechat.WechatError as error:
            raise UserError(
                self.env._(
                    "WeChat does not let us in: %(error)s. Check App ID, App Secret "
                    "and, in the account's settings at WeChat, the list of servers "
                    "that may ask (IP whitelist).",
                    error=error,
                )
            ) from error
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("WeChat knows the account and the secret."),
            },
        }

    # ------------------------------------------------------------------
    # Talking to WeChat
    # ------------------------------------------------------------------

    def _client(self):
        self.ensure_one()
        return wechat.WechatClient(self.app_id, self.secret, self.api_base)

    def _get_token(self):
        """Return a token that is good for some minutes, a new one if need be."""
        now = fields.Datetime.now()
        if self.token and self.token_until and self.token_until - MARGIN > now:
            return self.token
        return self._renew_token()

    def _renew_token(self, refused=None):
        """Get a token and keep it.

        :param refused: the token that WeChat did not take any more
        """
        client = self._client()
        token, seconds = client.fetch_token()
        if refused and token == refused:
            token, seconds = client.fetch_token(force=True)
        self._as_step().write(
            {
                "token": token,
                "token_until": fields.Datetime.now() + timedelta(seconds=seconds),
            }
        )
        return token

    def _send(self, openid, data, url, key):
        """Send one message; a token that ended early is renewed once.

        :raises wechat.WechatError:
        """
        client = self._client()
        token = self._get_token()
        try:
            return client.send_template(token, openid, self.template_id, data, url, key)
        except wechat.WechatError as error:
            if error.kind != wechat.TOKEN:
                raise
        token = self._renew_token(refused=token)
        return client.send_template(token, openid, self.template_id, data, url, key)

    def _template_fields(self):
        """Return {what: name of the template's field} of the fields in use."""
        names = ("title", "estate", "kind", "time")
        return {
            name: self[f"field_{name}"].strip()
            for name in names
            if (self[f"field_{name}"] or "").strip()
        }
