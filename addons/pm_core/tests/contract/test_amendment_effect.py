"""What an agreed amendment changes, on which day, and once."""

from odoo import Command, fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..common import CRON_LOGGER
from .amendment_common import AmendmentCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-15 04:00:00")
class TestAmendmentEffect(AmendmentCase):
    def test_fees_are_entered_with_the_signatures(self):
        amendment = self.price(self.amend(), 2.8)
        amendment.action_submit()
        self.assertEqual(self.contract.line_ids, self.flats + self.lift)
        self.sign(amendment)
        new = self.contract.line_ids - self.flats - self.lift
        self.assertRecordValues(
            self.flats + new,
            [
                {"price": 2.5, "date_to": fields.Date.to_date("2026-12-31")},
                {"price": 2.8, "date_to": False},
            ],
        )
        self.assertEqual(str(new.date_from), "2027-01-01")
        self.assertEqual(new.amendment_id, amendment.sudo())
        self.assertEqual(amendment.state, "approved")
        with self.assertRefused(UserError, "changes them back"):
            amendment.action_cancel()

    def test_the_rest_changes_on_the_day_of_the_estate(self):
        amendment = self.agree(self.amend(date_to="2029-12-31"))
        # 31 December, 15:59 in London is 23:59 in Shanghai
        with freeze_time("2026-12-31 15:59:00"):
            self.run_cron()
            self.assertEqual(str(self.contract.date_to), "2028-12-31")
        with freeze_time("2026-12-31 16:01:00"):
            self.run_cron()
            self.assertEqual(str(self.contract.date_to), "2029-12-31")
            self.assertEqual(amendment.state, "applied")

    def test_it_takes_effect_once(self):
        amendment = self.price(self.amend(), 2.8)
        amendment.other_terms = "Once"
        self.agree(amendment)
        with freeze_time("2027-01-02"):
            self.run_cron()
            self.run_cron()
            amendment.sudo()._take_effect()
        self.assertEqual(len(self.contract.line_ids), 3)
        self.assertEqual(amendment.state, "applied")

    def test_a_day_that_has_passed_counts_at_once(self):
        amendment = self.price(self.amend(date_effective="2026-11-01"), 2.8)
        self.agree(amendment)
        self.assertEqual(amendment.state, "applied")
        self.assertEqual(str(self.flats.date_to), "2026-10-31")

    def test_unsigned_it_has_no_effect(self):
        amendment = self.amend(date_to="2029-12-31")
        amendment.action_submit()
        with freeze_time("2027-01-02"):
            self.run_cron()
            self.run_cron()
            self.assertEqual(str(self.contract.date_to), "2028-12-31")
            self.assertEqual(len(amendment.sudo().activity_ids), 1)
            self.sign(amendment)
            self.assertEqual(str(self.contract.date_to), "2029-12-31")
            self.assertFalse(amendment.sudo().activity_ids)

    def test_without_signatures_where_none_are_needed(self):
        amendment = self.amend(date_to="2029-12-31", date_effective="2026-11-15")
        amendment.sign_required = False
        amendment.action_submit()
        self.assertEqual(amendment.state, "applied")

    def test_signatures_need_their_scan(self):
        amendment = self.amend(date_to="2029-12-31")
        amendment.action_submit()
        with self.assertRefused(ValidationError, "Attach the scan"):
            amendment.action_sign()
        with self.assertRefused(ValidationError, "Attach the scan"):
            amendment.date_signed = "2026-11-14"
        self.assertFalse(amendment.date_signed)
        self.sign(amendment)
        self.assertEqual(str(amendment.date_signed), "2026-11-15")
        filed = self.env["ir.attachment"].search(
            [("res_model", "=", "pm.contract"), ("res_id", "=", self.contract.id)]
        )
        self.assertEqual(filed.mapped("name"), ["signed.pdf"])
        self.assertEqual(filed.raw, b"%PDF-1.4 signed")

    def test_it_cannot_be_signed_tomorrow(self):
        amendment = self.amend(date_to="2029-12-31")
        amendment.action_submit()
        with self.assertRefused(ValidationError, "lies ahead"):
            amendment.write({"date_signed": "2026-11-16", "signed_file": b"eA=="})

    @mute_logger(CRON_LOGGER)
    def test_one_that_fails_does_not_stop_the_others(self):
        """Whatever the failure is."""
        bad = self.agree(self.amend(date_to="2029-12-31"))
        other = self.make_contract(self.estate, kind="tenant", partner_id=self.owner.id)
        self.activate(other)
        good = self.agree(self.amend(contract_id=other.id, date_to="2029-12-31"))
        apply = type(bad)._apply

        def fail(amendment):
            if amendment.id == bad.id:
                raise ValueError("odd")
            return apply(amendment)

        self.patch(type(bad), "_apply", fail)
        with freeze_time("2027-01-02"):
            self.run_cron()
            self.run_cron()
        self.assertEqual(good.state, "applied")
        self.assertEqual(bad.state, "approved")
        self.assertEqual(len(bad.sudo().activity_ids), 1)

    def test_new_and_ended_fees(self):
        amendment = self.amend()
        lift = amendment.fee_ids.filtered(lambda fee: fee.line_id == self.lift)
        amendment.write(
            {
                "fee_ids": [
                    Command.update(lift.id, {"is_ended": True}),
                    Command.create(
                        {"name": "Heating", "method": "fixed", "surcharge": 5.0}
                    ),
                ]
            }
        )
        self.agree(amendment)
        self.assertEqual(str(self.lift.date_to), "2026-12-31")
        heating = self.contract.line_ids.filtered(lambda line: line.name == "Heating")
        self.assertEqual(str(heating.date_from), "2027-01-01")
        self.assertEqual(heating.surcharge, 5.0)

    def test_a_second_change_of_the_same_fee(self):
        self.agree(self.price(self.amend(), 2.8))
        with freeze_time("2027-01-02"):
            self.run_cron()
            second = self.amend(date_effective="2028-01-01")
            newer = self.contract.line_ids.filtered(lambda line: line.price == 2.8)
            self.assertEqual(second.fee_ids.line_id, newer + self.lift)
            self.agree(self.price(second, 3.0, newer))
        prices = self.contract.line_ids.filtered("price").sorted(
            lambda line: line.date_from or self.contract.date_from
        )
        self.assertEqual(
            [
                (line.price, str(line.date_from or ""), str(line.date_to or ""))
                for line in prices
            ],
            [
                (2.5, "", "2026-12-31"),
                (2.8, "2027-01-01", "2027-12-31"),
                (3.0, "2028-01-01", ""),
            ],
        )

    def test_clauses_change(self):
        clause = self.env["pm.contract.clause"].create(
            {"contract_id": self.contract.id, "name": "Noise", "body": "<p>Old</p>"}
        )
        amendment = self.amend(date_effective="2026-11-15")
        amendment.write(
            {
                "clause_ids": [
                    Command.create({"clause_id": clause.id, "body": "<p>New</p>"}),
                    Command.create({"name": "Pets", "body": "<p>On a lead.</p>"}),
                ]
            }
        )
        self.assertEqual(amendment.line_ids.mapped("new_text"), ["New", "On a lead."])
        count = len(self.contract.clause_ids)
        self.agree(amendment)
        self.assertEqual(clause.body, "<p>New</p>")
        self.assertEqual(len(self.contract.clause_ids), count + 1)

    def test_another_party_signs_from_then_on(self):
        successor = self.make_partner("New Association")
        self.agree(self.amend(partner_id=successor.id, date_effective="2026-11-15"))
        self.assertEqual(self.contract.partner_id, successor)
        self.assertIn(successor, self.contract.party_ids.partner_id)

    @mute_logger("odoo.addons.pm_core.models.contract.pm_contract_amendment")
    def test_a_contract_that_changed_meanwhile_is_named(self):
        amendment = self.agree(self.amend(date_to="2029-12-31"))
        self.contract.date_to = "2028-06-30"
        with freeze_time("2027-01-02"):
            self.run_cron()
            self.run_cron()
        self.assertEqual(amendment.state, "approved")
        self.assertEqual(str(self.contract.date_to), "2028-06-30")
        (activity,) = amendment.sudo().activity_ids
        self.assertIn("make it anew", activity.note)

    def test_amounts_count_the_fee_of_the_day_once(self):
        self.flats.price = 2.0
        month = self.contract.amount_month
        self.agree(self.price(self.amend(), 4.0))
        self.assertEqual(self.contract.amount_month, month)
        with freeze_time("2027-01-02"):
            self.contract.invalidate_recordset(["amount_month"])
            self.assertEqual(self.contract.amount_month, month + 200 * 2.0)

    def test_the_paper_to_sign(self):
        amendment = self.price(self.amend(), 2.8)
        amendment.other_terms = "The lobby is painted."
        amendment.action_submit()
        html = self.env["ir.actions.report"]._render_qweb_html(
            "pm_core.report_contract_amendment", amendment.ids
        )[0]
        text = html.decode()
        for words in ("2.50", "2.80", "The lobby is painted.", "Agreed at the meeting"):
            self.assertIn(words, text)
        self.assertIn("Owners&#39; Association", text)
