"""A standard that the estate changed, and policies that its staff read."""

from .. import words
from ._people import acting

PUBLISHED = ("safety", "posts", "customer", "finance")
REASON = "十月发生两起电动自行车电池被盗，业委会要求加密夜间巡逻。"


def run(env, estate):
    """Change the patrol for the estate, publish policies, have some confirmed."""
    _staff(env, estate)
    patrol = _adapt_patrol(env, estate)
    policies = _publish(env)
    read = _confirm(env, policies)
    asked = sum(policies.sudo().mapped("asked_count"))
    count = len(env["pm.service.standard"]._of_estate(estate))
    return [
        words.say("服务标准与制度：", "standards and policies:"),
        words.say(
            f"  项目服务手册有 {count} 条标准；{patrol.display_name} 现为第 "
            f"{patrol.version} 版",
            f"  {count} standards in the manual of the estate; "
            f"{patrol.display_name} is in version {patrol.version}",
        ),
        words.say(
            f"  生效制度 {len(policies)} 项，应阅读 {asked} 次，已确认 {read} 次",
            f"  {len(policies)} policies in force, {read} readings confirmed of "
            f"{asked}",
        ),
    ]


def _staff(env, estate):
    """The people with a login are employees of the estate, with two guards more."""
    Employee = env["hr.employee"].sudo()
    jobs = {
        name: env.ref(f"pm_core.job_{name}")
        for name in ("guard", "service", "manager", "quality")
    }
    wanted = [
        ("staff", "guard"),
        ("service", "service"),
        ("manager", "manager"),
        ("hr", "quality"),
    ]
    for login, job in wanted:
        user = env["res.users"].sudo().search([("login", "=", login)], limit=1)
        employee = Employee.search([("user_id", "=", user.id)], limit=1)
        if user and not employee:
            employee = Employee.create({"name": user.name, "user_id": user.id})
        if employee and not employee.pm_estate_id:
            employee.pm_estate_id = estate
        if employee and not employee.job_id:
            employee.job_id = jobs[job]
    for name, phone in (("吴建国", "13857100021"), ("郑海涛", "13857100022")):
        if not Employee.search([("name", "=", name)], limit=1):
            Employee.create(
                {
                    "name": name,
                    "job_id": jobs["guard"].id,
                    "pm_estate_id": estate.id,
                    "mobile_phone": phone,
                }
            )


def _adapt_patrol(env, estate):
    """The estate's own patrol, then its second version with the reason."""
    shared = env.ref("pm_core.service_standard_sec_02")
    Standard = acting(env, "hr")["pm.service.standard"]
    own = Standard.browse(Standard.browse(shared.id).action_adapt()["res_id"])
    own.estate_id = estate
    own.requirement = (
        "22:00至次日6:00由两人一组按临江花园巡更路线巡逻，逐点打卡："
        "南门、北门、1至3栋楼道、地下车库、泵房和配电房。"
    )
    _submit(env, own)
    second = Standard.browse(own.action_new_version()["res_id"])
    second.write(
        {
            "requirement": "22:00至次日6:00由两人一组携带对讲机巡逻，逐点打卡："
            "南门、北门、1至3栋楼道、地下车库、电动自行车棚、泵房和配电房。",
            "frequency_every": 1,
            "change_reason": REASON,
        }
    )
    _submit(env, second)
    return second


def _submit(env, records):
    """Submit as who drafted it; the company manager approves."""
    records.action_submit()
    for record in records.with_env(acting(env, "company")):
        if record.state == "approval":
            record.validate_tier()


def _publish(env):
    """Submit some of the shipped policies and approve them."""
    Policy = acting(env, "company")["pm.policy"]
    ids = [env.ref(f"pm_core.policy_{name}").id for name in PUBLISHED]
    policies = Policy.browse(ids)
    _submit(env, policies.filtered(lambda policy: policy.state == "draft"))
    return policies


def _confirm(env, policies):
    """Some confirm in person, and one has signed on paper."""
    Reading = env["pm.policy.acknowledgement"].sudo()
    domain = [("policy_id", "in", policies.ids), ("state", "=", "to_read")]
    for login, count in (("staff", 2), ("service", 4), ("manager", 3)):
        mine = Reading.search([*domain, ("user_id.login", "=", login)], limit=count)
        readings = acting(env, login)["pm.policy.acknowledgement"].browse(mine.ids)
        readings.action_acknowledge()
    paper = Reading.search([*domain, ("employee_id.name", "=", "吴建国")], limit=2)
    acting(env, "manager")["pm.policy.acknowledgement"].browse(
        paper.ids
    ).action_note_signed()
    return Reading.search_count(
        [("policy_id", "in", policies.ids), ("state", "=", "read")]
    )
