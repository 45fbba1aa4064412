"""Versions, shown with service standards."""

from datetime import date

from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..common import CRON_LOGGER, PropertyCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-15")
class VersionCase(PropertyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # each test has the levels that it needs
        cls.env["tier.definition"].search([]).active = False
        cls.category = cls.env.ref("pm_core.service_category_security")
        cls.hr = cls.make_user("pm_version_hr", "pm_core.group_pm_hr", cls.estate)
        cls.manager = cls.make_user(
            "pm_version_manager", "pm_core.group_pm_estate_manager", cls.estate
        )
        cls.staff = cls.make_user(
            "pm_version_staff", "pm_core.group_pm_user", cls.estate
        )
        cls.first = cls.make_standard()
        cls.first.action_submit()

    @classmethod
    def make_standard(cls, **vals):
        return (
            cls.env["pm.service.standard"]
            .with_user(vals.pop("user", cls.hr))
            .create(
                {
                    "code": "T-01",
                    "name": "Patrol at night",
                    "category_id": cls.category.id,
                    "requirement": "Walk the round.\nWrite it down.",
                    "frequency_unit": "hour",
                    "frequency_every": 2,
                    **vals,
                }
            )
        )

    def next_version(self, record=None, **vals):
        record = record or self.first
        action = record.action_new_version()
        version = record.browse(action["res_id"])
        version.write(vals)
        return version


class TestVersion(VersionCase):
    def test_the_first_version_is_in_force_when_it_is_approved(self):
        self.assertRecordValues(
            self.first,
            [
                {
                    "state": "in_force",
                    "version": 1,
                    "origin_id": self.first.id,
                    "valid_from": date(2026, 11, 15),
                }
            ],
        )

    def test_a_new_version_starts_from_the_one_in_force(self):
        second = self.next_version()
        self.assertRecordValues(
            second,
            [
                {
                    "state": "draft",
                    "version": 2,
                    "origin_id": self.first.id,
                    "previous_id": self.first.id,
                    "code": "T-01",
                    "requirement": "Walk the round.\nWrite it down.",
                    "frequency_every": 2,
                    "valid_from": False,
                }
            ],
        )
        self.assertEqual(self.first.state, "in_force")
        self.assertEqual(second.version_count, 2)

    def test_as_shipped_the_company_manager_approves(self):
        levels = self.env.ref("pm_core.tier_definition_service_standard")
        levels += self.env.ref("pm_core.tier_definition_policy")
        levels.active = True
        director = self.make_user(
            "pm_version_director", "pm_core.group_pm_company_manager"
        )
        standard = self.make_standard(code="T-02")
        policy = (
            self.env["pm.policy"]
            .with_user(self.hr)
            .create(
                {
                    "code": "T-1",
                    "name": "Gate",
                    "type_id": self.env.ref("pm_core.policy_type_posts").id,
                    "body": "<p>Greet</p>",
                }
            )
        )
        for record in (standard, policy):
            with self.subTest(model=record._name):
                record.action_submit()
                self.assertEqual(record.state, "approval")
                with self.assertRefused(AccessError, "your decision"):
                    # HR may not approve
                    record.validate_tier()
                record.with_user(director).validate_tier()
                self.assertEqual(record.state, "in_force")

    @freeze_time("2026-11-20")
    def test_it_replaces_the_one_in_force(self):
        second = self.next_version()
        second.action_submit()
        self.assertEqual(second.state, "in_force")
        self.assertEqual(second.valid_from, date(2026, 11, 20))
        self.assertEqual(self.first.state, "replaced")
        self.assertEqual(self.first.valid_to, date(2026, 11, 19))

    def test_a_day_in_the_future_is_waited_for(self):
        second = self.next_version(valid_from="2026-12-01")
        second.action_submit()
        self.assertEqual(second.state, "scheduled")
        for day, states in [
            ("2026-11-30", ("in_force", "scheduled")),
            ("2026-12-01", ("replaced", "in_force")),
            ("2026-12-02", ("replaced", "in_force")),
        ]:
            with (
                self.subTest(day=day),
                freeze_time(day),
                self.enter_registry_test_mode(),
            ):
                self.env.ref(
                    "pm_core.ir_cron_put_versions_in_force"
                ).method_direct_trigger()
                self.assertEqual((self.first.state, second.state), states)
        self.assertEqual(self.first.valid_to, date(2026, 11, 30))

    @mute_logger("odoo.sql_db", CRON_LOGGER)
    def test_one_that_cannot_come_into_force_stops_no_other(self):
        blocked = self.make_standard(code="T-02", valid_from="2026-12-01")
        second = self.next_version(valid_from="2026-12-01")
        (blocked | second).action_submit()
        # somebody else's text of the same number came first
        self.make_standard(code="T-02").action_submit()
        for _night in range(2):
            with freeze_time("2026-12-01"), self.enter_registry_test_mode():
                self.env.ref(
                    "pm_core.ir_cron_put_versions_in_force"
                ).method_direct_trigger()
        self.assertEqual((blocked.state, second.state), ("scheduled", "in_force"))
        self.assertEqual(self.first.state, "replaced")
        self.assertEqual(len(blocked.activity_ids), 1)
        self.assertEqual(blocked.activity_ids.user_id, blocked.user_id)

    def test_the_one_being_worked_on_is_opened_again(self):
        second = self.next_version()
        self.assertEqual(self.next_version(), second)

    @mute_logger("odoo.sql_db")
    def test_the_database_holds_one_in_force(self):
        second = self.next_version()
        with self.assertRaises(UniqueViolation):
            second.sudo()._as_step().state = "in_force"
            second.flush_recordset()

    @mute_logger("odoo.sql_db")
    def test_the_database_holds_one_draft(self):
        self.next_version()
        with self.assertRaises(UniqueViolation):
            self.first._as_step().copy({"origin_id": self.first.id, "version": 3})

    @mute_logger("odoo.sql_db")
    def test_the_database_holds_each_version_once(self):
        self.next_version().action_submit()
        with self.assertRaises(UniqueViolation):
            self.first._as_step().copy({"origin_id": self.first.id, "version": 2})

    def test_a_duplicate_is_a_new_text(self):
        other = self.first.copy()
        self.assertEqual(other.origin_id, other)
        self.assertEqual(other.version, 1)

    def test_what_is_in_force_is_not_edited(self):
        with self.assertRefused(UserError, "version 1, is no draft .* new version"):
            self.first.requirement = "Sleep."
        with self.assertRefused(UserError, "is no draft any more"):
            self.first.target = 5
        with self.assertRefused(UserError, "is no draft any more"):
            self.first.update_field_translations(
                "requirement", {"en_US": {"Walk the round.": "Sleep."}}
            )
        self.first.user_id = self.manager

    def test_what_is_in_force_is_not_deleted(self):
        with self.assertRefused(UserError, "Withdraw it instead"):
            self.first.unlink()
        second = self.next_version()
        second.unlink()
        self.assertFalse(second.exists())

    def test_withdrawn_it_can_come_back(self):
        self.first.action_repeal()
        self.assertEqual(self.first.state, "withdrawn")
        self.assertEqual(self.first.valid_to, date(2026, 11, 15))
        with self.assertRefused(UserError, "is in state Withdrawn"):
            self.first.action_repeal()
        second = self.next_version()
        second.action_submit()
        self.assertEqual((self.first.state, second.state), ("withdrawn", "in_force"))

    @mute_logger("odoo.models", "odoo.addons.base.models.ir_model")
    def test_the_state_is_not_written_by_users(self):
        second = self.next_version()
        for state in ("in_force", "scheduled", "withdrawn", "replaced"):
            with self.assertRefused(AccessError, "by hand"):
                second.state = state
        with self.assertRefused(AccessError, "by hand"):
            self.first.state = "draft"
        with self.assertRefused(AccessError, "by hand"):
            self.make_standard(code="T-02", state="in_force")
        with self.assertRaises(AccessError):
            self.first.with_user(self.staff).action_repeal()


class TestChanges(VersionCase):
    def test_each_changed_field_line_by_line(self):
        second = self.next_version(
            requirement="Walk the round.\nTake photos.\nWrite it down.",
            frequency_every=1,
            comparison="at_least",
            target=98,
            unit="%",
        )
        changes = {
            change["label"]: change["rows"] for change in second._version_changes()
        }
        self.assertEqual(
            changes["Requirement"],
            [
                ("same", "Walk the round.", "Walk the round."),
                ("added", "", "Take photos."),
                ("same", "Write it down.", "Write it down."),
            ],
        )
        self.assertEqual(
            changes["Frequency"], [("changed", "every 2 hours", "every hour")]
        )
        self.assertEqual(changes["Target Figure"], [("added", "", "≥ 98 %")])
        self.assertEqual(set(changes), {"Requirement", "Frequency", "Target Figure"})

    def test_staff_read_it_without_reading_the_old_version(self):
        second = self.next_version(requirement="Walk <b>fast</b>.")
        second.action_submit()
        self.assertFalse(self.first.with_user(self.staff).has_access("read"))
        shown = second.with_user(self.staff).changes
        self.assertIn("Walk the round.", shown)
        # text stays text
        self.assertIn("Walk &lt;b&gt;fast&lt;/b&gt;.", shown)

    def test_nothing_changed(self):
        self.assertIn("Nothing differs", self.next_version().changes)
        self.assertFalse(self.first.changes)

    def test_printed(self):
        second = self.next_version(
            requirement="每小时巡查一次。", change_reason="Thefts in October"
        )
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "pm_core.report_standard_changes", second.ids
        )
        html = html.decode()
        for text in ("每小时巡查一次。", "Walk the round.", "Thefts in October"):
            self.assertIn(text, html)


class TestVersionApproval(VersionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls.make_user("pm_version_boss", "pm_core.group_pm_company_manager")
        cls.env["tier.definition"].create(
            {
                "name": "Standards",
                "model_id": cls.env["ir.model"]._get_id("pm.service.standard"),
                "review_type": "individual",
                "reviewer_id": cls.boss.id,
            }
        )

    def test_it_is_in_force_when_the_level_has_approved(self):
        second = self.next_version(requirement="New.")
        second.action_submit()
        self.assertEqual((self.first.state, second.state), ("in_force", "approval"))
        with self.assertRefused(UserError, "in approval. Take the request back"):
            second.requirement = "Newer."
        second.with_user(self.boss).validate_tier()
        self.assertEqual((self.first.state, second.state), ("replaced", "in_force"))

    def test_who_is_no_reviewer_does_not_approve(self):
        second = self.next_version()
        second.action_submit()
        with self.assertRefused(AccessError, "your decision"):
            second.validate_tier()
        self.assertEqual(second.state, "approval")

    def test_rejected_or_taken_back_it_is_a_draft_again(self):
        second = self.next_version()
        second.action_submit()
        second.with_user(self.boss).reject_tier()
        self.assertEqual(second.state, "draft")
        second.action_submit()
        second.action_withdraw()
        self.assertEqual(second.state, "draft")
        self.assertEqual(self.first.state, "in_force")

    def test_approved_late_it_still_waits_for_its_day(self):
        second = self.next_version(valid_from="2026-12-01")
        second.action_submit()
        second.with_user(self.boss).validate_tier()
        self.assertEqual((self.first.state, second.state), ("in_force", "scheduled"))
