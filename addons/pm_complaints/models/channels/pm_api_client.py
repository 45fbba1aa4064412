import secrets
from datetime import timedelta

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

GROUP = "pm_complaints.group_pm_api"
# wrong codes within an hour, after which no code is right
WRONG_CODES = 20
# of counting one call, while others are counted
TRIES = 10


class PmApiClient(models.Model):
    """The access of another system: a user of its own, its keys and its limits.

    The user is nobody's login: it has no password, is no internal user, and its only
    group opens ``pm.api``. The key is Odoo's own, so that it is hashed, expires and
    can be revoked.
    """

    _name = "pm.api.client"
    _description = "API Access"
    _inherit = ["pm.outsider.mixin"]

    name = fields.Char("System", help="What it is, so that others know it later.")
    active = fields.Boolean(help="An archived access gets no answer, whatever its key.")
    estate_ids = fields.Many2many(
        help="Where it may report something; none: all estates of the company."
    )
    login_id = fields.Many2one(
        "res.users",
        "User of the Access",
        readonly=True,
        copy=False,
        index=True,
        ondelete="restrict",
    )
    user_id = fields.Many2one(help="Is told before a key expires.")
    hourly_limit = fields.Integer(
        "Calls an Hour",
        required=True,
        default=600,
        help="More are refused until the hour is over.",
    )
    key_days = fields.Integer(
        "Days a New Key Is Valid", required=True, default=365, aggregator=None
    )
    warn_days = fields.Integer(
        "Warn before It Expires (Days)", required=True, default=21, aggregator=None
    )
    key_count = fields.Integer("Keys", compute="_compute_keys")
    key_expires_at = fields.Datetime("Key Expires", compute="_compute_keys")
    warned_for = fields.Datetime(readonly=True, copy=False)
    call_ids = fields.One2many("pm.api.call", "client_id", "Calls by the Hour")
    request_ids = fields.One2many("pm.api.request", "client_id", "Reports")
    last_call_at = fields.Datetime("Last Call", compute="_compute_last_call")

    _login_unique = models.UniqueIndex(
        "(login_id)", "This user belongs to another access."
    )
    _limits = models.Constraint(
        "CHECK (hourly_limit > 0 AND key_days BETWEEN 1 AND 1095 AND warn_days >= 0)",
        "Let at least one call an hour in, and let keys be valid for one day to three "
        "years.",
    )

    def _keys(self):
        return (
            self.env["res.users.apikeys"]
            .sudo()
            .search([("user_id", "in", self.sudo().login_id.ids)])
        )

    def _compute_keys(self):
        keys = self._keys().grouped("user_id")
        for client in self:
            own = keys.get(client.sudo().login_id, self.env["res.users.apikeys"])
            client.key_count = len(own)
            client.key_expires_at = max(
                filter(None, own.mapped("expiration_date")), default=False
            )

    def _compute_last_call(self):
        last = dict(
            self.env["pm.api.call"]
            .sudo()
            ._read_group(
                [("client_id", "in", self.ids)], ["client_id"], ["last_at:max"]
            )
        )
        for client in self:
            client.last_call_at = last.get(client, False)

    def _is_expired(self, now):
        """Whether the last key that was announced is over and no other was made."""
        return bool(self.warned_for and self.warned_for < now and not self.key_count)

    @api.model_create_multi
    def create(self, vals_list):
        clients = super().create(vals_list)
        clients._make_logins()
        return clients

    def _make_logins(self):
        users = self.env["res.users"].sudo().with_context(no_reset_password=True)
        for client in self.sudo():
            client._as_step().login_id = users._as_step().create(
                {
                    "name": client.name,
                    # what it brings in is recorded in the language of who set it up
                    "lang": self.env.lang or self.env.user.lang,
                    "login": f"api-{secrets.token_hex(8)}",
                    "group_ids": [Command.set(self.env.ref(GROUP).ids)],
                    "company_id": client.company_id.id,
                    "company_ids": [Command.set(client.company_id.ids)],
                    "active": client.active,
                }
            )

    def write(self, vals):
        result = super().write(vals)
        if "active" in vals:
            self.sudo().with_context(active_test=False).login_id.active = vals["active"]
        if "company_id" in vals:
            for client in self.sudo():
                client.login_id.write(
                    {
                        "company_ids": [Command.set(client.company_id.ids)],
                        "company_id": client.company_id.id,
                    }
                )
        return result

    @api.model
    def _of_user(self, user):
        """The access whose user this is, with all rights; none for anybody else."""
        clients = self.sudo()
        # the group first: it is known in memory, and asked for with every request
        if not (user.has_group(GROUP) and user.share):
            return clients.browse()
        return clients.search([("login_id", "=", user.id)], limit=1)

    def _estates(self):
        """Where it may report something."""
        return self.estate_ids or self.env["pm.property"].search(
            [("kind", "=", "estate"), ("company_id", "=", self.company_id.id)]
        )

    # ------------------------------------------------------------------
    # Keys
    # ------------------------------------------------------------------

    def action_new_key(self):
        """Another key, shown this once; earlier ones stay valid until they expire."""
        self.ensure_one()
        self.check_access("write")
        user = self.sudo().login_id
        key = (
            self.env["res.users.apikeys"]
            .with_user(user)
            .sudo()
            ._generate(
                "rpc", self.name, fields.Datetime.now() + timedelta(days=self.key_days)
            )
        )
        self.sudo().message_post(body=self.env._("A new key was made."))
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.users.apikeys.show",
            "name": self.env._("The Key: Copy It Now"),
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_key": key},
        }

    def action_revoke_keys(self):
        """No key of this access opens anything any more.

        :raises UserError: there is none
        """
        self.check_access("write")
        keys = self._keys()
        if not keys:
            raise UserError(self.env._("There is no key."))
        keys.with_user(SUPERUSER_ID).unlink()
        for client in self.sudo():
            client.message_post(body=self.env._("All keys were revoked."))

    @api.model
    def _cron_warn(self):
        """Say before the last key of an access expires, once for each date."""
        now = fields.Datetime.now()
        due = self.search([]).filtered(
            lambda client: (
                client.key_expires_at
                and client.key_expires_at <= now + timedelta(days=client.warn_days)
                and client.key_expires_at != client.warned_for
            )
        )
        due._cron_each(lambda client: client._warn())

    def _warn(self):
        reader = self.with_context(lang=self.user_id.lang or self.env.lang)
        self.activity_schedule(
            "mail.mail_activity_data_warning",
            user_id=self.user_id.id,
            summary=reader.env._(
                "The key of %(system)s expires on %(day)s",
                system=self.name,
                day=format_date(reader.env, self.key_expires_at),
            ),
            note=reader.env._(
                "Make a new key, give it to the other system, and revoke the old one "
                "once the new one is in use."
            ),
        )
        self._as_step().warned_for = self.key_expires_at

    # ------------------------------------------------------------------
    # Calls
    # ------------------------------------------------------------------

    def _count(self, column):
        """Count one more in this hour, for good, whatever becomes of the call.

        In a transaction of its own: that of a call that is refused leaves nothing.

        :return: how many there are in this hour
        """
        now = fields.Datetime.now()
        hour = now.replace(minute=0, second=0, microsecond=0)
        query = SQL(
            "INSERT INTO pm_api_call (client_id, company_id, hour, calls, wrong,"
            " last_at) VALUES (%s, %s, %s, %s, %s, %s)"
            " ON CONFLICT (client_id, hour) DO UPDATE SET last_at = EXCLUDED.last_at,"
            " %s = pm_api_call.%s + 1 RETURNING %s",
            self.id,
            self.company_id.id,
            hour,
            int(column == "calls"),
            int(column == "wrong"),
            now,
            SQL.identifier(column),
            SQL.identifier(column),
            SQL.identifier(column),
        )
        for _try in range(TRIES):
            try:
                with self.env.registry.cursor() as cr:
                    cr.execute(query, log_exceptions=False)
                    ((count,),) = cr.fetchall()
                return count
            except SerializationFailure:
                # another call was counted at the same moment
                continue
        return 0

    def _is_too_often(self):
        """Count a call; whether there were enough in this hour."""
        return self._count("calls") > self.hourly_limit

    def _check_guesses(self):
        """:raises UserError: too many wrong codes in this hour"""
        hour = fields.Datetime.now().replace(minute=0, second=0, microsecond=0)
        this_hour = self.env["pm.api.call"].search(
            [("client_id", "=", self.id), ("hour", "=", hour)]
        )
        if this_hour.wrong >= WRONG_CODES:
            raise UserError(
                self.env._("Too many wrong codes. Try again when the hour is over.")
            )

    def _count_guess(self):
        self._count("wrong")

    # ------------------------------------------------------------------
    # Once each
    # ------------------------------------------------------------------

    def _first_time(self, reference):
        """Take a reference down.

        The database says whether it came before. Two calls at the same moment: one
        waits here for the other, and is done again by Odoo, which then finds it.

        :return: None the first time, then what it made
        """
        now = fields.Datetime.now()
        new = self.env.execute_query(
            SQL(
                "INSERT INTO pm_api_request (client_id, company_id, reference,"
                " create_date) VALUES (%s, %s, %s, %s)"
                " ON CONFLICT (client_id, reference) DO NOTHING RETURNING id",
                self.id,
                self.company_id.id,
                reference,
                now,
            )
        )
        if new:
            return None
        known = self._request(reference)
        return self.env[known.res_model].browse(known.res_id)

    def _request(self, reference):
        return self.env["pm.api.request"].search(
            [("client_id", "=", self.id), ("reference", "=", reference)]
        )

    def _made(self, reference, record):
        self._request(reference)._as_step().write(
            {"res_model": record._name, "res_id": record.id}
        )
