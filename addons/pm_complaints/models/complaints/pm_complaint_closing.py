from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.i18n import format_list

from .pm_complaint import LEVELS, OPEN, OVER
from .pm_complaint_steps import MANAGER

VERDICTS = [
    ("satisfied", "Satisfied"),
    ("partly", "Partly Satisfied"),
    ("unsatisfied", "Not Satisfied"),
]
ANSWERED = ("replied", "rectifying", "verified", "closed")
# steps after which nobody has worked on it yet, and those whose taker has
NO_WORK = ("report", "accept", "assign", "slip", "by_slip", "new_code")
WORK = ("investigate", "draft", "ask_reply", "rectify", "wait")


class PmComplaint(models.Model):
    """Follow-up by somebody else, the verdict, closing, and what comes after."""

    _inherit = "pm.complaint"

    verdict = fields.Selection(
        VERDICTS, "Customer's Verdict", readonly=True, copy=False, tracking=True
    )
    verdict_words = fields.Text(readonly=True, copy=False)
    verdict_at = fields.Datetime(readonly=True, copy=False)
    verdict_user_id = fields.Many2one(
        "res.users", "Asked by", readonly=True, copy=False, ondelete="restrict"
    )
    no_verdict_reason = fields.Char(
        "Why There Is No Verdict",
        copy=False,
        help="Anonymous, not reached after three tries, or does not want to say.",
    )
    objection_until = fields.Date(
        readonly=True,
        copy=False,
        help="Until this day the customer can object, and the complaint goes on.",
    )
    previous_id = fields.Many2one(
        "pm.complaint",
        "Follows",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The case that was closed and that this one goes on with.",
    )
    next_ids = fields.One2many(
        "pm.complaint", "previous_id", "Followed by", readonly=True
    )
    authority_id = fields.Many2one("res.partner", copy=False, ondelete="restrict")

    # the verdict

    def _is_to_be_asked(self):
        """Answered, nothing of it is to be done any more, and no verdict is there."""
        case = self.sudo()
        left = case.rectification_ids._standing().filtered(
            lambda measure: measure.state != "verified"
        )
        return bool(case.replied_at and not case.verdict and not left)

    def action_follow_up(self, verdict=None, words=None, no_verdict_reason=None):
        """Ask the customer how it was; somebody else asks than who handled it.

        :param verdict: ``satisfied``, ``partly`` or ``unsatisfied``
        :param words: what the customer said
        :param no_verdict_reason: why there is no verdict
        :raises AccessError: who worked on it asks
        :raises UserError: the days to object are over, and there is a verdict
        """
        self._check_desk()
        self._check_in_state(*ANSWERED)
        if verdict not in (None, False, *dict(VERDICTS)):
            raise UserError(self.env._("%s is no verdict.", verdict))
        for complaint in self:
            if not self.env.su and self.env.user in complaint._workers():
                raise AccessError(
                    self.env._(
                        "You have handled %s yourself: somebody else asks the "
                        "customer how it was.",
                        complaint.number,
                    )
                )
            if not verdict:
                complaint._need(
                    no_verdict_reason, self.env._("why there is no verdict")
                )
            if complaint.verdict:
                complaint._check_not_final()
            complaint._take_verdict(verdict, words, no_verdict_reason, self.env.user)

    def _workers(self):
        """Users whose own work the customer is asked about: also after it was handed
        to somebody else, and of what was merged into it."""
        return self.sudo()._reporters_of().user_id | self._have_worked()

    def _have_worked(self):
        """Users who have done something about it, or had it while that was done."""
        cases = self.sudo()._reporters_of()
        done = cases.step_ids.filtered(lambda step: step.step not in NO_WORK)
        return (
            done.handler_id
            | done.filtered(lambda step: step.step in WORK).user_id
            | cases.rectification_ids.user_id
            | cases.reply_ids.user_id
            | cases.concerned_user_ids
        )

    def _handlers(self):
        """Users who have it or had it, whether they did anything or not."""
        case = self.sudo()
        return case.user_id | case.step_ids.handler_id

    def _take_verdict(self, verdict, words, no_verdict_reason=None, user=None):
        """Note what the customer says; not satisfied, it goes on.

        :return: the complaint that goes on
        """
        self._take_step(
            "follow_up",
            note=" · ".join(
                filter(
                    None,
                    (
                        dict(
                            self._fields["verdict"]._description_selection(self.env)
                        ).get(verdict),
                        words,
                        no_verdict_reason,
                    ),
                )
            ),
            verdict=verdict or False,
            verdict_words=words,
            verdict_at=fields.Datetime.now(),
            verdict_user_id=user.id if user else False,
            no_verdict_reason=no_verdict_reason,
        )
        if verdict == "unsatisfied":
            if self.state != "closed":
                self._ask_handlers("low", words or "–")
            elif self._is_final():
                return self._follow_with(words or self.env._("not satisfied"))
            else:
                self._reopen(words or self.env._("not satisfied"))
        return self

    # closing

    def _missing_for_close(self):
        """Return in words what is not there yet."""
        complaint = self.sudo()
        asks = complaint.kind == "praise"
        rows = [
            (
                complaint.cause_id or (complaint.cause or "").strip(),
                self.env._("the cause"),
            ),
            (complaint.liability, self.env._("whose liability it is")),
            ((complaint.action_taken or "").strip(), self.env._("what was done")),
        ]
        # who is praised or only asks has nothing that went wrong
        if asks or complaint.kind == "enquiry":
            rows = rows[2:]
        rows += [
            (
                complaint.replied_at and complaint.reply_channel_id,
                self.env._("the reply, with its date and way"),
            ),
            (
                complaint.verdict or (complaint.no_verdict_reason or "").strip(),
                self.env._("the customer's verdict, or why there is none"),
            ),
        ]
        return [words for there, words in rows if not there]

    def action_close(self):
        """Close it: cause, liability, action, reply and verdict are there.

        A customer who is not satisfied keeps it open until somebody of the company
        says that we can do no more.

        :raises UserError: naming each thing that is missing
        """
        self._check_handler()
        # what is missing is said first: it also says why the state is not the right one
        self._check_in_state(*(state for state in OPEN))
        for complaint in self:
            missing = complaint._missing_for_close()
            if missing:
                raise UserError(
                    self.env._(
                        "%(complaint)s cannot be closed yet. Missing: %(missing)s.",
                        complaint=complaint.display_name,
                        missing=format_list(self.env, missing),
                    )
                )
            complaint._check_measures()
            complaint._check_disputes()
            complaint._check_slip_verdict()
            if complaint.verdict == "unsatisfied":
                complaint._check_exhausted()
        self._check_in_state("replied", "rectifying", "verified")
        for complaint in self:
            complaint._close()

    def _check_exhausted(self):
        """:raises UserError: not satisfied, and a level above could still be asked"""
        if self.level != LEVELS[-1][0] or not (
            self.env.su or self.env.user.has_group("pm_core.group_pm_company_manager")
        ):
            raise UserError(
                self.env._(
                    "The customer is not satisfied with %s. Go on with it, or hand it "
                    "up: only the company closes it, when nothing is left to try.",
                    self.display_name,
                )
            )

    def _close(self):
        days = self.company_id.sudo().pm_objection_days
        self._take_step(
            "close",
            "closed",
            closed_at=fields.Datetime.now(),
            objection_until=fields.Date.add(self._today(), days=days),
            is_waiting=False,
            waiting_for=False,
        )
        self.sudo().activity_unlink(
            ["pm_complaints.mail_activity_complaint", "pm_core.mail_activity_type_sla"]
        )
        self.sudo().dispute_ids._release()
        self._tell_customer("close")

    # objecting

    def action_reopen(self, reason=None):
        """It is not over: all that was is kept, and it goes one level up.

        :param reason: what is still wrong
        :raises UserError: no reason, or the days to object are over
        """
        self._check_desk()
        self._check_in_state("closed", "withdrawn")
        for complaint in self:
            reason = reason or complaint.verdict_words
            complaint._need(reason, self.env._("what is still wrong"))
            complaint._check_not_final()
            complaint._reopen(reason)

    def _is_final(self):
        until = self.objection_until
        return bool(until and until < self._today())

    def _check_not_final(self):
        """:raises UserError: the days to object are over"""
        if self._is_final():
            raise UserError(
                self.env._(
                    "The days to object to %s are over. Make a new case that follows "
                    "it.",
                    self.display_name,
                )
            )

    def _reopen(self, reason):
        for complaint in self:
            complaint._take_step(
                "reopen",
                "investigating",
                note=reason,
                reopen_count=complaint.sudo().reopen_count + 1,
                closed_at=False,
                verified_at=False,
                objection_until=False,
                verdict=False,
                verdict_words=False,
                no_verdict_reason=False,
                verdict_at=False,
                verdict_user_id=False,
                verdict_slip_id=False,
            )
            complaint._sla_reopen("close")
            complaint._tell_customer("reopen")
            complaint._escalate(reason)

    def _object(self, reason, own=None):
        """What a customer does: within the days it goes on, after them a new case.

        :param own: the case of who objects, where it was merged into this one: what is
            new is theirs, and not of who reported this one
        :return: the complaint that goes on
        """
        self._need(reason, self.env._("what is still wrong"))
        self._check_in_state("closed")
        if self._is_final():
            return (own or self)._follow_with(reason)
        self._reopen(reason)
        self._ask_handlers("objected", reason)
        return self

    def action_new_case(self, reason=None):
        """A new case that follows this one.

        :param reason: what is wrong now
        """
        self._check_desk()
        self._check_in_state(*OVER)
        self.ensure_one()
        self._need(reason, self.env._("what is wrong now"))
        return self._follow_with(reason).with_env(self.env)._open_form()

    def _follow_with(self, reason):
        """The case that goes on; ``previous_id`` leads back."""
        old = self.sudo()
        return self._as_step()._report(
            old.property_id,
            reason,
            kind=old.kind,
            channel=old.channel_id.code,
            category=old.category_id,
            partner=old.partner_id,
            reporter={
                "name": old.reporter_name,
                "phone": old.reporter_phone,
                "email": old.reporter_email,
            },
            is_anonymous=old.is_anonymous,
            values={
                "previous_id": old.id,
                "level": old.level,
                "concerned_user_ids": old.concerned_user_ids.ids,
                "is_confidential": old.is_confidential,
            },
        )

    # other ends

    def action_withdraw(self, reason=None):
        """The customer takes it back.

        :param reason: what the customer says
        """
        self._check_desk()
        self._end("withdraw", "withdrawn", reason)

    def action_invalid(self, reason=None):
        """It is no matter of ours, or nothing that could be looked into.

        :raises AccessError: no manager of the estate
        """
        self._check_desk()
        if not (self.env.su or self.env.user.has_group(MANAGER)):
            raise AccessError(
                self.env._(
                    "That %s is invalid is said by a manager of the estate.",
                    self[:1].number,
                )
            )
        self._end("invalid", "invalid", reason)

    def action_forward(self, authority_id=None, reason=None):
        """Hand it to the authority that can decide; the customer is told.

        :param authority_id: id of the contact
        """
        self._check_handler()
        authority = self.env["res.partner"].browse(authority_id or []).exists()
        authority.check_access("read")
        for complaint in self:
            who = authority or complaint.authority_id
            if not who:
                raise UserError(
                    self.env._(
                        "%s: name the authority it is handed to.",
                        complaint.display_name,
                    )
                )
            complaint.sudo()._as_step().authority_id = who
            complaint._end("forward", "forwarded", reason or who.display_name)

    def _end(self, step, state, reason):
        self._check_in_state(*OPEN)
        for complaint in self:
            complaint._need(reason, self.env._("the reason"))
            complaint._take_step(
                step,
                state,
                note=reason,
                end_reason=reason,
                closed_at=fields.Datetime.now(),
                is_waiting=False,
                waiting_for=False,
                objection_until=fields.Date.add(
                    complaint._today(),
                    days=complaint.company_id.sudo().pm_objection_days,
                ),
            )
            complaint.sudo().activity_unlink(["pm_complaints.mail_activity_complaint"])
            complaint.sudo().dispute_ids._release()
            complaint._tell_customer(step, reason)

    def _check_disputes(self):
        """:raises UserError: a disputed charge has no result yet"""
        left = self.sudo().dispute_ids.filtered(lambda one: one.state != "approved")
        if left:
            raise UserError(
                self.env._(
                    "%(complaint)s: these charges are disputed and have no result "
                    "yet: %(charges)s.",
                    complaint=self.display_name,
                    charges=format_list(
                        self.env, left.charge_id.mapped("display_name")
                    ),
                )
            )
