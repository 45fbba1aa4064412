"""Appraisals of a period: opened, started and closed for all in its scope."""

from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.modules.migration import load_script
from odoo.tests import freeze_time, tagged
from odoo.tools import file_path

from .appraisal_common import AppraisalCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-05")
class TestAppraisalPeriod(AppraisalCase):
    def test_all_in_scope_once_and_who_is_left_out(self):
        bare = self.env["hr.job"].create({"name": "Bare"})
        uneven = self.post.copy({"name": "Uneven"})
        uneven.pm_criterion_ids.weight = 10
        self.make_employee("Nobody", job=bare)
        self.make_employee("Uneven One", job=uneven)
        self.env["hr.employee"].create(
            {"name": "Jobless", "pm_estate_id": self.estate.id}
        )
        self.make_employee("Elsewhere", self.other_estate)
        period = self.period.with_user(self.hr)
        period.action_open_appraisals()
        self.assertEqual(
            self.period.appraisal_ids.employee_id, self.chief | self.employee
        )
        for text in ("Nobody", "neither KPIs", "Uneven One", "70", "Jobless"):
            self.assertIn(text, self.period.left_out)
        self.assertNotIn("Elsewhere", self.period.left_out)
        before = self.period.appraisal_ids
        uneven.pm_criterion_ids.weight = 40
        period.action_open_appraisals()
        self.assertEqual(len(self.period.appraisal_ids - before), 1)
        self.assertLess(before, self.period.appraisal_ids)

    def test_the_number_of_queries_does_not_grow(self):
        def queries(period):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            period.action_open_appraisals()
            self.env.flush_all()
            return self.cr.sql_log_count - before

        few = queries(self.period)
        for number in range(20):
            self.make_employee(f"Guard {number}")
        period = self.period.copy({"name": "Again", "estate_ids": self.estate.ids})
        # autofollow and tracking are written record by record by Odoo
        self.assertLessEqual(queries(period), few + 25)
        self.assertEqual(len(period.appraisal_ids), 22)

    def test_start_all_and_close(self):
        self.period.action_open_appraisals()
        period = self.period.with_user(self.hr)
        period.action_start_all()
        self.assertEqual(set(self.period.appraisal_ids.mapped("state")), {"self"})
        with self.assertRefused(UserError, "2 appraisals"):
            period.action_close()
        self.period.appraisal_ids.write({"state": "done"})
        period.action_close()
        with self.assertRefused(UserError, "closed"):
            period.action_open_appraisals()
        period.action_reopen()
        self.assertEqual(period.state, "open")

    def test_figures_are_taken_again(self):
        self.period.action_open_appraisals()
        line = self.period.appraisal_ids.line_ids.filtered(
            lambda row: row.employee_id == self.employee and row.kpi_id
        )
        self.make_readings(self.employee, 2, day="2026-10-20")
        self.period.with_user(self.hr).action_refresh()
        self.assertEqual(line.figure, 75)

    def test_figures_by_hand_within_the_period(self):
        manual = self.make_kpi(name="Uniform", kind="manual", model_id=False)
        self.post.pm_kpi_ids.kpi_id = manual
        for month, value in [("09", 10), ("10", 60), ("11", 80)]:
            self.env["pm.kpi.result"].create(
                {
                    "kpi_id": manual.id,
                    "level": "employee",
                    "employee_id": self.employee.id,
                    "date_from": f"2026-{month}-01",
                    "date_to": f"2026-{month}-28",
                    "value": value,
                }
            )
        self.period.date_to = "2026-12-31"
        line = self.open_one().line_ids[0]
        self.assertEqual(line.figure, 70)

    def test_a_step_for_all_takes_few_queries(self):
        for number in range(20):
            self.make_employee(f"Guard {number}", parent_id=self.chief.id)
        self.period.action_open_appraisals()
        rows = self.period.appraisal_ids.filtered(lambda row: not row.user_id)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        rows.with_user(self.hr).action_start()
        self.env.flush_all()
        # of tier validation and activities, and not of a message each
        self.assertLess(self.cr.sql_log_count - before, 6 * len(rows))
        self.assertEqual(set(rows.activity_ids.user_id), {self.captain})
        told = self.env["mail.message"].search(
            [
                ("message_type", "=", "user_notification"),
                ("partner_ids", "in", self.captain.partner_id.ids),
                ("model", "=", "pm.appraisal"),
            ]
        )
        self.assertEqual(len(told), 1)
        self.assertIn("Guard 7", told.body)

    def test_who_was_left_out_is_for_hr(self):
        with self.assertRaises(AccessError):
            self.period.with_user(self.guard).read(["left_out"])

    def test_only_hr_opens(self):
        for user in (self.manager, self.captain, self.guard):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.period.with_user(user).action_open_appraisals()


@tagged("post_install", "-at_install")
@freeze_time("2026-11-05")
class TestMigration(AppraisalCase):
    def test_who_handed_in_and_problems_that_are_none(self):
        scored = self.open_one(state="done")
        skipped = self.open_one(self.chief)
        skipped.with_user(self.hr).action_start()
        skipped.with_user(self.hr).action_skip_self()
        undated = self.make_kpi(date_field=False)
        (undated | self.kpi).last_error = "x"
        self.env.flush_all()
        self.env.cr.execute("UPDATE pm_appraisal SET self_date = NULL")
        self.env.invalidate_all()
        path = file_path("pm_core/migrations/19.0.1.2.0/post-people.py")
        load_script(path, "pm_core_post_people").migrate(self.env.cr, "19.0.1.1.0")
        self.env.invalidate_all()
        self.assertEqual(scored.self_date, date(2026, 11, 5))
        self.assertFalse(skipped.self_date)
        self.assertEqual((undated.last_error, self.kpi.last_error), (False, "x"))
