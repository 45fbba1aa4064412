"""Odoo shell script: who handles complaints on the Linjiang estate.

Leaves what a browser cannot know (the token of a place, ids) as JSON in the file that
``PM_FACTS`` names.
"""

import json
import os
from pathlib import Path

from odoo import Command

env = env(context={"lang": "zh_CN", "tracking_disable": True})
estate = env["pm.property"].search([("kind", "=", "estate")], limit=1)
building = env["pm.property"].search([("code", "=", "1-1-1001")], limit=1).building_id
for login, group in (
    ("handler", "pm_core.group_pm_service"),
    ("asker", "pm_core.group_pm_service"),
    ("boss", "pm_core.group_pm_estate_manager"),
    ("regional", "pm_complaints.group_pm_area_manager"),
    ("chief", "pm_core.group_pm_company_manager"),
    ("fitter", "pm_maintenance.group_pm_technician"),
):
    env["res.users"].with_context(no_reset_password=True).create(
        {
            "name": login,
            "login": login,
            "password": login,
            "lang": "zh_CN",
            "tz": "Asia/Shanghai",
            "group_ids": [Command.set(env.ref(group).ids)],
            "pm_estate_ids": [Command.set(estate.ids)],
        }
    )
# the one whose work this walk is gets it
env["pm.complaint.rule"].create(
    {
        "name": "前台",
        "sequence": 0,
        "user_ids": [
            Command.set(env["res.users"].search([("login", "=", "handler")]).ids)
        ],
    }
)
# the customer is called at any hour, so that the walk does not depend on when it is
env.ref("pm_complaints.follow_up_rule_complaint").write(
    {
        "days_after": 0,
        "hour_from": 0,
        "hour_to": 24,
        "days_off": True,
        "user_ids": [
            Command.set(env["res.users"].search([("login", "=", "asker")]).ids)
        ],
    }
)
# who writes by WeChat; nothing answers where its messages would go
account = env["pm.wechat.account"].create(
    {
        "name": "临江花园",
        "company_id": estate.company_id.id,
        "app_id": "wx0123456789abcdef",
        "secret": "secret",
        "template_id": "T",
        "api_base": "http://127.0.0.1:9",
        "callback_token": "token123",
    }
)
holder = env["pm.occupancy"].search(
    [("property_id.code", "=", "1-1-1001"), ("is_current", "=", True)], limit=1
)
holder.partner_id.with_company(estate.company_id).pm_wechat_openid = "o-resident"
env["res.users"].with_context(no_reset_password=True).create(
    {
        "login": "resident",
        "password": "resident",
        "partner_id": holder.partner_id.id,
        "lang": "zh_CN",
        "tz": "Asia/Shanghai",
        "group_ids": [Command.set(env.ref("base.group_portal").ids)],
    }
)
facts = {
    "token": building._report_url().rpartition("/")[2],
    "account": account.id,
    "openid": "o-resident",
    "estate": estate.id,
    "place": holder.property_id.id,
    "holder": holder.partner_id.id,
    "channel": env.ref("pm_core.pm_channel_phone").id,
    "fitter": env["res.users"].search([("login", "=", "fitter")]).id,
    "category": env.ref("pm_complaints.complaint_category_water").id,
    "cause": env.ref("pm_complaints.complaint_cause_work").id,
}
env.cr.commit()
Path(os.environ["PM_FACTS"]).write_text(json.dumps(facts), encoding="utf-8")
