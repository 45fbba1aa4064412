from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.pm_core.models.notices.pm_reported_mixin import USUAL

from .pm_dunning_level import MESSAGES


class PmDunningLine(models.Model):
    """How a customer is told: by a message, on paper, on the portal, by a visit."""

    _inherit = "pm.dunning.line"

    def _send(self):
        """Send all at once; when that fails, each alone, and list the bad ones."""
        self._try_together(lambda lines: lines._send_all())

    def _tell_failure(self, message):
        """A line that could not be sent is on the list of the dunning, with why."""
        self.write({"state": "failed", "problem": message[:200]})

    def _send_all(self):
        now = fields.Datetime.now()
        ways = self._ways_of_companies()
        rows, told = [], self.browse()
        for line in self:
            if line.way in MESSAGES:
                way, address = line._way_to(ways)
                if not way:
                    line.write({"state": "failed", "problem": line._unreachable_text()})
                    continue
                rows.append(line._message_values(way, address, now))
            elif line.way == "visit":
                line._plan_visit()
            told += line
        self.env["pm.dunning.message"].create(rows)
        told.write({"state": "sent", "sent_at": now, "problem": False})

    def _way_to(self, ways):
        """Return (way, address): that of the level, else another that leads there."""
        for way in dict.fromkeys((self.way, *USUAL)):
            if way in ways[self.company_id] and (
                address := self._address_of(way, self.partner_id, None, None)
            ):
                return way, address
        return False, False

    def _unreachable_text(self):
        return self.env._(
            "No address for a message: enter phone or e-mail of %s, or send a letter.",
            self.partner_id.name,
        )

    def _message_values(self, way, address, now):
        local = fields.Datetime.context_timestamp(
            self.with_context(tz=self.estate_id.tz), now
        )
        due = self.level_id._due_at(local)
        return {
            "line_id": self.id,
            "partner_id": self.partner_id.id,
            "text": self.text,
            "channel": way,
            "address": address,
            # the moment in UTC, without its zone
            "due_at": (due - due.utcoffset()).replace(tzinfo=None, microsecond=0),
        }

    def _plan_visit(self):
        user = self.collector_id
        if not user:
            raise UserError(
                self.env._(
                    "Nobody collects for %s: name a collector on its building.",
                    self.property_id.display_name,
                )
            )
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=self.date_deadline,
            summary=self.env._(
                "Visit %(customer)s, %(place)s",
                customer=self.partner_id.name,
                place=self.property_id.display_name,
            ),
            note=self.text,
            user_id=user.id,
        )
