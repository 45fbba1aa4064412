from odoo import models
from odoo.exceptions import AccessError, UserError

from .pm_meter_reading import VALUES
from .pm_meter_reading_check import DOUBTS
from .pm_meter_reading_steps import CLERK

TECHNICIAN = "pm_maintenance.group_pm_technician"
# what the new meter has of the old one, unless it is said otherwise
KEPT = (
    "property_id",
    "medium",
    "kind",
    "parent_id",
    "unit",
    "multiplier",
    "digits",
    "registers",
    "has_demand",
    "connected_power",
    "jump_factor",
    "location",
)


class PmMeter(models.Model):
    """A meter goes: its last reading, and the first of the new one, in one act."""

    _inherit = "pm.meter"

    def _check_may_replace(self):
        self.check_access("read")
        user = self.env.user
        if not (self.env.su or user.has_group(CLERK) or user.has_group(TECHNICIAN)):
            raise AccessError(
                self.env._(
                    "Meters are replaced by technicians and billing clerks of the "
                    "estate."
                )
            )
        for meter in self:
            if meter.date_removed:
                raise UserError(
                    self.env._("%s is removed already.", meter.display_name)
                )

    def _remove(self, day, end, reason=None, photo=None):
        """Take a meter out, with what it showed.

        :param end: {register: value}
        :return: its last reading
        :raises UserError: the last reading cannot be, or is hard to believe and no
            ``reason`` is given
        """
        self.ensure_one()
        self._check_may_replace()
        meter = self.sudo()
        reading = (
            self.env["pm.meter.reading"]
            .sudo()
            ._as_step()
            .create(
                {
                    "meter_id": self.id,
                    "date": day,
                    "source": "step",
                    "user_id": self.env.uid,
                    "photo": photo or False,
                    "released": sorted(DOUBTS) if reason else False,
                    "decision": reason,
                    **{VALUES[name]: end[name] for name in self._register_names()},
                }
            )
        )
        if reading.state != "good":
            raise UserError(reading.hold_text)
        later = meter.reading_ids.filtered(
            lambda other: other.state == "good" and other.date > reading.date
        )
        if later:
            raise UserError(
                self.env._(
                    "%(meter)s has a reading of a later day, %(day)s. Set it aside, or "
                    "enter the right day.",
                    meter=self.display_name,
                    day=later[0].date,
                )
            )
        meter._as_step().date_removed = day
        return reading.with_env(self.env)

    def _replace(self, day, end, start, reason=None, photo=None, **vals):
        """Take a meter out and put another one in its place.

        :param end: {register: value} of the old one
        :param start: {register: value} of the new one
        :param vals: ``name``, the number of the new meter, and what is otherwise
            about it
        :return: the new meter
        """
        self._remove(day, end, reason, photo)
        meter = self.sudo()
        kept = {
            name: meter._fields[name].convert_to_write(meter[name], meter)
            for name in KEPT
        }
        new = meter._as_step().create(
            {**kept, "date_installed": day, "replaces_id": self.id, **vals}
        )
        opening = (
            self.env["pm.meter.reading"]
            .sudo()
            ._as_step()
            .create(
                {
                    "meter_id": new.id,
                    "date": day,
                    "source": "step",
                    "is_opening": True,
                    "user_id": self.env.uid,
                    **{VALUES[name]: start[name] for name in new._register_names()},
                }
            )
        )
        if opening.state != "good":
            raise UserError(opening.hold_text)
        # what is measured behind it, and where it is read, is now the new one's
        meter.child_ids._as_step().parent_id = new
        meter._hand_over(new)
        body = self.env._(
            "Replaced: %(old)s ended at %(end)s, %(new)s begins at %(start)s. "
            "%(reason)s",
            old=meter.name,
            end=" / ".join(map(str, end.values())),
            new=new.name,
            start=" / ".join(map(str, start.values())),
            reason=reason or "",
        )
        meter.message_post(body=body)
        new.message_post(body=body)
        return new.with_env(self.env)

    def _hand_over(self, new):
        """What else follows when ``new`` stands in the place of this meter."""
