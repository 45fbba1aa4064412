"""Orders, technicians and their shifts for the tests of maintenance."""

import base64
import io

from PIL import Image

from odoo import Command, fields

from odoo.addons.pm_core.tests.common import PropertyCase


def picture(color="red", size=(8, 8)):
    """A small photo, as bytes."""
    stream = io.BytesIO()
    Image.new("RGB", size, color).save(stream, "JPEG")
    return stream.getvalue()


class OrderCase(PropertyCase):
    """An estate with a dispatcher, customer service and two technicians on duty."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team = cls.env["maintenance.team"].create(
            {"name": "Repairs", "company_id": cls.env.company.id}
        )
        cls.category = cls.env["pm.fault.category"].create({"name": "Pipes"})
        cls.reason = cls.env["pm.pause.reason"].create(
            {"name": "No access", "stops_clock": True}
        )
        cls.post = cls.env["pm.duty.post"].create(
            {"name": "Workshop", "property_id": cls.estate.id}
        )
        cls.technician = cls.make_technician("pm_tech_a")
        cls.colleague = cls.make_technician("pm_tech_b")
        cls.dispatcher = cls.make_user(
            "pm_dispatcher", "pm_maintenance.group_pm_dispatcher", cls.estate
        )
        cls.service = cls.make_user(
            "pm_service", "pm_core.group_pm_service", cls.estate
        )

    @classmethod
    def make_technician(cls, login, estate=None, on_duty=True, team=None):
        """A technician of the team with an employee and, if so, a duty now."""
        estate = estate or cls.estate
        user = cls.make_user(login, "pm_maintenance.group_pm_technician", estate)
        employee = cls.env["hr.employee"].create(
            {"name": login, "user_id": user.id, "pm_estate_id": estate.id}
        )
        (team or cls.team).member_ids = [Command.link(user.id)]
        if on_duty:
            cls.make_duty(employee)
        return user

    @classmethod
    def make_duty(cls, employee, start=-4, stop=4):
        """A duty from and to so many hours from now."""
        now = fields.Datetime.now()
        return cls.env["pm.duty"].create(
            {
                "employee_id": employee.id,
                "post_id": cls.post.id,
                "shift_id": cls.env.ref("pm_core.pm_duty_shift_day").id,
                "date": now.date(),
                "start": fields.Datetime.add(now, hours=start),
                "stop": fields.Datetime.add(now, hours=stop),
            }
        )

    @classmethod
    def make_order(cls, user=None, **vals):
        orders = cls.env["maintenance.request"]
        return orders.with_user(user or cls.env.user).create(
            {
                "name": "Water drips",
                "property_id": cls.unit.id,
                "partner_id": cls.owner.id,
                "fault_category_id": cls.category.id,
                **vals,
            }
        )

    @classmethod
    def make_rule(cls, **vals):
        return cls.env["pm.dispatch.rule"].create(
            {"name": "Repairs", "mode": "person", "team_id": cls.team.id, **vals}
        )

    @classmethod
    def make_photo(cls, order):
        return cls.env["ir.attachment"].create(
            {
                "name": "after.jpg",
                "datas": base64.b64encode(picture()),
                "res_model": order._name,
                "res_id": order.id,
            }
        )

    def given_to(self, user, order=None):
        """An order that is dispatched to ``user``."""
        order = order or self.make_order()
        order.user_id = user
        order.with_user(self.dispatcher).action_dispatch()
        return order.with_user(user)

    def done_by(self, user, order=None):
        order = self.given_to(user, order)
        order.action_accept()
        order.action_arrive()
        order.action_done()
        return order
