from collections import defaultdict
from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ...engine.worktime import Timeline


class PmSlaClock(models.Model):
    """When clocks are due: worked out at once for one or for a hundred thousand."""

    _inherit = "pm.sla.clock"

    def _evaluation_rows(self):
        """Read what deadlines follow from, in a handful of queries.

        :return: dicts with the stored moments, ``timeline`` and ``pauses`` of each
        """
        if not self.ids:
            return []
        self.env.flush_all()
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT clock.id, clock.started, clock.reached, clock.deadline,
                       clock.warn_at, clock.escalate_at, clock.estate_id,
                       clock.company_id, clock.target_id, target.hours,
                       target.warn_hours, policy.hours AS mode
                  FROM pm_sla_clock clock
                  JOIN pm_sla_target target ON target.id = clock.target_id
                  JOIN pm_sla_policy policy ON policy.id = target.policy_id
                 WHERE clock.id = ANY(%s)
                """,
                self.ids,
            )
        )
        pauses = defaultdict(list)
        for clock, begins, ends in self.env.execute_query(
            SQL(
                "SELECT clock_id, date_from, date_to FROM pm_sla_pause"
                " WHERE clock_id = ANY(%s)",
                self.ids,
            )
        ):
            pauses[clock].append((begins, ends))
        keys = self._calendar_keys(rows)
        first = {}
        for row in rows:
            key = keys[row["mode"], row["company_id"], row["estate_id"]]
            first[key] = min(first.get(key, row["started"]), row["started"])
        timelines = {
            key: Timeline(key[0]._pm_intervals(key[1]) if key else None, begins)
            for key, begins in first.items()
        }
        for row in rows:
            row["pauses"] = pauses.get(row["id"], ())
            key = keys[row["mode"], row["company_id"], row["estate_id"]]
            row["timeline"] = timelines[key]
        return rows

    @api.model
    def _calendar_keys(self, rows):
        """Return the (calendar, time zone) for each mode, company and estate.

        None stands for around the clock.
        """
        keys = {}
        Property = self.env["pm.property"].sudo()
        estates = Property.browse({row["estate_id"] for row in rows} - {None})
        for row in rows:
            key = row["mode"], row["company_id"], row["estate_id"]
            if key in keys:
                continue
            if row["mode"] == "always":
                keys[key] = None
            elif row["estate_id"]:
                estate = Property.browse(row["estate_id"]).with_prefetch(estates.ids)
                keys[key] = estate._working_calendar()
            else:
                company = self.env["res.company"].sudo().browse(row["company_id"])
                calendar = company.resource_calendar_id
                keys[key] = (calendar, calendar.tz or "UTC") if calendar else None
            if keys[key] and not keys[key][0]:
                keys[key] = None
        return keys

    def _evaluate(self, skip_locked=False):
        """Work the deadlines out anew and store those that differ.

        :param skip_locked: leave clocks alone that somebody else is changing
        :return: how many differed
        """
        rows = self._evaluation_rows()
        levels = self._level_offsets(row["target_id"] for row in rows)
        alerted = self._alerted_levels()
        changed = []
        for row in rows:
            done = alerted.get(row["id"], ())
            offsets = [
                hours
                for level, hours in levels.get(row["target_id"], ())
                if level not in done
            ]
            moments = (
                due_moment(row, row["hours"]),
                due_moment(row, row["hours"] - row["warn_hours"]),
                due_moment(row, min(offsets))
                if offsets and not row["reached"]
                else None,
            )
            if moments != (row["deadline"], row["warn_at"], row["escalate_at"]):
                changed.append((row["id"], *moments))
        if changed and skip_locked:
            locked = self.browse(row[0] for row in changed).try_lock_for_update()
            free = set(locked.ids)
            changed = [row for row in changed if row[0] in free]
        self._store_moments(changed)
        return len(changed)

    @api.model
    def _store_moments(self, changed):
        """Write (id, deadline, warn_at, escalate_at) rows with one statement."""
        if not changed:
            return
        self.env.cr.execute(
            """
            UPDATE pm_sla_clock
               SET deadline = new.deadline, warn_at = new.warn_at,
                   escalate_at = new.escalate_at
              FROM unnest(%s, %s::timestamp[], %s::timestamp[], %s::timestamp[])
                   AS new(id, deadline, warn_at, escalate_at)
             WHERE pm_sla_clock.id = new.id
            """,
            [list(column) for column in zip(*changed, strict=True)],
        )
        names = ["deadline", "warn_at", "escalate_at"]
        clocks = self.browse(row[0] for row in changed)
        clocks.invalidate_recordset(names, flush=False)
        clocks.modified(names)

    @api.model
    def _level_offsets(self, target_ids):
        """Return {target id: [(level id, hours after the start)]} of these targets."""
        targets = self.env["pm.sla.target"].sudo().browse(set(target_ids))
        return {
            target.id: [
                (level.id, level._offset(target))
                for level in target.policy_id.level_ids
                if level.target_id in (target, level.target_id.browse())
            ]
            for target in targets
        }

    def _alerted_levels(self):
        """Return {clock id: {level ids}} of the levels that were escalated."""
        alerted = defaultdict(set)
        if self.ids:
            for clock, level in self.env.execute_query(
                SQL(
                    "SELECT clock_id, level_id FROM pm_sla_alert"
                    " WHERE clock_id = ANY(%s)",
                    self.ids,
                )
            ):
                alerted[clock].add(level)
        return alerted


def due_moment(row, hours):
    """Return when ``hours`` of the clock's own time have passed, in whole seconds."""
    due = row["timeline"].deadline(
        row["started"], timedelta(hours=hours), row["pauses"]
    )
    if due and due.microsecond:
        # a calendar that ends at midnight lacks a microsecond there
        due = due.replace(microsecond=0) + timedelta(seconds=1)
    return due
