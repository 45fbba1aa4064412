"""Guards and service desk rostered, a swap, a fire drill, a test, certificates."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command, fields

from .. import words
from . import acting

GUARDS = (
    "李强",
    "赵大勇",
    "孙建国",
    "周海涛",
    "吴志刚",
    "郑永",
    "王铁军",
    "冯磊",
    "陈小龙",
    "褚卫东",
    "卫平",
    "蒋红军",
)
CLERKS = ("沈丽", "韩雪", "杨帆")


def run(env, estate):
    today = fields.Date.context_today(estate)
    people = _People(env, estate)
    expiring = _certificates(env, people, today)
    rosters = _rosters(env, estate, people, today.replace(day=1))
    rosters.action_generate()
    rosters.action_publish()
    swap = _swap(env, people, rosters[0])
    _gap(rosters[0])
    course = _course(env, estate, people, today)
    drill = _drill(env, estate, people, today)
    rosters.invalidate_recordset()
    return [
        *(
            words.say(
                f"排班 {roster.name}：{roster.duty_count} 个班次，"
                f"缺 {roster.gap_count} 人",
                f"roster {roster.name}: {roster.duty_count} duties, "
                f"{roster.gap_count} not covered",
            )
            for roster in rosters
        ),
        words.say("换班 ", "swap ")
        + f"{words.of(swap).display_name}: {words.label(swap)}",
        words.say(
            f"演练 {drill.name}：{drill.drill_people} 人，{drill.drill_minutes} 分钟，"
            f"问题 {drill.drill_fault_count} 项",
            f"drill {drill.name}: {drill.drill_people} people, "
            f"{drill.drill_minutes} minutes, {drill.drill_fault_count} faults",
        ),
        words.say(
            f"培训 {course.name}：到场 {course.present_count} 人，"
            f"考试通过 {course.passed_count} 人",
            f"training {course.name}: {course.present_count} present, "
            f"{course.passed_count} passed",
        ),
        words.say("证书将到期：", "certificate that expires: ")
        + f"{expiring.employee_id.name} {words.of(expiring.skill_id).name}, "
        f"{expiring.valid_to}",
    ]


class _People:
    """Guards and clerks of the estate, registered by HR."""

    def __init__(self, env, estate):
        hr = acting(env, "hr")
        self.guard_job = self._job(hr, "秩序维护员")
        self.clerk_job = self._job(hr, "客服专员")
        self.guards = self._make(hr, estate, GUARDS, self.guard_job)
        self.clerks = self._make(hr, estate, CLERKS, self.clerk_job)
        # the demo login of staff is the first guard
        user = env["res.users"].search([("login", "=", "staff")])
        if not hr["hr.employee"].search([("user_id", "=", user.id)]):
            self.guards[0].user_id = user

    def _job(self, hr, name):
        Job = hr["hr.job"]
        return Job.search([("name", "=", name)], limit=1) or Job.create({"name": name})

    def _make(self, hr, estate, names, job):
        """Those of the names that are not registered yet, in the order given."""
        Employee = hr["hr.employee"]
        known = Employee.search(
            [("name", "in", names), ("pm_estate_id", "=", estate.id)]
        ).grouped("name")
        Employee.create(
            [
                {
                    "name": name,
                    "job_id": job.id,
                    "pm_estate_id": estate.id,
                    "mobile_phone": f"1380571{ord(name[0]) % 10000:04d}",
                }
                for name in names
                if name not in known
            ]
        )
        found = Employee.search(
            [("name", "in", names), ("pm_estate_id", "=", estate.id)]
        ).grouped("name")
        return Employee.union(*(found[name][:1] for name in names))


def _rosters(env, estate, people, month):
    manager = acting(env, "company")
    ref = env.ref
    day, night = (
        ref("pm_core.pm_duty_shift_day"),
        ref("pm_core.pm_duty_shift_night"),
    )
    office = ref("pm_core.pm_duty_shift_office")
    Post = manager["pm.duty.post"]
    gate, control, desk = Post.create(
        [
            {
                "name": "北门岗",
                "property_id": estate.id,
                "job_id": people.guard_job.id,
                "certificate_ids": [
                    Command.set(ref("pm_core.hr_skill_guard_card").ids)
                ],
                "line_ids": [
                    Command.create({"shift_id": day.id, "heads": 2}),
                    Command.create({"shift_id": night.id, "heads": 2}),
                ],
                "note": "来访登记、车辆放行；每两小时巡逻一次。",
            },
            {
                "name": "消防控制室",
                "property_id": estate.id,
                "job_id": people.guard_job.id,
                "certificate_ids": [
                    Command.set(ref("pm_core.hr_skill_fire_control_room").ids)
                ],
                "line_ids": [
                    Command.create({"shift_id": day.id, "heads": 2}),
                    Command.create({"shift_id": night.id, "heads": 2}),
                ],
                "note": "二十四小时值班，每班两人，报警后立即核实。",
            },
            {
                "name": "服务中心前台",
                "property_id": estate.id,
                "job_id": people.clerk_job.id,
                "line_ids": [Command.create({"shift_id": office.id, "heads": 2})],
            },
        ]
    )
    days, nights = (
        ref("pm_core.pm_duty_pattern_day_4_2"),
        ref("pm_core.pm_duty_pattern_night_4_2"),
    )
    week = ref("pm_core.pm_duty_pattern_office_5_2")
    places = [
        (post, pattern, start)
        for post in (gate, control)
        for pattern in (days, nights)
        for start in (1, 3, 5)
    ]
    return manager["pm.duty.roster"].create(
        [
            {
                "name": f"{estate.name} 秩序 {month:%Y-%m}",
                "estate_id": estate.id,
                "month": month,
                "post_ids": [Command.set((gate | control).ids)],
                "member_ids": [
                    Command.create(
                        {
                            "employee_id": guard.id,
                            "post_id": post.id,
                            "pattern_id": pattern.id,
                            "start_day": start,
                        }
                    )
                    for guard, (post, pattern, start) in zip(
                        people.guards, places, strict=True
                    )
                ],
            },
            {
                "name": f"{estate.name} 客服 {month:%Y-%m}",
                "estate_id": estate.id,
                "month": month,
                "post_ids": [Command.set(desk.ids)],
                "member_ids": [
                    Command.create(
                        {
                            "employee_id": clerk.id,
                            "post_id": desk.id,
                            "pattern_id": week.id,
                            "start_day": start,
                        }
                    )
                    for clerk, start in zip(people.clerks, (1, 3, 6), strict=True)
                ],
            },
        ]
    )


def _swap(env, people, roster):
    """Two guards of the gate trade days; the captain approves."""
    moment = fields.Datetime.now()
    asker, colleague = people.guards[0], people.guards[1]

    def to_come(employee):
        return roster.duty_ids.filtered(
            lambda duty: duty.employee_id.id == employee.id and duty.start > moment
        )

    mine, theirs = to_come(asker), to_come(colleague)
    give = mine.filtered(lambda duty: duty.date not in theirs.mapped("date"))[:1]
    back = theirs.filtered(lambda duty: duty.date not in mine.mapped("date"))[:1]
    if not give:
        # at the very end of the month: an extra duty of the next one
        give = roster.env["pm.duty"].create(
            {
                "employee_id": asker.id,
                "post_id": roster.post_ids[0].id,
                "shift_id": env.ref("pm_core.pm_duty_shift_day").id,
                "date": roster.date_to + timedelta(days=1),
            }
        )
    asking = acting(env, asker.user_id.login or "company")
    swap = asking["pm.duty.swap"].create(
        {
            "duty_id": give.id,
            "colleague_id": colleague.id,
            "return_duty_id": back.id,
            "reason": "家里有事",
        }
    )
    # the colleague has no login: the captain records that he agrees
    swap = swap.with_env(roster.env)
    swap.action_agree()
    swap.action_approve()
    return swap


def _gap(roster):
    """Somebody is ill and nobody stands in yet: red in the coverage."""
    today = fields.Date.context_today(roster)
    duty = roster.duty_ids.filtered(
        lambda duty: duty.date >= today and duty.state == "planned"
    )[-1:]
    duty.action_absent()
    duty.note = "病假，待安排替班"


def _certificates(env, people, today):
    """Guard cards and control-room certificates; one expires soon, one is missing."""
    card = env.ref("pm_core.hr_skill_guard_card")
    room = env.ref("pm_core.hr_skill_fire_control_room")
    kind = card.skill_type_id
    soon = today + timedelta(days=45)
    held = acting(env, "hr")["hr.employee.skill"].create(
        [
            {
                "employee_id": guard.id,
                "skill_type_id": kind.id,
                "skill_id": (card if number < 6 else room).id,
                "skill_level_id": kind.skill_level_ids[:1].id,
                "valid_from": today - relativedelta(years=2),
                "valid_to": soon if number == 1 else today + relativedelta(years=2),
                "pm_number": f"330{today.year - 2}{number + 1:05d}",
            }
            for number, guard in enumerate(people.guards[:-1])
        ]
    )
    return held[1]


def _course(env, estate, people, today):
    """The yearly safety training with its test; one fails, one is still to take it."""
    hr = acting(env, "hr")
    plan = hr["pm.training.plan"].browse(env.ref("pm_core.pm_training_plan_safety").id)
    plan.certificate_id = hr["hr.skill"].create(
        {
            "name": "安全培训合格证",
            "skill_type_id": env.ref("pm_core.hr_skill_type_certificate").id,
            "pm_validity_months": plan.interval_months,
            "pm_authority": "公司品质部",
        }
    )
    survey = hr["survey.survey"].create(
        {
            "title": "消防安全知识考试",
            "scoring_type": "scoring_with_answers",
            "scoring_success_min": 60.0,
            "certification": True,
            "access_mode": "token",
            "question_and_page_ids": [
                Command.create(
                    {
                        "title": title,
                        "question_type": "simple_choice",
                        "suggested_answer_ids": [
                            Command.create(
                                {
                                    "value": choice,
                                    "is_correct": not index,
                                    "answer_score": 0 if index else 10,
                                }
                            )
                            for index, choice in enumerate(choices)
                        ],
                    }
                )
                for title, choices in (
                    (
                        "发现火情，首先做什么？",
                        ("报警并通知控制室", "独自灭火", "先拍照"),
                    ),
                    ("火灾时可以乘电梯吗？", ("不可以", "可以")),
                    ("灭火器压力表指针在红区表示？", ("压力不足，须更换", "压力正常")),
                )
            ],
        }
    )
    course = hr["pm.training.session"].create(
        {
            "name": "消防安全年度培训",
            "plan_id": plan.id,
            "survey_id": survey.id,
            "property_id": estate.id,
            "place": "服务中心会议室",
            "date": today - timedelta(days=6),
            "hour": 14,
            "hours": 4,
            "trainer_name": "市消防救援支队 宣传员",
            "topics": "火灾案例；灭火器与消火栓的使用；疏散引导；控制室应急处置。",
            "attendance_ids": [
                Command.create({"employee_id": one.id})
                for one in people.guards[:8] | people.clerks
            ],
        }
    )
    course.attendance_ids[-1].state = "absent"
    course.action_all_present()
    course.action_send_test()
    for number, row in enumerate(course.attendance_ids.filtered("user_input_id")):
        answers = row.sudo().user_input_id
        if number == 5:
            continue
        for question in answers.survey_id.question_ids:
            choices = question.suggested_answer_ids
            answers._save_lines(question, choices[-1 if number == 3 else 0].id)
        answers._mark_done()
    course.action_hold()
    return course


def _drill(env, estate, people, today):
    drill = acting(env, "hr")["pm.training.session"].create(
        {
            "name": "3 号楼消防疏散演练",
            "plan_id": env.ref("pm_core.pm_training_plan_fire_drill").id,
            "property_id": estate.id,
            "place": "3 号楼",
            "date": today - timedelta(days=3),
            "hour": 15,
            "hours": 1,
            "trainer_id": people.guards[0].id,
            "drill_people": 46,
            "drill_minutes": 7,
            "drill_fault_count": 2,
            "drill_faults": "二单元 6 层防火门闭门器失效；三楼疏散指示灯不亮。",
            "drill_follow_up": "工程部更换闭门器与指示灯，秩序主管复查。",
            "drill_review_date": today + timedelta(days=7),
            "attendance_ids": [
                Command.create({"employee_id": one.id, "state": "present"})
                for one in people.guards
            ],
        }
    )
    drill.action_hold()
    return drill
