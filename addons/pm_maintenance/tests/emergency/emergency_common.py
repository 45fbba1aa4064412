"""A plan, a call tree and people on and off duty for the tests of emergencies."""

from odoo import Command, fields

from ..common import OrderCase


class EmergencyCase(OrderCase):
    """An estate with a plan; two guards and an engineer on duty, a guard off duty."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.country_id = cls.env.ref("base.cn")
        # what else runs in this database is none of these tests
        others = cls.env["pm.emergency"].search([("state", "=", "running")])
        others._as_step().state = "over"
        cls.type = cls.env["pm.emergency.type"].create(
            {
                "name": "Trouble",
                "training_kind_id": cls.env.ref("pm_core.pm_training_kind_drill").id,
            }
        )
        cls.guard_job, cls.engineer_job, cls.boss_job = cls.env["hr.job"].create(
            [{"name": name} for name in ("Watch", "Fitter", "Boss")]
        )
        cls.guard_post, cls.engineer_post = cls.env["pm.duty.post"].create(
            [
                {"name": name, "property_id": cls.estate.id, "job_id": job.id}
                for name, job in (("Gate", cls.guard_job), ("Shop", cls.engineer_job))
            ]
        )
        cls.guard, cls.second_guard = (
            cls.make_person(login, cls.guard_post) for login in ("em_g1", "em_g2")
        )
        cls.engineer = cls.make_person("em_e1", cls.engineer_post)
        cls.sleeper = cls.make_person("em_off", cls.guard_post, on_duty=False)
        cls.manager = cls.make_user(
            "em_manager", "pm_core.group_pm_estate_manager", cls.estate
        )
        cls.plan = cls.make_plan()

    @classmethod
    def make_person(cls, login, post, on_duty=True, phone="13800000001"):
        """An employee with a login, at a post, on duty now or not."""
        user = cls.make_user(login, "pm_maintenance.group_pm_guard", cls.estate)
        employee = cls.env["hr.employee"].create(
            {
                "name": login,
                "user_id": user.id,
                "pm_estate_id": cls.estate.id,
                "job_id": post.job_id.id,
                "mobile_phone": phone,
                "work_email": f"{login}@example.com",
            }
        )
        if on_duty:
            cls.put_on_duty(employee, post)
        return employee

    @classmethod
    def put_on_duty(cls, employee, post, start=-1, stop=6):
        now = fields.Datetime.now()
        return cls.env["pm.duty"].create(
            {
                "employee_id": employee.id,
                "post_id": post.id,
                "shift_id": cls.env.ref("pm_core.pm_duty_shift_day").id,
                "date": now.date(),
                "start": fields.Datetime.add(now, hours=start),
                "stop": fields.Datetime.add(now, hours=stop),
            }
        )

    @classmethod
    def make_plan(cls, **vals):
        plan = cls.env["pm.emergency.plan"].create(
            {
                "name": "Trouble at the estate",
                "type_id": cls.type.id,
                "estate_id": cls.estate.id,
                "ack_minutes": 3,
                "step_ids": [
                    Command.create(
                        {"name": "Look", "job_id": cls.guard_job.id, "minutes": 5}
                    ),
                    Command.create({"name": "Mend", "minutes": 30}),
                    Command.create({"name": "Tidy up"}),
                ],
                "call_ids": [
                    Command.create({"job_id": cls.guard_job.id, "mode": "turn"}),
                    Command.create({"job_id": cls.engineer_job.id, "mode": "all"}),
                ],
                "contact_ids": [
                    Command.create({"name": "Ambulance", "phone": "120"}),
                ],
                "order_ids": [
                    Command.create(
                        {"name": "Mend it", "fault_category_id": cls.category.id}
                    ),
                ],
                "notice_ids": [
                    Command.create(
                        {
                            "title": "Trouble",
                            "body": "Keep away from {place}.",
                            "kind_id": cls.env.ref("pm_core.notice_kind_safety").id,
                        }
                    ),
                ],
                **vals,
            }
        )
        plan._as_step().state = "in_force"
        return plan

    def activate(self, user=None, place=None, plan=None):
        plan = (plan or self.plan).with_user(user or self.guard.user_id)
        return plan.action_activate((place or self.building).id).sudo()

    def call_of(self, emergency, employee):
        return emergency.call_ids.filtered(lambda call: call.employee_id == employee)

    def states(self, emergency):
        """{name of a person: state of the call}"""
        emergency.invalidate_recordset()
        return {call.employee_id.name: call.state for call in emergency.call_ids}

    def look_after(self):
        """What the job does each minute."""
        with self.enter_registry_test_mode():
            self.env.ref("pm_maintenance.ir_cron_emergency").method_direct_trigger()
        self.env.invalidate_all()
