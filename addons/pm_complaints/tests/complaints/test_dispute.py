from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form
from odoo.tools import mute_logger

from odoo.addons.pm_billing.tests.common import BillingCase

from .complaint_common import ComplaintFactory


class TestDispute(ComplaintFactory, BillingCase):
    """A disputed charge is held, and confirmed, credited or waived by approval."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_people()
        cls.make_fees()
        cls.bill()
        cls.charge = cls.env["pm.charge"].search(
            [("partner_id", "=", cls.owner.id), ("fee_item_id", "=", cls.service.id)]
        )

    def dispute(self, **vals):
        complaint = self.accepted()
        dispute = (
            self.env["pm.complaint.dispute"]
            .with_user(self.clerk)
            .create(
                {
                    "complaint_id": complaint.id,
                    "charge_id": self.charge.id,
                    "reason": "The lift stood still.",
                    **vals,
                }
            )
        )
        return complaint, dispute

    def test_held_until_it_closes(self):
        complaint, _dispute = self.dispute()
        self.assertTrue(self.charge.is_disputed)
        self.assertIn(
            self.charge, self.env["pm.charge"].search([("is_disputed", "=", True)])
        )
        with self.assertRaisesRegex(UserError, "have no result yet"):
            complaint._check_disputes()
        complaint.action_withdraw("Settled")
        self.assertFalse(self.charge.is_disputed)

    def test_another_charge_instead(self):
        """The first is collected again; what is settled stays with its charge."""
        other = self.charge.move_id.pm_charge_ids - self.charge
        _complaint, dispute = self.dispute()
        dispute.charge_id = other
        self.assertFalse(self.charge.is_disputed)
        self.assertTrue(other.is_disputed)
        dispute.action_confirm("It is as agreed.")
        with self.assertRaisesRegex(AccessError, "not written by hand"):
            dispute.charge_id = self.charge
        self.assertFalse(other.is_disputed)

    def test_disputed_once(self):
        self.dispute()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(UniqueViolation, "held_once"),
        ):
            self.dispute()

    def test_confirmed(self):
        _complaint, dispute = self.dispute()
        with self.assertRaisesRegex(UserError, "say why"):
            dispute.action_confirm()
        dispute.action_confirm("It is as agreed.")
        self.assertEqual(dispute.state, "approved")
        self.assertFalse(self.charge.is_disputed)
        self.assertEqual(self.charge.amount_residual, 250.0)

    def test_by_the_dialog_of_the_step(self):
        """It has the name of the step, and takes it with what was entered."""
        _complaint, dispute = self.dispute()
        asking = dispute.with_context(pm_complaint_step="confirm", lang="en_US")
        opened = asking.action_ask()
        self.assertEqual(opened["name"], "The Charge Is Right")
        act = self.env["pm.complaint.act"].with_user(self.clerk)
        act = act.with_context(**opened["context"]).create({"text": "As agreed."})
        self.assertEqual(act.display_name, "The Charge Is Right")
        act.action_apply()
        self.assertEqual((dispute.state, dispute.note), ("approved", "As agreed."))

    def test_credited_by_approval(self):
        """250.00 billed, 100.00 given back: 150.00 stay, on the charge itself."""
        before = self.receivable()
        _complaint, dispute = self.dispute()
        dispute.action_credit(100.0, "Five days without a lift")
        self.assertEqual(dispute.state, "approval")
        self.assertTrue(self.charge.is_disputed)
        self.assertEqual(self.charge.amount_credited, 0.0)
        with self.assertRaises(AccessError):
            dispute.with_user(self.clerk).validate_tier()
        dispute.with_user(self.manager).validate_tier()
        self.assertEqual(dispute.state, "approved")
        self.assertFalse(self.charge.is_disputed)
        self.assertEqual(self.charge.amount_credited, 100.0)
        self.assertEqual(self.charge.amount_residual, 150.0)
        self.assertEqual(self.receivable(), before - 100.0)
        open_total = sum(self.env["pm.charge"].search([]).mapped("amount_residual"))
        self.assertEqual(self.receivable(), open_total)
        credit = dispute.credit_move_id
        self.assertEqual(credit.move_type, "out_refund")
        self.assertEqual(credit.reversed_entry_id, self.charge.move_id)
        self.assertEqual(credit.amount_residual, 0.0)
        # the other charge of the same bill is not touched
        other = self.charge.move_id.pm_charge_ids - self.charge
        self.assertEqual(other.amount_credited, 0.0)

    def test_a_measure_that_is_a_credit(self):
        """It names the disputed charge, and is done when that is settled."""
        complaint, dispute = self.dispute()
        complaint.action_rectify("Give five days back")
        measure = complaint.rectification_ids
        with Form(measure.with_user(self.clerk)) as form:
            form.kind = "credit"
            form.dispute_id = dispute
        dispute.action_credit(100.0, "Five days without a lift")
        self.assertEqual(measure.state, "open")
        dispute.with_user(self.manager).validate_tier()
        self.assertEqual((measure.state, measure.done_user_id), ("done", self.manager))
        self.assertIn("Credited", measure.result)
        measure.with_user(self.colleague).action_verify("On the bill")
        # of another complaint it is none
        other = self.accepted()
        other.action_rectify("Give them back again")
        with self.assertRaisesRegex(ValidationError, "in another complaint"):
            other.rectification_ids.dispute_id = dispute
        # what both name stays together where they are merged
        third, held = self.dispute()
        third.action_rectify("Look at the bill")
        third.rectification_ids.write({"kind": "credit", "dispute_id": held.id})
        third.action_merge(other.id)
        self.assertEqual(held.complaint_id, other)

    def test_who_raised_it_does_not_decide_alone(self):
        """Without an approval level, and after the complaint was handed on."""
        self.env["tier.definition"].search(
            [("model", "=", "pm.complaint.dispute")]
        ).active = False
        complaint = self.accepted().with_user(self.manager)
        complaint.action_assign(self.manager.id)
        dispute = (
            self.env["pm.complaint.dispute"]
            .with_user(self.manager)
            .create({"complaint_id": complaint.id, "charge_id": self.charge.id})
        )
        complaint.action_assign(self.clerk.id)
        with self.assertRaisesRegex(AccessError, "somebody else"):
            dispute.action_credit(100.0, "Goodwill")

    def test_who_handled_it_does_not_decide(self):
        """Also not after handing it on, with levels and without."""
        complaint, dispute = self.dispute()
        complaint.with_user(self.manager).action_assign(self.manager.id)
        complaint.with_user(self.manager).action_assign(self.clerk.id)
        dispute.action_credit(100.0, "Five days without a lift")
        self.assertTrue(dispute.review_ids)
        self.assertNotIn(self.manager, dispute.review_ids.reviewer_ids)
        with self.assertRaises(AccessError):
            dispute.with_user(self.manager).validate_tier()
        dispute.action_withdraw()
        dispute.action_waive(note="Goodwill")
        with self.assertRaises(AccessError):
            dispute.waiver_id.with_user(self.manager).validate_tier()
        dispute.action_withdraw()
        self.env["tier.definition"].search([]).active = False
        with self.assertRefused(AccessError, "somebody else"):
            dispute.with_user(self.manager).action_credit(100.0, "Five days")
        dispute.with_user(self.company_manager).action_credit(100.0, "Five days")
        self.assertEqual(dispute.state, "approved")

    def test_waived_whole(self):
        _complaint, dispute = self.dispute()
        dispute.action_waive(note="Goodwill")
        waiver = dispute.waiver_id
        self.assertEqual((waiver.amount, waiver.charge_ids), (250.0, self.charge))
        self.assertIn("Goodwill", waiver.reason)
        self.assertTrue(self.charge.is_disputed)
        waiver.with_user(self.manager).validate_tier()
        self.assertEqual((waiver.state, dispute.state), ("approved", "approved"))
        self.assertEqual(self.charge.amount_residual, 0.0)
        self.assertEqual(dispute.amount, 250.0)
        self.assertFalse(self.charge.is_disputed)

    def test_waived_in_part_by_the_levels_of_waivers(self):
        before = self.receivable()
        _complaint, dispute = self.dispute()
        dispute.action_waive(100.01, "Goodwill")
        with self.assertRaises(AccessError):
            dispute.waiver_id.with_user(self.clerk).validate_tier()
        dispute.waiver_id.with_user(self.manager).validate_tier()
        self.assertEqual(self.charge.amount_residual, 149.99)
        self.assertEqual(
            self.receivable(), self.charge.currency_id.round(before - 100.01)
        )
        self.assertEqual(dispute.waiver_id.credit_ids.amount, -100.01)

    def test_waiver_refused_or_taken_back(self):
        """The dispute is open again, and holds the charge."""
        _complaint, dispute = self.dispute()
        dispute.action_waive(note="Goodwill")
        refused = dispute.waiver_id
        refused.with_user(self.manager).reject_tier()
        self.assertEqual(
            (dispute.state, dispute.result, dispute.waiver_id.id),
            ("draft", False, False),
        )
        self.assertTrue(self.charge.is_disputed)
        with self.assertRaisesRegex(UserError, "went another way"):
            refused.action_submit()
        dispute.action_waive(note="Goodwill after all")
        asked = dispute.waiver_id
        dispute.action_withdraw()
        self.assertEqual(dispute.state, "draft")
        self.assertFalse(asked.exists())
        dispute.action_confirm("It is as agreed.")
        self.assertEqual(self.charge.amount_residual, 250.0)

    def test_a_waiver_does_not_tell_what_is_confidential(self):
        complaint, dispute = self.dispute()
        complaint.concerned_user_ids = self.manager
        dispute.action_waive(note="She was rude about it")
        waiver = dispute.waiver_id
        self.assertEqual(waiver.reason, f"Disputed in {complaint.number}")
        self.assertNotIn(self.manager, waiver.review_ids.reviewer_ids)

    def test_no_more_than_is_owed(self):
        _complaint, dispute = self.dispute()
        for amount in (250.01, 0, -5):
            with (
                self.subTest(amount=amount),
                self.assertRaisesRegex(UserError, "at most"),
            ):
                dispute.action_credit(amount, "Too much")

    def test_what_was_paid_is_not_credited(self):
        self.receive(self.owner, 262.0)
        _complaint, dispute = self.dispute()
        with self.assertRaisesRegex(UserError, "paid back by the cashier"):
            dispute.action_credit(10.0, "Too late")

    def test_a_fee_that_ends_gives_its_days_back_as_ever(self):
        """November at 250.00 that ends on the 15th: 125.00 back, beside the 100.00."""
        _complaint, dispute = self.dispute()
        dispute.action_credit(100.0, "Five days")
        dispute.with_user(self.manager).validate_tier()
        self.charge.fee_id.date_to = "2026-11-15"
        run = self.make_run("2026-12-01", "2026-12-31")
        run.action_prepare()
        credit = run.charge_ids.filtered(lambda one: one.origin_id == self.charge)
        self.assertEqual(credit.amount, -125.0)

    def test_who_calls_sees_bills_orders_and_complaints(self):
        complaint = self.accepted()
        self.owner.phone = "13800000000"
        form = Form(self.env["pm.order.call"].with_user(self.clerk))
        form.query = "13800000000"
        self.assertEqual(form.partner_id, self.owner)
        self.assertIn(complaint, form.pm_complaint_ids)
        form.property_id = self.unit
        form.text = "You charged twice, 物业费收费"
        self.assertEqual(
            form.pm_category_id, self.env.ref("pm_complaints.complaint_category_fees")
        )
        call = form.save()
        self.assertEqual(len(call.pm_open_charge_ids), 2)
        action = call.action_complain()
        made = self.env["pm.complaint"].browse(action["res_id"])
        self.assertEqual(made.channel_id.code, "phone")
        self.assertEqual(made.partner_id, self.owner)
        self.assertTrue(made.accepted_at)
