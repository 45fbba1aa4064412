from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_datetime

KINDS = [
    ("mail", "E-mail"),
    ("wechat", "WeChat"),
    ("sms", "SMS"),
    ("api", "API"),
    ("webhook", "Webhooks"),
    ("wecom", "WeCom Robots"),
]


class PmChannelHealth(models.Model):
    """How one way to and from the outside is doing at a company.

    What it says is read from the messages themselves whenever somebody looks. A job
    looks too, and tells who is responsible once when a channel fails or falls silent.
    The figures are in the file beside.
    """

    _name = "pm.channel.health"
    _description = "State of a Channel"
    _inherit = ["mail.thread", "mail.activity.mixin", "pm.cron.mixin"]
    _order = "company_id, id"
    _rec_name = "kind"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(KINDS, "Channel", required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        required=True,
        domain="[('share', '=', False)]",
        help="Is told when the channel fails or falls silent.",
    )
    silent_days = fields.Integer(
        "Silent after (Days)",
        aggregator=None,
        help="So long nothing came in: something may be wrong. 0: any time is fine.",
    )
    failed_limit = fields.Integer(
        "Failing from (Messages)",
        required=True,
        default=5,
        aggregator=None,
        help="So many messages failed within 30 days and were not sent again.",
    )
    late_minutes = fields.Integer(
        "Late after (Minutes)",
        required=True,
        default=60,
        aggregator=None,
        help="So long a message may wait, by its time to be sent.",
    )
    is_set_up = fields.Boolean(compute="_compute_figures")
    last_in = fields.Datetime(compute="_compute_figures")
    last_out = fields.Datetime(compute="_compute_figures")
    waiting = fields.Integer("To Be Sent", compute="_compute_figures")
    held = fields.Integer(
        "Waits for a Person",
        compute="_compute_figures",
        help="Came in, and nobody knows from whom.",
    )
    failed = fields.Integer(compute="_compute_figures")
    paused = fields.Integer(compute="_compute_figures")
    state = fields.Selection(
        [
            ("off", "Not Set Up"),
            ("works", "Works"),
            ("silent", "Silent"),
            ("fails", "Fails"),
        ],
        compute="_compute_state",
    )
    state_text = fields.Char("What It Means", compute="_compute_state")
    told_state = fields.Char(readonly=True)

    _once = models.UniqueIndex(
        "(company_id, kind)", "This channel of the company is there already."
    )
    _limits = models.Constraint(
        "CHECK (silent_days >= 0 AND failed_limit > 0 AND late_minutes > 0)",
        "Enter limits above nothing.",
    )

    @api.depends("kind")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for health in self:
            health.display_name = kinds.get(health.kind, "")

    def _compute_figures(self):
        for kind, healths in self.grouped("kind").items():
            figures = getattr(healths.sudo(), f"_figures_{kind}")()
            for health in healths:
                health.update(self._no_figures() | figures.get(health.company_id, {}))

    @api.depends("silent_days", "failed_limit", "late_minutes")
    @api.depends_context("lang", "tz")
    def _compute_state(self):
        for health in self:
            health.state, health.state_text = health._judge()

    def _judge(self):
        """Return (state, why) in words."""
        if not self.is_set_up:
            return "off", self.env._("Nothing is set up.")
        if self.paused:
            return "fails", self.env._("%s paused: nothing is sent there.", self.paused)
        if self.failed >= self.failed_limit:
            return "fails", self.env._(
                "%s messages failed. Look why, then try again.", self.failed
            )
        late = self._late_since()
        if late:
            return "fails", self.env._(
                "Messages wait since %s. Nothing is lost; look whether the other side "
                "is there.",
                format_datetime(self.env, late, dt_format="short"),
            )
        since = fields.Datetime.now() - timedelta(days=self.silent_days)
        if self.silent_days and (not self.last_in or self.last_in < since):
            return "silent", self.env._(
                "Nothing came in for %s days.", self.silent_days
            )
        if self.failed:
            return "works", self.env._("%s messages failed.", self.failed)
        return "works", self.env._("All is well.")

    def _late_since(self):
        """Since when a message waits that should have left, or None."""
        limit = fields.Datetime.now() - timedelta(minutes=self.late_minutes)
        oldest = getattr(self.sudo(), f"_oldest_{self.kind}")()
        return oldest if oldest and oldest < limit else None

    # ------------------------------------------------------------------
    # There is one for each
    # ------------------------------------------------------------------

    @api.model
    def _ensure(self):
        """Each company has one of each kind."""
        healths = self.sudo()._as_step()
        known = {(one.company_id.id, one.kind) for one in healths.search([])}
        companies = self.env["res.company"].sudo().search([])
        admins = self.env.ref("pm_core.group_pm_admin").sudo().all_user_ids
        root = self.env.ref("base.user_admin").sudo()
        healths.create(
            [
                {
                    "company_id": company.id,
                    "kind": kind,
                    "user_id": (
                        admins.filtered(
                            lambda user, company=company: (
                                user.active and company in user.company_ids
                            )
                        )[:1]
                        or root
                    ).id,
                    "silent_days": 0,
                }
                for company in companies
                for kind, _name in KINDS
                if (company.id, kind) not in known
            ]
        )

    # ------------------------------------------------------------------
    # The job
    # ------------------------------------------------------------------

    @api.model
    def _cron_watch(self):
        """Tell once when a channel fails or falls silent, and take it back."""
        self._ensure()
        self.search([])._cron_each(lambda health: health._watch())

    def _watch(self):
        bad = self.state if self.state in ("fails", "silent") else False
        if bad == (self.told_state or False):
            return
        self._as_step().told_state = bad
        self.activity_unlink(["mail.mail_activity_data_warning"])
        if bad:
            reader = self.with_context(
                lang=self.user_id.lang or self.env.lang, tz=self.user_id.tz
            )
            self.activity_schedule(
                "mail.mail_activity_data_warning",
                user_id=self.user_id.id,
                summary=f"{reader.display_name}: {reader.state_text}",
            )

    def action_try_again(self):
        """What failed or waits is sent or taken up now."""
        self.check_access("write")
        for health in self.sudo()._as_step():
            getattr(health, f"_again_{health.kind}")()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_messages(self):
        """Where the messages of this channel are listed."""
        self.ensure_one()
        self.check_access("read")
        names = {
            "mail": "mail.action_view_mail_mail",
            "wechat": "pm_complaints.pm_wechat_message_action",
            "sms": "pm_complaints.pm_sms_message_action",
            "api": "pm_complaints.pm_api_client_action",
            "webhook": "pm_complaints.pm_webhook_action",
            "wecom": "pm_complaints.pm_wecom_robot_action",
        }
        return self.env["ir.actions.act_window"]._for_xml_id(names[self.kind])
