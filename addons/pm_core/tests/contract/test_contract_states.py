"""How a contract begins, expires, runs on and is renewed, and what shares its scope."""

from datetime import date

from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, tagged

from ...models.contract.pm_contract_states import IN_FORCE
from .contract_common import ContractLifeCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-15 08:00:00")
class TestStates(ContractLifeCase):
    """The cron takes each step on its day, once."""

    def active(self, **vals):
        contract = self.activate(self.make_contract(**vals))
        self.assertEqual(contract.state, "active")
        return contract

    def test_begins_on_its_day_in_the_zone_of_the_estate(self):
        contract = self.activate(self.make_contract(date_from="2026-12-01"))
        far = self.make_estate("Far Garden", tz="America/New_York")
        there = self.activate(self.make_contract(far, date_from="2026-12-01"))
        # 00:30 in Shanghai, where it is still November elsewhere
        self.estate.tz = "Asia/Shanghai"
        with freeze_time("2026-11-30 16:30:00"):
            self.run_cron()
        self.assertEqual((contract.state, there.state), ("active", "signed"))
        with freeze_time("2026-12-01 05:30:00"):
            self.run_cron()
        self.assertEqual(there.state, "active")

    def test_expiring_from_the_day_it_is_to_be_decided(self):
        """Tenants: 30 days of notice on both sides, 30 days before to decide."""
        contract = self.active(date_to="2027-03-31")
        self.assertRecordValues(
            contract,
            [
                {
                    "notice_date": date(2027, 3, 1),
                    "notice_date_other": date(2027, 3, 1),
                    "expiring_date": date(2027, 1, 30),
                }
            ],
        )
        with freeze_time("2027-01-29 04:00:00"):
            self.run_cron()
        self.assertEqual(contract.state, "active")
        with freeze_time("2027-01-30 04:00:00"):
            self.run_cron()
            self.run_cron()
        self.assertEqual(contract.state, "expiring")
        self.assertIn(contract.state, IN_FORCE)
        self.assertRecordValues(
            contract.activity_ids,
            [{"user_id": self.manager.id, "date_deadline": date(2027, 3, 1)}],
        )
        self.assertIn("Our last day to give notice", contract.next_step)

    def test_runs_on_in_silence_or_ends(self):
        tenant = self.active(date_to="2026-11-30")
        public = self.active(kind="public", date_to="2026-11-30")
        with freeze_time("2026-11-30 04:00:00"):
            self.run_cron()
        self.assertEqual((tenant.state, public.state), ("expiring", "expiring"))
        with freeze_time("2026-12-01 04:00:00"):
            self.run_cron()
            messages = tenant.message_ids
            self.run_cron()
        self.assertRecordValues(
            tenant | public,
            [
                {
                    "state": "active",
                    "open_ended_since": date(2026, 12, 1),
                    "date_end": False,
                },
                {
                    "state": "ended",
                    "open_ended_since": False,
                    "date_end": date(2026, 11, 30),
                },
            ],
        )
        self.assertEqual(tenant.message_ids, messages)
        self.assertEqual(
            self.env["pm.contract"].search(
                [("is_open_ended", "=", True), ("id", "in", (tenant | public).ids)]
            ),
            tenant,
        )

    def test_renewed_by_the_contract_that_follows(self):
        contract = self.active(date_to="2026-11-30")
        with self.assertRefused(ValidationError, "must start after it"):
            self.make_contract(predecessor_id=contract.id, date_from="2025-01-01")
        after = self.activate(
            self.make_contract(predecessor_id=contract.id, date_from="2026-12-01")
        )
        with freeze_time("2026-12-01 04:00:00"):
            self.run_cron()
        self.assertRecordValues(
            contract | after,
            [
                {"state": "renewed", "date_end": date(2026, 11, 30)},
                {"state": "active", "date_end": date(2027, 12, 31)},
            ],
        )

    def test_one_that_fails_is_named_and_does_not_stop_the_others(self):
        stuck = self.activate(self.make_contract(kind="owners", date_from="2026-12-01"))
        sound = self.activate(self.make_contract(date_from="2026-12-01"))
        # by way of the database: two in force on one scope
        rival = self.make_contract(kind="owners", date_from="2026-06-01")
        rival.state = "active"
        with freeze_time("2026-12-01 04:00:00"):
            self.run_cron()
            self.run_cron()
        self.assertEqual((stuck.state, sound.state), ("signed", "active"))
        self.assertRecordValues(stuck.activity_ids, [{"user_id": self.manager.id}])
        self.assertIn("cover the same property", stuck.activity_ids.note)


@tagged("post_install", "-at_install")
@freeze_time("2026-11-15")
class TestScopes(ContractLifeCase):
    def test_two_of_a_kind_on_one_scope(self):
        first = self.activate(self.make_contract(kind="owners", date_to="2026-12-31"))
        second = self.make_contract(kind="owners", property_ids=self.building)
        with self.assertRefused(ValidationError, "cover the same property"):
            second.action_submit()
        self.assertEqual(second.overlap_ids, first)
        second.date_from = "2027-01-01"
        second.action_submit()
        elsewhere = self.make_building(self.estate, "2")
        third = self.make_contract(kind="owners", property_ids=elsewhere)
        with self.assertRefused(ValidationError, "cover the same property"):
            third.action_submit()
        first.sudo().property_ids = self.building
        third.action_submit()

    def test_the_owners_contract_ends_the_preliminary_one(self):
        before = self.activate(self.make_contract(kind="preliminary"))
        after = self.make_contract(kind="owners", date_from="2026-12-01")
        after.action_submit()
        after.action_withdraw()
        self.activate(after)
        self.assertEqual((before.state, after.state), ("active", "signed"))
        with freeze_time("2026-12-01"):
            after.action_activate()
        self.assertRecordValues(
            before, [{"state": "ended", "date_end": date(2026, 11, 30)}]
        )
        self.assertIn("article 940", before.message_ids[0].body)
        late = self.make_contract(kind="preliminary", date_from="2027-01-01")
        with self.assertRefused(ValidationError, "cover the same property"):
            late.sudo()._check_overlap()

    def test_a_part_of_the_scope_ends_nothing(self):
        before = self.activate(self.make_contract(kind="preliminary"))
        after = self.activate(
            self.make_contract(kind="owners", property_ids=self.building)
        )
        self.assertEqual((before.state, after.state), ("active", "active"))
        self.assertIn("Take that part out", before.message_ids[0].body)

    def test_the_overlap_shows_as_long_as_it_needs_a_decision(self):
        before = self.activate(self.make_contract(kind="preliminary"))
        after = self.make_contract(kind="owners", property_ids=self.building)
        self.assertEqual(after.overlap_ids, before, "a draft shows what it meets")
        after.action_submit()
        self.assertEqual(after.overlap_ids, before)
        self.assertFalse(before.overlap_ids, "the owners' contract is not in force")
        after.action_withdraw()
        self.activate(after)
        # the other contract's state is no dependency of the compute
        self.env.invalidate_all()
        self.assertEqual(after.state, "active")
        self.assertFalse(after.overlap_ids, "its activation settled it")
        self.assertEqual(before.overlap_ids, after, "its scope is to be made smaller")
        before.sudo().property_ids = self.make_building(self.estate, "2")
        self.assertFalse(before.overlap_ids)
        before._finish("ended", date(2026, 11, 20))
        before.sudo().property_ids = False
        self.assertIn(after, before._overlapping())
        self.assertFalse(before.overlap_ids, "nobody decides on what is over")

    def test_two_of_a_kind_in_force_show_each_other(self):
        first = self.activate(self.make_contract(kind="owners"))
        rival = self.make_contract(
            kind="owners", property_ids=self.building, date_from="2026-06-01"
        )
        # by way of the database: it is refused otherwise
        rival.sudo().state = "active"
        self.assertEqual((rival.overlap_ids, first.overlap_ids), (first, rival))
        rival.sudo().predecessor_id = first
        self.env.invalidate_all()
        self.assertFalse(rival.overlap_ids | first.overlap_ids, "one follows the other")

    def test_queries_for_overlaps_do_not_grow(self):
        contracts = self.env["pm.contract"].concat(
            *(
                self.make_contract(self.estate, partner_id=self.party.id)
                for _ in range(20)
            )
        )
        self.assertQueriesDoNotGrow(contracts, lambda some: some.mapped("overlap_ids"))
