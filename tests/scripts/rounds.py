"""Odoo shell script: an estate with rounds to walk, and the inspectors who do."""

from datetime import timedelta

from odoo import Command, fields

env = env(context={"lang": "zh_CN", "tracking_disable": True})
estate = env["pm.property"].create(
    {"kind": "estate", "name": "临江花园", "code": "LJ", "tz": "Asia/Shanghai"}
)
env["res.users"].create(
    [
        {
            "name": name,
            "login": login,
            "password": login,
            "lang": "zh_CN",
            "tz": "Asia/Shanghai",
            "pm_estate_ids": [Command.link(estate.id)],
            "group_ids": [
                Command.set([env.ref("pm_maintenance.group_pm_inspector").id])
            ],
        }
        for login, name in (("wang", "王强"), ("li", "李娜"))
    ]
)
points = env["pm.inspection.point"].create(
    [
        {"name": f"消防点 {number}", "code": f"X{number:02}", "property_id": estate.id}
        for number in range(1, 31)
    ]
)
now = fields.Datetime.now()


def walk(name, stops, order="free"):
    """A plan with one round, now: is it in order (with a photo), and the scene."""
    plan = env["pm.inspection.plan"].create(
        {
            "name": name,
            "area": "patrol",
            "property_id": estate.id,
            "order": order,
            "schedule_start": fields.Date.today(),
            "schedule_unit": "day",
            "stop_ids": [
                Command.create({"point_id": point.id, "sequence": number})
                for number, point in enumerate(stops)
            ],
            "item_ids": [
                Command.create({"name": "完好", "photo_required": True, "sequence": 1}),
                Command.create({"name": "现场", "kind": "photo", "sequence": 2}),
            ],
        }
    )
    env["pm.inspection"].create(
        {
            **plan._round_values(),
            "day": "2020-01-01",
            "minute": 1,
            "date_from": now - timedelta(hours=1),
            "date_to": now + timedelta(hours=6),
            "date_limit": now + timedelta(hours=8),
        }
    )._make_lines()


walk("三十点甲", points, "fixed")
walk("三十点乙", points)
walk("两人同巡", points[:2])
walk("换人", points[:2])
walk("微信", points[:2])
walk("实时扫码", points[:2])
env.cr.commit()
