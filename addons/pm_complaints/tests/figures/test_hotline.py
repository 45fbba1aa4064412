import json
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import HttpCase, tagged

from ..complaints.complaint_common import ComplaintCase


@tagged("post_install", "-at_install")
class TestHotline(ComplaintCase, HttpCase):
    """Calls taken and given up: entered by hand, or reported once each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.line = cls.env["pm.hotline"].create(
            {"name": "Desk", "property_id": cls.estate.id}
        )
        cls.estate.tz = "Asia/Shanghai"

    def send(self, secret=None, token=None, **call):
        body = json.dumps({"id": "1", "answered": True, **call})
        return self.url_open(
            f"/pm/hotline/{token or self.line.token}",
            data=body,
            headers={
                "Content-Type": "application/json",
                "Authorization": f"Bearer {secret or self.line.secret}",
            },
        )

    def day(self):
        self.env.invalidate_all()
        return self.line.day_ids

    def test_each_call_counts_once(self):
        for number in ("1", "2", "2", "3", "1"):
            state = self.send(id=number, answered=number != "3").json()["state"]
            self.assertIn(state, ("counted", "known"))
        day = self.day()
        self.assertEqual(
            (day.answered, day.given_up, day.call_count, day.is_counted),
            (2, 1, 3, True),
        )
        self.assertAlmostEqual(day.answered_rate, 200 / 3, places=1)
        self.assertEqual(day.date, self.estate._today())
        kpi = self.env.ref("pm_core.kpi_calls")
        month = fields.Date.start_of(day.date, "month")
        figure = kpi._measure(month, day.date, {"estate": self.estate})
        self.assertAlmostEqual(figure.value, 200 / 3)
        with self.assertRefused(UserError, "by the call centre"):
            day.with_user(self.clerk).answered = 9

    def test_the_day_is_that_of_the_estate(self):
        """Twenty to midnight in London is the next day in Shanghai."""
        before = fields.Date.today() - timedelta(days=2)
        self.send(at=f"{before}T23:40:00+00:00")
        self.assertEqual(self.day().date, before + timedelta(days=1))

    def test_what_is_refused(self):
        old = fields.Date.today() - timedelta(days=40)
        for call, status in (
            ({"secret": "wrong"}, 401),
            ({"token": "unknown"}, 401),
            ({"answered": "yes"}, 400),
            ({"id": ""}, 400),
            ({"at": "yesterday"}, 400),
            ({"at": "9999-12-31T23:59:59-10:00"}, 400),
            ({"at": f"{old}T10:00:00+08:00"}, 400),
        ):
            with self.subTest(**call):
                answer = self.send(**call)
                self.assertEqual(answer.status_code, status)
                self.assertIn("error", answer.json())
        self.line.hourly_limit = 1
        self.assertEqual(self.send(id="a").status_code, 200)
        busy = self.send(id="b")
        self.assertEqual((busy.status_code, busy.headers["Retry-After"]), (429, "600"))
        self.assertEqual(self.day().call_count, 1)

    def test_by_hand(self):
        days = self.env["pm.hotline.day"].with_user(self.clerk)
        today = self.estate._today()
        day = days.create(
            {"line_id": self.line.id, "date": today, "answered": 30, "given_up": 10}
        )
        self.assertEqual((day.call_count, day.answered_rate), (40, 75))
        days.create(
            {
                "line_id": self.line.id,
                "date": today - timedelta(days=1),
                "answered": 10,
            }
        )
        self.env.flush_all()
        ((rate,),) = days._read_group(
            [("line_id", "=", self.line.id)], [], ["answered_rate:avg"]
        )
        self.assertEqual(rate, 80)
        with self.assertRaises(ValidationError):
            days.create({"line_id": self.line.id, "date": today + timedelta(days=2)})

    def test_calls_are_not_kept_for_ever(self):
        self.env["pm.hotline.call"]._receive(
            self.line, "1", fields.Datetime.now(), True
        )
        call = self.env["pm.hotline.call"].search([("line_id", "=", self.line.id)])
        self.env.cr.execute(
            "UPDATE pm_hotline_call SET create_date = create_date - interval '101 days'"
        )
        self.env["pm.hotline.call"]._gc_calls()
        self.assertFalse(call.exists())
        self.assertEqual(self.day().call_count, 1)
