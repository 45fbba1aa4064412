import logging
from datetime import time, timedelta
from zoneinfo import ZoneInfo

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import plaintext2html

from ...engine.recurrence import local_day, moment

ROLES = ("owner", "tenant", "family", "developer", "other")
# what residents have been told, or will be: it was approved so
CONTENT = {
    "title",
    "body",
    "kind_id",
    "estate_id",
    "property_ids",
    "attachment_ids",
    "date_from",
    "date_to",
    "date_planned",
    "sms_text",
    *(f"to_{role}" for role in ROLES),
}
LOCKED = ("scheduled", "published", "cancelled")
# notices that are published in one transaction
BATCH = 20

_logger = logging.getLogger(__name__)


class PmNotice(models.Model):
    """Something that the residents of an estate, or of parts of it, are told.

    Written by staff, approved by the levels that administrators define, and then
    published, at once or at the moment that was chosen: who holds a property in
    scope on that day is frozen as a recipient. It is on the residents' portal then;
    messages are sent by a scheduled job afterwards, so that publishing never waits
    for them.

    Another channel adds a field ``by_<channel>``, a value to the selection of
    ``pm.notice.delivery.channel`` and its methods there.
    """

    _name = "pm.notice"
    _description = "Notice"
    _inherit = [
        "pm.scope.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "pm.approval.mixin",
    ]
    _order = "date_published desc, id desc"
    _rec_names_search = ["name", "title"]
    _check_company_auto = True
    _state_to = ["published", "scheduled"]

    def _default_estate(self):
        """The estate of who works with one only."""
        estates = self.env["pm.property"].search([("kind", "=", "estate")], limit=2)
        return estates if len(estates) == 1 else estates.browse()

    name = fields.Char("Number", readonly=True, copy=False, index="trigram")
    title = fields.Char("Subject", required=True, tracking=True)
    kind_id = fields.Many2one(
        "pm.notice.kind", required=True, index=True, ondelete="restrict"
    )
    estate_id = fields.Many2one(default=lambda self: self._default_estate())
    property_ids = fields.Many2many(
        "pm.property",
        "pm_notice_property_rel",
        "notice_id",
        "property_id",
        "Only For",
        domain="[('id', 'child_of', estate_id), ('kind', '!=', 'estate')]",
        help="Buildings, entrances or units that are concerned, with all their parts; "
        "empty: the whole estate.",
    )
    to_owner = fields.Boolean("Owners", default=True)
    to_tenant = fields.Boolean("Tenants", default=True)
    to_family = fields.Boolean("Family Members")
    to_developer = fields.Boolean("Developer")
    to_other = fields.Boolean("Others")
    by_email = fields.Boolean(
        "By E-mail", compute="_compute_channels", store=True, readonly=False
    )
    by_sms = fields.Boolean(
        "By SMS", compute="_compute_channels", store=True, readonly=False
    )
    by_wechat = fields.Boolean(
        "By WeChat", compute="_compute_channels", store=True, readonly=False
    )
    wechat_offered = fields.Boolean(
        compute="_compute_wechat_offered", export_string_translation=False
    )
    body = fields.Html("Text", required=True)
    sms_text = fields.Char(
        "Text of the SMS",
        compute="_compute_sms_text",
        store=True,
        readonly=False,
        help="A link to the notice is added.",
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Attachments", copy=False)
    date_from = fields.Datetime("Concerns From", help="For example of a water cut.")
    date_to = fields.Datetime("Concerns To")
    date_planned = fields.Datetime(
        "Publish at",
        copy=False,
        help="Residents are told at this time, if the notice is approved by then; "
        "empty: as soon as it is approved.",
    )
    date_expiry = fields.Date(
        "Shown Until",
        compute="_compute_date_expiry",
        store=True,
        readonly=False,
        copy=False,
        help="Last day on which the notice is current; empty: without an end.",
    )
    expires_at = fields.Datetime(
        compute="_compute_expires_at",
        store=True,
        index="btree_not_null",
        export_string_translation=False,
    )
    date_published = fields.Datetime("Published on", readonly=True, copy=False)
    user_id = fields.Many2one(
        "res.users", "Written by", default=lambda self: self.env.user, tracking=True
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("approval", "In Approval"),
            ("scheduled", "To Be Published"),
            ("published", "Published"),
            ("cancelled", "Taken Back"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        index=True,
        tracking=True,
    )
    is_expired = fields.Boolean(
        "Expired", compute="_compute_is_expired", search="_search_is_expired"
    )
    recipient_ids = fields.One2many(
        "pm.notice.recipient", "notice_id", "Recipients", readonly=True, copy=False
    )
    preview_count = fields.Integer("Would Reach", compute="_compute_preview")
    preview_no_email = fields.Integer("Without E-mail", compute="_compute_preview")
    preview_no_phone = fields.Integer("Without Phone", compute="_compute_preview")
    preview_no_wechat = fields.Integer("Without WeChat", compute="_compute_preview")
    recipient_count = fields.Integer("Told", compute="_compute_figures")
    read_count = fields.Integer("Read", compute="_compute_figures")
    read_rate = fields.Float("Read (%)", compute="_compute_figures")
    sent_count = fields.Integer("Sent", compute="_compute_figures")
    waiting_count = fields.Integer("Being Sent", compute="_compute_figures")
    failed_count = fields.Integer("Failed", compute="_compute_figures")

    _dates_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_from IS NULL OR date_to >= date_from)",
        "What the notice is about cannot end before it begins.",
    )
    _to_somebody = models.Constraint(
        "CHECK (to_owner OR to_tenant OR to_family OR to_developer OR to_other)",
        "Choose whom the notice is for: owners, tenants or others.",
    )
    _name_unique = models.UniqueIndex(
        "(company_id, name) WHERE name IS NOT NULL", "This notice number is taken."
    )

    # ------------------------------------------------------------------
    # Computed
    # ------------------------------------------------------------------

    @api.depends("name", "title")
    def _compute_display_name(self):
        for notice in self:
            notice.display_name = " ".join(filter(None, (notice.name, notice.title)))

    @api.depends("kind_id", "company_id")
    def _compute_channels(self):
        for notice in self:
            notice.by_email = notice.kind_id.by_email
            notice.by_sms = notice.kind_id.by_sms
            notice.by_wechat = notice.kind_id.by_wechat and notice.wechat_offered

    @api.depends("company_id")
    def _compute_wechat_offered(self):
        accounts_sudo = self.env["pm.wechat.account"].sudo()
        companies = accounts_sudo.search(
            [("company_id", "in", self.company_id.ids)]
        ).company_id
        for notice in self:
            notice.wechat_offered = notice.company_id in companies

    @api.depends("title", "estate_id")
    def _compute_sms_text(self):
        for notice in self:
            notice.sms_text = f"【{notice.estate_id.name or ''}】{notice.title or ''}"

    @api.depends("kind_id", "date_published")
    def _compute_date_expiry(self):
        for notice in self:
            if notice.date_expiry or not (
                notice.date_published and notice.kind_id.days
            ):
                notice.date_expiry = notice.date_expiry
                continue
            days = timedelta(days=notice.kind_id.days)
            notice.date_expiry = notice._today() + days

    @api.depends("date_expiry", "estate_id.tz")
    def _compute_expires_at(self):
        """The end of the last day where the estate is."""
        for notice in self:
            notice.expires_at = notice.date_expiry and moment(
                notice.date_expiry + timedelta(days=1), time.min, notice._zone()
            )

    @api.depends("expires_at")
    def _compute_is_expired(self):
        now = fields.Datetime.now()
        for notice in self:
            notice.is_expired = bool(notice.expires_at and notice.expires_at <= now)

    def _search_is_expired(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("expires_at", "<=", fields.Datetime.now())

    @api.depends("estate_id", "property_ids", "state", *(f"to_{r}" for r in ROLES))
    def _compute_preview(self):
        """Count whom a notice would reach if it were published now."""
        Partner = self.env["res.partner"]
        for notice in self:
            ahead = notice.state in ("draft", "approval", "scheduled")
            partners = notice._partners() if ahead else Partner
            notice.preview_count = len(partners)
            asked = partners if notice.wechat_offered else Partner
            asked_sudo = asked.sudo().with_company(notice.company_id)
            notice.preview_no_wechat = len(
                asked_sudo.filtered(lambda p: not p.pm_wechat_openid)
            )
            notice.preview_no_email = len(partners.filtered(lambda p: not p.email))
            notice.preview_no_phone = len(partners.filtered(lambda p: not p.phone))

    @api.depends("recipient_ids.read_date", "recipient_ids.delivery_ids.state")
    def _compute_figures(self):
        Recipient, Delivery = (
            self.env["pm.notice.recipient"],
            self.env["pm.notice.delivery"],
        )
        read = {
            notice: (count, opened)
            for notice, count, opened in Recipient._read_group(
                [("notice_id", "in", self.ids)],
                ["notice_id"],
                ["__count", "read_date:count"],
            )
        }
        sent = {
            (notice, state): count
            for notice, state, count in Delivery._read_group(
                [("notice_id", "in", self.ids)], ["notice_id", "state"], ["__count"]
            )
        }
        for notice in self:
            count, opened = read.get(notice._origin, (0, 0))
            notice.recipient_count = count
            notice.read_count = opened
            notice.read_rate = 100 * opened / count if count else 0
            notice.sent_count = sent.get((notice._origin, "sent"), 0)
            notice.failed_count = sent.get((notice._origin, "failed"), 0)
            notice.waiting_count = sum(
                sent.get((notice._origin, state), 0) for state in ("outgoing", "queued")
            )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(
            vals.get("state", "draft") != "draft" for vals in vals_list
        ):
            raise UserError(self.env._("A new notice is a draft; submit it then."))
        notices = super().create(vals_list)
        notices._own_attachments()
        return notices

    def write(self, vals):
        if not self.env.su:
            self._check_write(vals)
        result = super().write(vals)
        if "attachment_ids" in vals:
            self._own_attachments()
        return result

    def _check_write(self, vals):
        """What was published is not changed, and publishing needs the approval."""
        if vals.get("state") in self._state_to:
            raise UserError(
                self.env._("A notice is published by its approval. Submit it first.")
            )
        fixed = CONTENT | {
            f"by_{channel}"
            for channel in self.env["pm.notice.delivery"]
            ._fields["channel"]
            .get_values(self.env)
        }
        changed = fixed & vals.keys()
        for notice in self:
            if changed and notice.state == "scheduled":
                raise UserError(
                    self.env._(
                        "%(notice)s was approved and waits for its publication. Take "
                        "it back to draft, change it, and submit it again.",
                        notice=notice.display_name,
                    )
                )
            if changed and notice.state in LOCKED:
                raise UserError(
                    self.env._(
                        "%(notice)s was published and its residents have been told. "
                        "Take it back and write a new one instead of changing it.",
                        notice=notice.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        for notice in self:
            if notice.date_published:
                raise UserError(
                    self.env._(
                        "%(notice)s was published and stays on file. Take it back "
                        "instead of deleting it.",
                        notice=notice.display_name,
                    )
                )

    def _own_attachments(self):
        """Files belong to the notice, so that who reads it can read them."""
        for notice in self:
            loose = notice.attachment_ids.sudo().filtered(lambda file: not file.res_id)
            loose.write({"res_model": self._name, "res_id": notice.id})

    # ------------------------------------------------------------------
    # Steps
    # ------------------------------------------------------------------

    def action_preview(self):
        """Show whom the notice would reach if it were published now."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Would Reach"),
            "res_model": "res.partner",
            "view_mode": "list,form",
            "domain": [("id", "in", self._partners().ids)],
            "context": {"create": False},
        }

    def action_cancel(self):
        """Take a notice back: it disappears from the portal, and sending stops.

        :raises UserError: not published
        """
        self._check_in_state("published")
        self._check_manager()
        deliveries = self.env["pm.notice.delivery"].sudo()
        deliveries.search(
            [("notice_id", "in", self.ids), ("state", "=", "outgoing")]
        ).write({"state": "cancelled"})
        self.sudo().with_context(skip_validation_check=True).state = "cancelled"

    def action_withdraw(self):
        """Take back the request, or stop a publication that was approved for later.

        What is changed then is approved anew.
        """
        scheduled = self.filtered(lambda notice: notice.state == "scheduled")
        if scheduled:
            scheduled.check_access("write")
            # a publication that has just begun is waited for, and found done
            scheduled.lock_for_update()
            scheduled.invalidate_recordset(["state"])
            scheduled._check_in_state("scheduled")
            scheduled._back_to_draft()
        others = self - scheduled
        return super(PmNotice, others).action_withdraw() if others else None

    def action_publish_now(self):
        """Tell residents now what was approved for later.

        :raises UserError: not waiting for its publication
        """
        self._check_in_state("scheduled")
        self._check_manager()
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        self._check_in_state("scheduled")
        self.sudo()._publish()

    def _check_manager(self):
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group(
            "pm_core.group_pm_estate_manager"
        ):
            raise AccessError(
                self.env._(
                    "When residents are told, and that they are not, is for the "
                    "manager of the estate to decide."
                )
            )

    def action_resend_failed(self):
        """Try once more what could not be sent, with today's addresses.

        :raises UserError: nothing failed
        """
        self._check_in_state("published")
        self.check_access("write")
        failed = (
            self.env["pm.notice.delivery"]
            .sudo()
            .search([("notice_id", "in", self.ids), ("state", "=", "failed")])
        )
        if not failed:
            raise UserError(self.env._("Nothing failed: there is nothing to resend."))
        failed._prepare()
        self._trigger_sending()

    def action_view_recipients(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "pm_core.pm_notice_recipient_action"
            ),
            "domain": [("notice_id", "=", self.id)],
            "context": dict(self.env.context, active_test=False),
        }

    def _check_submittable(self):
        result = super()._check_submittable()
        now = fields.Datetime.now()
        for notice in self:
            if not notice._partners():
                raise UserError(
                    self.env._(
                        "%(notice)s would reach nobody: on this day nobody holds a "
                        "property in its scope in the chosen roles. Check the scope "
                        "and whom the notice is for.",
                        notice=notice.display_name,
                    )
                )
            if notice.date_to and max(now, notice.date_planned or now) > notice.date_to:
                raise UserError(
                    self.env._(
                        "%(notice)s would be published when what it is about is over. "
                        "Check the times.",
                        notice=notice.display_name,
                    )
                )
            if notice.by_wechat and not notice.wechat_offered:
                raise UserError(
                    self.env._(
                        "%(notice)s is to go out by WeChat, but %(company)s has no "
                        "WeChat account. Choose other ways.",
                        notice=notice.display_name,
                        company=notice.company_id.name,
                    )
                )
            if notice.by_sms and not (notice.sms_text or "").strip():
                raise UserError(
                    self.env._(
                        "%(notice)s is to go out by SMS: write the text of the SMS.",
                        notice=notice.display_name,
                    )
                )
        return result

    def _approve(self):
        """Publish, or wait for the moment that was chosen."""
        now = fields.Datetime.now()
        later = self.filtered(lambda n: n.date_planned and n.date_planned > now)
        self.with_context(skip_validation_check=True).approval_date = now
        later.with_context(skip_validation_check=True).state = "scheduled"
        if later:
            cron_sudo = self.env.ref("pm_core.ir_cron_notice_publish").sudo()
            cron_sudo._trigger(at=later.mapped("date_planned"))
        (self - later)._publish()

    def _publish(self):
        """Freeze the recipients, tell them in the portal, and let the sending begin."""
        for notice in self:
            notice.with_context(skip_validation_check=True).write(
                {
                    "date_published": fields.Datetime.now(),
                    "name": self.env["ir.sequence"]
                    .with_company(notice.company_id)
                    .next_by_code("pm.notice", sequence_date=notice._today()),
                    "state": "published",
                }
            )
            notice._freeze_recipients()
        if self:
            self._trigger_sending()

    def _back_to_draft(self):
        self.sudo().review_ids.unlink()
        self.sudo().with_context(skip_validation_check=True).write(
            {"state": "draft", "approval_date": False}
        )

    # ------------------------------------------------------------------
    # The scheduled job
    # ------------------------------------------------------------------

    @api.model
    def _cron_publish(self):
        """Publish what was approved for a time that has come."""
        commit = self.env["ir.cron"]._commit_progress
        domain = Domain("state", "=", "scheduled") & Domain(
            "date_planned", "<=", fields.Datetime.now()
        )
        commit(0, remaining=self.search_count(domain))
        while True:
            found = self.search(domain, limit=BATCH, order="date_planned, id")
            batch = found.try_lock_for_update().filtered_domain(domain)
            if not batch:
                return
            for notice in batch:
                notice._publish_planned()
            if not commit(len(batch), remaining=self.search_count(domain)):
                return

    def _publish_planned(self):
        """Publish one notice; one that cannot goes back to who wrote it."""
        try:
            with self.env.cr.savepoint():
                self._publish()
        except OperationalError:
            # the database asks to try the transaction again
            raise
        except Exception as error:
            _logger.exception("publishing notice %s", self.id)
            self.env.invalidate_all()
            self._back_to_draft()
            author = self.user_id or self.create_uid
            notice = self.with_context(lang=author.lang)
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=author.id,
                summary=notice.env._("Could not be published"),
                note=plaintext2html(str(error)),
            )

    def _trigger_sending(self):
        self.env.ref("pm_core.ir_cron_notice_send").sudo()._trigger()

    def _freeze_recipients(self):
        """Store who is told, and by which ways."""
        self.ensure_one()
        recipients = (
            self.env["pm.notice.recipient"]
            .sudo()
            .create(
                [
                    {
                        "notice_id": self.id,
                        "partner_id": occupancy.partner_id.id,
                        "property_id": occupancy.property_id.id,
                    }
                    for occupancy in self._occupancies()
                ]
            )
        )
        self.env["pm.notice.delivery"].sudo().create(
            [
                {"recipient_id": recipient.id, "channel": channel}
                for recipient in recipients
                for channel in self._channels()
            ]
        )._prepare()

    def _channels(self):
        """Return the channels besides the portal that were chosen."""
        channels = (
            self.env["pm.notice.delivery"]._fields["channel"].get_values(self.env)
        )
        return [channel for channel in channels if self[f"by_{channel}"]]

    def _zone(self):
        return ZoneInfo(self.estate_id.tz or self.env.user.tz or "UTC")

    def _today(self):
        """Return today in the time zone of the estate."""
        return local_day(fields.Datetime.now(), self._zone())

    def _occupancies(self):
        """Return the occupancies that are told, one for each customer.

        Those that hold today, below the nodes in scope, in the chosen roles. Archived
        customers are left out.
        """
        self.ensure_one()
        nodes = self.property_ids or self.estate_id
        Occupancy = self.env["pm.occupancy"]
        if not nodes:
            return Occupancy
        found = Occupancy.search(
            Domain("property_id", "child_of", nodes.ids)
            & Domain("role", "in", [role for role in ROLES if self[f"to_{role}"]])
            & Domain("partner_id.active", "=", True)
            & Occupancy._domain_on(self._today()),
            order="property_id, date_from, id",
        )
        first = {}
        for occupancy in found:
            first.setdefault(occupancy.partner_id, occupancy.id)
        return Occupancy.browse(first.values())

    def _partners(self):
        return self._occupancies().partner_id
