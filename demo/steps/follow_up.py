"""Follow-ups of the demo estate: some weeks of calls on file, and some of today.

The rules that are shipped say who is called. What is over is entered as it ended; the
calls of today are made by customer service. A praise is put on the notice board.
"""

import random
from datetime import timedelta

from odoo import fields

from .. import words
from . import acting

WEEKS = 8
# result, verdict, stars, words, weight
ENDS = (
    ("reached", "satisfied", "5", "师傅很准时，修好了", 12),
    ("reached", "satisfied", "4", "可以，没问题", 9),
    ("reached", "partly", "3", "修是修好了，就是等得久", 4),
    ("reached", "unsatisfied", "2", "又坏了，还要再来一次", 2),
    ("missed", False, False, False, 3),
    ("refused", False, False, "在开会，不方便", 1),
)


def run(env, estate):
    """Open the calls of the last weeks, end the older ones, make some of today's."""
    _open_of_orders(env, estate)
    _open_of_complaints(env, estate)
    _rain(env, estate)
    env["pm.follow.up"]._find_new_customers()
    over = _end_older(env, estate)
    made = _call(env, estate)
    _praise(env, estate)
    left = env["pm.follow.up"].search_count(
        [("estate_id", "=", estate.id), ("state", "in", ("waiting", "todo"))]
    )
    return [
        words.say(
            f"回访：历史 {len(over)} 次，今日完成 {len(made)} 次，待回访 {left} 次",
            f"follow-ups: {len(over)} on file, {len(made)} made today, {left} to make",
        )
    ]


def _since():
    return fields.Datetime.now() - timedelta(weeks=WEEKS)


def _open_of_orders(env, estate):
    """Orders on file name no customer: whoever holds the place had it repaired."""
    orders = env["maintenance.request"].search(
        [
            ("estate_id", "=", estate.id),
            ("state", "=", "closed"),
            ("closed_at", ">=", _since()),
        ],
        order="id",
    )
    holders = orders.property_id._holder_on(fields.Date.context_today(estate))
    for order in orders:
        holder = holders.get(order.property_id.id)
        if holder and not order.partner_id:
            order._as_step().partner_id = holder.partner_id
        env["pm.follow.up"]._open("order", order, order.closed_at)


def _open_of_complaints(env, estate):
    complaints = env["pm.complaint"].search(
        [
            ("estate_id", "=", estate.id),
            ("state", "=", "closed"),
            ("closed_at", ">=", _since()),
        ],
        order="id",
    )
    for complaint in complaints:
        env["pm.follow.up"]._open("complaint", complaint, complaint.verified_at)


def _rain(env, estate):
    """Customer service enters when it rained."""
    service = acting(env, "service")
    today = fields.Date.context_today(estate)
    service["pm.rain.day"].create(
        [
            {"estate_id": estate.id, "day": today - timedelta(days=days), "note": note}
            for days, note in ((40, "暴雨"), (19, "中雨"), (6, "小雨转大雨"))
        ]
    )


def _end_older(env, estate):
    """What was due some days ago is over, as it was."""
    chance = random.Random(60)
    before = fields.Datetime.now() - timedelta(days=4)
    older = env["pm.follow.up"].search(
        [
            ("estate_id", "=", estate.id),
            ("state", "=", "todo"),
            ("user_id", "!=", False),
            ("due_at", "<", before),
        ],
        order="id",
    )
    tries = []
    for one in older:
        result, verdict, stars, said, _weight = chance.choices(
            ENDS, weights=[end[-1] for end in ENDS]
        )[0]
        if one.complaint_id:
            verdict, stars = one.complaint_id.verdict, False
            result = "reached" if verdict else "missed"
            said = {"satisfied": "处理得很快", "unsatisfied": "问题还在"}.get(verdict)
        at = one.due_at + timedelta(minutes=chance.randint(5, 400))
        missed = one.max_tries if result == "missed" else chance.choice((0, 0, 1))
        outcomes = ["missed"] * missed + ([result] if result != "missed" else [])
        tries += [
            {
                "follow_up_id": one.id,
                "result": outcome,
                "at": at + timedelta(hours=4 * number),
                "user_id": one.user_id.id,
            }
            for number, outcome in enumerate(outcomes)
        ]
        one._as_step().write(
            {
                "state": "done",
                "result": result,
                "verdict": verdict,
                "score": stars,
                "words": said,
                "done_at": at + timedelta(hours=4 * (len(outcomes) - 1)),
                "done_user_id": one.user_id.id,
                "next_at": False,
            }
        )
        one.answer_ids.filtered(lambda answer: answer.kind == "yes_no").write(
            {"yes_no": "yes" if verdict == "satisfied" else "no" if verdict else False}
        )
    env["pm.follow.up.try"]._as_step().create(tries)
    return older


def _call(env, estate):
    """The first calls of today, by customer service."""
    service = acting(env, "service")
    mine = service["pm.follow.up"].search(
        [
            ("estate_id", "=", estate.id),
            ("state", "=", "todo"),
            ("user_id", "=", service.uid),
            ("request_id", "!=", False),
        ],
        limit=3,
    )
    for call, (verdict, said, stars) in zip(
        mine,
        (
            ("satisfied", "修好了，现场也收拾干净了", "5"),
            ("unsatisfied", "水还在滴，请再来看看", "2"),
            ("satisfied", "没问题", "4"),
        ),
        strict=False,
    ):
        call.action_reached(verdict, said, stars)
        if verdict == "unsatisfied":
            call.action_order()
    return mine


def _praise(env, estate):
    """Praise names the technician; one is shown, with the customer's consent."""
    worker = env["hr.employee"].search([("user_id.login", "=", "technician")], limit=1)
    praise = env["pm.complaint"].search(
        [("estate_id", "=", estate.id), ("kind", "=", "praise")], order="id desc"
    )
    praise._as_step().praised_employee_ids = worker
    service = acting(env, "service")
    newest = praise.filtered("partner_id")[:1].with_env(service)
    if newest:
        newest.action_note_consent()
        newest.action_show_on_board()
