"""Calls of the demo estate's hotline, and the quality reports of two months.

Customer service has entered the calls of half a year; at weekends more callers give up.
The manager has published one report; the last is still to be read.
"""

import random
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import fields

from .. import words
from . import acting

DAYS = 180
WORDS = (
    "本月电梯与车位类投诉较多。电梯已更换接触器，维保单位改为每周巡检；"
    "车位问题正与业主委员会商议标线方案。感谢各位业主的理解与支持。"
)


def run(env, estate):
    """Enter the calls, compose and publish the reports; return the lines."""
    days = _calls(env, estate)
    reports = _reports(acting(env, "manager"), estate)
    last = words.of(reports[-1])
    published = reports.filtered(lambda one: one.state == "published")
    return [
        words.say(
            f"热线：{len(days)} 天，接听 {sum(days.mapped('answered'))} 通，"
            f"放弃 {sum(days.mapped('given_up'))} 通",
            f"hotline: {len(days)} days, {sum(days.mapped('answered'))} calls taken, "
            f"{sum(days.mapped('given_up'))} given up",
        ),
        words.say(
            f"品质月报：{len(reports)} 份，已发布 {len(published)} 份。"
            f"{last._summary()}",
            f"quality reports: {len(reports)}, {len(published)} published. "
            f"{last._summary()}",
        ),
    ]


def _calls(env, estate):
    chance = random.Random(95)
    line = env["pm.hotline"].create(
        {"name": "客服热线", "phone": "0571-88880000", "property_id": estate.id}
    )
    today = estate._today()
    rows = []
    for back in range(DAYS, 0, -1):
        day = today - timedelta(days=back)
        weekend = day.weekday() > 4
        calls = chance.randint(18, 30) if weekend else chance.randint(30, 60)
        share = chance.uniform(0.05, 0.12) if weekend else chance.uniform(0, 0.05)
        given_up = round(calls * share)
        rows.append(
            {
                "line_id": line.id,
                "date": day,
                "answered": calls - given_up,
                "given_up": given_up,
            }
        )
    return acting(env, "service")["pm.hotline.day"].create(rows)


def _reports(env, estate):
    """The two last months: one is published, the other still to be read."""
    first = fields.Date.start_of(estate._today(), "month")
    before, last = (first - relativedelta(months=back) for back in (2, 1))
    reports = env["pm.quality.report"].create(
        [
            {"property_id": estate.id, "month": before, "comment": WORDS},
            {"property_id": estate.id, "month": last},
        ]
    )
    reports[0].action_publish()
    return reports
