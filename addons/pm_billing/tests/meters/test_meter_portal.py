"""Residents: their meters, what they used, what they send."""

import re

from odoo.exceptions import UserError
from odoo.tests import HttpCase, freeze_time, new_test_user

from odoo.addons.pm_maintenance.tests.common import picture

from .meters_common import MeterCase


@freeze_time("2026-12-01 02:00:00")
class TestMeterPortal(MeterCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(
            cls.env,
            login="meter_owner",
            password="meter_owner",
            groups="base.group_portal",
            partner_id=cls.owner.id,
            company_id=cls.company.id,
            company_ids=cls.company.ids,
        )
        cls.read_days(
            cls.meter, ("2026-09-30", 100), ("2026-10-31", 111), ("2026-11-15", 117.5)
        )
        cls.read_days(cls.meters[1], ("2026-10-31", 70007))

    def page(self):
        self.authenticate("meter_owner", "meter_owner")
        return self.url_open("/my/meters").text

    def send(self, meter, files=None, **post):
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.page())[1]
        return self.url_open(
            f"/my/meters/{meter.id}/send",
            data={"csrf_token": token, **post},
            files=files,
        )

    def test_the_own_meters(self):
        page = self.page()
        self.assertIn("W1", page)
        self.assertIn("117.5", page)
        self.assertIn("6.5", page)
        self.assertNotIn("W2", page)
        self.assertNotIn("70007", page)
        self.assertIn("My Meters", self.url_open("/my/home").text)

    def test_what_was_used_before_is_of_others(self):
        occupancy = self.env["pm.occupancy"].search(
            [("partner_id", "=", self.owner.id)]
        )
        occupancy.date_from = "2026-11-01"
        page = self.page()
        self.assertIn("117.5", page)
        self.assertNotIn("2026-10-31", page.replace("10/31/2026", "2026-10-31"))

    def test_who_held_it_sees_nothing(self):
        occupancy = self.env["pm.occupancy"].search(
            [("partner_id", "=", self.owner.id)]
        )
        occupancy.date_to = "2026-11-20"
        self.assertNotIn("W1", self.page())

    def test_a_reading_with_a_photo_is_looked_at(self):
        self.send(
            self.meter,
            value="120.5",
            files={"photos": ("w1.jpg", picture(), "image/jpeg")},
        )
        reading = self.meter.reading_ids[0]
        self.assertEqual((reading.state, reading.hold), ("held", "resident"))
        self.assertEqual((reading.value, str(reading.date)), (120.5, "2026-12-01"))
        self.assertEqual((reading.source, reading.partner_id), ("portal", self.owner))
        self.assertTrue(reading.photo)
        self.assertIn("Being checked", self.page())
        # once a day
        self.assertIn("already", self.send(self.meter, value="121").text)
        self.assertEqual(len(self.meter.reading_ids), 4)
        reading.action_release("As on the photo")
        self.assertEqual((reading.state, reading.quantity), ("good", 3))

    def test_it_counts_at_once_where_that_is_set(self):
        self.company.pm_meter_hold_portal = False
        self.send(self.meter, value="120.5")
        self.assertEqual(self.meter.reading_ids[0].state, "good")

    def test_what_is_no_number_or_no_picture(self):
        for value in ("", "12,5", "1e5", "-3", "nan", "1.2.3", "9" * 20):
            with self.subTest(value=value), self.assertRaises(UserError):
                self.meter._receive_of_resident(self.owner, {"value": value})
        answer = self.send(
            self.meter,
            value="120",
            files={"photos": ("w1.jpg", b"no picture", "image/jpeg")},
        )
        self.assertIn("alert-danger", answer.text)
        self.assertEqual(len(self.meter.reading_ids), 3)

    def test_another_s_meter(self):
        self.assertEqual(self.send(self.meters[1], value="70010").status_code, 404)
        self.assertEqual(len(self.meters[1].reading_ids), 1)

    def test_nobody_without_a_login(self):
        self.authenticate(None, None)
        self.assertIn("/web/login", self.url_open("/my/meters").url)
