from odoo import Command, models
from odoo.exceptions import UserError


class PmMeter(models.Model):
    """Meters are read on the rounds of inspections."""

    _inherit = "pm.meter"

    def _put_on_round(self, plan):
        """Let a plan stop where these meters are, and ask for what they show.

        A point for each place, an item for each register; what the plan has already
        is left as it is.

        :raises UserError: a meter of another estate, or one that was removed
        """
        plan.check_access("write")
        for meter in self:
            if meter.estate_id != plan.estate_id or meter.date_removed:
                raise UserError(
                    self.env._(
                        "%(meter)s cannot be read on %(plan)s: choose meters of the "
                        "estate that are there.",
                        meter=meter.display_name,
                        plan=plan.display_name,
                    )
                )
        there = plan.item_ids.meter_id
        wanted = self - there
        points = wanted._points(plan)
        names = dict(
            self.env["pm.inspection.item"]
            ._fields["meter_register"]
            ._description_selection(self.env)
        )
        self.env["pm.inspection.item"].create(
            [
                {
                    "plan_id": plan.id,
                    "name": meter.name
                    if register == "value"
                    else f"{meter.name} {names[register]}",
                    "kind": "number",
                    "unit": meter.unit,
                    "meter_id": meter.id,
                    "meter_register": register,
                    "photo_required": register == meter._register_names()[0],
                    "point_ids": [Command.set(points[meter.property_id].ids)],
                    "sequence": number,
                }
                for number, meter in enumerate(wanted, 1)
                for register in meter._register_names()
            ]
        )

    def _points(self, plan):
        """Return {place: point}; points that are missing are made, with the stops."""
        Point = self.env["pm.inspection.point"]
        places = self.property_id
        points = {}
        for point in plan.point_ids:
            points.setdefault(point.property_id, point)
        lacking = places.filtered(lambda place: place not in points)
        made = Point.create(
            [
                {"name": place.code or place.name, "property_id": place.id}
                for place in lacking
            ]
        )
        points |= dict(zip(lacking, made, strict=True))
        stops = plan.stop_ids.point_id
        first = max(plan.stop_ids.mapped("sequence"), default=0) + 1
        self.env["pm.inspection.stop"].create(
            [
                {"plan_id": plan.id, "point_id": point.id, "sequence": first + number}
                for number, point in enumerate(
                    point
                    for place, point in points.items()
                    if place in places and point not in stops
                )
            ]
        )
        return points

    def _hand_over(self, new):
        """The round reads the new meter where it read the old one."""
        result = super()._hand_over(new)
        items = (
            self.env["pm.inspection.item"].sudo().search([("meter_id", "=", self.id)])
        )
        for item in items:
            item.write(
                {"meter_id": new.id, "name": item.name.replace(self.name, new.name)}
            )
        return result
