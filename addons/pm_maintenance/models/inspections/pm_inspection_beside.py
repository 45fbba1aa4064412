from datetime import timedelta
from itertools import count

from odoo import api, fields, models


class PmInspection(models.Model):
    """A round beside the hours of its plan: walked now, as after a storm.

    Whoever makes one names the plan, or a place and the lines; all else follows.
    """

    _inherit = "pm.inspection"

    @api.model_create_multi
    def create(self, vals_list):
        beside = [not vals.get("day") for vals in vals_list]
        if not any(beside):
            return super().create(vals_list)
        taken = self._minutes_taken(vals_list)
        rounds = super().create(
            [
                self._values_beside(vals, taken) if is_beside else vals
                for vals, is_beside in zip(vals_list, beside, strict=True)
            ]
        )
        new = rounds.browse(
            [one.id for one, is_new in zip(rounds, beside, strict=True) if is_new]
        )
        new.filtered(lambda one: one.plan_id and not one.line_ids)._make_lines()
        for round_ in new.filtered(lambda one: not one.point_count):
            round_._as_step().point_count = len(round_.line_ids.point_id)
        return rounds

    @api.model
    def _minutes_taken(self, vals_list):
        """{plan id: minutes at which the plan has rounds these days}"""
        plans = {vals["plan_id"] for vals in vals_list if vals.get("plan_id")}
        since = fields.Date.subtract(fields.Date.today(), days=1)
        groups = self.sudo()._read_group(
            [("plan_id", "in", list(plans)), ("day", ">=", since)],
            ["plan_id"],
            ["minute:array_agg"],
        )
        return {plan.id: set(minutes) for plan, minutes in groups}

    @api.model
    def _values_beside(self, vals, taken):
        plan = self.env["pm.inspection.plan"].browse(vals.get("plan_id")).sudo()
        place = self.env["pm.property"].browse(vals.get("property_id"))
        estate = (plan or place.sudo()).estate_id
        now = fields.Datetime.now().replace(second=0, microsecond=0)
        local = fields.Datetime.context_timestamp(
            self.with_context(tz=estate.tz or "UTC"), now
        )
        minutes = taken.setdefault(plan.id, set())
        minute = next(
            number
            for number in count(local.hour * 60 + local.minute)
            if not plan or number not in minutes
        )
        minutes.add(minute)
        begin = fields.Datetime.to_datetime(vals.get("date_from")) or now
        length = plan._day_spans()[0][1] if plan else 24 * 60
        end = begin + timedelta(minutes=length)
        return {
            **(plan._round_values() if plan else {}),
            "day": local.date(),
            "minute": minute,
            "date_from": begin,
            "date_to": end,
            "date_limit": end + timedelta(hours=plan.make_good_hours),
            **vals,
        }
