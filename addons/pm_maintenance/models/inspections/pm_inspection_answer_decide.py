from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from .locks import wait_for
from .pm_inspection import DESK


class PmInspectionAnswer(models.Model):
    """A person decides what becomes of a visit that could not be booked by itself."""

    _inherit = "pm.inspection.answer"

    def _check_decider(self):
        """:raises AccessError: the user is neither dispatcher nor manager"""
        self.check_access("write")
        if not (self.env.su or self.env.user.has_group(DESK)):
            raise AccessError(
                self.env._(
                    "%s: dispatchers and managers of the estate decide.",
                    self[:1].display_name,
                )
            )
        for answer in self:
            if answer.state != "conflict":
                raise UserError(
                    self.env._("%s is decided already.", answer.display_name)
                )

    def _check_reason(self, reason):
        if not isinstance(reason, str) or not reason.strip():
            raise UserError(
                self.env._("%s: enter the reason of the decision.", self.display_name)
            )
        return reason.strip()

    def action_set_aside(self, reason=None):
        """It does not count; what was entered stays on record, with the reason.

        :raises UserError: no reason, or decided already
        """
        self._check_decider()
        for answer in self:
            answer._decide("aside", answer._check_reason(reason))

    def action_apply(self, reason=None, values=None):
        """What was entered counts, for the round and point of the visit.

        Where the round is gone and none is named, the visit becomes a round of its
        own, beside all plans.

        :param reason: why
        :param values: {item id: value} for entries that were not clear
        :raises UserError: no reason, no point, or an entry that is still not clear
        """
        self._check_decider()
        values = values if isinstance(values, dict) else {}
        for answer in self:
            reason = answer._check_reason(reason)
            if not answer.point_id:
                raise UserError(
                    self.env._(
                        "%s: name the point that was meant, and the round where there "
                        "is one.",
                        answer.display_name,
                    )
                )
            answer._check_target()
            answer.sudo()._apply(values)
            answer._decide("applied", reason)
            answer.sudo()._book_applied()

    def _check_target(self):
        """The round and the point that were named are of the visit's estate."""
        for record in (self.inspection_id, self.point_id):
            record.check_access("read")
            if record and self.estate_id and record.estate_id != self.estate_id:
                raise UserError(
                    self.env._(
                        "%(record)s is of %(other)s, and the visit of %(estate)s.",
                        record=record.display_name,
                        other=record.estate_id.display_name,
                        estate=self.estate_id.display_name,
                    )
                )

    def _decide(self, state, reason):
        self.sudo()._as_step().write(
            {
                "state": state,
                "decision": reason,
                "decided_by_id": self.env.uid,
                "decided_at": fields.Datetime.now(),
            }
        )

    def _apply(self, values):
        """Fill the lines of the round with what was entered."""
        round_ = self.inspection_id or self._make_round_beside()
        wait_for(round_)
        self._as_step().write(
            {"inspection_id": round_.id, "estate_id": self.point_id.estate_id.id}
        )
        lines = self._visit_lines()
        if not lines:
            raise UserError(
                self.env._(
                    "%(round)s does not stop at %(point)s. Name another round, or "
                    "none.",
                    round=round_.display_name,
                    point=self.point_id.display_name,
                )
            )
        entered = {entry["item_id"]: entry for entry in self._entries()}
        rows = []
        for line in lines:
            entry = entered.get(line.item_id.id, {})
            wanted = values.get(line.item_id.id, values.get(str(line.item_id.id)))
            if wanted is None:
                wanted = entry.get("value")
            value, fault = line.item_id._read_value(wanted)
            rows.append(
                line._row(
                    self, value, fault or entry.get("fault"), entry.get("note") or None
                )
            )
        lines._write_rows(rows)

    def _book_applied(self):
        round_ = self.inspection_id
        if not round_.user_id:
            round_._as_step().user_id = self.user_id
        round_._settle()
        self._visit_lines()._take_answers()
        self._visit_lines()._report_faults()

    def _make_round_beside(self):
        """A round for a visit whose round is gone; with the items that still exist."""
        point = self.point_id
        items = self.env["pm.inspection.item"].browse(
            {entry["item_id"] for entry in self._entries()}
        )
        items = items.exists().filtered(
            lambda item: item.plan_id.estate_id == point.estate_id
        )
        items = items.sorted()
        if not items:
            raise UserError(
                self.env._(
                    "What was looked at does not exist any more. Name a round in which "
                    "%(point)s is visited, or set the visit aside with a reason.",
                    point=point.display_name,
                )
            )
        round_ = (
            self.env["pm.inspection"]
            ._as_step()
            .create(
                {
                    "area": items[:1].plan_id.area,
                    "property_id": point.property_id.id,
                    "day": self.at.date(),
                    "date_from": self.at,
                    "date_to": fields.Datetime.add(self.at, hours=1),
                    "date_limit": fields.Datetime.add(self.at, hours=1),
                    "user_id": self.user_id.id,
                    "point_count": 1,
                }
            )
        )
        self.env["pm.inspection.line"]._as_step().create(
            [
                {
                    "inspection_id": round_.id,
                    "point_id": point.id,
                    "item_id": item.id,
                    "sequence": number,
                }
                for number, item in enumerate(items, 1)
            ]
        )
        return round_

    def action_decide(self):
        """Open the dialog in which a person reads what was entered, and decides."""
        self._check_decider()
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Decide"),
            "res_model": "pm.inspection.decision",
            "view_mode": "form",
            "target": "new",
            "context": {"default_answer_id": self.id},
        }
