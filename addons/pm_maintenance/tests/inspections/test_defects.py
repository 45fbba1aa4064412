"""Check, rectify, recheck; and points that are taken off."""

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .inspections_common import RoundCase


@tagged("post_install", "-at_install")
class TestDefects(RoundCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cleaner = cls.make_user("pm_cleaner", "pm_core.group_pm_user", cls.estate)
        cls.supplier = cls.make_partner("Bright Cleaning")
        cls.contract = cls.make_contract(
            cls.estate,
            kind="supplier",
            partner_id=cls.supplier.id,
            user_id=cls.cleaner.id,
        )
        cls.plan.write(
            {
                "area": "cleaning",
                "fault_goes_to": "defect",
                "contract_id": cls.contract.id,
                "rectify_days": 2,
            }
        )

    def defect(self):
        round_ = self.make_round()
        self.send(self.visit(round_, self.points[0], values=("yes", "9")))
        return round_.line_ids.defect_ids

    def test_a_fault_becomes_a_defect_and_no_order(self):
        defect = self.defect()
        self.assertFalse(defect.line_id.request_id)
        self.assertEqual(defect.supplier_id, self.supplier)
        self.assertEqual((defect.deduction, defect.area), (5, "cleaning"))
        self.assertEqual(defect.activity_ids.user_id, self.cleaner)
        self.assertEqual(
            defect.date_due, fields.Date.add(defect.found_at.date(), days=2)
        )

    def test_check_rectify_recheck(self):
        defect = self.defect()
        mine = defect.with_user(self.cleaner)
        with self.assertRefused(UserError, "what was done"):
            mine.action_rectify()
        mine.result = "Wiped."
        mine.action_rectify()
        self.assertEqual(defect.state, "rectified")
        self.assertEqual(defect.activity_ids.user_id, self.inspector)
        defect.with_user(self.inspector).action_send_back()
        self.assertEqual((defect.state, defect.redo_count), ("open", 1))
        mine.action_rectify()
        defect.with_user(self.inspector).action_pass()
        self.assertEqual(defect.state, "passed")
        self.assertTrue(defect.in_time)
        self.assertFalse(defect.activity_ids)

    def test_nobody_rechecks_the_own_work(self):
        defect = self.defect()
        defect.user_id = self.inspector
        mine = defect.with_user(self.inspector)
        mine.result = "Wiped."
        mine.action_rectify()
        with self.assertRefused(UserError, "somebody else"):
            mine.action_pass()
        with self.assertRefused(AccessError, "."):
            defect.with_user(self.service).action_pass()

    def test_it_is_not_anybody_s_to_rectify(self):
        defect = self.defect()
        defect.result = "Wiped."
        with self.assertRefused(AccessError, "."):
            defect.with_user(self.service).action_rectify()
        with self.assertRefused(AccessError, "desk"):
            defect.with_user(self.inspector).action_rectify()

    def test_who_has_to_put_it_right_does_not_set_the_price(self):
        defect = self.defect()
        for change in ({"deduction": 0}, {"date_due": "2099-01-01"}):
            with self.subTest(change=change), self.assertRefused(AccessError, "costs"):
                defect.with_user(self.cleaner).write(change)
        defect.with_user(self.dispatcher).deduction = 3
        defect.result = "Wiped."
        defect.with_user(self.cleaner).action_rectify()
        for change in ({"deduction": 1}, {"result": "Nothing was done."}):
            with (
                self.subTest(change=change),
                self.assertRefused(AccessError, "by hand"),
            ):
                defect.with_user(self.dispatcher).write(change)

    def test_no_defect_after_all(self):
        defect = self.defect()
        with self.assertRefused(AccessError, "."):
            defect.with_user(self.cleaner).action_cancel()
        defect.with_user(self.dispatcher).action_cancel()
        self.assertEqual((defect.state, defect.deduction), ("cancelled", 0))

    def test_overdue(self):
        defect = self.defect()
        self.assertFalse(defect.is_overdue)
        defect.date_due = fields.Date.subtract(fields.Date.today(), days=1)
        self.assertTrue(defect.is_overdue)
        self.assertIn(defect, defect.search([("is_overdue", "=", True)]))

    def test_found_on_a_round_it_stays(self):
        with self.assertRefused(UserError, "stays on record"):
            self.defect().unlink()
