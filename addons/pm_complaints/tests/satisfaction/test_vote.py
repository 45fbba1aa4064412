"""Votes of owners: one ballot an owner, by area and by heads."""

from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.pm_core.tests.common import PropertyCase


@freeze_time("2026-01-15")
@tagged("post_install", "-at_install")
class TestOwnerVote(PropertyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["pm.occupancy"].search([("estate_id", "=", cls.estate.id)]).unlink()
        cls.owners = cls.env["res.partner"]
        # 100 m² each, and one who has two flats of 150
        for number in range(8):
            cls.owners |= cls.own(f"v{number}", 100)
        cls.large = cls.own("v8", 150)
        cls.make_occupancy(cls.make_unit(cls.building, "v9", gross_area=150), cls.large)
        cls.vote = cls.env["pm.owner.vote"].create(
            {
                "name": "New bells?",
                "property_id": cls.estate.id,
                "date_from": "2026-01-01",
                "date_to": "2026-02-01",
            }
        )
        cls.clerk = cls.make_user("pm_clerk_v", "pm_core.group_pm_service", cls.estate)

    @classmethod
    def own(cls, code, area):
        owner = cls.make_partner(f"Owner {code}")
        cls.make_occupancy(cls.make_unit(cls.building, code, gross_area=area), owner)
        return owner

    def enter(self, owners, answer="for", **vals):
        ballots = self.vote.ballot_ids.filtered(lambda one: one.partner_id in owners)
        ballots.with_user(self.clerk).write({"answer": answer, **vals})
        return ballots

    def test_one_ballot_an_owner(self):
        # a tenant has none, and of two owners of a flat the first
        unit = self.make_unit(self.building, "v10", gross_area=100)
        first, second = self.make_partner("First"), self.make_partner("Second")
        self.make_occupancy(unit, first, share=50)
        self.make_occupancy(unit, second, share=50)
        self.make_occupancy(unit, self.make_partner("Tenant"), role="tenant")
        self.vote.action_open()
        self.assertEqual((self.vote.heads, self.vote.area), (10, 1200))
        ballots = {one.partner_id: one.area for one in self.vote.ballot_ids}
        self.assertEqual(ballots[self.large], 300)
        self.assertIn(first, ballots)
        self.assertNotIn(second, ballots)

    def test_agreed(self):
        """7 of 9 owners and 900 of 1,100 m² take part; 5 and 700 agree."""
        self.vote.action_open()
        self.enter(self.owners[:4] | self.large)
        self.enter(self.owners[4:6], "against")
        self.vote.action_count()
        self.assertEqual((self.vote.heads_voted, self.vote.area_voted), (7, 900))
        self.assertEqual((self.vote.heads_for, self.vote.area_for), (5, 700))
        self.assertTrue(self.vote.quorate and self.vote.passed)

    def test_three_quarters(self):
        """5 of 7 are more than half, and less than three quarters."""
        self.vote.kind = "qualified"
        self.vote.action_open()
        self.enter(self.owners[:4] | self.large)
        self.enter(self.owners[4:6], "abstain")
        self.vote.action_count()
        self.assertTrue(self.vote.quorate)
        self.assertFalse(self.vote.passed)

    def test_a_poll_decides_nothing(self):
        self.vote.kind = "poll"
        self.vote.action_open()
        self.enter(self.owners[:4] | self.large)
        self.enter(self.owners[4:6], "against")
        self.vote.action_count()
        self.assertEqual((self.vote.heads_for, self.vote.area_for), (5, 700))
        self.assertFalse(self.vote.passed)

    def test_too_few_took_part(self):
        self.vote.action_open()
        self.enter(self.owners[:5])
        self.vote.action_count()
        self.assertFalse(self.vote.quorate or self.vote.passed)

    def test_who_entered_it_and_for_whom(self):
        self.vote.action_open()
        ballot = self.enter(self.large, way="proxy", proxy_name="Her son")
        self.assertEqual(ballot.entered_by_id, self.clerk)
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"):
            self.enter(self.owners[0], way="proxy")

    def test_only_while_it_is_open(self):
        self.vote.action_open()
        self.vote.action_count()
        with self.assertRaisesRegex(UserError, "Counted"):
            self.enter(self.owners[0])
        with self.assertRaises(UserError):
            self.vote.unlink()
        with self.assertRaises(AccessError):
            self.vote.ballot_ids[0].with_user(self.clerk).write({"area": 1})

    def test_the_question_stays_as_it_was_asked(self):
        self.vote.action_open()
        manager = self.make_user(
            "pm_manager_v", "pm_core.group_pm_estate_manager", self.estate
        )
        for change in ({"kind": "qualified"}, {"date_to": "2026-03-01"}):
            with self.subTest(change=change), self.assertRaises(AccessError):
                self.vote.with_user(manager).write(change)

    def test_not_after_the_last_day(self):
        self.vote.action_open()
        with freeze_time("2026-02-02"), self.assertRaisesRegex(UserError, "last day"):
            self.enter(self.owners[0])

    def test_without_area_or_owner(self):
        self.own("v11", 0)
        with self.assertRaisesRegex(UserError, "by area"):
            self.vote.action_open()
        self.env["pm.occupancy"].search([("estate_id", "=", self.estate.id)]).unlink()
        with self.assertRaisesRegex(UserError, "no owner"):
            self.vote.action_open()

    def test_two_owners_who_are_one(self):
        """Merged while the vote is open: one head, the area and the answer of both."""
        self.vote.action_open()
        self.enter(self.owners[1], "against")
        kept, double = self.owners[0], self.owners[1]
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((kept | double).ids, kept)
        self.env.invalidate_all()
        ballot = self.vote.ballot_ids.filtered(lambda one: one.partner_id == kept)
        self.assertEqual((ballot.area, ballot.answer), (200, "against"))
        self.assertEqual((self.vote.heads, len(self.vote.ballot_ids)), (8, 8))
