"""Odoo shell script: a team of two on duty, and orders that are offered to it."""

import os

from odoo import Command, fields

LOGINS = ("pm_grab_a", "pm_grab_b")

env = env(context={"tracking_disable": True})
estate = env["pm.property"].create({"kind": "estate", "name": "Grab", "code": "GRAB"})
users = env["res.users"].create(
    [
        {
            "name": login,
            "login": login,
            "password": login,
            "pm_estate_ids": [Command.set(estate.ids)],
            "group_ids": [
                Command.link(env.ref("base.group_user").id),
                Command.link(env.ref("pm_maintenance.group_pm_technician").id),
            ],
        }
        for login in LOGINS
    ]
)
employees = env["hr.employee"].create(
    [
        {"name": user.login, "user_id": user.id, "pm_estate_id": estate.id}
        for user in users
    ]
)
post = env["pm.duty.post"].create({"name": "Workshop", "property_id": estate.id})
now = fields.Datetime.now()
env["pm.duty"].create(
    [
        {
            "employee_id": employee.id,
            "post_id": post.id,
            "shift_id": env.ref("pm_core.pm_duty_shift_day").id,
            "date": now.date(),
            "start": fields.Datetime.subtract(now, hours=4),
            "stop": fields.Datetime.add(now, hours=8),
        }
        for employee in employees
    ]
)
team = env["maintenance.team"].create(
    {
        "name": "Grab",
        "company_id": env.company.id,
        "member_ids": [Command.set(users.ids)],
    }
)
env["pm.dispatch.rule"].create({"name": "Grab", "mode": "pool", "team_id": team.id})
orders = env["maintenance.request"].create(
    [
        {"name": f"Order {number}", "property_id": estate.id}
        for number in range(int(os.environ["PM_ORDERS"]))
    ]
)
orders.action_dispatch()
env.cr.commit()
