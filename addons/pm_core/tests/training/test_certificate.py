"""Certificates: validity, reminders, who sees and keeps them."""

from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..roster.roster_common import RosterCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-20 02:00:00")
class TestCertificate(RosterCase):
    def remind(self):
        with self.enter_registry_test_mode():
            self.env.ref(
                "pm_core.ir_cron_pm_certificate_remind"
            ).method_direct_trigger()
        self.env.invalidate_all()

    def activities(self, employee):
        return self.env["mail.activity"].search(
            [("res_model", "=", "hr.employee"), ("res_id", "=", employee.id)]
        )

    def test_state(self):
        for valid_to, state in [
            ("2026-11-19", "expired"),
            ("2026-11-20", "expiring"),
            ("2027-01-19", "expiring"),
            ("2027-01-20", "valid"),
            (False, "valid"),
        ]:
            with self.subTest(valid_to=valid_to):
                one = self.certify(self.guards[0], self.guard_card, valid_to)
                self.assertEqual(one.pm_reminder_days, 60)
                self.assertEqual(one.pm_issuer, "Public security bureau")
                self.assertEqual(one.pm_certificate_state, state)
                for other in ("expired", "expiring", "valid", "future"):
                    found = self.env["hr.employee.skill"].search(
                        [
                            ("pm_certificate_state", "=", other),
                            ("employee_id", "=", self.guards[0].id),
                        ]
                    )
                    self.assertEqual(found == one, other == state)
                one.unlink()

    def test_not_yet_valid(self):
        one = self.certify(
            self.guards[0], self.guard_card, "2029-11-30", valid_from="2026-12-01"
        )
        self.assertEqual(one.pm_certificate_state, "future")

    def test_reminded_once(self):
        user = self.give_login(self.guards[0])
        self.guards[0].hr_responsible_id = self.manager
        one = self.certify(
            self.guards[0], self.guard_card, "2027-01-10", pm_number="A1"
        )
        far = self.certify(self.guards[1], self.guard_card, "2027-06-10")
        self.remind()
        activity = self.activities(self.guards[0])
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.user_id, self.manager)
        self.assertEqual(activity.date_deadline, date(2027, 1, 10))
        self.assertIn("Guard Card of Guard A", activity.summary)
        self.assertEqual(one.pm_reminded_for, date(2027, 1, 10))
        told = self.env["mail.message"].search(
            [("partner_ids", "in", user.partner_id.ids), ("model", "=", "hr.employee")]
        )
        self.assertEqual(len(told), 1)
        self.assertIn("A1", told.body)
        self.assertFalse(self.activities(self.guards[1]))
        self.assertFalse(far.pm_reminded_for)
        self.remind()
        self.assertEqual(self.activities(self.guards[0]), activity)
        # prolonged: its new end is reminded of again, in its time
        one.valid_to = "2027-11-10"
        self.remind()
        self.assertEqual(len(self.activities(self.guards[0])), 1)
        with freeze_time("2027-10-01 02:00:00"):
            self.remind()
        self.assertEqual(len(self.activities(self.guards[0])), 2)

    def test_missed_expiry_is_reminded_of(self):
        self.certify(self.guards[0], self.guard_card, "2026-11-01")
        self.remind()
        self.assertEqual(len(self.activities(self.guards[0])), 1)
        self.remind()
        self.assertEqual(len(self.activities(self.guards[0])), 1)

    def test_hr_is_reminded_where_nobody_is_responsible(self):
        hr = self.make_user("pm_cert_hr", "pm_core.group_pm_hr", self.estate)
        self.guards[0].hr_responsible_id = self.env.ref("base.user_root")
        self.certify(self.guards[0], self.guard_card, "2027-01-10")
        self.remind()
        self.assertEqual(self.activities(self.guards[0]).user_id, hr)

    def test_renewing_answers_the_reminder(self):
        self.certify(self.guards[0], self.guard_card, "2027-01-10")
        other = self.env.ref("pm_core.hr_skill_fire_control_room")
        self.certify(self.guards[0], other, "2027-01-10")
        self.remind()
        self.assertEqual(len(self.activities(self.guards[0])), 2)
        self.certify(
            self.guards[0], self.guard_card, "2030-01-10", valid_from="2027-01-01"
        )
        left = self.activities(self.guards[0])
        self.assertEqual(len(left), 1)
        self.assertIn(other.name, left.summary)

    def test_no_reminder_when_renewed_without_end(self):
        self.certify(self.guards[0], self.guard_card, "2027-01-10")
        self.certify(self.guards[0], self.guard_card, False, valid_from="2026-11-01")
        self.remind()
        self.assertFalse(self.activities(self.guards[0]))

    def test_kinds_are_named_records(self):
        kind = self.env.ref("pm_core.hr_skill_type_certificate")
        self.assertIn(
            self.env.ref("pm_core.hr_skill_other_certificate"), kind.skill_ids
        )
        self.assertEqual(kind.levels_count, 1)
        named = kind.skill_ids.get_external_id().values()
        self.assertTrue(all(named))

    def test_no_reminder_when_renewed(self):
        self.certify(self.guards[0], self.guard_card, "2027-01-10")
        self.certify(
            self.guards[0], self.guard_card, "2030-01-10", valid_from="2027-01-01"
        )
        self.remind()
        self.assertFalse(self.activities(self.guards[0]))

    def test_days_of_notice_by_kind(self):
        lift = self.env.ref("pm_core.hr_skill_lift_safety")
        one = self.certify(self.guards[0], lift, "2027-02-15")
        self.assertEqual(one.pm_reminder_days, 90)
        self.assertEqual(one.pm_certificate_state, "expiring")

    def test_seen_by_hr_manager_and_the_person(self):
        person = self.give_login(self.guards[0])
        colleague = self.give_login(self.guards[1])
        hr = self.make_user("pm_cert_hr", "pm_core.group_pm_hr", self.estate)
        other = self.make_estate("Other Garden")
        stranger = self.make_user(
            "pm_cert_other", "pm_core.group_pm_estate_manager", other
        )
        one = self.certify(self.guards[0], self.guard_card, "2027-01-10")
        for user, operations in [
            (person, "r"),
            (colleague, ""),
            (hr, "rwcd"),
            (self.manager, "rwcd"),
            (stranger, ""),
        ]:
            with self.subTest(user=user.login):
                found = "".join(
                    letter
                    for operation, letter in zip(
                        ("read", "write", "create", "unlink"), "rwcd", strict=True
                    )
                    if one.with_user(user).has_access(operation)
                )
                self.assertEqual(found, operations)
                seen = (
                    self.env["hr.employee.skill"]
                    .with_user(user)
                    .search([("is_certification", "=", True)])
                )
                self.assertEqual(one.id in seen.ids, bool(operations))

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_nobody_certifies_oneself(self):
        person = self.give_login(self.guards[0])
        with self.assertRaises(AccessError):
            self.env["hr.employee.skill"].with_user(person).create(
                {
                    "employee_id": self.guards[0].id,
                    "skill_type_id": self.guard_card.skill_type_id.id,
                    "skill_id": self.guard_card.id,
                    "skill_level_id": self.guard_card.skill_type_id.skill_level_ids.id,
                }
            )
