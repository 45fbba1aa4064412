"""Two needs whose clocks run; one has waited too long, and is escalated."""

from datetime import timedelta

from odoo import fields

from .. import words
from . import acting


def run(env, estate):
    service = acting(env, "service")
    needs = service["pm.requirement"].create(
        [
            {
                "title": "电动自行车充电桩增设",
                "prospect_name": "3号楼业主代表",
                "property_id": estate.id,
            },
            {
                "title": "地下车库照明加亮",
                "prospect_name": "车库承租户",
                "property_id": estate.id,
            },
        ]
    )
    late = needs[1].sudo().sla_clock_ids
    late._as_step().started = fields.Datetime.now() - timedelta(days=5)
    late._evaluate()
    late.filtered("is_overdue")._escalate(fields.Datetime.now())
    clocks = needs.sudo().sla_clock_ids
    overdue = len(clocks.filtered("is_overdue"))
    return [
        words.say(
            f"计时中的服务时效：{len(clocks)}，其中超时 {overdue}",
            f"service level clocks that run: {len(clocks)}, of them overdue: {overdue}",
        )
    ]
