"""A gate, its guards and residents for the tests of the security room."""

from datetime import timedelta

from odoo import fields

from odoo.addons.pm_core.tests.common import PropertyCase

# a drawn line, as the signature widget sends one
SIGNATURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJ"
    "RU5ErkJggg=="
)


class GateCase(PropertyCase):
    """An estate with a gate, two guards of whom one is on duty, and its manager."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gate = cls.make_gate(cls.estate)
        cls.guard = cls.make_guard("pm_guard_a")
        cls.colleague = cls.make_guard("pm_guard_b", on_duty=False)
        cls.service = cls.make_user(
            "pm_gate_service", "pm_core.group_pm_service", cls.estate
        )
        cls.manager = cls.make_user(
            "pm_gate_manager", "pm_core.group_pm_estate_manager", cls.estate
        )
        cls.staff = cls.make_user("pm_gate_staff", "pm_core.group_pm_user", cls.estate)

    @classmethod
    def make_gate(cls, estate, name="North Gate", **vals):
        return cls.env["pm.duty.post"].create(
            {
                "name": name,
                "property_id": estate.id,
                "is_gate": True,
                "keeps_log": True,
                **vals,
            }
        )

    @classmethod
    def make_guard(cls, login, estate=None, on_duty=True, post=None):
        estate = estate or cls.estate
        user = cls.make_user(login, "pm_maintenance.group_pm_guard", estate)
        employee = cls.env["hr.employee"].create(
            {
                "name": login,
                "user_id": user.id,
                "pm_estate_id": estate.id,
                "company_id": estate.company_id.id,
            }
        )
        if on_duty:
            cls.make_duty(employee, post or cls.gate)
        return user

    @classmethod
    def make_duty(cls, employee, post, start=-4, stop=4, shift="day", **vals):
        now = fields.Datetime.now().replace(microsecond=0)
        return cls.env["pm.duty"].create(
            {
                "employee_id": employee.id,
                "post_id": post.id,
                "shift_id": cls.env.ref(f"pm_core.pm_duty_shift_{shift}").id,
                "date": (now + timedelta(hours=start)).date(),
                "start": now + timedelta(hours=start),
                "stop": now + timedelta(hours=stop),
                **vals,
            }
        )

    @classmethod
    def make_pass(cls, user=None, confirmed=True, **vals):
        """A pass of the unit's owner, that holds now."""
        now = fields.Datetime.now()
        one = (
            cls.env["pm.access.pass"]
            .with_user(user or cls.env.user)
            .create(
                {
                    "property_id": cls.unit.id,
                    "host_id": cls.owner.id,
                    "visitor_name": "赵来访",
                    "valid_from": now - timedelta(hours=1),
                    "valid_to": now + timedelta(hours=5),
                    **vals,
                }
            )
        )
        if confirmed:
            one.sudo()._confirm("phone", "王小明")
        return one

    def find(self, text, user=None, post=None):
        Pass = self.env["pm.access.pass"].with_user(user or self.guard)
        return Pass.gate_find(text, (post or self.gate).id)

    _presses = 0

    def move(self, one, direction="in", user=None, post=None, key=None, again=False):
        type(self)._presses += 1
        return one.with_user(user or self.guard).gate_move(
            direction,
            (post or self.gate).id,
            key or f"press-{type(self)._presses:08d}",
            again,
        )

    @classmethod
    def at(cls, one, hours):
        """Move a pass in time: it ends so many hours from now."""
        now = fields.Datetime.now()
        one.sudo()._as_step().write(
            {
                "valid_from": now + timedelta(hours=hours - 6),
                "valid_to": now + timedelta(hours=hours),
            }
        )
