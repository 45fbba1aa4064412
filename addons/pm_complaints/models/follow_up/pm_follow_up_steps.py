from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..complaints.pm_complaint_closing import VERDICTS
from .pm_follow_up import FILLED_IN, OPEN, SCORES

SERVICE = "pm_core.group_pm_service"
MANAGER = "pm_core.group_pm_estate_manager"


class PmFollowUp(models.Model):
    """The calls: reached, not reached, call again, refused; and calling off."""

    _inherit = "pm.follow.up"

    def write(self, vals):
        """What the customer says, and where they are reached, is filled in by who may
        call."""
        if not (vals.keys().isdisjoint(FILLED_IN) or self._writes_freely()):
            self._check_not_own()
        return super().write(vals)

    def _check_desk(self):
        """:raises AccessError: no customer service of the estate"""
        if not (self.env.su or self.env.user.has_group(SERVICE)):
            raise AccessError(
                self.env._(
                    "Customers are asked by customer service and managers of their "
                    "estate."
                )
            )
        self.check_access("write")

    def _check_step(self):
        """Who calls works at the estate and did not do the work; it is not over.

        :raises AccessError: naming who has to call instead
        """
        self._check_desk()
        self._check_in_state(*OPEN)
        self._check_not_own()

    def _check_not_own(self):
        """:raises AccessError: who may not call takes part all the same"""
        user = self.env.user
        for one in self:
            if not self.env.su and not one._may_call(user):
                raise AccessError(
                    self.env._(
                        "%s is about your own work, or about what you may not handle: "
                        "somebody else asks the customer.",
                        one.display_name,
                    )
                )

    def action_take(self):
        """I make this call."""
        self._check_step()
        self.sudo()._as_step().user_id = self.env.user

    def action_reached(self, verdict=None, words=None, score=None):
        """The customer was reached and said how it was.

        The answers and what was entered on the form count where nothing is given.

        :param verdict: ``satisfied``, ``partly`` or ``unsatisfied``
        :param words: what the customer said
        :param score: "1" to "5"
        :raises UserError: no verdict
        """
        self._check_step()
        for given, known in ((verdict, VERDICTS), (score, SCORES)):
            if given not in (None, False, *dict(known)):
                raise UserError(self.env._("%s is no answer.", given))
        for one in self:
            if not (verdict or one.verdict):
                raise UserError(
                    self.env._(
                        "%s: say whether the customer is satisfied.", one.display_name
                    )
                )
            one._call("reached", words or one.words)
            one._end(
                "reached",
                verdict=verdict or one.verdict,
                words=words or one.words,
                score=score or one.score,
            )

    def action_missed(self, note=None):
        """Nobody answered: it is tried again some hours later, as often as is allowed.

        :raises UserError: outside the hours, or too soon after the last try
        """
        self._check_step()
        now = fields.Datetime.now()
        for one in self:
            one._check_moment(now)
            one._call("missed", note)
            if one.missed_count >= one.max_tries:
                one._end("missed")
            else:
                one._call_from(now + timedelta(hours=one.retry_hours))

    def action_again(self, at=None, note=None):
        """The customer asks us to call at another time, which counts as no try in vain.

        :param at: moment in UTC; what is on the form, or some hours later
        :raises UserError: the moment is over
        """
        self._check_step()
        now = fields.Datetime.now()
        for one in self:
            named = fields.Datetime.to_datetime(at) or one.again_at
            wanted = named or now + timedelta(hours=one.retry_hours)
            if wanted < now:
                raise UserError(
                    self.env._(
                        "%s: choose a moment that is still to come.", one.display_name
                    )
                )
            one._call("again", note or one.words)
            one._call_from(wanted, days_off=bool(named))

    def action_refused(self, note=None):
        """The customer does not want to answer; nobody asks again."""
        self._check_step()
        for one in self:
            one._call("refused", note or one.words)
            one._end("refused", words=note or one.words)

    def action_cancel(self, reason=None):
        """Nobody needs to call; the reason is kept.

        :param reason: what is on the form as the customer's words, where none is given
        :raises AccessError: who did the work, and is no manager
        :raises UserError: no reason
        """
        self._check_desk()
        self._check_in_state(*OPEN)
        if not self.env.user.has_group(MANAGER):
            self._check_not_own()
        for one in self:
            text = (reason or one.words or "").strip()
            if not text:
                raise UserError(
                    self.env._("%s: say why nobody needs to call.", one.display_name)
                )
            one._call_off(text)

    def action_next_call(self):
        """Open the next call that may be made now: mine first, then nobody's."""
        self._check_desk()
        rest = [("is_due", "=", True), ("id", "not in", self.ids)]
        mine = self.search([*rest, ("user_id", "=", self.env.uid)], limit=1)
        following = mine or self.search([*rest, ("user_id", "=", False)], limit=1)
        if following:
            return following._open_form()
        return self.env["ir.actions.act_window"]._for_xml_id(
            "pm_complaints.pm_follow_up_action_mine"
        )

    def action_open(self):
        """Open it on a page of its own."""
        self.check_access("read")
        return self._open_form()

    @api.model
    def _list_about(self, name, record):
        """The list of what was asked about a record, and the call that it came from.

        :param name: the field that leads to it
        """
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "view_mode": "list,form",
            "domain": [
                "|",
                (name, "=", record.id),
                (f"new_{name}", "=", record.id),
            ],
            "name": self.env._("Follow-ups"),
        }

    def _open_form(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def _check_moment(self, now):
        """:raises UserError: a try in vain counts within the hours, and not at once"""
        if self.state == "waiting":
            raise UserError(
                self.env._(
                    "%s waits for rain: nobody has to call before.", self.display_name
                )
            )
        if self.next_at > now or not self._within_hours(now):
            when = fields.Datetime.context_timestamp(
                self.with_context(tz=self.estate_id.sudo().tz or "UTC"),
                self._next_moment(max(now, self.next_at)),
            )
            raise UserError(
                self.env._(
                    "%(what)s may be tried from %(when)s on: calls are made within the "
                    "hours and days of its rule, and some hours apart.",
                    what=self.display_name,
                    when=when.strftime("%Y-%m-%d %H:%M"),
                )
            )

    def _call(self, result, note=None):
        """Keep that somebody called, and what became of it."""
        self.env["pm.follow.up.try"].sudo()._as_step().create(
            {
                "follow_up_id": self.id,
                "result": result,
                "at": fields.Datetime.now(),
                "user_id": self.env.uid,
                "note": note or False,
            }
        )

    def _call_from(self, moment, days_off=False):
        """:param days_off: the customer named the day, whether we work on it or not"""
        self.sudo()._as_step().write(
            {
                "state": "todo",
                "days_off": days_off or self.days_off,
                "next_at": self._next_moment(moment, days_off),
                "again_at": False,
                "user_id": self.user_id.id or self.env.uid,
            }
        )

    def _call_off(self, reason):
        self.sudo()._as_step().write({"state": "cancelled", "cancel_reason": reason})

    def _call_off_all(self, reason):
        for one in self:
            one._call_off(reason)

    def _come_first(self):
        """The customer was not content: the call is made at once."""
        for one in self.sudo()._as_step():
            soon = one._next_moment(fields.Datetime.now())
            one.write(
                {
                    "is_low": True,
                    "state": "todo",
                    "next_at": min(one.next_at or soon, soon),
                    "due_at": one.due_at or soon,
                    "deadline": one.deadline
                    or soon + timedelta(days=one.rule_id.days_within or 7),
                }
            )

    def _end(self, result, **values):
        """It is over; what was asked about learns of it."""
        self._put_down(result, **values)
        self._hand_on()

    def _put_down(self, result, **values):
        self.sudo()._as_step().write(
            {
                "state": "done",
                "result": result,
                "done_at": fields.Datetime.now(),
                "done_user_id": self.env.uid,
                "user_id": self.user_id.id or self.env.uid,
                "next_at": False,
                **values,
            }
        )

    def _asked_elsewhere(self, verdict, words=None, score=None):
        """Somebody asked from the order or the complaint: that was this call."""
        for one in self:
            one._call("reached", words)
            one._put_down("reached", verdict=verdict, words=words, score=score or False)
