from collections import Counter
from datetime import time, timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.pm_core.engine.recurrence import moment

from ...models.inspections.pm_inspection_answer import VISITS
from ...models.inspections.pm_inspection_template import AREAS

STATES = ("done", "late", "missed")
# visits of one workbook; a sheet ends at a million rows
MOST_VISITS = 100_000


class PmInspectionProof(models.TransientModel):
    """What rounds of a period prove: for the owners, the fire brigade, the court.

    Figures and lists are made when they are asked for, with the rights of who asks.
    """

    _name = "pm.inspection.proof"
    _description = "Proof of Rounds"

    property_id = fields.Many2one(
        "pm.property",
        "Estate",
        required=True,
        domain="[('kind', '=', 'estate')]",
        default=lambda self: self.env["pm.property"].search(
            [("kind", "=", "estate")], limit=1
        ),
    )
    plan_ids = fields.Many2many(
        "pm.inspection.plan",
        string="Plans",
        domain="[('estate_id', '=', property_id)]",
        help="Empty: all plans.",
    )
    area = fields.Selection(AREAS, help="Empty: all areas.")
    date_from = fields.Date(
        required=True,
        default=lambda self: fields.Date.start_of(
            fields.Date.context_today(self), "month"
        ),
    )
    date_to = fields.Date(required=True, default=fields.Date.context_today)

    _dates_in_order = models.Constraint(
        "CHECK (date_to >= date_from)", "The period cannot end before it begins."
    )

    @api.depends("property_id", "date_from", "date_to")
    def _compute_display_name(self):
        for proof in self:
            proof.display_name = (
                f"{proof.property_id.display_name} {proof.date_from} – {proof.date_to}"
            )

    def action_print(self):
        """The proof as PDF."""
        return self.env.ref("pm_maintenance.report_inspection_proof").report_action(
            self, config=False
        )

    def action_export(self):
        """The proof as workbook, with every round and every visit."""
        return self.env.ref(
            "pm_maintenance.report_inspection_proof_xlsx"
        ).report_action(self, config=False)

    def _rounds(self):
        """Rounds of the period that were due, by the days of the estate."""
        zone = self.property_id._zone()
        begin = moment(self.date_from, time.min, zone)
        end = moment(self.date_to + timedelta(days=1), time.min, zone)
        domain = (
            Domain("estate_id", "=", self.property_id.id)
            & Domain("date_from", ">=", begin)
            & Domain("date_from", "<", end)
            & Domain("date_to", "<=", fields.Datetime.now())
            & Domain("state", "!=", "cancelled")
        )
        if self.plan_ids:
            domain &= Domain("plan_id", "in", self.plan_ids.ids)
        if self.area:
            domain &= Domain("area", "=", self.area)
        return self.env["pm.inspection"].search(domain, order="date_from, id")

    def _visits(self, rounds):
        """Visits that count, in the order in which they were made."""
        return self.env["pm.inspection.answer"].search(
            Domain("inspection_id", "in", rounds.ids) & Domain("state", "in", VISITS),
            order="inspection_id, at, id",
            limit=MOST_VISITS,
        )

    def _figures(self):
        """Rows by plan, their total, the reasons of doubt, rounds and visits."""
        rounds = self._rounds()
        visits = self._visits(rounds)
        by_plan = rounds.grouped("plan_id")
        labels = dict(
            visits._fields["doubt"]._description_selection(self.env),
        )
        doubts = Counter(visit.doubt for visit in visits if visit.doubt)
        return {
            "rows": [self._row(plan, some) for plan, some in by_plan.items()],
            "total": self._row(self.env["pm.inspection.plan"], rounds),
            "doubts": [(labels[code], count) for code, count in doubts.most_common()],
            "rounds": rounds,
            "not_in_time": rounds.filtered(lambda one: one.state != "done"),
            "visits": visits,
            "gaps": self._gaps(visits),
            "unproven": visits.filtered("doubt"),
        }

    def _row(self, plan, rounds):
        count = Counter(rounds.mapped("state"))
        points = sum(rounds.mapped("point_count"))
        visited = sum(rounds.mapped("point_done"))
        return {
            "name": plan.name or self.env._("Beside All Plans"),
            "due": len(rounds),
            **{state: count[state] for state in STATES},
            "open": len(rounds) - sum(count[state] for state in STATES),
            "points": points,
            "visited": visited,
            "coverage": visited / points if points else 0,
            "unproven": sum(rounds.mapped("doubt_count")),
            "faults": sum(rounds.mapped("fault_count")),
        }

    @api.model
    def _gaps(self, visits):
        """{visit id: minutes since the point before on the same round}."""
        gaps, before = {}, None
        for visit in visits:
            if before and before.inspection_id == visit.inspection_id:
                gaps[visit.id] = (visit.at - before.at).total_seconds() / 60
            before = visit
        return gaps

    def _local(self, value):
        """A moment by the clock of the estate, as text."""
        if not value:
            return ""
        zone = self.property_id._zone()
        utc = fields.Datetime.context_timestamp(self.with_context(tz=zone.key), value)
        return utc.strftime("%Y-%m-%d %H:%M")
