"""Odoo shell script: the Linjiang estate, and a user of each role that works there."""

import base64
import os
from pathlib import Path

from odoo import Command

ROLES = {
    "cashier": ["pm_billing.group_pm_cashier"],
    "clerk": ["pm_billing.group_pm_billing_clerk"],
    "manager": ["pm_core.group_pm_estate_manager"],
    "service": ["pm_core.group_pm_service"],
    "accountant": ["pm_core.group_pm_user", "account.group_account_user"],
    "staff": ["pm_core.group_pm_user"],
    "hr": ["pm_core.group_pm_hr"],
    "company": ["pm_core.group_pm_company_manager"],
}

env["res.users"].search([]).write({"lang": "zh_CN", "tz": "Asia/Shanghai"})
env = env(context={"lang": "zh_CN", "tracking_disable": True})
users = env["res.users"].create(
    [
        {
            "name": login,
            "login": login,
            "password": login,
            "lang": "zh_CN",
            "tz": "Asia/Shanghai",
            "group_ids": [
                Command.link(env.ref(group).id)
                for group in ["base.group_user", *groups]
            ],
        }
        for login, groups in ROLES.items()
    ]
)
workbook = Path(os.environ["PM_WORKBOOK"])
taken_over = env["pm.register.import"].create(
    {
        "estate_name": "临江花园",
        "filename": workbook.name,
        "file": base64.b64encode(workbook.read_bytes()),
    }
)
taken_over.action_import()
users.pm_estate_ids = taken_over.property_id
env.cr.commit()
