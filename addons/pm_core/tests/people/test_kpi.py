from datetime import date

from odoo.exceptions import ValidationError
from odoo.tests import Form, freeze_time, tagged

from ..common import PropertyCase
from .kpi_common import OCTOBER, KpiCase


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

    def test_who_only_reads_it_reads_it_in_words(self):
        """No names of columns; administrators choose them on the form."""
        kpi = self.make_kpi(estate_path="employee_id.pm_estate_id")
        hr = self.make_user("pm_kpi_hr", "pm_core.group_pm_hr", self.estate)
        words = kpi.with_user(hr).definition
        self.assertIn("Employee › ", words)
        self.assertNotIn("_", words)
        admin = self.make_user("pm_kpi_reader", "pm_core.group_pm_admin", self.estate)
        for user, chooses in ((hr, False), (admin, True)):
            arch = kpi.with_user(user).get_view(view_type="form")["arch"]
            self.assertEqual("field_selector" in arch, chooses)
            self.assertEqual('<field name="definition"' in arch, not chooses)

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


@tagged("post_install", "-at_install")
class TestKpiStandard(KpiCase):
    """What a standard promises is the target of the figure that measures it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kpi = cls.env["pm.kpi"].create(
            {"name": "Answers", "kind": "manual", "unit": "%", "target": 80}
        )
        cls.standard = cls.env["pm.service.standard"].create(
            {
                "code": "T-01",
                "name": "Quick answers",
                "category_id": cls.env.ref("pm_core.service_category_other").id,
                "requirement": "Answer.",
                "comparison": "at_least",
                "target": 95,
                "unit": "%",
            }
        )
        cls.standard._as_step().state = "in_force"

    def test_the_target_is_that_of_the_standard(self):
        self.kpi.standard_id = self.standard
        self.assertEqual(self.kpi.target, 95)
        self.kpi.standard_id = False
        self.assertEqual(self.kpi.target, 95)
        self.kpi.target = 90
        self.assertEqual(self.kpi.target, 90)

    def test_it_is_not_another_one(self):
        self.kpi.standard_id = self.standard
        with self.assertRefused(ValidationError, "T-01"):
            self.kpi.target = 90

    def test_only_of_what_is_measured_alike(self):
        for change in ({"unit": "minutes"}, {"comparison": "at_most"}):
            with self.subTest(**change):
                other = self.standard.copy(change)
                with self.assertRefused(ValidationError, "unit and direction"):
                    self.kpi.standard_id = other

    def test_the_next_version_is_followed(self):
        self.kpi.standard_id = self.standard
        following = self.standard.copy({"target": 97})
        following._after_in_force(self.standard)
        self.assertEqual(self.kpi.standard_id, following)
        self.assertEqual(self.kpi.target, 97)
        other = self.standard.copy({"unit": "minutes", "target": 5})
        other._after_in_force(following)
        self.assertFalse(self.kpi.standard_id)
        self.assertEqual(self.kpi.target, 97)

    def test_those_that_are_shipped_fit(self):
        for name in ("repair_redo", "equipment", "patrol", "cleaning", "satisfaction"):
            kpi = self.env.ref(f"pm_core.kpi_{name}")
            if kpi.standard_id:
                kpi._check_standard()
