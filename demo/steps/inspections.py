"""Rounds of the demo estate: six weeks of them walked, some late, missed or unproven.

What happened is written with the statements and methods that phones and the nightly
job use, so that it is made in seconds and looks as it would.
"""

import random
from datetime import timedelta

from odoo import Command, fields

from .. import words
from . import acting

DAYS = 42
# templates, and the points of the estate where they stop
PLANS = (
    ("fire_patrol_daily", ("大堂", "消防控制室", "地下车库 A 区")),
    ("patrol_night", ("南门岗", "北门岗", "地下车库 A 区", "中心花园", "儿童乐园")),
    ("pump_room", ("生活水泵房",)),
    ("power_room", ("高压配电室",)),
    ("lift_daily", ("1 号楼电梯", "2 号楼电梯")),
    ("cleaning_daily", ("大堂", "1 号楼楼道", "2 号楼楼道")),
    ("greening_weekly", ("中心花园", "儿童乐园")),
    ("lighting", ("中心花园", "地下车库 A 区")),
)
CENTRE = (31.2304, 121.4737)
# who cleans or tends what
KEEPERS = {
    "大堂": "刘桂芳",
    "1 号楼楼道": "刘桂芳",
    "2 号楼楼道": "赵秀英",
    "中心花园": "马德福",
    "儿童乐园": "马德福",
}


def run(env, estate):
    """Plans from the templates, their rounds, and what became of them."""
    chance = random.Random(20260131)
    points = _points(env, estate)
    plans = _plans(env, estate, points)
    walker = env["res.users"].search([("login", "=", "inspector")])
    today = fields.Date.context_today(estate)
    rounds = plans._generate(date_from=today - timedelta(days=DAYS))
    past = rounds.filtered(lambda one: one.date_limit <= fields.Datetime.now())
    _walk(env, past, walker, chance)
    _defects(env, estate)
    conflict = _conflict(env, estate, walker)
    counted = {state: len(some) for state, some in past.grouped("state").items()}
    labels = dict(past._fields["state"]._description_selection(words.of(past).env))
    return [
        words.say("巡检：", "rounds: ")
        + ", ".join(f"{labels[state]} {count}" for state, count in counted.items()),
        words.say(
            f"巡检点 {len(points)} 个，计划 {len(plans)} 个，"
            f"待判定的记录 {len(conflict)} 条",
            f"inspection points {len(points)}, plans {len(plans)}, "
            f"answers to decide {len(conflict)}",
        ),
    ]


def _points(env, estate):
    names = dict.fromkeys(name for _code, places in PLANS for name in places)
    people = env["hr.employee"].search([("name", "in", list(KEEPERS.values()))])
    keepers = {person.name: person.id for person in people}
    return env["pm.inspection.point"].create(
        [
            {
                "name": name,
                "code": f"P{number:02}",
                "sequence": number,
                "property_id": estate.id,
                "keeper_id": keepers.get(KEEPERS.get(name)),
                "latitude": CENTRE[0] + number / 9000,
                "longitude": CENTRE[1] + number / 8000,
                "learnt_at": fields.Datetime.now(),
            }
            for number, name in enumerate(names, 1)
        ]
    )


def _plans(env, estate, points):
    """One plan a template, from six weeks ago on."""
    by_name = {point.name: point for point in points}
    start = fields.Date.context_today(estate) - timedelta(days=DAYS)
    plans = env["pm.inspection.plan"]
    for code, places in PLANS:
        template = env.ref(f"pm_maintenance.pm_inspection_template_{code}")
        plan = plans.create(template._plan_values(estate, start))
        template._copy_into(plan)
        plan.stop_ids = [
            Command.create({"point_id": by_name[name].id, "sequence": number})
            for number, name in enumerate(places, 1)
        ]
        plans |= plan
    return plans


def _walk(env, rounds, walker, chance):
    """Most rounds are walked in time; each visit is a row as a phone sends it."""
    Answer = env["pm.inspection.answer"].sudo()._as_step()
    values, found = [], []
    for one in rounds:
        luck = chance.random()
        if luck < 0.04:
            continue
        late = luck < 0.1
        moment = one.date_to + timedelta(minutes=20) if late else one.date_from
        length = (one.date_to - one.date_from) / 2
        moment += timedelta(minutes=chance.randrange(5, 30)) if late else length
        points = one.line_ids.grouped("point_id")
        for point, lines in points.items():
            moment += timedelta(seconds=chance.randrange(120, 420))
            doubt = chance.random()
            values.append(
                {
                    **Answer._desk_values(one, point, walker),
                    "source": "phone",
                    "is_manual": doubt < 0.02,
                    "doubt": "not_scanned" if doubt < 0.02 else False,
                    "doubt_note": "未扫码" if doubt < 0.02 else False,
                    "at": moment,
                    "told_at": moment,
                    "scanned": point.sudo().token,
                    "latitude": point.latitude + chance.uniform(-1, 1) / 9000,
                    "longitude": point.longitude + chance.uniform(-1, 1) / 9000,
                    "accuracy": chance.randrange(8, 40),
                    "distance": chance.randrange(1, 30),
                }
            )
            found.append(lines)
    answers = Answer.create(values)
    rows = []
    for answer, lines in zip(answers, found, strict=True):
        for line in lines:
            value = _value(line.item_id, chance)
            fault = line.item_id._read_value(value)[1]
            rows.append(line._row(answer, value, fault, None))
    rounds.line_ids._write_rows(rows)
    rounds.sudo()._as_step().filtered("answer_ids").user_id = walker
    rounds.sudo()._settle()
    _report(rounds)


def _value(item, chance):
    """What is found: nearly always in order."""
    bad = chance.random() < 0.012
    if item.kind == "yes_no":
        good = "no" if item.fault_value == "yes" else "yes"
        return ({"yes": "no", "no": "yes"}[good]) if bad else good
    if item.kind == "choice":
        choices = item.choice_ids.filtered(lambda one: one.is_fault == bad)
        return str((choices or item.choice_ids)[0].id)
    if item.kind == "number":
        low, high = item._limits()
        if not high and high is not None:
            # what is counted piece by piece, and should not be there at all
            return "2" if bad else "0"
        low = low if low is not None else (high or 1) * 0.4
        high = high if high is not None else low * 1.6 + 1
        figure = high * 1.2 if bad else low + (high - low) * chance.uniform(0.2, 0.8)
        return f"{figure:.2f}"
    return False


def _report(rounds):
    """The faults of the last two weeks become orders; older ones were repaired."""
    since = fields.Datetime.subtract(fields.Datetime.now(), days=14)
    lines = rounds.line_ids.filtered(
        lambda line: line.is_fault and line.answered_at and line.answered_at > since
    )
    goes = lines.grouped(lambda line: line.inspection_id.plan_id.fault_goes_to)
    for kind, most in (("order", 8), ("defect", 10)):
        goes.get(kind, lines.browse())[:most]._report_faults()


def _defects(env, estate):
    """Some are rectified and rechecked, one was sent back, some are open."""
    defects = acting(env, "manager")["pm.inspection.defect"]
    defects = defects.search([("estate_id", "=", estate.id)])
    inspector = acting(env, "inspector")
    for number, defect in enumerate(defects[:6]):
        defect.result = "已清理，现场复核合格。"
        defect.action_rectify()
        if number < 4:
            defect.with_env(inspector).action_pass()
    defects[5:6].with_env(inspector).action_send_back()


def _conflict(env, estate, walker):
    """A visit with a decimal comma, that waits for a person."""
    mine = acting(env, walker.login)
    now = fields.Datetime.now()
    line = env["pm.inspection.line"].search(
        [
            ("inspection_id.estate_id", "=", estate.id),
            ("inspection_id.state", "=", "planned"),
            ("inspection_id.date_to", ">", now),
            ("item_id.kind", "=", "number"),
        ],
        limit=1,
    )
    mine["pm.inspection.answer"]._receive(
        f"{now.isoformat()}Z",
        [
            {
                "uuid": "demo-answer-with-a-comma",
                "round_id": line.inspection_id.id,
                "point_id": line.point_id.id,
                "scanned": line.point_id.sudo().token,
                "at": f"{now.isoformat()}Z",
                "entries": [
                    {"line_id": line.id, "item_id": line.item_id.id, "value": "0,35"}
                ],
            }
        ],
    )
    return env["pm.inspection.answer"].search(
        [("estate_id", "=", estate.id), ("state", "=", "conflict")]
    )
