"""People, posts and rosters for the tests of duty rosters and training."""

from odoo import Command

from ..common import PropertyCase


class RosterCase(PropertyCase):
    """An estate with a gate to man day and night, and three guards."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.estate.tz = "Asia/Shanghai"
        cls.day = cls.env.ref("pm_core.pm_duty_shift_day")
        cls.night = cls.env.ref("pm_core.pm_duty_shift_night")
        cls.days_4_2 = cls.env.ref("pm_core.pm_duty_pattern_day_4_2")
        cls.nights_4_2 = cls.env.ref("pm_core.pm_duty_pattern_night_4_2")
        cls.guard_card = cls.env.ref("pm_core.hr_skill_guard_card")
        cls.guard_job = cls.env["hr.job"].create({"name": "Guard"})
        cls.gate = cls.make_post("Gate", [(cls.day, 2)], job_id=cls.guard_job.id)
        cls.guards = cls.make_employees("Guard A", "Guard B", "Guard C")
        cls.manager = cls.make_user(
            "pm_roster_manager", "pm_core.group_pm_estate_manager", cls.estate
        )

    @classmethod
    def make_post(cls, name, shifts, estate=None, **vals):
        return cls.env["pm.duty.post"].create(
            {
                "name": name,
                "property_id": (estate or cls.estate).id,
                "line_ids": [
                    Command.create({"shift_id": shift.id, "heads": heads})
                    for shift, heads in shifts
                ],
                **vals,
            }
        )

    @classmethod
    def make_employees(cls, *names, **vals):
        return cls.env["hr.employee"].create(
            [
                {
                    "name": name,
                    "pm_estate_id": cls.estate.id,
                    "job_id": cls.guard_job.id,
                    **vals,
                }
                for name in names
            ]
        )

    @classmethod
    def make_roster(cls, members=(), month="2026-11-01", **vals):
        """:param members: (employee, post, pattern, start day)"""
        return cls.env["pm.duty.roster"].create(
            {
                "estate_id": cls.estate.id,
                "month": month,
                "member_ids": [
                    Command.create(
                        {
                            "employee_id": employee.id,
                            "post_id": post.id,
                            "pattern_id": pattern.id,
                            "start_day": start_day,
                        }
                    )
                    for employee, post, pattern, start_day in members
                ],
                **vals,
            }
        )

    @classmethod
    def make_crew(cls, month="2026-11-01", **vals):
        """The three guards on days, two days apart: two of them on every day."""
        return cls.make_roster(
            [
                (guard, cls.gate, cls.days_4_2, start_day)
                for guard, start_day in zip(cls.guards, (1, 3, 5), strict=True)
            ],
            month,
            **vals,
        )

    @classmethod
    def make_duty(cls, employee, date, shift=None, post=None, **vals):
        return cls.env["pm.duty"].create(
            {
                "employee_id": employee.id,
                "post_id": (post or cls.gate).id,
                "shift_id": (shift or cls.day).id,
                "date": date,
                **vals,
            }
        )

    @classmethod
    def certify(cls, employee, skill, valid_to, valid_from="2020-01-01", **vals):
        return cls.env["hr.employee.skill"].create(
            {
                "employee_id": employee.id,
                "skill_type_id": skill.skill_type_id.id,
                "skill_id": skill.id,
                "skill_level_id": skill.skill_type_id.skill_level_ids[:1].id,
                "valid_from": valid_from,
                "valid_to": valid_to,
                **vals,
            }
        )

    @classmethod
    def give_login(cls, employee, groups="pm_core.group_pm_user", **vals):
        user = cls.make_user(
            f"pm_login_{employee.id}", groups, cls.estate, name=employee.name, **vals
        )
        employee.user_id = user
        return user
