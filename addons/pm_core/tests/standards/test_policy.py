"""Policies: published, read, confirmed, reminded, reviewed."""

from datetime import date, datetime

from psycopg2.errors import UniqueViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..common import PropertyCase


class PolicyCase(PropertyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # each test has the levels that it needs
        cls.env["tier.definition"].search([]).active = False
        cls.guard_post = cls.env["hr.job"].create({"name": "Guard"})
        cls.clerk_post = cls.env["hr.job"].create({"name": "Clerk"})
        cls.hr = cls.make_user("pm_policy_hr", "pm_core.group_pm_hr", cls.estate)
        cls.manager = cls.make_user(
            "pm_policy_manager", "pm_core.group_pm_estate_manager", cls.estate
        )
        cls.staff = cls.make_user(
            "pm_policy_staff", "pm_core.group_pm_user", cls.estate
        )
        cls.guard = cls.make_employee(
            "Guard Li", cls.guard_post, cls.estate, user_id=cls.staff.id
        )
        cls.other_guard = cls.make_employee("Guard Wu", cls.guard_post, cls.estate)
        cls.clerk = cls.make_employee("Clerk Xu", cls.clerk_post, cls.estate)
        cls.policy = cls.make_policy()

    @classmethod
    def make_employee(cls, name, job, estate, **vals):
        return cls.env["hr.employee"].create(
            {"name": name, "job_id": job.id, "pm_estate_id": estate.id, **vals}
        )

    @classmethod
    def make_policy(cls, **vals):
        return (
            cls.env["pm.policy"]
            .with_user(vals.pop("user", cls.hr))
            .create(
                {
                    "code": "T-01",
                    "name": "Gate duty",
                    "type_id": cls.env.ref("pm_core.policy_type_posts").id,
                    "body": "<h2>Gate</h2><p>Ask visitors.</p>",
                    "job_ids": [Command.set(cls.guard_post.ids)],
                    "estate_ids": [Command.set(cls.estate.ids)],
                    **vals,
                }
            )
        )

    def readings(self, policy=None, **vals):
        domain = [("policy_id", "=", (policy or self.policy).id)]
        return self.env["pm.policy.acknowledgement"].search(
            [*domain, *((name, "=", value) for name, value in vals.items())]
        )

    def run_cron(self, name):
        with self.enter_registry_test_mode():
            self.env.ref(f"pm_core.{name}").method_direct_trigger()


@tagged("post_install", "-at_install")
@freeze_time("2026-11-15 08:00:00")
class TestAcknowledgement(PolicyCase):
    def test_who_is_in_scope_is_asked_when_it_comes_into_force(self):
        self.assertFalse(self.readings())
        elsewhere = self.make_employee(
            "Guard Far", self.guard_post, self.make_estate("Elsewhere")
        )
        self.policy.action_submit()
        self.assertEqual(self.policy.state, "in_force")
        readings = self.readings()
        self.assertEqual(readings.employee_id, self.guard | self.other_guard)
        self.assertNotIn(elsewhere, readings.employee_id)
        self.assertRecordValues(
            readings.filtered(lambda reading: reading.employee_id == self.guard),
            [
                {
                    "state": "to_read",
                    "user_id": self.staff.id,
                    "job_id": self.guard_post.id,
                    "estate_id": self.estate.id,
                    "asked_on": date(2026, 11, 15),
                    "remind_on": date(2026, 11, 22),
                }
            ],
        )

    def test_without_posts_and_estates_everybody_is_asked(self):
        policy = self.make_policy(code="T-02", job_ids=False, estate_ids=False)
        policy.action_submit()
        everybody = self.env["hr.employee"].search(
            [("company_id", "=", self.env.company.id)]
        )
        self.assertEqual(self.readings(policy).employee_id, everybody)

    def test_nobody_is_asked_where_no_confirmation_is_wanted(self):
        self.policy.acknowledge = False
        self.policy.action_submit()
        self.assertFalse(self.readings())

    def test_one_confirms_for_oneself(self):
        self.policy.action_submit()
        policy = self.policy.with_user(self.staff)
        mine = self.readings(user_id=self.staff.id).with_user(self.staff)
        self.assertTrue(policy.to_confirm)
        self.assertEqual(policy.search([("to_confirm", "=", True)]), policy)
        self.assertIn("Ask visitors.", mine.body)
        mine.action_acknowledge()
        self.assertRecordValues(
            mine, [{"state": "read", "read_on": datetime(2026, 11, 15, 8)}]
        )
        self.assertFalse(policy.to_confirm)
        with freeze_time("2026-11-16"):
            mine.action_acknowledge()
        self.assertEqual(mine.read_on, datetime(2026, 11, 15, 8))

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_nobody_confirms_for_others(self):
        self.policy.action_submit()
        other = self.readings(employee_id=self.other_guard.id)
        for user in (self.staff, self.manager, self.hr):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                other.with_user(user).action_acknowledge()
        mine = self.readings(user_id=self.staff.id).with_user(self.staff)
        for operation in ("write", "create", "unlink"):
            self.assertFalse(mine.has_access(operation))
        with self.assertRaises(AccessError):
            mine.action_note_signed()
        self.assertEqual(set(self.readings().mapped("state")), {"to_read"})

    def test_from_the_policy_itself(self):
        self.policy.action_submit()
        self.policy.with_user(self.staff).action_confirm_reading()
        self.assertEqual(self.readings(user_id=self.staff.id).state, "read")
        with self.assertRefused(UserError, "no reading of T-01 Gate duty"):
            self.policy.with_user(self.staff).action_confirm_reading()

    def test_a_signed_sheet_is_noted_with_who_noted_it(self):
        self.policy.action_submit()
        other = self.readings(employee_id=self.other_guard.id)
        other.with_user(self.manager).action_note_signed()
        self.assertRecordValues(
            other, [{"state": "read", "noted_by_id": self.manager.id}]
        )

    def test_who_joins_later_is_asked_at_night(self):
        self.policy.action_submit()
        late = self.make_employee("Guard Late", self.guard_post, self.estate)
        with freeze_time("2026-12-01"):
            self.run_cron("ir_cron_policy_acknowledgements")
            self.run_cron("ir_cron_policy_acknowledgements")
            reading = self.readings(employee_id=late.id)
            self.assertEqual(len(reading), 1)
            self.assertEqual(reading.asked_on, date(2026, 12, 1))
            self.assertEqual(reading.remind_on, date(2026, 12, 8))

    def test_who_moves_is_no_longer_asked_and_asked_again(self):
        self.policy.action_submit()
        reading = self.readings(employee_id=self.guard.id)
        self.guard.job_id = self.clerk_post
        self.run_cron("ir_cron_policy_acknowledgements")
        self.assertEqual(reading.state, "void")
        with self.assertRefused(UserError, "need not be confirmed any more"):
            reading.with_user(self.staff).action_acknowledge()
        self.guard.job_id = self.guard_post
        self.run_cron("ir_cron_policy_acknowledgements")
        self.assertEqual(reading.state, "to_read")

    def test_who_leaves_is_no_longer_asked(self):
        self.policy.action_submit()
        self.other_guard.active = False
        self.run_cron("ir_cron_policy_acknowledgements")
        self.assertEqual(self.readings(employee_id=self.other_guard.id).state, "void")
        self.assertEqual(self.policy.asked_count, 1)

    def test_a_new_version_is_read_anew(self):
        self.policy.action_submit()
        self.readings(user_id=self.staff.id).with_user(self.staff).action_acknowledge()
        second = self.policy.browse(self.policy.action_new_version()["res_id"])
        second.body = "<h2>Gate</h2><p>Ask visitors and note the plate.</p>"
        second.action_submit()
        self.assertEqual(
            {reading.employee_id: reading.state for reading in self.readings()},
            {self.guard: "read", self.other_guard: "void"},
        )
        self.assertEqual(set(self.readings(second).mapped("state")), {"to_read"})
        mine = self.readings(second, user_id=self.staff.id).with_user(self.staff)
        self.assertIn("note the plate", mine.changes)

    def test_withdrawn_nobody_need_read_it(self):
        self.policy.action_submit()
        self.policy.action_repeal()
        self.assertEqual(set(self.readings().mapped("state")), {"void"})

    def test_rate(self):
        self.policy.action_submit()
        self.readings(user_id=self.staff.id).with_user(self.staff).action_acknowledge()
        self.assertRecordValues(
            self.policy, [{"asked_count": 2, "read_count": 1, "read_rate": 50}]
        )
        self.assertEqual(
            self.env["pm.policy.acknowledgement"]._read_group(
                [("policy_id", "=", self.policy.id)], ["estate_id"], ["read_rate:avg"]
            ),
            [(self.estate, 50)],
        )

    @mute_logger("odoo.sql_db")
    def test_the_database_asks_once(self):
        self.policy.action_submit()
        with self.assertRaises(UniqueViolation):
            self.env["pm.policy.acknowledgement"]._ask([(self.policy, self.guard)])


@tagged("post_install", "-at_install")
class TestReminders(PolicyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.guard.work_email = "li@example.com"
        with freeze_time("2026-11-15"):
            cls.policy.action_submit()
            cls.second = cls.make_policy(code="T-02", name="Keys")
            cls.second.action_submit()

    def mails(self):
        return self.env["mail.mail"].search([("email_to", "=", "li@example.com")])

    def reminded(self, day):
        """How many mails and activities came on ``day``."""
        mails = self.mails()
        with freeze_time(day):
            self.run_cron("ir_cron_policy_acknowledgements")
        return self.mails() - mails

    def test_after_n_days_one_message_names_all(self):
        self.assertFalse(self.reminded("2026-11-21"))
        mail = self.reminded("2026-11-22")
        self.assertEqual(len(mail), 1)
        self.assertIn("T-01 Gate duty", mail.body_html)
        self.assertIn("T-02 Keys", mail.body_html)
        reading = self.readings(employee_id=self.guard.id)
        self.assertEqual(reading.activity_ids.user_id, self.staff)
        self.assertEqual(reading.reminders, 1)

    def test_once_per_interval(self):
        self.assertEqual(len(self.reminded("2026-11-22")), 1)
        for day in ("2026-11-22", "2026-11-28"):
            self.assertFalse(self.reminded(day))
        self.assertEqual(len(self.reminded("2026-11-29")), 1)
        reading = self.readings(employee_id=self.guard.id)
        self.assertEqual(reading.reminders, 2)
        # the activity is open still
        self.assertEqual(len(reading.activity_ids), 1)

    def test_not_when_it_is_read(self):
        readings = self.readings(user_id=self.staff.id) | self.readings(
            self.second, user_id=self.staff.id
        )
        readings.with_user(self.staff).action_acknowledge()
        self.assertFalse(self.reminded("2026-11-22"))

    def test_confirming_closes_the_activity(self):
        self.reminded("2026-11-22")
        reading = self.readings(user_id=self.staff.id)
        reading.with_user(self.staff).action_acknowledge()
        self.assertFalse(reading.activity_ids)

    def test_never(self):
        quiet = self.make_policy(code="T-03", remind_days=0)
        with freeze_time("2026-11-15"):
            quiet.action_submit()
        self.assertFalse(self.readings(quiet).filtered("remind_on"))

    def test_the_review_is_asked_for_once(self):
        self.assertEqual(self.policy.review_date, date(2027, 11, 15))
        for day, count in [
            ("2027-10-31", 0),
            ("2027-11-01", 1),
            ("2027-11-02", 1),
            ("2027-11-20", 1),
        ]:
            with self.subTest(day=day), freeze_time(day):
                self.run_cron("ir_cron_policy_review")
                self.assertEqual(len(self.policy.activity_ids), count)
        self.assertEqual(self.policy.activity_ids.user_id, self.hr)
        with freeze_time("2027-11-20"):
            self.policy.action_reviewed()
        self.assertFalse(self.policy.activity_ids)
        self.assertEqual(self.policy.review_date, date(2028, 11, 20))
        with freeze_time("2028-11-10"):
            self.run_cron("ir_cron_policy_review")
        self.assertEqual(len(self.policy.activity_ids), 1)


@tagged("post_install", "-at_install")
class TestPolicy(PolicyCase):
    def test_files_are_readable_by_who_reads_the_policy(self):
        Attachment = self.env["ir.attachment"].with_user(self.hr)
        file = Attachment.create({"name": "Plan.pdf", "raw": b"plan"})
        self.policy.attachment_ids = [Command.link(file.id)]
        staff_file = file.with_user(self.staff)
        self.assertFalse(staff_file.has_access("read"))
        self.policy.action_submit()
        self.assertEqual(staff_file.raw, b"plan")
        second = self.policy.browse(self.policy.action_new_version()["res_id"])
        self.assertEqual(second.attachment_ids.mapped("name"), ["Plan.pdf"])
        self.assertNotEqual(second.attachment_ids, file)
        self.assertNotIn("Files", {row["label"] for row in second._version_changes()})

    def test_one_company(self):
        company = self.env["res.company"].create({"name": "Far Company"})
        far = self.make_estate("Far", company_id=company.id)
        policy = self.policy.sudo()
        with self.assertRefused(UserError, "compan"):
            policy.estate_ids |= far

    def test_it_names_the_standard_in_force(self):
        standard = self.env["pm.service.standard"].create(
            {
                "code": "T-S",
                "name": "Greeting",
                "category_id": self.env.ref("pm_core.service_category_security").id,
                "requirement": "Stand and greet.",
            }
        )
        standard.action_submit()
        self.policy.standard_ids = standard
        self.policy.action_submit()
        second = standard.browse(standard.action_new_version()["res_id"])
        second.action_submit()
        self.assertEqual(self.policy.standard_ids, second)

    def test_changes_of_the_text_are_seen_line_by_line(self):
        self.policy.action_submit()
        second = self.policy.browse(self.policy.action_new_version()["res_id"])
        second.body = "<h2>Gate</h2><p>Ask all visitors.</p>"
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "pm_core.report_policy_changes", second.ids
        )
        self.assertIn("Ask all visitors.", html.decode())
        (change,) = second._version_changes()
        self.assertEqual(change["label"], "Text")
        self.assertIn(("changed", "Ask visitors.", "Ask all visitors."), change["rows"])


@tagged("post_install", "-at_install")
class TestPolicyLink(PolicyCase):
    def make_link(self, **vals):
        return self.env["pm.policy.link"].create(
            {
                "policy_id": self.policy.id,
                "name": "Vacant units",
                "menu_id": self.env.ref("pm_core.pm_core_menu_unit").id,
                "domain": "[('state', '=', 'vacant')]",
                **vals,
            }
        )

    def test_it_opens_the_records(self):
        self.unit.state = "vacant"
        self.other_unit.state = "occupied"
        action = self.make_link().with_user(self.manager).action_open()
        self.assertEqual(action["res_model"], "pm.property")
        found = self.env["pm.property"].search(action["domain"])
        self.assertIn(self.unit, found)
        self.assertNotIn(self.other_unit, found)
        self.assertEqual(set(found.mapped("kind")), {"unit"})

    def test_a_wrong_filter_is_refused(self):
        for domain in ("[('no_such', '=', 1)]", "[('state'", "state", "[(1, 2, 3)]"):
            with (
                self.subTest(domain=domain),
                self.assertRefused(ValidationError, "Vacant units cannot be used"),
            ):
                self.make_link(domain=domain)

    def test_a_menu_without_a_list_is_refused(self):
        with self.assertRefused(ValidationError, "opens no list"):
            self.make_link(menu_id=self.env.ref("pm_core.pm_core_menu_root").id)

    def test_who_has_not_the_menu_is_told(self):
        link = self.make_link(
            menu_id=self.env.ref("pm_core.pm_core_menu_register_import").id,
            domain=False,
        )
        self.policy.action_submit()
        with self.assertRefused(UserError, "no access"):
            link.with_user(self.staff).action_open()


@tagged("post_install", "-at_install")
class TestShippedPolicies(PolicyCase):
    def test_one_of_each_type_as_a_draft_to_adapt(self):
        policies = self.env["pm.policy"].search([("is_default", "=", True)])
        self.assertEqual(policies.type_id, self.env["pm.policy.type"].search([]))
        boss = self.make_user("pm_policy_boss", "pm_core.group_pm_company_manager")
        for policy in policies.filtered(lambda policy: policy.version == 1):
            with self.subTest(code=policy.code):
                words = len(" ".join(policy._version_lines("body")).split())
                self.assertGreaterEqual(words, 200)
                self.assertLessEqual(words, 500)
                self.assertTrue(policy.standard_ids and policy.link_ids)
                for link in policy.link_ids:
                    action = link.with_user(boss).action_open()
                    self.env[action["res_model"]].search(action["domain"])

    def test_printed_with_the_sheet_to_sign(self):
        self.policy.action_submit()
        Report = self.env["ir.actions.report"].with_user(self.manager)
        html, _kind = Report._render_qweb_html("pm_core.report_policy", self.policy.ids)
        self.assertIn("Ask visitors.", html.decode())
        html, _kind = Report._render_qweb_html(
            "pm_core.report_policy_signatures", self.policy.ids
        )
        text = html.decode()
        self.assertIn("Guard Wu", text)
        # those without a login come first
        self.assertLess(text.index("Guard Wu"), text.index("Guard Li"))
        self.assertNotIn("Clerk Xu", text)
