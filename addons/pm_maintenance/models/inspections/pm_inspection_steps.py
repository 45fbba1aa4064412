from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from .locks import wait_for
from .pm_inspection import DESK, INSPECTOR, OPEN


class PmInspection(models.Model):
    """The steps of a round, at a desk; the phone's answers take the same ones."""

    _inherit = "pm.inspection"

    def _check_walker(self):
        """:raises AccessError: no inspector, or the round is somebody else's"""
        self.check_access("write")
        user = self.env.user
        if self.env.su or user.has_group(DESK):
            return
        if not user.has_group(INSPECTOR):
            raise AccessError(
                self.env._("Rounds are walked by inspectors, guards and technicians.")
            )
        for round_ in self:
            other = round_.user_id or round_.employee_id.user_id
            if other and other != user:
                raise AccessError(
                    self.env._(
                        "%(round)s is the round of %(user)s. Ask the dispatcher to "
                        "give it to you.",
                        round=round_.display_name,
                        user=other.sudo().name,
                    )
                )

    def action_start(self):
        """Take the round: from now on it is nobody else's."""
        self._check_walker()
        self._check_in_state("planned")
        rounds = self.sudo()
        wait_for(rounds)
        rounds._as_step().write({"state": "running", "user_id": self.env.uid})

    def action_submit(self):
        """The round is walked; what was entered in its lines counts.

        Points that no phone has visited are entered at a desk: they count, and they
        are unproven where the plan asks for scans.

        :raises UserError: naming what is missing
        """
        self._check_walker()
        self._check_in_state(*OPEN)
        for round_ in self:
            round_._check_complete()
        rounds = self.sudo()
        wait_for(rounds)
        answers = self.env["pm.inspection.answer"].sudo()
        answers._as_step().create(
            [
                answers._desk_values(round_, point, self.env.user)
                for round_ in rounds
                for point in round_._points_unvisited()
            ]
        )._link_desk_lines()
        rounds.filtered(lambda one: not one.user_id)._as_step().user_id = self.env.uid
        rounds._settle()
        rounds.line_ids._take_answers()
        rounds.line_ids._report_faults()

    def _points_unvisited(self):
        lines = self.line_ids.filtered(lambda line: not line.answer_id)
        return lines.point_id

    def _check_complete(self):
        """:raises UserError: naming the first entries that are missing

        A fault is an answer: of a gauge that is broken nobody can tell the pressure.
        """
        missing = self.line_ids.filtered(
            lambda line: (
                line.item_id.is_required and not line.value and not line.is_fault
            )
        )
        if missing:
            raise UserError(
                self.env._(
                    "%(round)s: %(count)s entries are missing, first: %(names)s.",
                    round=self.display_name,
                    count=len(missing),
                    names="; ".join(missing[:5].mapped("display_name")),
                )
            )

    def action_cancel(self, reason=None):
        """Call the round off, as for a storm; it counts neither as done nor missed.

        :raises UserError: no reason
        """
        self._check_desk()
        self._check_in_state("planned", "running", "missed")
        if not isinstance(reason, str) or not reason.strip():
            raise UserError(
                self.env._("%s: enter why it is called off.", self[:1].display_name)
            )
        self.sudo()._as_step().write(
            {"state": "cancelled", "cancel_reason": reason.strip()}
        )
        self.sudo().activity_ids.unlink()

    def action_view_faults(self):
        """The lines of these rounds that are faults."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Faults"),
            "res_model": "pm.inspection.line",
            "view_mode": "list,kanban,form",
            "domain": [("inspection_id", "in", self.ids), ("is_fault", "=", True)],
        }

    # what the answers amount to

    def _settle(self):
        """Count what was answered, and say how far the rounds are.

        Also for what a phone sends days later: a round that was noted as missed was
        walked in time when its visits were in time. Runs as superuser.
        """
        self.env["pm.inspection.line"].flush_model()
        self.env["pm.inspection.answer"].flush_model()
        now = fields.Datetime.now()
        counts = {row["id"]: row for row in self._counts()}
        for round_ in self:
            count = counts[round_.id]
            complete = count.pop("complete")
            del count["id"]
            count["state"] = round_._state_after(complete, count, now)
            if count["state"] == "missed" and not count["point_done"]:
                count["started_at"] = False
            round_._as_step().write(count)
            if complete and round_.activity_ids:
                round_.activity_ids.unlink()
        self._mark_too_fast()
        self.line_ids._set_keepers()

    def _counts(self):
        """One row a round, from its lines and visits, in one query."""
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT round.id,
                       (SELECT count(DISTINCT point_id) FROM pm_inspection_line line
                         WHERE line.inspection_id = round.id) AS point_count,
                       (SELECT count(DISTINCT point_id) FROM pm_inspection_line line
                         WHERE line.inspection_id = round.id
                           AND line.answer_id IS NOT NULL) AS point_done,
                       faults.fault_count, faults.deduction, faults.complete,
                       visits.started_at, visits.finished_at, visits.doubt_count
                  FROM pm_inspection round,
               LATERAL (SELECT count(*) FILTER (WHERE line.is_fault) AS fault_count,
                               COALESCE(sum(line.deduction), 0) AS deduction,
                               bool_and(line.answer_id IS NOT NULL
                                        AND (line.value IS NOT NULL OR line.is_fault
                                             OR NOT COALESCE(item.is_required, FALSE)))
                               AS complete
                          FROM pm_inspection_line line
                          JOIN pm_inspection_item item ON item.id = line.item_id
                         WHERE line.inspection_id = round.id) faults,
               LATERAL (SELECT min(visit.at) AS started_at,
                               max(visit.at) AS finished_at,
                               count(*) FILTER (WHERE visit.doubt IS NOT NULL)
                               AS doubt_count
                          FROM pm_inspection_answer visit
                         WHERE visit.inspection_id = round.id
                           AND visit.state IN ('stored', 'applied')) visits
                 WHERE round.id IN %s
                """,
                tuple(self.ids) or (0,),
            )
        )

    def _state_after(self, complete, count, now):
        """The state that follows from what was answered."""
        if self.state == "cancelled":
            return "cancelled"
        if complete and count["point_count"]:
            return "done" if count["finished_at"] <= self.date_to else "late"
        if now > self.date_limit:
            return "missed"
        return "running" if count["point_done"] or self.user_id else "planned"

    def _mark_too_fast(self):
        """Rounds of which all points were visited within seconds are unproven."""
        for round_ in self:
            visits = round_.answer_ids.filtered("is_visit").sorted("at")
            if len(visits) < 3 or round_.plan_id.least_seconds <= 0:
                continue
            seconds = (visits[-1].at - visits[0].at).total_seconds()
            if seconds < (len(visits) - 1) * round_.plan_id.least_seconds:
                visits._doubt(
                    "too_fast",
                    self.env._(
                        "%(count)s points within %(seconds)s seconds",
                        count=len(visits),
                        seconds=round(seconds),
                    ),
                )
                round_._as_step().doubt_count = len(visits)
