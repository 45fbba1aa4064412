from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

from ..complaints.complaint_common import ComplaintCase


class TestPraise(ComplaintCase):
    """Praise names people, counts for them, and is shown with consent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.employee = cls.env["hr.employee"].create(
            {
                "name": "Wang Tiezhu",
                "user_id": cls.worker.id,
                "pm_estate_id": cls.estate.id,
            }
        )

    def praised(self, **vals):
        return self.make_complaint(
            self.clerk,
            kind="praise",
            description="So <b>friendly</b>!",
            praised_employee_ids=self.employee.ids,
            **vals,
        )

    def test_theirs_to_see(self):
        praise = self.praised()
        self.assertEqual(praise.sudo().praised_user_ids, self.worker)
        mine = self.env(user=self.worker)
        self.assertEqual(mine["pm.complaint"].search([]).ids, praise.ids)
        self.env.flush_all()
        self.assertEqual(mine["pm.praise"].search([]).complaint_id.ids, praise.ids)
        self.assertFalse(
            self.env["pm.praise"]
            .with_user(
                self.make_user("pm_worker_b", "pm_core.group_pm_user", self.estate)
            )
            .search([])
        )

    def test_about_attitude_is_not_confidential(self):
        category = self.env.ref("pm_complaints.complaint_category_staff")
        praise = self.praised(category_id=category.id)
        self.assertFalse(praise.is_confidential)
        praise.with_user(self.worker).read(["description"])

    def test_counts_for_them(self):
        self.praised()
        self.praised()
        self.env.flush_all()
        kpi = self.env.ref("pm_complaints.kpi_praise")
        today = self.estate._today()
        # days of the estate and of the server may differ by one
        first, last = today - timedelta(days=1), today + timedelta(days=1)
        self.assertEqual(
            kpi._measure(first, last, {"employee": self.employee}).value, 2
        )
        period = self.env["pm.appraisal.period"].create(
            {"name": "Now", "date_from": first, "date_to": last}
        )
        job = self.env["hr.job"].create(
            {
                "name": "Cleaner",
                "pm_criterion_ids": [(0, 0, {"name": "Neat", "weight": 100})],
            }
        )
        self.employee.job_id = job
        appraisal = self.env["pm.appraisal"].create(
            {"period_id": period.id, "employee_id": self.employee.id}
        )
        self.assertEqual(appraisal.pm_praise_count, 2)
        other = self.employee.create({"name": "Li Si", "job_id": job.id})
        none = appraisal.create({"period_id": period.id, "employee_id": other.id})
        self.assertEqual(none.pm_praise_count, 0)
        self.assertQueriesDoNotGrow(
            appraisal + none, lambda some: some.mapped("pm_praise_count")
        )

    def test_shown_with_consent(self):
        praise = self.praised()
        with self.assertRaisesRegex(UserError, "agreed"):
            praise.action_show_on_board()
        with self.assertRaises(AccessError):
            praise.may_be_shown = True
        praise.action_note_consent()
        self.assertEqual(
            (praise.consent_name, praise.consent_user_id), (self.owner.name, self.clerk)
        )
        self.assertTrue(praise.consent_at)
        opened = praise.action_show_on_board()
        notice = self.env["pm.notice"].browse(opened["res_id"])
        self.assertEqual((notice.state, notice.estate_id), ("draft", self.estate))
        self.assertIn("Wang Tiezhu", notice.title)
        self.assertIn("&lt;b&gt;friendly", notice.body)
        self.assertNotIn(self.owner.name, notice.body)
        self.assertEqual(praise.action_show_on_board()["res_id"], notice.id)

    def test_consent_taken_back(self):
        praise = self.praised()
        praise.action_note_consent("Mrs Li")
        notice = self.env["pm.notice"].browse(praise.action_show_on_board()["res_id"])
        praise.sudo()._as_step().may_be_shown = False
        with self.assertRaisesRegex(UserError, "does not agree"):
            notice._check_submittable()
        praise.sudo()._as_step().may_be_shown = True
        notice._as_step().state = "published"
        with self.assertRaisesRegex(UserError, "back first"):
            praise.action_take_back_consent()
        notice._as_step().state = "draft"
        praise.action_take_back_consent()
        self.assertFalse(notice.exists() or praise.may_be_shown)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_not_by_who_is_praised(self):
        praise = self.praised()
        for step in ("action_note_consent", "action_show_on_board"):
            with self.assertRaises(AccessError):
                getattr(praise.with_user(self.worker), step)()

    def test_no_praise(self):
        with self.assertRaisesRegex(UserError, "no praise"):
            self.make_complaint(self.clerk).action_note_consent()

    def test_anonymous_praise(self):
        praise = self.praised(partner_id=False, is_anonymous=True)
        with self.assertRaisesRegex(UserError, "who agreed"):
            praise.action_note_consent()
