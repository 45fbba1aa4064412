from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from ..common import PropertyCase

OCTOBER = (date(2026, 10, 1), date(2026, 10, 31))


class KpiCase(PropertyCase):
    """Readings of a policy stand for any record with a date, estate and employee."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # KPIs that are shipped would only slow the tests down
        cls.env["pm.kpi"].search([]).active = False
        cls.post = cls.env["hr.job"].create({"name": "Test Guard"})
        cls.policy = cls.env["pm.policy"].create(
            {
                "code": "K-01",
                "name": "Gate",
                "type_id": cls.env.ref("pm_core.policy_type_posts").id,
                "body": "<p>x</p>",
            }
        )
        cls.other_estate = cls.make_estate("Other Garden")

    @classmethod
    def make_employee(cls, name, estate=None, job=None, **vals):
        return cls.env["hr.employee"].create(
            {
                "name": name,
                "pm_estate_id": (estate or cls.estate).id,
                "job_id": (job or cls.post).id,
                **vals,
            }
        )

    @classmethod
    def make_readings(cls, employee, read, unread=0, day="2026-10-15"):
        """Records to measure: ``read`` good ones and ``unread`` others."""
        vals = {
            "employee_id": employee.id,
            "estate_id": employee.pm_estate_id.id,
            "asked_on": day,
        }
        states = ["read"] * read + ["to_read"] * unread
        policies = cls.env["pm.policy"].create(
            [
                {
                    "code": f"K-{employee.id}-{day}-{number}",
                    "name": "x",
                    "type_id": cls.policy.type_id.id,
                    "body": "<p>x</p>",
                }
                for number in range(len(states))
            ]
        )
        return cls.env["pm.policy.acknowledgement"].create(
            [
                {**vals, "policy_id": policy.id, "state": state}
                for policy, state in zip(policies, states, strict=True)
            ]
        )

    @classmethod
    def make_kpi(cls, **vals):
        return cls.env["pm.kpi"].create(
            {
                "name": "Readings",
                "kind": "ratio",
                "model_id": cls.env["ir.model"]._get_id("pm.policy.acknowledgement"),
                "domain": "[('state', '!=', 'void')]",
                "numerator_domain": "[('state', '=', 'read')]",
                "date_field": "asked_on",
                "estate_path": "estate_id",
                "employee_path": "employee_id",
                "target": 80,
                **vals,
            }
        )

    def results(self, kpi, **place):
        return self.env["pm.kpi.result"].search(
            [("kpi_id", "=", kpi.id), *((key, "=", of) for key, of in place.items())]
        )


@tagged("post_install", "-at_install")
class TestKpiDefinition(KpiCase):
    def test_what_cannot_be_measured_is_refused_by_name(self):
        for vals, reason in [
            ({"domain": "[('state', '='"}, "Which Records .* cannot be read"),
            ({"domain": "('state', '=', 'read')"}, "not a list"),
            ({"domain": "[('stat', '=', 'read')]"}, "stat"),
            ({"domain": "[('state', 'equals', 'read')]"}, "equals"),
            ({"domain": "[('state', '=')]"}, "Which Records"),
            ({"domain": "[('asked_on', '>', 'whenever')]"}, "whenever"),
            ({"domain": "[('user_id', '=', uid)]"}, "fixed values"),
            ({"domain": "__import__('os').getcwd()"}, "fixed values"),
            ({"numerator_domain": "[('gone.x', '=', 1)]"}, "the Good Ones"),
            ({"date_field": "state"}, "Date .* must be a date"),
            ({"date_field": "asked"}, "no such field: asked"),
            ({"estate_path": "employee_id"}, "Estate of a Record .* Property"),
            ({"estate_path": "state.x"}, "no such field: x"),
            ({"employee_path": "user_id"}, "Employee of a Record .* Employee"),
            ({"model_id": False}, "choose the records"),
            ({"numerator_field": "reminders"}, "Amount of the Whole"),
            ({"numerator_field": "state", "denominator_field": "state"}, "a number"),
            ({"kind": "measure", "aggregate": "sum"}, "Amount .* a number"),
            ({"scoring": "bands"}, "at least one band"),
        ]:
            with self.subTest(**vals), self.assertRefused(ValidationError, reason):
                self.make_kpi(**vals)
        with self.assertRefused(ValidationError, "KPI Readings"):
            self.make_kpi(domain="[('stat', '=', 'read')]")

    def test_a_sound_one_cannot_be_broken_later(self):
        kpi = self.make_kpi()
        with self.assertRefused(ValidationError, "nothing"):
            kpi.domain = "[('nothing', '=', 1)]"
        self.assertEqual(kpi.domain, "[('state', '!=', 'void')]")

    def test_paths_and_relative_dates(self):
        kpi = self.make_kpi(
            estate_path="employee_id.pm_estate_id",
            domain="[('asked_on', '>=', 'today -10y')]",
        )
        employee = self.make_employee("Wang")
        self.make_readings(employee, 1)
        self.assertEqual(kpi._measure(*OCTOBER, {"estate": self.estate}).value, 100)

    def test_an_administrator_makes_one_in_the_form(self):
        admin = self.make_user("pm_kpi_admin", "pm_core.group_pm_admin", self.estate)
        with Form(self.env["pm.kpi"].with_user(admin)) as form:
            form.name = "Large Units"
            form.kind = "ratio"
            form.model_id = self.env["ir.model"]._get("pm.property")
            form.domain = "[('kind', '=', 'unit')]"
            form.numerator_domain = "[('gross_area', '>', 90)]"
            form.estate_path = "estate_id"
        figure = form.record._measure(
            date(2026, 1, 1), date(2099, 12, 31), {"estate": self.estate}
        )
        self.assertEqual(figure, (2, 2, 100))
        self.assertEqual(form.record.unit, "%")


@tagged("post_install", "-at_install")
@freeze_time("2026-11-05")
class TestKpiMeasure(KpiCase):
    def test_no_data_is_no_figure(self):
        kpi = self.make_kpi()
        employee = self.make_employee("Wang")
        self.assertIsNone(kpi._measure(*OCTOBER))
        self.make_readings(employee, 0, 2)
        self.assertEqual(kpi._measure(*OCTOBER), (0, 2, 0))
        # outside the period
        self.assertIsNone(kpi._measure(date(2026, 9, 1), date(2026, 9, 30)))

    def test_scopes(self):
        kpi = self.make_kpi()
        one, two = self.make_employee("Wang"), self.make_employee("Li")
        there = self.make_employee("Zhao", self.other_estate)
        self.make_readings(one, 3, 1)
        self.make_readings(two, 0, 1)
        self.make_readings(there, 1, 0)
        for scope, value in [
            ({}, 100 * 4 / 6),
            ({"estate": self.estate}, 60),
            ({"estate": self.other_estate}, 100),
            ({"employee": one}, 75),
            ({"employee": two}, 0),
            ({"job": self.post}, 100 * 4 / 6),
            ({"job": self.post, "estate": self.other_estate}, 100),
        ]:
            with self.subTest(scope=scope):
                self.assertAlmostEqual(kpi._measure(*OCTOBER, scope).value, value)
        stranger = self.make_employee("Sun")
        self.assertIsNone(kpi._measure(*OCTOBER, {"employee": stranger}))
        self.assertIsNone(
            self.make_kpi(employee_path=False)._measure(*OCTOBER, {"employee": one})
        )
        with self.assertRaisesRegex(ValueError, "planet"):
            kpi._measure(*OCTOBER, {"planet": self.estate})

    def test_companies_are_apart(self):
        kpi = self.make_kpi()
        far = self.env["res.company"].create({"name": "Second Company"})
        estate = self.make_estate("Far Garden", company_id=far.id)
        job = self.env["hr.job"].create({"name": "Shared", "company_id": False})
        employee = self.make_employee("Qian", estate, job, company_id=far.id)
        self.make_readings(employee, 1, 1)
        self.make_readings(self.make_employee("Wang"), 1)
        self.assertEqual(kpi._measure(*OCTOBER).value, 100)
        self.assertEqual(kpi._measure(*OCTOBER, {"company": far}).value, 50)
        self.assertEqual(kpi._measure(*OCTOBER, {"estate": estate}).value, 50)
        kpi._take(date(2026, 10, 1))
        of_companies = self.results(kpi, level="company")
        self.assertEqual(
            {result.company_id: result.value for result in of_companies},
            {self.env.company: 100, far: 50},
        )

    def test_numbers_sums_and_averages(self):
        employee = self.make_employee("Wang")
        readings = self.make_readings(employee, 3)
        readings[0].reminders = 4
        readings[1].reminders = 2
        readings[2].reminders = 3
        measure = {"kind": "measure", "measure_field": "reminders"}
        for vals, value in [
            ({"aggregate": "count"}, 3),
            ({"aggregate": "sum"}, 9),
            ({"aggregate": "avg"}, 3),
            ({"aggregate": "avg", "domain": "[('reminders', '>', 2)]"}, 3.5),
        ]:
            with self.subTest(**vals):
                kpi = self.make_kpi(**measure, **vals)
                self.assertEqual(kpi._measure(*OCTOBER).value, value)
        none = self.make_kpi(**measure, aggregate="sum", domain="[('id', '=', 0)]")
        self.assertIsNone(none._measure(*OCTOBER))
        none.zero_if_empty = True
        self.assertEqual(none._measure(*OCTOBER).value, 0)

    def test_parts_of_an_amount(self):
        readings = self.make_readings(self.make_employee("Wang"), 2)
        readings[0].write({"reminders": 3, "read_rate": 4})
        readings[1].write({"reminders": 1, "read_rate": 4})
        kpi = self.make_kpi(
            numerator_domain="[]",
            numerator_field="reminders",
            denominator_field="read_rate",
        )
        self.assertEqual(kpi._measure(*OCTOBER), (4, 8, 50))

    def test_moments_fall_into_the_day_at_the_company(self):
        self.env.company.resource_calendar_id.tz = "Asia/Shanghai"
        reading = self.make_readings(self.make_employee("Wang"), 1)
        kpi = self.make_kpi(date_field="read_on")
        for moment, found in [
            ("2026-09-30 15:59:59", False),
            ("2026-09-30 16:00:00", True),
            ("2026-10-31 15:59:59", True),
            ("2026-10-31 16:00:00", False),
        ]:
            with self.subTest(moment=moment):
                reading.read_on = moment
                self.assertEqual(bool(kpi._measure(*OCTOBER)), found)

    def test_users_stand_for_their_employees(self):
        user = self.make_user("pm_kpi_user", "pm_core.group_pm_user", self.estate)
        employee = self.make_employee("Wang", user_id=user.id)
        self.make_readings(employee, 1, 1)
        kpi = self.make_kpi(employee_path=False, user_path="user_id")
        self.assertEqual(kpi._measure(*OCTOBER, {"employee": employee}).value, 50)
        self.assertEqual(kpi._measure(*OCTOBER, {"user": user}).value, 50)
        kpi._take(date(2026, 10, 1))
        self.assertEqual(self.results(kpi, employee_id=employee.id).value, 50)

    def test_the_number_of_queries_does_not_grow(self):
        kpi = self.make_kpi()
        self.make_readings(self.make_employee("Wang"), 1, 1)

        def queries(day):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            kpi._take(day)
            self.env.flush_all()
            return self.cr.sql_log_count - before

        few = queries(date(2026, 10, 1))
        again = queries(date(2026, 10, 1))
        for number in range(8):
            estate = self.make_estate(f"Garden {number}")
            for name in ("a", "b"):
                employee = self.make_employee(f"{name}{number}", estate)
                self.make_readings(employee, 2, 1, day="2026-09-15")
                self.make_readings(employee, 2, 1)
        self.assertLessEqual(queries(date(2026, 9, 1)), few)
        self.assertEqual(len(self.results(kpi, date_from=date(2026, 9, 1))), 8 * 4 + 1)
        queries(date(2026, 10, 1))
        self.assertLessEqual(queries(date(2026, 10, 1)), again + 2)


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


@tagged("post_install", "-at_install")
class TestShippedKpis(PropertyCase):
    def test_they_can_be_taken(self):
        kpis = self.env["pm.kpi"].search([("kind", "!=", "manual")])
        self.assertTrue(kpis)
        for kpi in kpis:
            with self.subTest(kpi=kpi.name):
                kpi.action_take_running()
                self.assertFalse(kpi.last_error)

    def test_occupancy_rate(self):
        self.unit.state = "occupied"
        kpi = self.env.ref("pm_core.kpi_occupancy_rate")
        figure = kpi._measure(
            date(2026, 1, 1), date(2099, 12, 31), {"estate": self.estate}
        )
        self.assertEqual(figure, (1, 2, 50))

    def test_each_shipped_post_can_be_appraised(self):
        posts = self.env["hr.job"].search([("pm_kpi_ids", "!=", False)])
        shipped = posts.filtered(
            lambda post: (post.get_external_id()[post.id] or "").startswith("pm_core.")
        )
        self.assertGreaterEqual(len(shipped), 9)
        for post in shipped:
            with self.subTest(post=post.name):
                self.assertIsNone(post._pm_appraisal_problem())
                self.assertTrue(post.pm_responsibilities and post.pm_authority)
