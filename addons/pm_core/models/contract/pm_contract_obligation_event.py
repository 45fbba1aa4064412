from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

from ...tools.rights import check_manager

OPEN = ("pending", "breached")


class PmContractObligationEvent(models.Model):
    """One time that a duty falls due.

    The state follows from stored facts alone: the day it was met, and the day on
    which a cron noted that the grace was over. Met in time, late when it was met
    after the due day, breached while it is not met after the grace.
    """

    _name = "pm.contract.obligation.event"
    _description = "Obligation Due"
    _inherit = [
        "pm.part.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "pm.cron.mixin",
    ]
    _order = "date_due, id"
    _whole = "obligation_id"
    _check_company_auto = True

    obligation_id = fields.Many2one(
        "pm.contract.obligation",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    contract_id = fields.Many2one(
        related="obligation_id.contract_id", store=True, index=True, precompute=True
    )
    estate_id = fields.Many2one(
        related="obligation_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="obligation_id.company_id", store=True, index=True, precompute=True
    )
    partner_id = fields.Many2one(related="contract_id.partner_id")
    side = fields.Selection(related="obligation_id.side", store=True)
    category_id = fields.Many2one(related="obligation_id.category_id", store=True)
    description = fields.Text(related="obligation_id.description")
    evidence_required = fields.Boolean(related="obligation_id.evidence_required")
    evidence_note = fields.Char(related="obligation_id.evidence_note")
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        compute="_compute_user_id",
        store=True,
        # computed at creation, so that a duty that is closed in the same step keeps
        # who was responsible for it
        precompute=True,
        readonly=False,
        index="btree_not_null",
        tracking=True,
    )
    date_planned = fields.Date(
        "Planned Day",
        required=True,
        readonly=True,
        help="The day by the schedule; a day off may have moved the due day.",
    )
    date_due = fields.Date("Due", required=True, index=True, tracking=True)
    date_remind = fields.Date(compute="_compute_deadlines", store=True)
    date_grace = fields.Date(
        "Breached After",
        compute="_compute_deadlines",
        store=True,
        help="Last day of grace: not met by then, it is a breach.",
    )
    date_met = fields.Date("Met on", copy=False, tracking=True)
    met_by_id = fields.Many2one("res.users", "Noted by", readonly=True, copy=False)
    note = fields.Text()
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "pm_contract_obligation_event_attachment_rel",
        "event_id",
        "attachment_id",
        "Evidence",
        bypass_search_access=True,
        copy=False,
    )
    reminded_on = fields.Date(readonly=True, copy=False)
    breached_on = fields.Date("Breach Noted on", readonly=True, copy=False)
    waived_reason = fields.Char(
        "Reason to Waive",
        copy=False,
        tracking=True,
        help="Why it need not be met this time, as both sides agreed.",
    )
    is_waived = fields.Boolean(readonly=True, copy=False)
    state = fields.Selection(
        [
            ("pending", "Pending"),
            ("met", "Met in Time"),
            ("late", "Met Late"),
            ("breached", "Breached"),
            ("waived", "Waived"),
        ],
        compute="_compute_state",
        store=True,
        precompute=True,
        index=True,
        tracking=True,
        group_expand=True,
    )
    is_overdue = fields.Boolean(
        "Past Due", compute="_compute_is_overdue", search="_search_is_overdue"
    )
    color = fields.Integer(compute="_compute_color")

    _once = models.UniqueIndex(
        "(obligation_id, date_planned)",
        "The duty has an event on this day already.",
    )

    # ------------------------------------------------------------------
    # Compute
    # ------------------------------------------------------------------

    @api.depends("obligation_id.name", "date_due")
    @api.depends_context("pm_no_day", "lang")
    def _compute_display_name(self):
        """Duty and day; the calendar shows the day itself."""
        with_day = not self.env.context.get("pm_no_day")
        for event in self:
            due = with_day and event.date_due
            day = format_date(self.env, due) if due else ""
            event.display_name = f"{event.obligation_id.name or ''} {day}".strip()

    @api.depends("obligation_id.user_id", "contract_id.user_id")
    def _compute_user_id(self):
        """Who sees to the duty today; what was met keeps who it was."""
        for event in self:
            event.user_id = (
                event.obligation_id.user_id or event.contract_id.user_id
                if event.state in (False, *OPEN)
                else event.user_id
            )

    @api.depends("date_due", "obligation_id.remind_days", "obligation_id.grace_days")
    def _compute_deadlines(self):
        for event in self:
            duty, due = event.obligation_id, event.date_due
            event.date_remind = due and due - timedelta(days=duty.remind_days)
            event.date_grace = due and due + timedelta(days=duty.grace_days)

    @api.depends("date_due", "date_met", "breached_on", "is_waived")
    def _compute_state(self):
        for event in self:
            if event.is_waived:
                event.state = "waived"
            elif event.date_met:
                event.state = "met" if event.date_met <= event.date_due else "late"
            else:
                event.state = "breached" if event.breached_on else "pending"

    @api.depends("state", "date_due")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for event in self:
            event.is_overdue = bool(
                event.state in OPEN and event.date_due and event.date_due < today
            )

    @api.depends("state")
    def _compute_color(self):
        """One colour a state: the filters beside the calendar are its legend."""
        colors = {"pending": 4, "met": 10, "late": 2, "breached": 1}
        for event in self:
            event.color = colors.get(event.state, 0)

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("state", "in", OPEN) & Domain(
            "date_due", "<", fields.Date.context_today(self)
        )

    # ------------------------------------------------------------------
    # Constraints
    # ------------------------------------------------------------------

    @api.constrains("date_met", "attachment_ids")
    def _check_met(self):
        for event in self.filtered("date_met"):
            if event.date_met > event.contract_id._today():
                raise ValidationError(
                    self.env._(
                        "%(event)s cannot have been met on %(day)s, which lies ahead.",
                        event=event.display_name,
                        day=format_date(self.env, event.date_met),
                    )
                )
            if event.evidence_required and not event.attachment_ids:
                raise ValidationError(
                    self.env._(
                        "%(event)s needs evidence: attach %(what)s first.",
                        event=event.display_name,
                        what=event.evidence_note or self.env._("the file"),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                self._check_by_hand(vals)
        events = super().create(vals_list)
        events._keep_evidence()
        return events

    def write(self, vals):
        if not self.env.su:
            self._check_by_hand(vals)
            if "date_met" in vals and any(self.mapped("date_met")):
                # only a manager corrects the day of a duty that was met already
                self._check_manager()
        result = super().write(vals)
        if "attachment_ids" in vals:
            self._keep_evidence()
        if "date_due" in vals:
            self._take_breach_back()
        if vals.get("date_met"):
            self._note_met()
        return result

    def _check_by_hand(self, vals):
        """The due day is the manager's."""
        if {"date_due", "obligation_id", "date_planned"} & vals.keys():
            self._check_manager()

    def _check_manager(self):
        check_manager(
            self.env,
            self.env._(
                "The due day is as agreed. Ask an estate manager to move or waive it."
            ),
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        for event in self:
            if event.state != "pending":
                raise UserError(
                    self.env._("%s is on file and stays there.", event.display_name)
                )

    def _keep_evidence(self):
        """Bind the files to the event: who may read it may read them."""
        for event in self:
            event.attachment_ids.sudo().filtered(
                lambda file, event=event: (
                    file.res_model in (False, event._name) and not file.res_id
                )
            ).write({"res_model": event._name, "res_id": event.id})

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    def action_mark_met(self):
        """Note that the duty was met: today, or on the day that was entered.

        :raises UserError: closed already
        :raises ValidationError: evidence is missing
        """
        for event in self:
            if event.state not in OPEN:
                raise UserError(self.env._("%s is closed already.", event.display_name))
            event.date_met = event.date_met or event.contract_id._today()

    def _take_breach_back(self):
        """A due day that was put off is no breach yet, and is reminded of again."""
        for event in self.filtered(lambda event: event.state in OPEN):
            today = event.contract_id._today()
            vals = {}
            if event.breached_on and event.date_grace >= today:
                vals["breached_on"] = False
                event.activity_unlink(["pm_core.mail_activity_obligation_breached"])
            if event.reminded_on and event.date_remind > today:
                vals["reminded_on"] = False
                event.activity_unlink(["pm_core.mail_activity_obligation"])
            if vals:
                event.sudo()._as_step().write(vals)

    def _note_met(self):
        for event in self:
            event.sudo()._as_step().met_by_id = self.env.user
            event.activity_feedback(
                ["pm_core.mail_activity_obligation"], feedback=event.note
            )

    def action_reopen(self):
        """Take back that it was met or waived.

        :raises UserError: not a manager, or not closed
        """
        self._check_manager()
        for event in self:
            if event.state not in ("met", "late", "waived"):
                raise UserError(self.env._("%s is open.", event.display_name))
            event.sudo()._as_step().write(
                {"date_met": False, "met_by_id": False, "is_waived": False}
            )

    def action_waive(self):
        """Leave it out this time, for the reason that was entered.

        :raises UserError: not a manager, no reason, or closed
        """
        self._check_manager()
        self.check_access("write")
        for event in self:
            if event.state not in OPEN:
                raise UserError(self.env._("%s is closed already.", event.display_name))
            if not event.waived_reason:
                raise UserError(
                    self.env._(
                        "Enter why %s need not be met, in the field Reason to Waive.",
                        event.display_name,
                    )
                )
            event.sudo()._as_step().is_waived = True
            event.activity_unlink(["pm_core.mail_activity_obligation"])

    # ------------------------------------------------------------------
    # Follow-up
    # ------------------------------------------------------------------

    @api.model
    def _horizon(self):
        # it is tomorrow in some time zones
        return fields.Date.today() + timedelta(days=1)

    @api.model
    def _domain_to_remind(self):
        return (
            Domain("state", "=", "pending")
            & Domain("reminded_on", "=", False)
            & Domain("date_remind", "<=", self._horizon())
        )

    @api.model
    def _domain_to_breach(self):
        return Domain("state", "=", "pending") & Domain(
            "date_grace", "<", self._horizon()
        )

    def _follow_up(self):
        """Remind of the duty, or note its breach, as far as the day has come."""
        self.ensure_one()
        today = self.contract_id._today()
        if self.state == "pending" and self.date_grace < today:
            self.breached_on = today
            self._breached()
        elif (
            self.state == "pending"
            and not self.reminded_on
            and self.date_remind <= today
        ):
            self.reminded_on = today
            self._remind()

    def _failure_reader(self):
        return self.user_id or self.contract_id.user_id or self.env.user

    def _tell_failure(self, message):
        # one warning for the contract, not one for each of its duties
        self.contract_id._tell_failure(message)

    def _remind(self):
        """Tell who is responsible, once."""
        user = self.user_id or self.contract_id.user_id or self.env.user
        self.activity_schedule(
            "pm_core.mail_activity_obligation",
            self.date_due,
            summary=self.obligation_id.name,
            note=self.evidence_required and self.evidence_note or "",
            user_id=user.id,
        )

    def _breached(self):
        """React to a breach, once; addons open a complaint or a charge here."""
        owner = self.contract_id.user_id or self.user_id or self.env.user
        reader = self.with_context(lang=owner.lang or self.env.lang)
        self.activity_schedule(
            "pm_core.mail_activity_obligation_breached",
            self.contract_id._today(),
            summary=reader.env._("Breach: %s", reader.display_name),
            user_id=owner.id,
        )
        self.contract_id.message_post(
            body=self.env._(
                "Not met: %(duty)s, due on %(day)s.",
                duty=self.obligation_id.name,
                day=format_date(self.env, self.date_due),
            )
        )
