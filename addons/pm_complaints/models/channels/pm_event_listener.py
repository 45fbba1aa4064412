import logging
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

_logger = logging.getLogger(__name__)

# minutes until a listener that does not answer is asked again, and again
WAITS = (1, 2, 5, 15, 60, 240, 720)
# answers that say that this message is wrong, and not that nobody is there
TRIES = 3
# seconds after which a job looks again whether another one is done
BUSY = 5
# messages that a job looks at; more than leave by one call
BATCH = 200
# what changes who hears of what
FOLLOWS = {"active", "event_ids"}


class Refused(Exception):
    """The listener answered, and wants this message not."""


class NotNow(Exception):
    """Nobody answered, or wants to be asked later."""


class PmEventListener(models.AbstractModel):
    """Somebody outside who follows what happens: a system, or a group of staff.

    Each message is a row (``pm.event.delivery``) written in the transaction of the
    step. Jobs of the queue send the rows of one listener one after the other, in
    their order. While a listener does not answer, its messages wait, longer each
    time, and none is lost; after some failures in a row it is paused, and who is
    responsible is told. A message that it refuses three times is listed as failed,
    and the next has its turn.
    """

    _name = "pm.event.listener"
    _description = "Follows What Happens"
    _inherit = ["pm.outsider.mixin"]
    # the field of a delivery that leads here
    _delivery_field = None

    estate_ids = fields.Many2many(
        help="Only what happens there is told; none: all estates of the company."
    )
    event_ids = fields.Many2many("pm.event.kind", string="Is Told of")
    with_details = fields.Boolean(
        help="What it is about, with names and telephone numbers where the document "
        "has them. Without it only number, state and a link that asks for a login "
        "leave the house.",
    )
    user_id = fields.Many2one(help="Is told when it does not answer.")
    pause_after = fields.Integer(
        "Pause after Failures",
        required=True,
        default=8,
        help="So many times in a row it did not answer: nothing is sent until somebody "
        "presses Resume. What happens meanwhile is kept and sent then.",
    )
    is_paused = fields.Boolean("Paused", readonly=True, copy=False)
    failures = fields.Integer("Failures in a Row", readonly=True, copy=False)
    due_at = fields.Datetime("Next Try", readonly=True, copy=False)
    last_sent_at = fields.Datetime("Last Answered", readonly=True, copy=False)
    problem = fields.Char(readonly=True, copy=False)
    waiting_count = fields.Integer("To Be Sent", compute="_compute_counts")
    failed_count = fields.Integer("Failed", compute="_compute_counts")

    _pause_positive = models.Constraint(
        "CHECK (pause_after > 0)", "Pause after one failure at least."
    )

    def _compute_counts(self):
        rows = self.env["pm.event.delivery"]._read_group(
            Domain(self._delivery_field, "in", self.ids)
            & Domain("state", "in", ("outgoing", "failed")),
            [self._delivery_field, "state"],
            ["__count"],
        )
        counts = {(listener.id, state): count for listener, state, count in rows}
        for listener in self:
            listener.waiting_count = counts.get((listener.id, "outgoing"), 0)
            listener.failed_count = counts.get((listener.id, "failed"), 0)

    @api.model_create_multi
    def create(self, vals_list):
        listeners = super().create(vals_list)
        self.env.registry.clear_cache()
        return listeners

    def write(self, vals):
        result = super().write(vals)
        if FOLLOWS & vals.keys():
            self.env.registry.clear_cache()
        if vals.get("active"):
            self._enqueue()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    # ------------------------------------------------------------------
    # What is told
    # ------------------------------------------------------------------

    def _concerning(self, records):
        """Those of some documents that this listener may hear of."""
        return records.filtered(
            lambda record: (
                record.company_id == self.company_id
                and (not self.estate_ids or record.estate_id in self.estate_ids)
            )
        )

    def _told_of(self, record, kind, key, why):
        """The message, as it is kept and sent."""
        raise NotImplementedError

    def _post(self, deliveries):
        """Send one or several messages.

        :return: (number of the answer, its text)
        :raises Refused: it wants the message not
        :raises NotNow: to be tried again
        """
        raise NotImplementedError

    def _batch(self, deliveries):
        """Those of what waits that are sent by one call."""
        return deliveries[:1]

    def _must_wait(self):
        """Until when nothing may be sent, where there is a limit; else None."""

    # ------------------------------------------------------------------
    # The job
    # ------------------------------------------------------------------

    def _deliveries(self, *states, limit=None):
        return self.env["pm.event.delivery"].search(
            [(self._delivery_field, "in", self.ids), ("state", "in", states)],
            order="id",
            limit=limit,
        )

    def _enqueue(self, at=None, key=""):
        """Have a job send what waits; one that waits already does it."""
        for listener in self:
            if listener.active and not listener.is_paused:
                listener.with_user(SUPERUSER_ID).with_delay(
                    description=f"{listener._description}: {listener.name}",
                    eta=at or listener.due_at or None,
                    identity_key=f"{listener._name}-{listener.id}{key}",
                    max_retries=0,
                )._job_send()

    def _job_send(self):
        """Send the first of what waits; called by the queue only.

        :return: what was done, for the list of jobs
        """
        if not self.exists() or not self.active or self.is_paused:
            return "paused"
        if not self.try_lock_for_update(allow_referencing=True):
            # what it is to send may have come after the other one looked
            self._enqueue(fields.Datetime.now() + timedelta(seconds=BUSY), "-again")
            return "busy"
        waiting = self._deliveries("outgoing", limit=BATCH)
        if not waiting:
            return "nothing to do"
        if later := self._must_wait():
            self._enqueue(later, "-next")
            return "waits"
        batch = self._batch(waiting)
        try:
            code, answer = self._post(batch)
        except Refused as error:
            self._note_refusal(batch, str(error))
        except NotNow as error:
            self._note_failure(batch, error)
        else:
            self._note_sent(batch, code, answer)
        if len(waiting) > len(batch) or self.failures:
            self._enqueue(key="-next")
        return self.problem or "sent"

    def _note_sent(self, batch, code, answer):
        now = fields.Datetime.now()
        batch._as_step().write(
            {
                "state": "sent",
                "sent_at": now,
                "sent_with": batch[0].id,
                "answer_code": code,
                "answer": (answer or "")[:200],
            }
        )
        self._as_step().write(
            {"failures": 0, "problem": False, "due_at": False, "last_sent_at": now}
        )

    def _note_refusal(self, batch, reason):
        for delivery in batch:
            tries = delivery.tries + 1
            delivery._as_step().write(
                {
                    "tries": tries,
                    "answer": reason[:200],
                    "state": "failed" if tries >= TRIES else "outgoing",
                }
            )
        self._fail(reason)

    def _note_failure(self, batch, error):
        for delivery in batch:
            delivery._as_step().write(
                {"tries": delivery.tries + 1, "answer": str(error)[:200]}
            )
        self._fail(str(error))

    def _fail(self, reason):
        """Wait, longer each time; after some failures in a row tell a person."""
        failures = self.failures + 1
        wait = WAITS[min(failures, len(WAITS)) - 1]
        values = {
            "failures": failures,
            "problem": reason[:200],
            "due_at": fields.Datetime.now() + timedelta(minutes=wait),
            "is_paused": failures >= self.pause_after,
        }
        self._as_step().write(values)
        if values["is_paused"]:
            _logger.warning("%s %s is paused: %s", self._name, self.id, reason)
            self._tell_failure(reason)

    def _failure_summary(self):
        return self.env._("%s does not answer and is paused", self.name)

    # ------------------------------------------------------------------
    # By a person
    # ------------------------------------------------------------------

    def action_resume(self):
        """Send again, beginning with what waits."""
        self.check_access("write")
        for listener in self.sudo():
            listener._as_step().write(
                {"is_paused": False, "failures": 0, "due_at": False, "problem": False}
            )
            listener.activity_feedback(["mail.mail_activity_data_warning"])
        self.sudo()._enqueue(key="-now")

    def action_pause(self):
        """Send nothing until somebody resumes; what happens meanwhile is kept."""
        self.check_access("write")
        self.sudo()._as_step().is_paused = True

    def action_try_again(self):
        """Send what failed, and what waits, now."""
        self.check_access("write")
        failed = self.sudo()._deliveries("failed")
        failed._as_step().write({"state": "outgoing", "tries": 0})
        self.action_resume()

    def action_test(self):
        """Send a message that says that this is a test.

        :raises UserError: saying what was answered
        """
        self.ensure_one()
        self.check_access("write")
        try:
            self.sudo()._post_test()
        except (Refused, NotNow) as error:
            raise UserError(
                self.env._(
                    "%(name)s did not take the message: %(error)s",
                    error=error,
                    name=self.name,
                )
            ) from error
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The message was taken."),
            },
        }

    def action_deliveries(self):
        """What was sent, what waits and what failed."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pm_complaints.pm_event_delivery_action"
        )
        action["domain"] = [(self._delivery_field, "=", self.id)]
        return action

    @api.model
    def _cron_watch(self):
        """Whatever happened to a job: what waits has one."""
        now = fields.Datetime.now()
        for name in ("pm.webhook", "pm.wecom.robot"):
            listeners = self.env[name].search([("is_paused", "=", False)])
            rows = self.env["pm.event.delivery"]._read_group(
                Domain(listeners._delivery_field, "in", listeners.ids)
                & Domain("state", "=", "outgoing"),
                [listeners._delivery_field],
            )
            for (listener,) in rows:
                if not listener.due_at or listener.due_at <= now:
                    listener._enqueue()
