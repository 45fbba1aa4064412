from odoo import api, fields, models
from odoo.fields import Domain

from .pm_sla_clock import OPEN_STATES
from .pm_sla_clock_evaluation import due_moment

# Clocks whose alerts are made in one transaction.
BATCH = 200


class PmSlaClock(models.Model):
    """Who is told that a clock runs out, and when."""

    _inherit = "pm.sla.clock"

    @api.model
    def _cron_watch(self):
        """Correct deadlines after changes of calendars, then escalate what is due."""
        commit = self.env["ir.cron"]._commit_progress
        self.search([("state", "in", OPEN_STATES)])._evaluate(skip_locked=True)
        now = fields.Datetime.now()
        domain = Domain("state", "=", "running") & Domain("escalate_at", "<=", now)
        commit(0, remaining=self.search_count(domain))
        while True:
            found = self.search(domain, limit=BATCH, order="escalate_at, id")
            clocks = found.try_lock_for_update().filtered_domain(domain)
            if not clocks:
                return
            clocks._try_together(lambda due: due._escalate(now))
            if not commit(len(clocks), remaining=self.search_count(domain)):
                return

    def _tell_failure(self, message):
        # kept as an alert, so that it is seen and not tried for ever
        self._make_alerts(fields.Datetime.now(), lambda clock, level: ([], message))

    def _escalate(self, now):
        """Tell those whom the levels that are due name."""
        documents = {}
        for model, clocks in self.grouped("res_model").items():
            found = self.env[model].browse(clocks.mapped("res_id")).exists()
            documents.update({(model, record.id): record for record in found})

        def tell(clock, level):
            document = documents.get((clock.res_model, clock.res_id))
            if not document:
                return [], self.env._("The document is gone.")
            users = level._recipients(document)
            return users.ids, None if users else self.env._("Nobody to tell.")

        alerts = self._make_alerts(now, tell)
        alerts._schedule_activities()
        late = alerts.filtered(lambda alert: alert.level_id.timing == "overdue")
        late.clock_id._raise_event("alert.sla")

    def _event_document(self):
        """The document whose time runs, if it says what happens to it."""
        document = self.env[self.res_model].browse(self.res_id).exists()
        says = isinstance(document, self.env.registry["pm.event.mixin"])
        return document if says else document.browse()

    def _event_number(self):
        """The number of the document, beside what was promised."""
        document = self._event_document()
        number = document._event_number() if document else self.res_id
        return f"{number} · {self.target_id.name}"

    def _event_told(self):
        """Of a document of which nobody hears, nobody hears that it is late."""
        return self.filtered(
            lambda clock: (
                not (document := clock._event_document()) or document._event_told()
            )
        )

    def _make_alerts(self, now, tell):
        """Store an alert for each due level; ``tell`` says whom, or why nobody."""
        rows = self._evaluation_rows()
        levels = self._level_offsets(row["target_id"] for row in rows)
        alerted = self._alerted_levels()
        Level = self.env["pm.sla.level"]
        vals_list = []
        for row in rows:
            clock = self.browse(row["id"])
            for level, hours in levels.get(row["target_id"], ()):
                due = due_moment(row, hours)
                if level in alerted.get(row["id"], ()) or not due or due > now:
                    continue
                users, note = tell(clock, Level.browse(level))
                vals_list.append(
                    {
                        "clock_id": row["id"],
                        "level_id": level,
                        "date": now,
                        "user_ids": users,
                        "note": note,
                    }
                )
        alerts = self.env["pm.sla.alert"].create(vals_list)
        self._evaluate()
        return alerts
