"""A patrol with three points, and a phone that walks it."""

import uuid
from datetime import timedelta

from odoo import Command, fields

from ..common import OrderCase

PLACE = (31.2304, 121.4737)


class RoundCase(OrderCase):
    """An estate whose pump room, roof and gate are walked by an inspector."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.estate.tz = "Asia/Shanghai"
        cls.points = cls.env["pm.inspection.point"].create(
            [
                {"name": name, "code": f"P{number}", "property_id": cls.building.id}
                for number, name in enumerate(("Pump room", "Roof", "Gate"), 1)
            ]
        )
        cls.plan = cls.make_plan()
        cls.inspector = cls.make_inspector("pm_inspector")

    @classmethod
    def make_inspector(cls, login, estate=None):
        estate = estate or cls.estate
        user = cls.make_user(login, "pm_maintenance.group_pm_inspector", estate)
        cls.env["hr.employee"].create(
            {"name": login, "user_id": user.id, "pm_estate_id": estate.id}
        )
        return user

    @classmethod
    def make_plan(cls, points=None, **vals):
        """A daily plan: in order, pressure, and what else there is."""
        return cls.env["pm.inspection.plan"].create(
            {
                "name": "Patrol",
                "area": "patrol",
                "property_id": cls.estate.id,
                "schedule_start": fields.Date.today(),
                "schedule_unit": "day",
                "fault_category_id": cls.category.id,
                "least_seconds": 0,
                "stop_ids": [
                    Command.create({"point_id": point.id, "sequence": number})
                    for number, point in enumerate(points or cls.points)
                ],
                "item_ids": [
                    Command.create({"name": "In order", "sequence": 1}),
                    Command.create(
                        {
                            "name": "Pressure",
                            "kind": "number",
                            "sequence": 2,
                            "unit": "bar",
                            "has_min": True,
                            "value_min": 2,
                            "has_max": True,
                            "value_max": 4,
                            "deduction": 5,
                        }
                    ),
                ],
                **vals,
            }
        )

    @classmethod
    def make_round(cls, plan=None, start=-1, stop=2, **vals):
        """A round from and to so many hours from now."""
        plan = plan or cls.plan
        now = fields.Datetime.now()
        minute = cls.env["pm.inspection"].search_count([("plan_id", "=", plan.id)])
        return (
            cls.env["pm.inspection"]
            .create(
                {
                    **plan._round_values(),
                    "day": "2020-01-01",
                    "minute": minute,
                    "date_from": now + timedelta(hours=start),
                    "date_to": now + timedelta(hours=stop),
                    "date_limit": now + timedelta(hours=stop + 2),
                    **vals,
                }
            )
            ._make_lines()
        )

    @classmethod
    def told(cls, moment=None):
        moment = moment or fields.Datetime.now()
        return f"{moment.isoformat()}Z"

    @classmethod
    def visit(cls, round_, point, values=("yes", "3"), **changes):
        """What a phone sends of one point."""
        lines = round_.line_ids.filtered(lambda line: line.point_id == point)
        return {
            "uuid": str(uuid.uuid4()),
            "round_id": round_.id,
            "point_id": point.id,
            "scanned": f"https://example.com/pm/rounds#{point.sudo().token}",
            "manual": False,
            "at": cls.told(),
            "latitude": PLACE[0],
            "longitude": PLACE[1],
            "accuracy": 20,
            "entries": [
                {
                    "line_id": line.id,
                    "item_id": line.item_id.id,
                    "value": value,
                    "fault": None,
                    "note": "",
                }
                for line, value in zip(lines, values, strict=False)
            ],
            "photos": [],
            **changes,
        }

    def send(self, *visits, user=None, sent_at=None):
        """Send visits; return the statuses."""
        Answer = self.env["pm.inspection.answer"].with_user(user or self.inspector)
        results = Answer._receive(sent_at or self.told(), list(visits))
        return [result["status"] for result in results]

    def answer_of(self, visit):
        return self.env["pm.inspection.answer"].search([("uuid", "=", visit["uuid"])])
