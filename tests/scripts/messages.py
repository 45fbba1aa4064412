"""Odoo shell script: a resident who has bound the WeChat of an account."""

import json
import os
from pathlib import Path

OPENID = "o-resident"

env = env(context={"tracking_disable": True})
places = env["pm.property"]
estate = places.create({"kind": "estate", "name": "Messages", "code": "MESSAGES"})
building = places.create(
    {"kind": "building", "name": "1", "code": "1", "parent_id": estate.id}
)
unit = places.create(
    {
        "kind": "unit",
        "name": "101",
        "code": "101",
        "parent_id": building.id,
        "gross_area": 100.0,
        "usage": "residential",
    }
)
resident = env["res.partner"].create({"name": "Resident"})
resident.with_company(estate.company_id).pm_wechat_openid = OPENID
env["pm.occupancy"].create(
    {"property_id": unit.id, "partner_id": resident.id, "date_from": "2020-01-01"}
)
account = env["pm.wechat.account"].create(
    {
        "name": "Messages",
        "company_id": estate.company_id.id,
        "app_id": "wx0123456789abcdef",
        "secret": "secret",
        "template_id": "TPL",
        "callback_token": "token123",
        # nobody is there: what is answered waits
        "api_base": "http://127.0.0.1:9",
    }
)
env.cr.commit()
Path(os.environ["PM_FACTS"]).write_text(
    json.dumps({"account": account.id, "openid": OPENID}), encoding="utf-8"
)
