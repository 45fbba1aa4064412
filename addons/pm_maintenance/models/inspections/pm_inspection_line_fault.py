from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ..orders.maintenance_request import WAITING, WORKING

# faults that become orders together
CHUNK = 200


class PmInspectionLine(models.Model):
    """What becomes of a fault, and what was found at the same point before."""

    _inherit = "pm.inspection.line"

    @api.depends("point_id", "item_id", "answered_at")
    @api.depends_context("lang")
    def _compute_previous(self):
        before = self._previous_lines()
        for line in self:
            old = before.get(line.id)
            line.previous = old._in_words() if old else False

    def _previous_lines(self):
        """{id: line that was answered before at the same point}, in one query."""
        if not self.ids:
            return {}
        self.flush_model(["point_id", "item_id", "answered_at"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT mine.id, before.id
                  FROM pm_inspection_line mine,
               LATERAL (SELECT old.id
                          FROM pm_inspection_line old
                         WHERE old.point_id = mine.point_id
                           AND old.item_id = mine.item_id
                           AND old.answered_at IS NOT NULL
                           AND old.answered_at
                               < COALESCE(mine.answered_at, 'infinity')
                         ORDER BY old.answered_at DESC
                         LIMIT 1) before
                 WHERE mine.id IN %s
                """,
                tuple(self.ids),
            )
        )
        lines = self.browse({before for _mine, before in rows}).sudo()
        lines.fetch(["value", "is_fault", "answered_at", "request_id", "item_id"])
        by_id = {line.id: line for line in lines}
        return {mine: by_id[before] for mine, before in rows}

    def _in_words(self):
        day = format_date(self.env, self.answered_at)
        words = [f"{self.value_text or '—'} ({day})", self._order_words()]
        return " · ".join(word for word in words if word)

    def _order_words(self):
        """How far the order of this fault is, and what was done."""
        order = self.sudo().request_id
        if not order:
            return ""
        words = [order.number, order._state_label(order.state), order.result]
        return " ".join(word for word in words if word)

    def _take_answers(self):
        """What else is made of what was found; called when visits are stored.

        Lines come again and again, those without an answer too: whoever extends this
        does each once, and lets nothing that fails lose the visit.
        """

    # a fault becomes an order, or a defect

    def _faults_to_report(self):
        """Those of these lines of whose fault nobody knows yet."""
        return self.filtered(
            lambda line: line.is_fault and not line.request_id and not line.defect_ids
        )

    def _report_faults(self):
        """Make orders of new faults, or join the open one at the same place.

        What is rectified and rechecked (quality, cleaning, greening) becomes a
        defect instead. Runs as superuser; each line makes one order only.
        """
        lines = self.sudo()._faults_to_report()
        defects = lines.filtered(
            lambda line: line.inspection_id.plan_id.fault_goes_to == "defect"
        )
        defects._make_defects()
        (lines - defects)._report_orders()
        lines._report_hazards()
        return lines

    def _report_orders(self):
        """An order for each place and category where none is open; all at once."""
        there = self._open_orders()
        open_, new = defaultdict(list), defaultdict(list)
        for line in self:
            key = line._fault_key()
            if not key[1]:
                # without a category nobody knows whether it is the same
                new[(*key, line.id)].append(line)
            elif key in there:
                open_[there[key]].append(line)
            else:
                new[key].append(line)
        reports = [lines[0]._order_report() for lines in new.values()]
        made = self.env["maintenance.request"]._report_many(reports)
        for order, lines in zip(made, new.values(), strict=True):
            lines[0]._as_step().request_id = order
            if lines[1:]:
                open_[order] += lines[1:]
        for order, lines in open_.items():
            for line in lines:
                line._as_step().request_id = order
        self._join(open_)

    def _report_faults_together(self):
        """As above, in the language of who is told when it fails; one line that fails
        stops no other.
        """
        lines = self.sudo()
        for plan, some in lines.grouped(
            lambda line: line.inspection_id.plan_id
        ).items():
            lang = plan._failure_reader().lang or self.env.lang
            some.with_context(lang=lang)._try_together(
                lambda chunk: chunk._report_faults()
            )

    @api.model
    def _cron_report_faults(self):
        """What came with more faults than could become orders while a phone waits."""
        domain = (
            Domain("is_fault", "=", True)
            & Domain("request_id", "=", False)
            & Domain("defect_ids", "=", False)
            & Domain("answer_id", "!=", False)
        )
        commit = self.env["ir.cron"]._commit_progress
        lines = self.search(domain, limit=CHUNK * 10)
        commit(remaining=len(lines))
        for start in range(0, len(lines), CHUNK):
            some = lines[start : start + CHUNK]
            locked = some.try_lock_for_update().filtered_domain(domain)
            locked._report_faults_together()
            if not commit(len(some)):
                break

    def _failure_reader(self):
        return self.inspection_id.plan_id._failure_reader()

    def _tell_failure(self, message):
        """A line has no activities: its round has them."""
        self.inspection_id._tell_failure(message)

    def _fault_category(self):
        return self.item_id.fault_category_id or (
            self.inspection_id.plan_id.fault_category_id
        )

    def _fault_key(self):
        """(place, category): faults of one key are one order."""
        return self.point_id.property_id.id, self._fault_category().id

    def _open_orders(self):
        """{(place id, category id): open order}, in one query.

        Not planned services: a fault does not wait for the day of the next one. Nor
        what is done and waits for acceptance: it has not held, and would be accepted.
        """
        keys = {line._fault_key() for line in self}
        found = (
            self.env["maintenance.request"]
            .sudo()
            .search(
                [
                    ("property_id", "in", [place for place, _category in keys]),
                    ("fault_category_id", "in", [category for _p, category in keys]),
                    ("state", "in", (*WAITING, *WORKING)),
                    ("maintenance_type", "!=", "preventive"),
                ],
                order="id desc",
            )
        )
        return {
            (order.property_id.id, order.fault_category_id.id): order for order in found
        }

    def _fault_text(self):
        """What is wrong, for whoever repairs it, in the language of the reporter."""
        found = f"{self.item_id.name}: {self.value_text or '—'}"
        if self.note:
            found = f"{found} — {self.note}"
        where = self.point_id.display_name
        return f"{where} · {found}\n{self.inspection_id.display_name}"

    def _order_report(self):
        """What the order of this fault is made of (``_report_many``)."""
        return {
            "place": self.point_id.property_id,
            "text": self._fault_text(),
            "channel": "inspection",
            "category": self._fault_category(),
            "equipment": self.point_id.equipment_id,
            "reporter": {"name": self.user_id.name},
            "reference": f"pm.inspection.line,{self.id}",
        }

    def _make_defects(self):
        values = [line._defect_values() for line in self]
        self.env["pm.inspection.defect"].sudo()._as_step().create(values)

    def _defect_values(self):
        plan = self.inspection_id.plan_id
        found = self.answered_at or fields.Datetime.now()
        return {
            "name": self._fault_text().splitlines()[0],
            "property_id": self.point_id.property_id.id,
            "line_id": self.id,
            "supplier_id": plan.contract_id.partner_id.id,
            "contract_id": plan.contract_id.id,
            "user_id": plan.contract_id.user_id.id or plan._failure_reader().id,
            "found_by_id": self.user_id.id,
            "found_at": found,
            "date_due": fields.Date.add(found.date(), days=plan.rectify_days),
            "deduction": self.deduction,
        }
