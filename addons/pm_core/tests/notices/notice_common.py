"""Residents to be told, and notices to tell them."""

from odoo.tests import TransactionCase

from ..common import PropertyFactory


class NoticeFactory(PropertyFactory):
    """An estate with two buildings; owners, a tenant and somebody who moved out."""

    @classmethod
    def _set_up_estate(cls):
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.env.company.country_id = cls.env.ref("base.cn")
        cls.estate = cls.make_estate("Test Garden", tz="Asia/Shanghai")
        first, second = (cls.make_building(cls.estate, code) for code in "12")
        cls.building = first
        one, two = cls.make_unit(first, "1-101"), cls.make_unit(first, "1-102")
        three = cls.make_unit(second, "2-101")
        cls.owner = cls.make_partner(
            "王小明", email="wang@example.com", phone="13800000000"
        )
        cls.tenant = cls.make_partner("Tenant", email="tenant@example.com")
        cls.far = cls.make_partner("Far", phone="13900000000")
        cls.gone = cls.make_partner("Gone", email="gone@example.com")
        # the owner holds two flats and is told once
        cls.make_occupancy(one, cls.owner)
        cls.make_occupancy(two, cls.owner)
        cls.make_occupancy(two, cls.tenant, role="tenant")
        cls.make_occupancy(two, cls.gone, role="tenant", date_to="2021-01-01")
        cls.make_occupancy(three, cls.far)
        cls.clerk = cls.make_user(
            "notice_clerk", "pm_core.group_pm_service", cls.estate
        )
        cls.manager = cls.make_user(
            "notice_manager", "pm_core.group_pm_estate_manager", cls.estate
        )
        cls.kind = cls.env["pm.notice.kind"].create({"name": "Cut", "days": 7})

    @classmethod
    def make_notice(cls, **vals):
        return (
            cls.env["pm.notice"]
            .with_user(cls.clerk)
            .create(
                {
                    "title": "Water cut",
                    "body": "<p>On Thursday from nine to twelve</p>",
                    "kind_id": cls.kind.id,
                    "estate_id": cls.estate.id,
                    **vals,
                }
            )
        )

    @classmethod
    def publish(cls, **vals):
        notice = cls.make_notice(**vals)
        notice.action_submit()
        notice.with_user(cls.manager).validate_tier()
        return notice


class NoticeCase(NoticeFactory, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_estate()

    def send(self):
        with self.enter_registry_test_mode():
            self.env.ref("pm_core.ir_cron_notice_send").method_direct_trigger()
        self.env.invalidate_all()

    def deliveries(self, notice, channel="email"):
        return notice.sudo().recipient_ids.delivery_ids.filtered(
            lambda one: one.channel == channel
        )
