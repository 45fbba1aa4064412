from datetime import datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from ...engine import place_bars
from ..complaints.complaint_common import ComplaintCase


@tagged("post_install", "-at_install")
class TestQualityReport(ComplaintCase):
    """Counts the month beside those before, says what is done, and names nobody."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.estate.tz = "Asia/Shanghai"
        cls.reports = cls.env["pm.quality.report"]
        cls.month = cls.reports._last_month(cls.estate._today())
        cls.other_cause = cls.env["pm.complaint.cause"].create({"name": "Late"})

    def on(self, month, count=1, **vals):
        """Complaints that were closed a day after they came, in the evening."""
        moment = datetime.combine(month + timedelta(days=9), time(12))
        made = self.env["pm.complaint"]
        for _one in range(count):
            complaint = self.make_complaint()
            complaint._as_step().write(
                {
                    "received_at": moment,
                    "state": "closed",
                    "closed_at": moment + timedelta(days=1),
                    "cause_id": self.cause.id,
                    "action_taken": "A new bell.",
                    **vals,
                }
            )
            made |= complaint
        return made

    def compose(self, month=None):
        return self.reports.with_user(self.manager).create(
            {"property_id": self.estate.id, "month": month or self.month}
        )

    def figure(self, report, name):
        return report.data["figures"][name]

    def test_beside_the_months_before(self):
        self.on(self.month, 3)
        self.on(self.month - relativedelta(months=1), 2)
        self.on(self.month - relativedelta(years=1))
        self.on(self.month, kind="praise")
        report = self.compose(self.month + timedelta(days=14))
        self.assertEqual(report.month, self.month)
        self.assertEqual(self.figure(report, "complaints"), [3, 2, 1])
        self.assertEqual(self.figure(report, "praise"), [1, 0, 0])
        self.assertEqual(self.figure(report, "days_to_close"), [1, 1, 1])
        self.assertEqual(self.figure(report, "open"), [0, 0, 0])
        self.assertEqual(report.data["trend"][-1], [str(self.month), 3])
        self.assertEqual(len(report.data["trend"]), 13)
        rows = {row["name"]: row for row in report._rows()}
        self.assertEqual(rows["complaints"]["change"], "worse")
        self.assertEqual(rows["complaints"]["values"], ["3", "2", "1"])
        self.assertIn("1 more than in the month before", report._summary())
        self.assertIn("<svg", report.page)

    def test_the_month_is_that_of_the_estate(self):
        """The first minutes of the month in Shanghai are the last ones in London."""
        first = datetime.combine(self.month, time(0, 5)) - timedelta(hours=8)
        self.on(self.month, received_at=first)
        self.on(self.month, received_at=first - timedelta(minutes=10))
        report = self.compose()
        self.assertEqual(self.figure(report, "complaints")[:2], [1, 1])
        self.assertEqual(sum(report.cause_ids.mapped("complaint_count")), 1)

    def test_worst_causes_and_what_is_done(self):
        self.on(self.month, 2)
        worst = self.on(self.month, 4, cause_id=self.other_cause.id)
        worst[0]._as_step().state = "rectifying"
        worst[0].action_rectify("Call each week", self.worker.id)
        worst[1:]._as_step().action_taken = "We call back on the same day."
        report = self.compose()
        self.assertEqual(report.cause_ids.cause_id, self.other_cause | self.cause)
        first = report.cause_ids[0]
        self.assertAlmostEqual(first.share, 200 / 3, places=1)
        self.assertEqual(first.share, first.total_share)
        self.assertEqual(report.cause_ids[1].total_share, 100)
        self.assertEqual(
            first.done, "We call back on the same day.\nCall each week (To Do)"
        )
        # what somebody wrote stays, the rest is counted anew
        first.done = "We have two more people."
        self.on(self.month, 1, action_taken="A louder bell.")
        report.action_compose()
        self.assertEqual(report.cause_ids[0].done, "We have two more people.")
        self.assertEqual(report.cause_ids[1].complaint_count, 3)
        self.assertIn("A louder bell.", report.cause_ids[1].done)

    def test_nobody_is_named(self):
        """It counts what is confidential, and takes no word of it."""
        self.clerk.name = "赵铁柱"
        self.on(self.month, action_taken="赵铁柱 was talked to.")
        self.on(self.month, action_taken="A word of his.", is_confidential=True)
        about = self.on(self.month, action_taken="A talk with somebody.")
        about.concerned_user_ids = self.manager
        self.on(
            self.month,
            kind="praise",
            description="赵铁柱 is so friendly!",
            may_be_shown=True,
        )
        self.on(self.month, kind="praise", description="So clean!", may_be_shown=True)
        self.on(self.month, kind="praise", description="So quiet!")
        report = self.compose()
        self.assertEqual(self.figure(report, "complaints")[0], 3)
        self.assertFalse(report.cause_ids.done)
        self.assertEqual(report.data["praise"], ["So clean!"])
        self.assertNotIn("赵铁柱", report.page)

    def test_satisfaction_in_words(self):
        campaign = self.env["pm.survey.campaign"].create(
            {
                "name": "Autumn",
                "property_id": self.estate.id,
                "survey_id": self.env.ref("pm_complaints.survey_satisfaction").id,
                "date_from": self.month,
                "date_to": self.month + timedelta(days=5),
            }
        )
        campaign._as_step().write(
            {
                "state": "closed",
                "has_index": True,
                "has_limits": True,
                "index": 82,
                "index_low": 80,
                "index_high": 84,
            }
        )
        report = self.compose()
        self.assertEqual(report.campaign_id, campaign)
        self.assertIn("95 % confidence between 80.0 and 84.0", report.page)

    def test_published_it_stays(self):
        self.on(self.month)
        report = self.compose()
        report.comment = "We hang up new bells."
        report.action_publish()
        self.assertEqual(report.state, "published")
        self.assertTrue(report.pdf)
        for vals in ({"comment": "x"}, {"month": "2020-01-01"}):
            with self.assertRefused(UserError, "Published"):
                report.write(vals)
        with self.assertRefused(UserError, "Published"):
            report.cause_ids.done = "x"
        with self.assertRefused(UserError, "Published"):
            report.unlink()
        with self.assertRefused(UserError, "Published"):
            report.action_compose()
        opened = report.action_notice()
        notice = report.notice_id
        self.assertEqual(opened["res_id"], notice.id)
        self.assertEqual(notice.state, "draft")
        self.assertEqual(notice.attachment_ids.mimetype, "application/pdf")
        self.assertIn("We hang up new bells.", notice.body)
        self.assertEqual(report.action_notice()["res_id"], notice.id)

    def test_not_before_the_month_is_over(self):
        report = self.compose(self.estate._today())
        with self.assertRefused(UserError, "not over"):
            report.action_publish()

    def test_composed_by_itself(self):
        """One for each estate with units, once; its managers are told."""
        empty = self.make_estate("No Units Yet")
        with self.enter_registry_test_mode():
            self.env.ref("pm_complaints.ir_cron_quality_report").method_direct_trigger()
            self.env.ref("pm_complaints.ir_cron_quality_report").method_direct_trigger()
        report = self.reports.search([("estate_id", "=", self.estate.id)])
        self.assertEqual(report.month, self.month)
        self.assertTrue(report.composed_at)
        self.assertFalse(self.reports.search([("estate_id", "=", empty.id)]))
        asked = report.activity_ids.user_id
        self.assertIn(self.manager, asked)
        self.assertNotIn(self.clerk, asked)

    def test_chinese(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        report = self.compose().with_context(lang="zh_CN")
        self.assertEqual(
            report._columns()[0], f"{self.month.year}年{self.month.month}月"
        )

    def test_bars(self):
        low, high, none = place_bars([("a", 5), ("b", 10), ("c", None)], 300, 100)
        self.assertEqual((low.top, low.height), (50, 50))
        self.assertEqual((high.top, high.height), (0, 100))
        self.assertEqual((none.top, none.height, none.value), (100, 0, 0))
        self.assertLess(low.left + low.width, high.left)
        self.assertEqual(place_bars([], 300, 100), [])
        self.assertEqual(place_bars([("a", 0)], 300, 100)[0].height, 0)
