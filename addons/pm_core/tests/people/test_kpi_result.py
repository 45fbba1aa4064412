"""The figures of KPIs: taken, kept, entered by hand."""

from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from .kpi_common import OCTOBER, KpiCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-05")
class TestKpiResults(KpiCase):
    def setUp(self):
        super().setUp()
        self.kpi = self.make_kpi()
        self.one = self.make_employee("Wang")
        self.make_readings(self.one, 1, 1)

    def test_results_of_company_estate_post_and_employee(self):
        self.kpi._take(date(2026, 10, 20))
        results = self.results(self.kpi)
        self.assertEqual(
            {
                (row.level, row.estate_id, row.job_id, row.employee_id)
                for row in results
            },
            {
                ("company", self.estate[:0], self.post[:0], self.one[:0]),
                ("estate", self.estate, self.post[:0], self.one[:0]),
                ("job", self.estate, self.post, self.one[:0]),
                ("employee", self.estate, self.post, self.one),
            },
        )
        for result in results:
            self.assertEqual((result.date_from, result.date_to), OCTOBER)
            self.assertEqual((result.numerator, result.denominator), (1, 2))
            self.assertEqual((result.value, result.target), (50, 80))
            self.assertEqual(result.score, 62.5)
            self.assertFalse(result.reached)

    def test_taking_again_changes_the_same_rows(self):
        self.kpi._take(date(2026, 10, 20))
        before = self.results(self.kpi)
        self.kpi._take(date(2026, 10, 1))
        self.assertEqual(self.results(self.kpi), before)
        self.make_readings(self.one, 2, day="2026-10-16")
        self.kpi._take(date(2026, 10, 1))
        self.assertEqual(self.results(self.kpi), before)
        self.assertEqual(set(before.mapped("value")), {75})
        # somebody else's post is a further row, one's own row moves along
        self.one.job_id = self.env["hr.job"].create({"name": "Captain"})
        self.kpi._take(date(2026, 10, 1))
        own = self.results(self.kpi, level="employee")
        self.assertIn(own, before)
        self.assertEqual(own.job_id.name, "Captain")
        self.assertEqual(self.results(self.kpi, level="job").job_id.name, "Captain")

    def test_a_figure_that_is_no_more_goes(self):
        self.kpi._take(date(2026, 10, 1))
        self.env["pm.policy.acknowledgement"].search([]).state = "void"
        self.kpi._take(date(2026, 10, 1))
        self.assertFalse(self.results(self.kpi))

    def test_target_and_score_are_kept(self):
        self.kpi._take(date(2026, 10, 1))
        self.kpi.write({"target": 50, "scoring": "pass_fail"})
        self.assertEqual(set(self.results(self.kpi).mapped("target")), {80})
        self.assertEqual(set(self.results(self.kpi).mapped("score")), {62.5})

    def _cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("pm_core.ir_cron_kpi_take").method_direct_trigger()

    def test_the_cron_takes_each_period_once(self):
        self._cron()
        results = self.results(self.kpi)
        self.assertEqual(set(results.mapped("date_to")), {OCTOBER[1]})
        self.assertEqual(self.kpi.computed_to, OCTOBER[1])
        self.make_readings(self.one, 2, day="2026-10-16")
        self._cron()
        self.assertEqual(set(results.mapped("value")), {50})
        self.make_readings(self.one, 1, day="2026-11-16")
        with freeze_time("2026-12-01"):
            self._cron()
        self.assertEqual(len(self.results(self.kpi)), 2 * len(results))

    def test_a_bad_kpi_does_not_stop_the_others(self):
        bad = self.make_kpi(name="Bad", sequence=1, owner_id=self.env.user.id)
        self.env.flush_all()
        # as after an upgrade that took a field away
        self.env.cr.execute(
            "UPDATE pm_kpi SET domain = %s WHERE id = %s",
            ["[('gone', '=', 1)]", bad.id],
        )
        bad.invalidate_recordset()
        self._cron()
        self.assertTrue(self.results(self.kpi))
        self.assertFalse(self.results(bad))
        self.assertIn("gone", bad.last_error)
        self.assertFalse(self.kpi.last_error)
        self.assertEqual(len(bad.activity_ids), 1)
        self._cron()
        self.assertEqual(len(bad.activity_ids), 1)
        with self.assertRefused(UserError, "Bad .*gone"):
            bad.action_take_last()
        self.assertIn("gone", bad.activity_ids.note)
        notice = (bad | self.kpi).action_take_last()
        self.assertEqual(notice["tag"], "display_notification")
        self.assertIn("Bad", notice["params"]["message"])
        bad.domain = "[]"
        self.assertFalse(bad.last_error or bad.activity_ids)
        bad.action_take_last()
        self.assertTrue(self.results(bad))

    def test_the_problem_is_told_in_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        bad = self.make_kpi(name="Bad")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE pm_kpi SET domain = %s WHERE id = %s", ["whatever", bad.id]
        )
        bad.invalidate_recordset()
        problems = bad._take(date(2026, 10, 1))
        self.assertEqual(problems, {bad: bad.problem})
        self.assertIn("cannot be read", bad.problem)
        chinese = bad.with_context(lang="zh_CN").problem
        self.assertNotIn("cannot be read", chinese)
        self.assertEqual(bad.status, "problem")

    def test_what_was_missed_is_caught_up_with(self):
        self.make_readings(self.one, 1, day="2026-09-15")
        self.kpi.computed_to = date(2026, 7, 31)
        self._cron()
        months = self.results(self.kpi, level="company").mapped("date_from")
        self.assertEqual(set(months), {date(2026, 9, 1), date(2026, 10, 1)})
        self.assertEqual(self.kpi.computed_to, OCTOBER[1])

    def test_a_figure_without_a_date_is_that_of_today(self):
        kpi = self.make_kpi(date_field=False)
        kpi._take(date(2026, 10, 31))
        self.assertTrue(self.results(kpi))
        with freeze_time("2026-11-08"):
            with self.assertRefused(UserError, "10/01/2026.*running period"):
                kpi.action_take_last()
            self.assertIn("running period", kpi._take(date(2026, 10, 31))[kpi])
        # what was taken in time stays, and it is no problem of the definition
        self.assertTrue(self.results(kpi))
        self.assertFalse(kpi.last_error)

    def test_a_figure_without_a_date_is_not_taken_for_the_time_before(self):
        kpi = self.make_kpi(date_field=False)
        self.assertEqual((kpi.active_from, kpi.status), (date(2026, 11, 5), "waiting"))
        self._cron()
        self.assertFalse(self.results(kpi))
        self.assertEqual(kpi.status, "waiting")
        with freeze_time("2026-12-01"):
            self._cron()
        november = self.results(kpi)
        self.assertEqual(set(november.mapped("date_from")), {date(2026, 11, 1)})
        self.assertEqual(kpi.status, "taken")
        # too late is not tried again and again
        with freeze_time("2027-01-20"):
            self._cron()
        self.assertEqual(self.results(kpi), november)
        self.assertFalse(kpi.last_error)
        # the time in the archive is not caught up with either
        kpi.action_archive()
        with freeze_time("2027-02-02"):
            kpi.action_unarchive()
            self._cron()
        self.assertEqual(self.results(kpi), november)

    def test_quarters_and_years(self):
        for period, start, end in [
            ("quarter", date(2026, 7, 1), date(2026, 9, 30)),
            ("year", date(2025, 1, 1), date(2025, 12, 31)),
        ]:
            kpi = self.make_kpi(period=period)
            self.assertEqual(kpi._last_period(date(2026, 11, 5)), (start, end))

    def test_from_the_figure_to_the_records(self):
        self.kpi._take(date(2026, 10, 1))
        readings = self.env["pm.policy.acknowledgement"]
        for result in self.results(self.kpi):
            for method, states in [
                ("action_view_records", ["read", "to_read"]),
                ("action_view_good_records", ["read"]),
                ("action_view_other_records", ["to_read"]),
            ]:
                action = getattr(result, method)()
                self.assertEqual(action["res_model"], readings._name)
                found = readings.search(action["domain"])
                self.assertEqual(sorted(found.mapped("state")), states)

    def test_records_of_a_figure_whose_paths_are_gone(self):
        self.kpi._take(date(2026, 10, 1))
        result = self.results(self.kpi, level="employee")
        self.kpi.employee_path = False
        with self.assertRefused(UserError, "Readings.*Take the figure again"):
            result.action_view_records()

    def test_by_hand_is_only_what_no_record_tells(self):
        self.kpi._take(date(2026, 10, 1))
        hr = self.make_user("pm_kpi_hr", "pm_core.group_pm_hr", self.estate)
        Result = self.env["pm.kpi.result"].with_user(hr)
        taken = self.results(self.kpi, level="estate").with_user(hr)
        with self.assertRefused(UserError, "taken from the records"):
            taken.value = 100
        with self.assertRefused(UserError, "taken from the records"):
            taken.unlink()
        with self.assertRefused(UserError, "taken from the records"):
            Result.create(
                {
                    "kpi_id": self.kpi.id,
                    "estate_id": self.estate.id,
                    "date_from": "2026-09-01",
                    "date_to": "2026-09-30",
                    "value": 100,
                }
            )
        manual = self.make_kpi(name="Uniform", kind="manual", model_id=False)
        with Form(Result) as form:
            form.kpi_id = manual
            form.date_from = "2026-10-14"
            form.level = "employee"
            form.employee_id = self.one
            form.value = 72
        result = form.record
        self.assertEqual((result.date_from, result.date_to), OCTOBER)
        self.assertEqual((result.estate_id, result.job_id), (self.estate, self.post))
        self.assertEqual((result.target, result.score), (80, 90))
        self.assertEqual(manual._measure(*OCTOBER, {"employee": self.one}).value, 72)
        self.assertIsNone(manual._measure(*OCTOBER, {"estate": self.estate}))
        result.value = 80
        self.assertEqual(result.score, 100)
        manual._take(date(2026, 10, 1))
        self.assertTrue(result.exists())

    def test_nobody_enters_a_figure_for_oneself(self):
        manual = self.make_kpi(name="Uniform", kind="manual", model_id=False)
        user = self.make_user("pm_kpi_staff", "pm_core.group_pm_user", self.estate)
        self.one.user_id = user
        result = self.env["pm.kpi.result"].create(
            {
                "kpi_id": manual.id,
                "level": "employee",
                "employee_id": self.one.id,
                "date_from": OCTOBER[0],
                "date_to": OCTOBER[1],
                "value": 50,
            }
        )
        with self.assertRaises(AccessError):
            result.with_user(user).value = 100
        manager = self.make_user(
            "pm_kpi_manager", "pm_core.group_pm_estate_manager", self.estate
        )
        result.with_user(manager).value = 60
        self.one.user_id = manager
        with self.assertRefused(AccessError, "yourself"):
            result.with_user(manager).value = 100
        with self.assertRaises(AccessError):
            self.kpi.with_user(user).action_take_last()

    def test_zero_is_a_figure_where_nothing_should_be_found(self):
        self.post.pm_kpi_ids = [Command.create({"kpi_id": self.kpi.id})]
        two = self.make_employee("Li")
        self.kpi.write({"kind": "measure", "aggregate": "count", "zero_if_empty": True})
        self.kpi._take(date(2026, 10, 1))
        values = {
            (row.estate_id, row.employee_id): row.value
            for row in self.results(self.kpi)
            if row.level in ("estate", "employee")
        }
        self.assertEqual(values[self.estate, self.one], 2)
        self.assertEqual(values[self.estate, two], 0)
        self.assertEqual(values[self.other_estate, two[:0]], 0)

    def test_queries_for_the_problems_do_not_grow(self):
        kpis = self.env["pm.kpi"].concat(
            *(self.make_kpi(name=f"Bad {number}") for number in range(20))
        )
        kpis.last_error = "It failed."
        self.assertEqual(set(kpis.mapped("problem")), {"It failed."})
        self.assertQueriesDoNotGrow(kpis, lambda some: some.mapped("problem"))
