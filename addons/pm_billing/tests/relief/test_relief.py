import contextlib
import re

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, freeze_time, new_test_user

from odoo.addons.pm_maintenance.tests.common import picture

from ..common import BillingCase


@freeze_time("2026-11-10")
class TestRelief(BillingCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls.make_staff("relief_clerk", "pm_billing.group_pm_billing_clerk")
        cls.manager = cls.make_staff("relief_boss", "pm_core.group_pm_estate_manager")

    def make_vacancy(self, **vals):
        return (
            self.env["pm.vacancy"]
            .with_user(self.clerk)
            .create(
                {
                    "property_id": self.unit.id,
                    "partner_id": self.owner.id,
                    "reason": "Empty since May.",
                    "date_from": "2026-11-16",
                    "date_to": "2027-01-31",
                    **vals,
                }
            )
        )

    def approve(self, record):
        record.with_user(self.clerk).action_submit()
        self.assertEqual(record.state, "approval")
        record.with_user(self.manager).validate_tier()
        record.invalidate_recordset()
        self.assertEqual(record.state, "approved")

    def test_vacancy(self):
        """70 % from the 16th, of fees by area only; it ends by itself."""
        self.approve(self.make_vacancy())
        self.make_fee(self.unit)
        self.make_fee(self.unit, self.facilities)
        run = self.bill("2026-11-01", "2027-02-28")
        found = {}
        for charge in run.charge_ids:
            found.setdefault(charge.fee_item_id, []).append(charge.amount)
        self.assertEqual(found[self.facilities], [12.0] * 4)
        # half of November whole: 125 + 125 × 0.7
        self.assertEqual(sorted(found[self.service]), [175.0, 175.0, 212.5, 250.0])
        self.assertIn("70 %", str(run.charge_ids.mapped("why")))

    def test_until_it_is_approved_all_is_due(self):
        vacancy = self.make_vacancy()
        vacancy.action_submit()
        self.make_fee(self.unit)
        self.assertEqual(self.bill().charge_ids.amount, 250.0)
        with self.assertRaises(AccessError):
            vacancy.with_user(self.clerk).state = "approved"
        with self.assertRefused(UserError, "this step needs"):
            vacancy.with_user(self.clerk).percent = 10

    def test_ends_early(self):
        vacancy = self.make_vacancy(date_from="2026-10-01")
        self.approve(vacancy)
        vacancy.with_user(self.clerk).action_end()
        self.assertEqual(str(vacancy.date_to), "2026-11-09")
        self.make_fee(self.unit)
        # nine days at 70 %
        self.assertEqual(self.bill().charge_ids.amount, 227.5)

    def test_on_the_portal(self):
        values = {
            "reason": "Abroad",
            "date_from": "2026-12-01",
            "date_to": "2027-05-31",
        }
        Vacancy = self.env["pm.vacancy"]
        made = Vacancy._apply(self.unit, self.owner, values)
        self.assertTrue(made.is_from_portal)
        with self.assertRefused(UserError, "looked at"):
            Vacancy._apply(self.unit, self.owner, values)
        with self.assertRefused(UserError, "holds"):
            Vacancy._apply(self.units[1], self.owner, values)

    def test_photos_on_the_portal(self):
        """They are evidence for who decides; what is no photo is refused."""
        new_test_user(
            self.env,
            "pm_empty_resident",
            groups="base.group_portal",
            partner_id=self.owner.id,
            company_id=self.company.id,
            company_ids=self.company.ids,
        )
        self.authenticate("pm_empty_resident", "pm_empty_resident")
        page = self.url_open("/my/vacancy").text
        self.assertIn('name="photos"', page)
        sent = {
            "csrf_token": re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1],
            "place": str(self.unit.id),
            "date_from": "2026-12-01",
            "date_to": "2027-05-31",
            "reason": "Abroad",
        }

        def send(*photos):
            answer = self.url_open(
                "/my/vacancy/ask",
                data=sent,
                files=[("photos", photo) for photo in photos],
            )
            return answer.text

        self.assertIn("letter.png is no photo", send(("letter.png", b"words")))
        self.assertFalse(self.env["pm.vacancy"].search([]))
        shown = picture()
        page = send(("meter.png", shown), ("room.png", shown))
        self.assertIn("meter.png, room.png", page)
        made = self.env["pm.vacancy"].search([])
        self.assertEqual(made.attachment_ids.mapped("raw"), [shown] * 2)
        self.assertEqual(
            made.with_user(self.clerk).attachment_ids.sorted("id").mapped("name"),
            ["meter.png", "room.png"],
        )

    def make_waiver(self, charges, user=None, **vals):
        return (
            self.env["pm.waiver"]
            .with_user(user or self.clerk)
            .create(
                {
                    "property_id": self.unit.id,
                    "partner_id": self.owner.id,
                    "charge_ids": charges.ids,
                    "reason": "The lift stood still for ten days.",
                    **vals,
                }
            )
        )

    def test_waiver(self):
        """Half of it: a credit note, neither received nor written off."""
        self.make_fee(self.unit)
        charge = self.bill().charge_ids
        waiver = self.make_waiver(charge, percent=50)
        self.assertEqual(waiver.amount, 125.0)
        self.approve(waiver)
        self.assertEqual(charge.amount_credited, 125.0)
        self.assertEqual(charge.amount_residual, 125.0)
        self.assertEqual((charge.amount_paid, charge.amount_written_off), (0.0, 0.0))
        self.assertEqual(waiver.amount, 125.0)
        self.assertLedgerTies()
        # what is waived is not given back again, nor charged anew
        self.assertFalse(self.bill().charge_ids)

    def test_who_asks_does_not_agree(self):
        self.make_fee(self.unit)
        waiver = self.make_waiver(self.bill().charge_ids)
        waiver.action_submit()
        with contextlib.suppress(UserError):
            waiver.with_user(self.clerk).validate_tier()
        self.assertEqual(waiver.state, "approval")
        self.assertFalse(waiver.credit_ids)

    def test_who_asks_does_not_agree_without_levels_either(self):
        self.env["tier.definition"].search([]).active = False
        self.make_fee(self.unit)
        charges = self.bill().charge_ids
        waiver = self.make_waiver(charges)
        with self.assertRefused(AccessError, "somebody else"):
            waiver.action_submit()
        self.manager.group_ids += self.env.ref("pm_billing.group_pm_billing_clerk")
        own = self.make_waiver(charges, user=self.manager)
        with self.assertRefused(AccessError, "somebody else"):
            own.action_submit()
        self.assertFalse((waiver | own).credit_ids)
        waiver.with_user(self.manager).action_submit()
        self.assertEqual(waiver.state, "approved")
        with self.assertRefused(AccessError, "somebody else"):
            self.make_vacancy().action_submit()

    def test_who_rewrites_a_draft_does_not_agree_alone(self):
        """Neither who entered it nor who wrote the own wishes into it."""
        self.env["tier.definition"].search([]).active = False
        self.manager.group_ids += self.env.ref("pm_billing.group_pm_billing_clerk")
        self.make_fee(self.unit)
        waiver = self.make_waiver(self.bill().charge_ids, percent=10)
        rewritten = waiver.with_user(self.manager)
        rewritten.percent = 100
        with self.assertRefused(AccessError, "somebody else"):
            rewritten.action_submit()
        self.assertEqual(waiver.changed_by_id, self.manager)
        # once who asks has seen it and changed it, it is theirs again
        waiver.percent = 20
        rewritten.action_submit()
        self.assertEqual(waiver.state, "approved")

    def test_levels_do_not_let_who_asks_decide(self):
        """Whoever hands it in: what somebody entered or changed is theirs."""
        self.manager.group_ids += self.env.ref("pm_billing.group_pm_billing_clerk")
        self.make_fee(self.unit)
        charges = self.bill().charge_ids
        entered = self.make_waiver(charges, user=self.manager, percent=10)
        changed = self.make_waiver(charges, percent=10)
        changed.with_user(self.manager).percent = 20
        for waiver in (entered, changed):
            waiver.with_user(self.clerk).action_submit()
            self.assertEqual(waiver.state, "approval")
            self.assertTrue(waiver.review_ids.reviewer_ids)
            self.assertNotIn(self.manager, waiver.review_ids.reviewer_ids)
            for decide in ("validate_tier", "reject_tier"):
                with self.assertRefused(AccessError, "wait for your decision"):
                    getattr(waiver.with_user(self.manager), decide)()
            self.assertEqual(waiver.state, "approval")

    def test_paid_meanwhile(self):
        """No more is let go than is open when it is booked."""
        self.make_fee(self.unit)
        charge = self.bill().charge_ids
        waiver = self.make_waiver(charge)
        waiver.action_submit()
        self.receive(self.owner, 200.0, charge)
        waiver.with_user(self.manager).validate_tier()
        self.assertEqual(charge.amount_credited, 50.0)
        self.assertLedgerTies()

    def test_charges_of_others_are_refused(self):
        self.make_fees()
        run = self.bill()
        foreign = run.charge_ids.filtered(lambda row: row.partner_id != self.owner)
        with self.assertRefused(UserError, "another"):
            self.make_waiver(foreign[:1]).action_submit()
