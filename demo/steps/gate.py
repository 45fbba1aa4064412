"""The gate of the demo estate: passes, keys, post log, incidents, camera footage."""

import random
from datetime import datetime, time, timedelta, timezone

from odoo import Command, fields

from .. import words
from . import acting

# a drawn line, as the signature widget sends one
SIGNATURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJ"
    "RU5ErkJggg=="
)
VISITORS = (
    "周建华",
    "吴晓梅",
    "郑大伟",
    "冯丽娟",
    "陈国强",
    "褚小燕",
    "卫志明",
    "蒋文",
)
MONTHS, EACH_MONTH = 12, 16
KEYS = (
    ("W-01", "1 号楼屋面门", "key", "钥匙箱 A-01", 2),
    ("P-01", "生活水泵房", "key", "钥匙箱 A-02", 3),
    ("E-01", "配电房", "key", "钥匙箱 A-03", 2),
    ("F-01", "消防控制室", "key", "钥匙箱 A-04", 2),
    ("L-01", "电梯三角钥匙", "key", "钥匙箱 A-05", 2),
    ("C-10", "施工人员临时卡", "card", "前台抽屉", 10),
)
# months ago, type, what happened, what was done
INCIDENTS = (
    (11, "damage", "南门道闸被倒车的货车撞弯。", "拍照、登记车辆和驾驶员，联系保险。"),
    (9, "noise", "3 号楼 1502 深夜装修，多户来电。", "上门劝阻，已停工，次日回访。"),
    (7, "theft", "地下车库一辆电动车电瓶被盗。", "保护现场，调取监控，陪同业主报警。"),
    (5, "traffic", "北门出口两车轻微剐蹭。", "拍照后引导车辆移到路边，双方自行协商。"),
    (
        3,
        "falling",
        "5 号楼外墙瓷砖掉落，无人受伤。",
        "拉警戒线，通知工程部检查外墙。",
    ),
    (2, "trespass", "推销人员尾随进入 2 号楼。", "劝离并登记，提醒门岗注意尾随。"),
    (1, "injury", "老人在中心花园摔倒，头部擦伤。", "呼叫 120，通知家属，陪同上车。"),
)


def run(env, estate):
    """Make what the people at the gate have made; return what to print."""
    people = _People(env, estate)
    history = _history(env, people)
    passes = _passes(people)
    moves = _keys(people)
    log = _log(people)
    incidents = _incidents(people)
    requests = _footage(people, incidents)
    inside = passes.filtered("is_inside")
    return [
        words.say(
            f"通行证：{len(history) + len(passes)} 张（在场 {len(inside)}，"
            f"超时 {len(inside.filtered('is_overstay'))}），出入记录 "
            f"{len((history | passes).log_ids)} 条",
            f"passes: {len(history) + len(passes)} ({len(inside)} inside, "
            f"{len(inside.filtered('is_overstay'))} too long), gate log "
            f"{len((history | passes).log_ids)} lines",
        ),
        words.say(
            f"钥匙：外借 {len(moves.filtered(lambda move: move.state == 'out'))} 次，"
            f"逾期 {len(moves.filtered('is_overdue'))} 次",
            f"keys: {len(moves.filtered(lambda move: move.state == 'out'))} out, "
            f"{len(moves.filtered('is_overdue'))} overdue",
        ),
        words.say(
            f"岗位日志 {words.of(log).display_name}：未完事项 "
            f"{len(log.open_matter_ids)} 项",
            f"post log {words.of(log).display_name}: "
            f"{len(log.open_matter_ids)} open matters",
        ),
        words.say(
            f"事件 {len(incidents)} 起，监控调阅申请 {len(requests)} 件",
            f"incidents: {len(incidents)}, requests for footage: {len(requests)}",
        ),
    ]


class _People:
    """Who works at the gate, and who lives behind it."""

    def __init__(self, env, estate):
        self.estate = estate
        self.random = random.Random(20)
        self.now = fields.Datetime.now()
        self.manager = acting(env, "manager")
        self.company = acting(env, "company")
        self.service = acting(env, "service")
        self.gate = self._gate(env)
        self.on_duty = self._guard(env)
        self.guard = acting(env, "guard")
        user = env["res.users"].search([("login", "=", "resident")])
        rows = env["pm.occupancy"].search(
            [
                ("estate_id", "=", estate.id),
                ("role", "=", "owner"),
                ("property_id.kind", "=", "unit"),
            ],
            order="id",
            limit=40,
        )
        self.hosts = [(row.property_id, row.partner_id) for row in rows]
        own = env["pm.occupancy"].search(
            [
                ("partner_id", "=", user.partner_id.id),
                ("property_id.kind", "=", "unit"),
                ("is_current", "=", True),
            ],
            limit=1,
        )
        self.resident = (own.property_id, own.partner_id) if own else self.hosts[0]

    def _gate(self, env):
        """The north gate of the roster, which keeps a log now."""
        Post = self.manager["pm.duty.post"]
        here = [("estate_id", "=", self.estate.id), ("name", "=", "北门岗")]
        post = Post.search(here, limit=1) or Post.create(
            {"name": "北门岗", "property_id": self.estate.id}
        )
        post.write(
            {
                "is_gate": True,
                "keeps_log": True,
                "item_ids": [
                    Command.create({"name": "对讲机", "quantity": 2}),
                    Command.create({"name": "强光手电", "quantity": 2}),
                    Command.create({"name": "防暴叉", "quantity": 1}),
                    Command.create({"name": "执法记录仪", "quantity": 1}),
                ],
            }
        )
        return post

    def _guard(self, env):
        """The demo guard as an employee who is on duty since this morning."""
        user = env["res.users"].search([("login", "=", "guard")])
        Employee = env["hr.employee"]
        employee = Employee.search([("user_id", "=", user.id)], limit=1)
        employee = employee or Employee.create(
            {"name": "钱卫", "user_id": user.id, "pm_estate_id": self.estate.id}
        )
        Duty = self.company["pm.duty"]
        shifts = {
            "day": (self.now - timedelta(hours=3), self.now + timedelta(hours=20)),
            "night": (self.now - timedelta(hours=27), self.now - timedelta(hours=15)),
        }
        return {
            shift: Duty.create(
                {
                    "employee_id": employee.id,
                    "post_id": self.gate.id,
                    "shift_id": env.ref(f"pm_core.pm_duty_shift_{shift}").id,
                    "date": self.estate._today() - timedelta(days=shift == "night"),
                    "start": start,
                    "stop": stop,
                }
            )
            for shift, (start, stop) in shifts.items()
        }

    def at(self, days, hour, minute=0):
        """A moment so many days ago on the clock of the estate, in UTC."""
        day = self.estate._today() - timedelta(days=days)
        local = datetime.combine(day, time(hour, minute), self.estate._zone())
        return local.astimezone(timezone.utc).replace(tzinfo=None)


def _history(env, people):
    """Passes of a year, each used once: in the afternoon, out in the evening."""
    guard, rolls = people.guard.user, people.random
    vals_list, moves = [], []
    for number in range(MONTHS * EACH_MONTH):
        place, host = rolls.choice(people.hosts)
        days = 2 + number * 360 // (MONTHS * EACH_MONTH)
        start = people.at(days, 9 + number % 9, rolls.randrange(60))
        kind = rolls.choices(("visitor", "contractor"), (4, 1))[0]
        vals_list.append(
            {
                "kind": kind,
                "property_id": place.id,
                "host_id": host.id,
                "visitor_name": rolls.choice(VISITORS),
                "valid_from": start,
                "valid_to": start + timedelta(hours=8),
                "source": rolls.choice(("portal", "desk")),
                "state": "confirmed",
                "confirmed_at": start,
                "confirmed_how": "portal",
                "confirmed_by": host.name,
                "entry_count": 1,
                "moved_at": start + timedelta(hours=2),
            }
        )
        moves.append((start, start + timedelta(minutes=rolls.randrange(20, 240))))
    passes = env["pm.access.pass"]._as_step().create(vals_list)
    env["pm.gate.log"]._as_step().create(
        [
            {
                "pass_id": one.id,
                "property_id": people.gate.property_id.id,
                "post_id": people.gate.id,
                "direction": direction,
                "turn": 1,
                "at": at,
                "people": 1,
                "user_id": guard.id,
                "key": f"demo-{one.id}-{direction}",
            }
            for one, pair in zip(passes, moves, strict=True)
            for direction, at in zip(("in", "out"), pair, strict=True)
        ]
    )
    return passes


def _passes(people):
    """Those of today, and one whose visitor should have left."""
    Pass = people.guard["pm.access.pass"]
    place, host = people.resident
    soon = {
        "valid_from": people.now - timedelta(hours=1),
        "valid_to": people.now + timedelta(hours=8),
    }
    invited = Pass._invite(
        place, host, "visitor", {**soon, "visitor_name": "周建华", "people": 2}
    )
    car = Pass._invite(
        place, host, "vehicle", {**soon, "plate": "沪A·D3721", "entries": 2}
    )
    goods = Pass._invite(
        place, host, "goods", {**soon, "goods": "三人沙发 1 张、纸箱 12 个、冰箱 1 台"}
    )
    other, neighbour = people.hosts[3]
    known = Pass.create(
        [
            {
                **soon,
                "property_id": other.id,
                "host_id": neighbour.id,
                "kind": "contractor",
                "visitor_name": "施师傅",
                "firm": "晨光装饰",
                "people": 3,
                "entries": 0,
                "reason": "业主电话同意",
            },
            {
                **soon,
                "property_id": other.id,
                "host_id": neighbour.id,
                "visitor_name": "吴晓梅",
                "reason": "业主电话同意",
            },
        ]
    )
    known.action_confirm_phone()
    waiting = Pass.create(
        {
            **soon,
            "property_id": place.id,
            "host_id": host.id,
            "visitor_name": "郑大伟",
            "purpose": "送文件",
        }
    )
    waiting.action_ask()
    for number, one in enumerate((invited, known[0], known[1])):
        one.with_env(people.guard).gate_move(
            "in", people.gate.id, f"demo-today-{number}"
        )
    # the visitor of a neighbour stays longer than was said
    known[1].sudo()._as_step().valid_to = people.now - timedelta(minutes=40)
    known[1].sudo()._tell_overstay()
    _denied(people)
    return (invited | car | goods | known | waiting).with_env(people.manager)


def _denied(people):
    entry = people.manager["pm.gate.denied"].create(
        {
            "name": "刘某",
            "phone": "13900001234",
            "plate": "沪B·66666",
            "property_id": people.estate.id,
            "reason": "三次冲卡，打伤值班保安，已报警处理。",
            "instruction": "不得放行，立即通知秩序主管。",
        }
    )
    entry.action_submit()
    if entry.state == "approval":
        entry.with_env(people.company)._validate_tier()
    return entry


def _keys(people):
    keys = people.manager["pm.key"].create(
        [
            {
                "code": code,
                "name": name,
                "kind": kind,
                "property_id": people.estate.id,
                "kept_at": kept,
                "copies": copies,
            }
            for code, name, kind, kept, copies in KEYS
        ]
    )
    employee = people.on_duty["day"].employee_id
    firm = people.hosts[5][1]
    Move = people.guard["pm.key.move"]
    moves = Move.create(
        [
            {
                "key_id": keys[0].id,
                "employee_id": employee.id,
                "purpose": "屋面巡查",
                "due": people.now - timedelta(hours=2),
                "signature": SIGNATURE,
            },
            {
                "key_id": keys[1].id,
                "employee_id": employee.id,
                "purpose": "水泵保养",
                "due": people.now + timedelta(hours=4),
                "signature": SIGNATURE,
            },
            {
                "key_id": keys[5].id,
                "holder_kind": "resident",
                "partner_id": firm.id,
                "quantity": 2,
                "purpose": "装修施工",
                "due": people.now + timedelta(days=20),
                "signature": SIGNATURE,
            },
            {
                "key_id": keys[2].id,
                "employee_id": employee.id,
                "purpose": "抄表",
                "signature": SIGNATURE,
            },
        ]
    )
    moves.action_hand_out()
    moves[3].action_return()
    return moves


def _log(people):
    """The night shift left something open; the day shift has taken it over."""
    guard = people.guard
    Log = guard["pm.post.log"]
    night = Log._of_duty(people.on_duty["night"].sudo()).sudo()
    Entry = guard["pm.post.log.entry"].sudo()._as_step()
    start = people.on_duty["night"].start
    Entry.create(
        [
            {
                "log_id": night.id,
                "at": start + timedelta(hours=hours),
                "kind": kind,
                "text": text,
                "is_matter": matter,
                "user_id": guard.user.id,
            }
            for hours, kind, text, matter in (
                (1, "patrol", "外围巡逻一圈，无异常。", False),
                (4, "fault", "北门道闸抬杆缓慢，已报修，等待维修。", True),
                (6, "event", "2 号楼单元门未关，已关闭并提醒住户。", False),
            )
        ]
    )
    night._as_step().write(
        {
            "state": "handed",
            "taken_by_id": guard.user.id,
            "taken_at": start,
            "handed_by_id": guard.user.id,
            "handed_at": people.on_duty["night"].stop,
            "summary": "道闸待修，其余正常。",
        }
    )
    log = Log.browse(Log.action_open_mine()["res_id"])
    log.action_take_over()
    guard["pm.post.log.entry"].create(
        [
            {"log_id": log.id, "kind": "patrol", "text": "早班巡逻完成，无异常。"},
            {
                "log_id": log.id,
                "kind": "order",
                "text": "下午三点有消防检查，请预留北门车位。",
                "is_matter": True,
            },
        ]
    )
    return log


def _incidents(people):
    """One every other month, reported by the guard and closed by somebody else."""
    made = people.guard["pm.incident"]
    for months, kind, text, measures in INCIDENTS:
        incident = made.create(
            {
                "type_id": made.env.ref(f"pm_maintenance.pm_incident_type_{kind}").id,
                "property_id": people.estate.id,
                "happened_at": people.at(30 * months, 10 + months),
                "description": text,
                "measures": measures,
                "police_called": kind == "theft",
                "police_number": "沪公(浦)受案字[2026]1187" if kind == "theft" else "",
                "police_note": "临江派出所" if kind == "theft" else "无需报警",
                "person_ids": [Command.create({"name": people.hosts[months][1].name})],
            }
        )
        incident.action_report()
        incident.with_env(people.manager).action_handle()
        made |= incident
    for incident in made[:-2].with_env(people.company):
        incident.result = "已处理完毕，相关方无异议。"
        incident.action_close()
    people.manager["pm.incident.action"].create(
        {
            "incident_id": made[-1].id,
            "name": "中心花园台阶加装防滑条",
            "user_id": people.manager.uid,
            "due": people.estate._today() + timedelta(days=7),
        }
    )
    return made


def _footage(people, incidents):
    Request = people.service["pm.footage.request"]
    theft = incidents.filtered(lambda one: one.police_number)
    asked = Request.create(
        [
            {
                "property_id": people.estate.id,
                "requester_kind": "police",
                "requester": "临江派出所 王警官",
                "paper": "调取证据通知书 2026-118",
                "reason": "电瓶被盗案调查取证",
                "places": "地下车库 B1-07、北门出口",
                "period_from": people.at(3, 20),
                "period_to": people.at(3, 22),
                "incident_id": theft[:1].id,
            },
            {
                "property_id": people.estate.id,
                "requester_kind": "resident",
                "requester": people.resident[1].name,
                "partner_id": people.resident[1].id,
                "reason": "车辆左前门被刮，需查看经过",
                "places": "地下车库 B1-12",
                "period_from": people.at(27, 18),
                "period_to": people.at(27, 20),
            },
        ]
    )
    for request in asked:
        request.action_submit()
    if asked[0].state == "approval":
        asked[0].with_env(people.manager)._validate_tier()
    people.guard["pm.footage.handout"].create(
        {
            "request_id": asked[0].id,
            "kind": "handed",
            "what": "B1-07 20:10–20:35，北门 20:36",
            "medium": "U 盘 07 号",
            "recipient": "王警官",
            "recipient_paper": "警官证 尾号 3391",
        }
    )
    asked[0].with_env(people.guard).action_close()
    # the recorder writes over this one in a few days
    asked[1].sudo()._warn()
    return asked
