from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..complaints.complaint_common import ComplaintCase

MEASURED = ("pm_core.kpi_complaint", "pm_core.kpi_calls")
NEW = (
    "complaint_reply",
    "complaint_rate",
    "complaint_reopened",
    "complaint_satisfied",
    "satisfaction_index",
)


@tagged("post_install", "-at_install")
class TestComplaintReport(ComplaintCase):
    """Rates over complaints, complaints by households, and from whom both hide."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.report = cls.env["pm.complaint.report"]
        # figures of a company are by its day, which is here that of its estates
        cls.env.company.resource_calendar_id.tz = cls.estate._zone().key
        today = cls.estate._today()
        cls.month = (
            fields.Date.start_of(today, "month"),
            fields.Date.end_of(today, "month"),
        )

    def figures(self, complaints, *names):
        self.env.flush_all()
        (row,) = self.report._read_group(
            [("complaint_id", "in", complaints.ids)],
            [],
            [f"{name}:avg" for name in names],
        )
        return row

    def clock(self, complaint, code, state):
        clocks = complaint.sudo().sla_clock_ids
        clocks.filtered(lambda one: one.target_id.code == code)._as_step().state = state

    def test_in_time_by_clock(self):
        met, missed, runs = (self.accepted() for _one in range(3))
        for complaint, state in ((met, "met"), (missed, "missed")):
            self.clock(complaint, "reply", state)
            self.clock(complaint, "close", state)
        rates = ("acknowledged_rate", "replied_rate", "closed_rate")
        self.assertEqual(self.figures(met | missed, *rates), (100, 50, 50))
        self.assertEqual(self.figures(runs, *rates), (100, False, False))
        rows = self.report.browse((met | missed | runs).ids)
        self.assertEqual(rows.mapped("replied"), ["met", "missed", False])
        # what is still open, and late by now, is late already
        clock = runs.sudo().sla_clock_ids.filtered(
            lambda one: one.target_id.code == "close"
        )
        clock._as_step().deadline = fields.Datetime.now() - timedelta(hours=1)
        self.env.invalidate_all()
        self.assertEqual(self.figures(runs, "closed_rate"), (0,))

    def test_times_verdict_and_reopening(self):
        done, again = self.ready(), self.ready()
        start = fields.Datetime.now() - timedelta(days=4)
        for complaint in (done, again):
            complaint.sudo()._as_step().write(
                {"received_at": start, "replied_at": start + timedelta(hours=6)}
            )
            complaint.action_close()
            complaint.sudo()._as_step().closed_at = start + timedelta(days=3)
        again.action_reopen("It is silent again.")
        self.assertEqual(
            self.figures(done, "hours_to_reply", "days_to_close", "satisfied_rate"),
            (6, 3, 100),
        )
        self.assertEqual(self.figures(done | again, "reopened_rate"), (50,))
        self.assertEqual(self.figures(again, "satisfied_rate"), (False,))
        self.assertTrue(self.report.browse(again.id).is_open)

    def test_merged_ones_count_once(self):
        one, other = self.accepted(), self.accepted()
        one.action_merge(other.id)
        self.env.flush_all()
        self.assertEqual(
            self.report.search(
                [("complaint_id", "in", (one | other).ids)]
            ).complaint_id,
            (one | other).filtered(lambda case: case.state != "merged"),
        )

    def test_contractor_of_the_order(self):
        firm = self.make_partner("Firm", is_company=True)
        complaint = self.accepted()
        complaint.action_rectify("New bell", self.worker.id)
        order = self.env["maintenance.request"].create(
            {"name": "Bell", "property_id": self.unit.id, "supplier_id": firm.id}
        )
        complaint.sudo().rectification_ids._as_step().request_id = order
        self.env.flush_all()
        self.assertEqual(self.report.browse(complaint.id).supplier_id, firm)

    def test_rate_for_a_thousand_households(self):
        """Of all estates together it is no mean of their rates."""
        rate = self.env["pm.complaint.rate"]
        other = self.make_estate("Small Garden")
        for number in range(4):
            self.make_unit(other, f"9-{number}")
        unsold = self.make_unit(other, "9-9")
        unsold.state = "unsold"
        self.make_complaint(property_id=other.id, partner_id=False)
        self.make_complaint()
        self.make_complaint()
        self.make_complaint(kind="praise")
        self.env.flush_all()
        households = self.env["pm.property"].search_count(
            [("estate_id", "=", self.estate.id), ("kind", "=", "unit")]
        )
        estates = [self.estate.id, other.id]
        domain = [("estate_id", "in", estates), ("date", "=", self.month[0])]
        rows = dict(rate._read_group(domain, ["estate_id"], ["rate:avg"]))
        self.assertAlmostEqual(rows[other], 1000 / 4)
        self.assertAlmostEqual(rows[self.estate], 2000 / households)
        ((total,),) = rate._read_group(domain, [], ["rate:avg"])
        self.assertAlmostEqual(total, 3000 / (households + 4))
        kpi = self.env.ref("pm_complaints.kpi_complaint_rate")
        self.assertAlmostEqual(
            kpi._measure(*self.month, {"estate": other}).value, 1000 / 4
        )

    def test_rate_from_a_day_on(self):
        """What came in on the first, by the clock of the estate, is of the month."""
        self.estate.tz = "Asia/Shanghai"
        complaints = self.make_complaint() | self.make_complaint()
        for complaint, moment in zip(
            complaints, ("2026-09-30 15:59:59", "2026-09-30 16:00:00"), strict=True
        ):
            complaint.sudo()._as_step().received_at = moment
        self.env.flush_all()
        rate = self.env["pm.complaint.rate"]
        since = [("estate_id", "=", self.estate.id), ("date", ">=", "2026-10-01")]
        self.assertEqual(
            rate.search([*since, ("complaint_id", "!=", False)]).complaint_id,
            complaints[1],
        )
        months = rate._read_group(
            [*since, ("date", "<", "2026-12-01")], ["date:month"], ["rate:avg"]
        )
        self.assertEqual([month.month for month, _rate in months], [10, 11])

    def test_hidden_from_whom_it_is_about(self):
        """Neither a row, nor a number that is one too many."""
        self.make_complaint()
        about = self.make_complaint(concerned_user_ids=[self.manager.id])
        quiet = self.make_complaint(is_confidential=True)
        self.env.flush_all()
        domain = [("estate_id", "=", self.estate.id)]
        for user, hidden in (
            (self.manager, about),
            (self.colleague, quiet),
            (self.area, self.env["pm.complaint"]),
        ):
            with self.subTest(user=user.login):
                shown = self.env["pm.complaint"].with_user(user).search(domain)
                self.assertEqual(hidden & shown, hidden.browse())
                for model in ("pm.complaint.report", "pm.complaint.rate"):
                    figures = self.env[model].with_user(user)
                    ((count,),) = figures._read_group(
                        domain, [], ["complaint_count:sum"]
                    )
                    self.assertEqual(count, len(shown))
                    self.assertNotIn(hidden.ids, [figures.search(domain).ids])
                    self.assertFalse(set(hidden.ids) & set(figures.search(domain).ids))

    def test_whom_it_is_about_is_asked_of_the_figure(self):
        """By way of the complaint, the database would join all there are."""
        for model in ("pm.complaint.report", "pm.complaint.rate"):
            figures = self.env[model].with_user(self.area)
            asked = figures._search([]).select().code
            self.assertIn("pm_complaint_concerned_rel", asked)
            self.assertNotIn(f"{figures._table}__complaint_id", asked)

    def test_kpis_are_measured(self):
        for name in (*MEASURED, *(f"pm_complaints.kpi_{name}" for name in NEW)):
            with self.subTest(kpi=name):
                kpi = self.env.ref(name)
                self.assertIn(kpi.kind, ("ratio", "measure"))
                kpi._sums_by_level(*self.month, self.env.company)
        met, missed = self.accepted(), self.accepted()
        self.clock(met, "close", "met")
        self.clock(missed, "close", "missed")
        self.env.flush_all()
        kpi = self.env.ref("pm_core.kpi_complaint")
        self.assertEqual(kpi._measure(*self.month, {"estate": self.estate}).value, 50)

    def test_the_index_of_a_campaign(self):
        campaign = self.env["pm.survey.campaign"].create(
            {
                "name": "Autumn",
                "property_id": self.estate.id,
                "survey_id": self.env.ref("pm_complaints.survey_satisfaction").id,
                "date_from": self.month[0],
                "date_to": self.month[0],
            }
        )
        campaign._as_step().write({"state": "closed", "index": 82, "has_index": True})
        self.env.flush_all()
        kpi = self.env.ref("pm_complaints.kpi_satisfaction_index")
        self.assertEqual(kpi._measure(*self.month, {"estate": self.estate}).value, 82)
