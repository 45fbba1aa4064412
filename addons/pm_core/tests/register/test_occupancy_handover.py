"""A property passes from one holder to the next."""

from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from ..common import PropertyCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-20")
class TestOccupancyHandover(PropertyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service = cls.make_user(
            "handover_service", "pm_core.group_pm_service", cls.estate
        )
        cls.tenant = cls.make_occupancy(
            cls.unit, cls.make_partner("Tenant"), role="tenant"
        )
        cls.family = cls.make_occupancy(
            cls.unit, cls.make_partner("Family"), role="family"
        )
        cls.buyers = cls.make_partner("Li Na") | cls.make_partner("Li Bo")
        cls.buyers |= cls.make_partner("Li Er")

    def hand_over(self, partners, user=None, **vals):
        Handover = self.env["pm.occupancy.handover"].with_user(user or self.service)
        form = Form(Handover.with_context(default_property_id=self.unit.id))
        for name, value in vals.items():
            setattr(form, name, value)
        for partner in partners:
            form.partner_ids.add(partner)
        return form.save()

    def held(self, day):
        rows = self.unit.occupancy_ids.filtered_domain(
            self.env["pm.occupancy"]._domain_on(day)
        )
        return {(row.partner_id.name, row.role, row.share) for row in rows}

    def test_a_sale_on_the_15th(self):
        before = self.held(date(2026, 11, 14))
        handover = self.hand_over(self.buyers, date=date(2026, 11, 15))
        self.assertEqual(handover.occupancy_ids, self.occupancy | self.family)
        first, second, third = handover.partner_ids.mapped("name")
        handover.action_hand_over()
        self.assertEqual(self.held(date(2026, 11, 14)), before)
        self.assertEqual(
            self.held(date(2026, 11, 15)),
            {
                (first, "owner", 33.34),
                (second, "owner", 33.33),
                (third, "owner", 33.33),
                # a sale ends no lease
                ("Tenant", "tenant", 100.0),
            },
        )
        self.assertEqual(self.occupancy.date_to, date(2026, 11, 14))
        self.assertEqual(self.unit.state, "occupied")

    def test_a_new_tenant(self):
        self.hand_over(
            self.buyers[0], role="tenant", date=date(2026, 12, 1)
        ).action_hand_over()
        self.assertEqual(self.tenant.date_to, date(2026, 11, 30))
        self.assertFalse(self.occupancy.date_to)
        self.assertIn(("Li Na", "tenant", 100.0), self.held(date(2026, 12, 1)))

    def test_a_move_out(self):
        self.unit.state = "occupied"
        self.occupancy.unlink()
        self.family.unlink()
        self.hand_over([], role="tenant").action_hand_over()
        self.assertEqual(self.tenant.date_to, date(2026, 11, 19))
        self.assertEqual(self.unit.state, "vacant")

    def test_a_later_move_out_leaves_it_occupied_for_now(self):
        self.unit.state = "occupied"
        self.hand_over([], role="tenant", date=date(2026, 12, 1)).action_hand_over()
        self.assertEqual(self.unit.state, "occupied")

    def test_nothing_to_do(self):
        handover = self.hand_over([], role="other")
        with self.assertRaisesRegex(UserError, "Nothing would change"):
            handover.action_hand_over()

    def test_who_stays_is_taken_out(self):
        handover = self.hand_over(self.buyers[0])
        handover.occupancy_ids -= self.family
        handover.action_hand_over()
        self.assertFalse(self.family.date_to)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_own_estates_only(self):
        other = self.make_user(
            "handover_other", "pm_core.group_pm_service", self.make_estate("Far")
        )
        with self.assertRaises(AccessError):
            self.env["pm.occupancy.handover"].with_user(other).create(
                {"property_id": self.unit.id}
            )
