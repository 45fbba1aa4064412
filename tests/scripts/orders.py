"""Odoo shell script: who does work orders on the Linjiang estate, and how they come.

Leaves what a browser cannot know (the token of a place, an order of a round) as JSON
in the file that ``PM_FACTS`` names.
"""

import json
import os
from datetime import date, timedelta
from pathlib import Path

from odoo import Command, fields

env = env(context={"lang": "zh_CN", "tracking_disable": True})
estate = env["pm.property"].search([("kind", "=", "estate")], limit=1)
unit = env["pm.property"].search([("code", "=", "1-1-1001")], limit=1)
building = unit.building_id
estate.company_id.partner_id.email = "estate@example.com"


def make_user(login, group, **values):
    return (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            {
                "name": login,
                "login": login,
                "password": login,
                "lang": "zh_CN",
                "tz": "Asia/Shanghai",
                "group_ids": [Command.set(env.ref(group).ids)],
                **values,
            }
        )
    )


own = {"pm_estate_ids": [Command.set(estate.ids)]}
technician = make_user("technician", "pm_maintenance.group_pm_technician", **own)
make_user("dispatcher", "pm_maintenance.group_pm_dispatcher", **own)
employee = env["hr.employee"].create(
    {"name": "丁师傅", "user_id": technician.id, "pm_estate_id": estate.id}
)
post = env["pm.duty.post"].create({"name": "值班室", "property_id": estate.id})
now = fields.Datetime.now()
env["pm.duty"].create(
    {
        "employee_id": employee.id,
        "post_id": post.id,
        "shift_id": env.ref("pm_core.pm_duty_shift_day").id,
        "date": now.date(),
        "start": now - timedelta(hours=4),
        "stop": now + timedelta(hours=20),
    }
)
domain = env["mail.alias.domain"].search([], limit=1) or env[
    "mail.alias.domain"
].create({"name": "example.com"})
env.company.alias_domain_id = domain
team = env["maintenance.team"].create(
    {
        "name": "工程班",
        "company_id": estate.company_id.id,
        "pm_estate_id": estate.id,
        "member_ids": [Command.link(technician.id)],
        "alias_name": "repairs",
    }
)
# a resident, and the people of the firm that looks after the lifts
holder = env["pm.occupancy"].search(
    [("property_id", "=", unit.id), ("is_current", "=", True)], limit=1
)
holder.partner_id.email = "resident@example.com"
make_user("resident", "base.group_portal", partner_id=holder.partner_id.id)
firm = env["res.partner"].create(
    {"name": "恒升电梯", "is_company": True, "email": "lift@example.com"}
)
person = env["res.partner"].create({"name": "孙涛", "parent_id": firm.id})
make_user("contractor", "base.group_portal", partner_id=person.id)
contract = env["pm.contract"].create(
    {
        "title": "电梯维保",
        "kind": "supplier",
        "partner_id": firm.id,
        "estate_id": estate.id,
        "date_from": date.today() - timedelta(days=30),
        "date_to": date.today() + timedelta(days=300),
    }
)
contract._as_step().state = "active"
env["pm.dispatch.rule"].create(
    [
        {
            "name": "电梯外包",
            "sequence": 1,
            "company_id": estate.company_id.id,
            "mode": "supplier",
            "contract_id": contract.id,
            "category_ids": [
                Command.link(env.ref("pm_maintenance.pm_fault_category_lift").id)
            ],
        },
        {
            "name": "当班维修",
            "sequence": 2,
            "company_id": estate.company_id.id,
            "mode": "person",
            "team_id": team.id,
        },
    ]
)
found = env["maintenance.request"]._report(
    building,
    "巡检发现楼道扶手松动",
    channel="inspection",
    category=env.ref("pm_maintenance.pm_fault_category_other"),
)
building._provide_report_token()
facts = {
    "token": building.report_token,
    "found": found.id,
    "alias": f"repairs@{domain.name}",
}
env.cr.commit()
Path(os.environ["PM_FACTS"]).write_text(json.dumps(facts), encoding="utf-8")
