from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ...engine.meters import between
from .pm_meter_reading import VALUES
from .pm_meter_reading_check import DOUBTS, _decimal

CLERK = "pm_billing.group_pm_billing_clerk"


class PmMeterReading(models.Model):
    """What a person decides about readings: each step with a reason that is kept."""

    _inherit = "pm.meter.reading"

    def _check_clerk(self, reason):
        """Return the reason, without blanks around it.

        :raises AccessError: who bills decides about readings
        :raises UserError: no reason
        """
        self.check_access("write")
        if not (self.env.su or self.env.user.has_group(CLERK)):
            raise AccessError(
                self.env._("Billing clerks of the estate decide about readings.")
            )
        if not isinstance(reason, str) or not reason.strip():
            raise UserError(
                self.env._(
                    "%s: enter the reason of the decision.", self[:1].display_name
                )
            )
        return reason.strip()

    def _note_decision(self, reason, **vals):
        self.sudo()._as_step("pm_judging").write(
            {
                "decision": reason,
                "decided_by_id": self.env.uid,
                "decided_at": fields.Datetime.now(),
                **vals,
            }
        )

    def action_release(self, reason=None):
        """Let held readings count: somebody has looked, and says why they are right.

        A reading that is lower counts as of a register that began again at zero. What
        cannot be (a negative value, a day to come) is put right instead.

        :raises UserError: no reason; not held; or what no reason makes possible
        """
        reason = self._check_clerk(reason)
        self._check_in_state("held")
        for reading in self:
            facts = dict(reading.hold_facts or {})
            if reading.hold == "lower" and reading.meter_id._capacity():
                facts["rolled"] = True
            elif reading.hold not in DOUBTS:
                raise UserError(
                    self.env._(
                        "%(reading)s cannot be released: %(why)s",
                        reading=reading.display_name,
                        why=reading.hold_text,
                    )
                )
            reading._note_decision(
                reason,
                released=sorted(
                    {*(reading.released or ()), *facts.get("all", [reading.hold])}
                ),
                hold_facts=facts,
            )
        self._judge_again()

    def action_set_aside(self, reason=None):
        """Let readings count for nothing; they stay on record.

        The next reading then counts from the one before.

        :raises UserError: no reason; or billed, which a correction puts right
        """
        reason = self._check_clerk(reason)
        self._check_in_state("held", "good")
        for reading in self:
            if reading._is_billed():
                raise UserError(
                    self.env._(
                        "%s is billed. Correct it, so that the bill is put right too.",
                        reading.display_name,
                    )
                )
        self._note_decision(reason, state="rejected")
        self._follow()

    def action_correct(self, values=None, reason=None, photo=None):
        """Put another reading of the same day in the place of one that counts.

        What was there stays on record as *replaced*; where it was billed, the next
        run credits it and bills the new one.

        :param values: {register: value}, or one value of a meter with one register
        :return: the new reading
        :raises UserError: no reason, a value that cannot be, or a later reading that
            is billed and counts from this one
        """
        self.ensure_one()
        reason = self._check_clerk(reason)
        self._check_in_state("good")
        if not isinstance(values, dict):
            values = {"value": values}
        try:
            read = {
                VALUES[name]: float(values[name])
                for name in self.meter_id._register_names()
            }
        except (KeyError, TypeError, ValueError):
            raise UserError(
                self.env._("%s: enter a number for each register.", self.display_name)
            ) from None
        return self._put_in_place(read, reason, photo=photo or False)

    def _put_in_place(self, read, reason, **vals):
        self._note_decision(reason, state="replaced")
        corrected = (
            self.sudo()
            ._as_step()
            .create(
                {
                    "meter_id": self.meter_id.id,
                    "date": self.date,
                    "kind": "corrected",
                    "corrects_id": self.id,
                    "is_opening": self.is_opening,
                    "released": sorted(DOUBTS),
                    "decision": reason,
                    "decided_by_id": self.env.uid,
                    "decided_at": fields.Datetime.now(),
                    "user_id": self.env.uid,
                    **read,
                    **vals,
                }
            )
        )
        if corrected.state != "good":
            raise UserError(corrected.hold_text)
        return corrected.with_env(self.env)

    def action_correct_estimates(self, reason=None):
        """Put what was really read in the place of the estimates before it.

        The use between the last two readings is spread over the days; each estimate
        becomes a corrected reading on that line.

        :return: the corrected readings
        :raises UserError: nothing before it was estimated
        """
        self.ensure_one()
        reason = self._check_clerk(reason)
        self._check_in_state("held", "good")
        estimates, start = self._estimates_before()
        if not estimates or not start:
            raise UserError(self.env._("%s follows no estimate.", self.display_name))
        corrected = self.browse()
        for estimate in estimates:
            read = {
                VALUES[name]: float(
                    round(
                        between(
                            _decimal(start[VALUES[name]]),
                            start.date,
                            _decimal(self[VALUES[name]]),
                            self.date,
                            estimate.date,
                        ),
                        3,
                    )
                )
                for name in self.meter_id._register_names()
            }
            corrected += estimate._put_in_place(read, reason)
        if self.state == "held":
            self._judge_again()
        return corrected

    def _estimates_before(self):
        """Return (the estimates between the last real reading and this one, that)."""
        earlier = self.search(
            [
                ("meter_id", "=", self.meter_id.id),
                ("state", "=", "good"),
                ("date", "<", self.date),
            ],
            order="date desc",
            limit=40,
        )
        estimates = self.browse()
        for reading in earlier:
            if reading.kind != "estimated":
                return estimates.sorted("date"), reading
            estimates += reading
        return estimates.sorted("date"), self.browse()

    def _is_billed(self):
        charge = self.sudo().charge_id
        return bool(charge) and charge.state != "cancelled"

    def action_decide(self, do="release"):
        """Ask what becomes of these readings, and why."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Decide"),
            "res_model": "pm.meter.decision",
            "view_mode": "form",
            "target": "new",
            "context": {"default_reading_ids": self.ids, "default_do": do},
        }

    def action_decide_aside(self):
        """Ask why these readings do not count."""
        return self.action_decide("aside")

    def action_decide_correct(self):
        """Ask what was really there."""
        return self.action_decide("correct")

    def action_decide_estimates(self):
        """Ask why the estimates before it are put right."""
        return self.action_decide("estimates")
