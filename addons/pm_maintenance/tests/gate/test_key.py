from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .gate_common import SIGNATURE, GateCase


@tagged("post_install", "-at_install")
class TestKey(GateCase):
    """Keys and cards: issued, returned, lost, and asked back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.key = cls.env["pm.key"].create(
            {
                "code": "R-3",
                "name": "Roof of building 3",
                "property_id": cls.building.id,
                "copies": 2,
                "kept_at": "Box 1, hook 3",
            }
        )
        cls.employee = cls.guard.employee_id

    def issue(self, out=True, **vals):
        move = (
            self.env["pm.key.move"]
            .with_user(self.service)
            .create(
                {
                    "key_id": self.key.id,
                    "employee_id": self.employee.id,
                    "signature": SIGNATURE,
                    **vals,
                }
            )
        )
        if out:
            move.action_hand_out()
        return move

    def test_issued_and_returned(self):
        move = self.issue()
        self.assertEqual((move.state, move.issued_by_id), ("out", self.service))
        self.assertEqual((self.key.available, self.key.holders), (1, "pm_guard_a"))
        move.with_user(self.guard).action_return()
        self.assertEqual(move.returned_to_id, self.guard)
        self.key.invalidate_recordset()
        self.assertEqual((self.key.available, self.key.holders), (2, False))

    def test_it_is_signed_for(self):
        with self.assertRefused(UserError, "signs for it"):
            self.issue(signature=False)

    def test_no_more_than_there_are(self):
        self.issue(quantity=2)
        with self.assertRefused(UserError, "0 of 2 copies"):
            self.issue()

    def test_contractors_and_residents(self):
        move = self.issue(
            holder_kind="contractor", employee_id=False, partner_id=self.owner.id
        )
        self.assertEqual(move.holder, "王小明")
        with self.assertRefused(ValidationError, "who gets the key"):
            self.issue(holder_kind="resident", employee_id=False)

    def test_lost_and_found(self):
        move = self.issue()
        with self.assertRefused(UserError, "how it was lost"):
            move.action_lost()
        move.lost_reason = "Fell into the shaft"
        move.action_lost()
        with self.assertRefused(AccessError, "by hand"):
            move.lost_reason = "Never had it"
        self.key.invalidate_recordset()
        self.assertEqual((self.key.lost_count, self.key.available), (1, 1))
        move.action_return()
        self.key.invalidate_recordset()
        self.assertEqual(self.key.available, 2)

    def test_what_was_signed_stays(self):
        move = self.issue()
        for name, value in (
            ("quantity", 5),
            ("partner_id", self.owner.id),
            ("signature", False),
            ("state", "returned"),
        ):
            with self.subTest(name=name), self.assertRaises(AccessError):
                move.write({name: value})
        with self.assertRefused(UserError, "stays on record"):
            move.with_user(self.manager).unlink()
        with self.assertRefused(UserError, "Archive it"):
            self.key.with_user(self.manager).unlink()

    def remind(self):
        with self.enter_registry_test_mode():
            self.env.ref("pm_maintenance.ir_cron_keys_overdue").method_direct_trigger()

    def test_overdue(self):
        late = self.issue(due=fields.Datetime.now() - timedelta(hours=2))
        self.issue(due=fields.Datetime.now() + timedelta(hours=2))
        self.assertEqual(
            self.env["pm.key.move"].search([("is_overdue", "=", True)]), late
        )
        for _round in range(2):
            self.remind()
        self.assertEqual(late.activity_ids.user_id, self.service)
        self.assertEqual(len(late.activity_ids), 1)
        # another date is reminded of anew
        late.activity_ids.action_done()
        late.due = fields.Datetime.now() - timedelta(hours=1)
        self.remind()
        self.assertEqual(len(late.activity_ids.filtered("active")), 1)
        late.action_return()
        self.assertFalse(late.activity_ids.filtered("active"))

    def test_who_leaves_brings_them_back(self):
        move = self.issue()
        day = fields.Date.add(fields.Date.today(), days=10)
        self.employee.departure_date = day
        self.assertEqual(move.due.date(), day)
        told = move.activity_ids
        self.assertIn(self.manager, told.user_id)
        self.assertIn("R-3", told[0].summary)

    def test_who_is_archived_brings_them_back(self):
        move = self.issue()
        self.employee.action_archive()
        self.assertEqual(move.due.date(), fields.Date.context_today(move))
        self.assertTrue(move.activity_ids)

    def test_queries_do_not_grow(self):
        keys = self.env["pm.key"].create(
            [
                {"code": f"K{number}", "name": "Door", "property_id": self.unit.id}
                for number in range(6)
            ]
        )
        for key in keys:
            self.issue(key_id=key.id)
        self.assertQueriesDoNotGrow(
            keys, lambda some: some.read(["available", "holders", "display_name"])
        )
