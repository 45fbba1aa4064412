"""How a contract is terminated, and what is handed over."""

from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .contract_common import ContractLifeCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-15")
class TestTermination(ContractLifeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contract = cls.activate(cls.make_contract(kind="owners"))
        cls.reason = cls.env.ref("pm_core.termination_reason_owners")
        cls.agreement = cls.env.ref("pm_core.termination_reason_agreement")

    def wizard(self, contract=None, **vals):
        contract = (contract or self.contract).with_user(self.manager)
        context = contract.action_terminate()["context"]
        return (
            self.env["pm.contract.terminate"]
            .with_user(self.manager)
            .with_context(**context)
            .create({"reason_id": self.reason.id, **vals})
        )

    def test_the_notice_period_by_side(self):
        theirs = self.wizard()
        self.assertEqual(theirs.earliest_date, date(2027, 1, 14))
        self.assertEqual(theirs.date, date(2027, 12, 31), "in time for the end")
        ours = self.wizard(notice_by="ours")
        self.assertEqual(ours.earliest_date, date(2027, 2, 13))
        late = self.wizard(notice_date="2027-12-15")
        self.assertEqual(late.date, date(2028, 2, 13))
        self.contract.sudo().open_ended_since = "2026-11-01"
        open_ended = self.wizard(notice_by="ours")
        self.assertEqual(open_ended.date, date(2027, 1, 14))
        self.assertFalse(self.wizard(reason_id=self.agreement.id).notice_days)

    def test_a_short_notice_needs_both_sides(self):
        wizard = self.wizard(date="2026-12-31")
        self.assertTrue(wizard.is_short)
        with self.assertRefused(UserError, "until 2027-01-14"):
            wizard.action_confirm()
        wizard.accept_short = True
        wizard.action_confirm()
        self.assertEqual(self.contract.date_end, date(2026, 12, 31))
        with self.assertRefused(UserError, "cannot end before"):
            self.wizard(date="2025-12-31", reason_id=self.agreement.id).action_confirm()

    def test_from_notice_to_closed_hand_over(self):
        self.wizard(date="2027-01-31", note="Letter 2026-17").action_confirm()
        self.assertRecordValues(
            self.contract,
            [
                {
                    "state": "active",
                    "termination_date": date(2027, 1, 31),
                    "date_end": date(2027, 1, 31),
                    "notice_by": "theirs",
                    "notice_given_on": date(2026, 11, 15),
                }
            ],
        )
        items = self.contract.handover_ids
        self.assertEqual(
            items.mapped("name"),
            self.contract.kind_id.handover_item_ids.mapped("name"),
        )
        self.assertEqual(set(items.mapped("date_due")), {date(2027, 3, 2)})
        with freeze_time("2027-01-31 04:00:00"):
            self.run_cron()
            self.assertEqual(self.contract.state, "active")
        with freeze_time("2027-02-01 04:00:00"):
            self.run_cron()
            contract = self.contract.with_user(self.manager)
            self.assertEqual(contract.state, "terminated")
            with self.assertRefused(UserError, "points of the hand-over"):
                contract.action_close_handover()
            items.with_user(self.manager).action_done()
            self.assertEqual(items.done_by_id, self.manager)
            with self.assertRefused(UserError, "Enter the day"):
                contract.action_close_handover()
            contract.write(
                {"settlement_date": "2027-02-01", "settlement_note": "All paid"}
            )
            contract.action_close_handover()
        self.assertEqual(self.contract.handover_closed_on, date(2027, 2, 1))
        self.assertFalse(self.contract.next_step)

    def test_a_notice_is_taken_back(self):
        self.wizard(date="2027-01-31").action_confirm()
        self.contract.handover_ids[0].action_done()
        self.contract.with_user(self.manager).action_withdraw_termination()
        self.assertRecordValues(
            self.contract,
            [
                {
                    "termination_date": False,
                    "date_end": date(2027, 12, 31),
                    "termination_reason_id": False,
                }
            ],
        )
        self.assertEqual(len(self.contract.handover_ids), 1)
        with self.assertRefused(UserError, "No notice was given"):
            self.contract.action_withdraw_termination()

    def test_effective_in_the_past(self):
        self.wizard(date="2026-10-31", reason_id=self.agreement.id).action_confirm()
        self.assertEqual(self.contract.state, "terminated")

    def test_service_cannot(self):
        with self.assertRefused(AccessError, "binds the company"):
            self.contract.with_user(self.service).action_terminate()

    def test_the_checklist_of_one_that_ended(self):
        with self.assertRefused(UserError, "nothing to hand over yet"):
            self.contract.action_prepare_handover()
        self.contract._finish("ended", date(2026, 11, 14))
        self.contract.with_user(self.manager).action_prepare_handover()
        self.assertTrue(self.contract.handover_ids)
