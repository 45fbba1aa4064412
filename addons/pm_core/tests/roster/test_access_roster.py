"""Who may do what with rosters, duties, swaps and training."""

from .. import access


class TestAccessRoster(access.AccessCase):
    KEPT = access.rights("rwcd", staff="r", service="r")
    RIGHTS = {
        "pm.duty.post": KEPT,
        "pm.duty.post.line": KEPT,
        "pm.duty.roster": KEPT,
        "pm.duty.roster.member": KEPT,
        "pm.duty": KEPT,
        "pm.duty.swap": access.rights("rwcd", staff="", service=""),
        "pm.duty.coverage": access.rights("r", staff="", service=""),
        "pm.training.session": KEPT,
        "pm.training.attendance": access.rights("rwcd", staff="", service=""),
        "pm.training.hours": access.rights("r", staff="", service=""),
        "pm.training.reminder": access.rights("r", staff="", service=""),
    }
    HR_KEEPS = access.rights("r", hr="rwcd", company="rwcd", admin="rwcd")
    SHARED_RIGHTS = {
        "pm.duty.shift": HR_KEEPS,
        "pm.duty.pattern": HR_KEEPS,
        "pm.duty.pattern.line": HR_KEEPS,
        "pm.training.kind": HR_KEEPS,
        "pm.training.plan": HR_KEEPS,
    }

    @classmethod
    def _make_records(cls, estate):
        company = estate.company_id
        Employee = cls.env["hr.employee"]
        guard, colleague = Employee.create(
            [
                {"name": name, "company_id": company.id, "pm_estate_id": estate.id}
                for name in ("Guard", "Colleague")
            ]
        )
        shift = cls.env.ref("pm_core.pm_duty_shift_day")
        post = cls.env["pm.duty.post"].create(
            {
                "name": "Gate",
                "property_id": estate.id,
                "line_ids": [(0, 0, {"shift_id": shift.id})],
            }
        )
        roster = cls.env["pm.duty.roster"].create(
            {
                "estate_id": estate.id,
                "month": "2036-11-01",
                "user_id": False,
                "member_ids": [
                    (
                        0,
                        0,
                        {
                            "employee_id": guard.id,
                            "post_id": post.id,
                            "pattern_id": cls.env.ref(
                                "pm_core.pm_duty_pattern_day_4_2"
                            ).id,
                        },
                    )
                ],
            }
        )
        roster.action_generate()
        roster.action_publish()
        duty = roster.duty_ids[0]
        return {
            "pm.duty.post": post,
            "pm.duty.post.line": post.line_ids,
            "pm.duty.roster": roster,
            "pm.duty.roster.member": roster.member_ids,
            "pm.duty": duty,
            "pm.duty.swap": cls.env["pm.duty.swap"].create(
                {"duty_id": duty.id, "colleague_id": colleague.id}
            ),
            "pm.duty.coverage": roster.coverage_ids[0],
            **cls._make_training(estate, guard),
        }

    @classmethod
    def _make_training(cls, estate, employee):
        plan = cls.env.ref("pm_core.pm_training_plan_safety")
        session = cls.env["pm.training.session"].create(
            {
                "plan_id": plan.id,
                "property_id": estate.id,
                "attendance_ids": [(0, 0, {"employee_id": employee.id})],
            }
        )
        return {
            "pm.training.session": session,
            "pm.training.attendance": session.attendance_ids,
            "pm.training.hours": cls.env["pm.training.hours"].search(
                [("employee_id", "=", employee.id), ("plan_id", "=", plan.id)], limit=1
            ),
            "pm.training.reminder": cls.env["pm.training.reminder"].create(
                {
                    "employee_id": employee.id,
                    "plan_id": plan.id,
                    "due_date": "2026-11-01",
                }
            ),
        }

    @classmethod
    def _make_shared_records(cls):
        pattern = cls.env.ref("pm_core.pm_duty_pattern_day_4_2")
        return {
            "pm.duty.shift": cls.env.ref("pm_core.pm_duty_shift_day"),
            "pm.duty.pattern": pattern,
            "pm.duty.pattern.line": pattern.line_ids[0],
            "pm.training.kind": cls.env.ref("pm_core.pm_training_kind_safety"),
            "pm.training.plan": cls.env.ref("pm_core.pm_training_plan_safety"),
        }

    def test_staff_see_no_draft(self):
        roster = self.records["own"]["pm.duty.roster"]
        duty = self.records["own"]["pm.duty"]
        roster.action_revise()
        for role, seen in [
            ("staff", False),
            ("service", False),
            ("hr", True),
            ("manager", True),
        ]:
            with self.subTest(role=role):
                user = self.users[role]
                self.assertEqual(roster.with_user(user).has_access("read"), seen)
                self.assertEqual(duty.with_user(user).has_access("read"), seen)
                self.assertEqual(
                    roster.member_ids.with_user(user).has_access("read"), seen
                )
