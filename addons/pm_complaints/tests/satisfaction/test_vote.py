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
        cls.env["pm.property"].search(
            [("estate_id", "=", cls.estate.id), ("kind", "=", "unit")]
        ).active = False
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

    def areas(self):
        """Open the vote; return {owner: area} of the ballots."""
        self.vote.action_open()
        return {one.partner_id: one.area for one in self.vote.ballot_ids}

    def test_the_largest_share_votes(self):
        """One part, one head, whoever was entered first; never a developer beside."""
        unit = self.make_unit(self.building, "v10", gross_area=80)
        developer, small, large = map(self.make_partner, ("Dev", "Small", "Large"))
        self.make_occupancy(unit, developer, role="developer")
        self.make_occupancy(unit, small, share=30)
        self.make_occupancy(unit, large, share=70)
        areas = self.areas()
        self.assertEqual((self.vote.heads, self.vote.area), (10, 1180))
        self.assertEqual(areas[large], 80)
        self.assertFalse(areas.keys() & {developer, small})

    def test_the_same_couple_is_one_buyer(self):
        """Two flats of one couple are one head, also entered the other way round; what
        one of them owns alone is a head of its own only for who has no ballot yet."""
        wife, husband = self.make_partner("Wife"), self.make_partner("Husband")
        for code, couple in (("v10", (wife, husband)), ("v11", (husband, wife))):
            unit = self.make_unit(self.building, code, gross_area=60)
            for owner in couple:
                self.make_occupancy(unit, owner, share=50)
        self.make_occupancy(
            self.make_unit(self.building, "v12", gross_area=40), husband
        )
        areas = self.areas()
        self.assertEqual((areas[wife], areas[husband]), (120, 40))
        self.assertEqual((self.vote.heads, self.vote.area), (11, 1260))

    def test_the_developer_is_one(self):
        """What is not sold is one head, with the area of all of it: 2 flats that are
        in the register as the developer's, and 3 of which it only says unsold."""
        developer = self.make_partner("Developer")
        for code in ("v10", "v11"):
            unit = self.make_unit(self.building, code, gross_area=120)
            self.make_occupancy(unit, developer, role="developer")
        for code in ("v12", "v13", "v14"):
            self.make_unit(self.building, code, gross_area=50, state="unsold")
        areas = self.areas()
        self.assertEqual(areas[developer], 390)
        self.assertEqual((self.vote.heads, self.vote.area), (10, 1490))
        self.assertFalse(self.vote.unknown_heads)

    def test_unsold_and_no_developer_in_the_register(self):
        for code in ("v10", "v11"):
            self.make_unit(self.building, code, gross_area=50, state="unsold")
        self.areas()
        self.assertEqual((self.vote.heads, self.vote.area), (10, 1200))
        self.assertEqual((self.vote.unknown_heads, self.vote.unknown_area), (1, 100))

    def test_whom_nobody_knows_counts_among_all(self):
        """9 known owners of 1,100 m² and 4 flats of 400 m² without: 6 of the first are
        two thirds of 9, and not of 13."""
        for number in range(10, 14):
            self.make_unit(self.building, f"v{number}", gross_area=100)
        self.vote.action_open()
        self.assertEqual((self.vote.heads, self.vote.area), (13, 1500))
        self.assertEqual(len(self.vote.ballot_ids), 9)
        self.enter(self.owners[:5] | self.large)
        self.vote.action_count()
        # 800 of 1,500 m² and 6 of 13 heads
        self.assertEqual((self.vote.heads_voted, self.vote.area_voted), (6, 800))
        self.assertFalse(self.vote.quorate or self.vote.passed)

    def test_exactly_two_thirds(self):
        """With three flats of nobody known: 8 of 12 heads, 1,000 of 1,400 m²."""
        for number in range(10, 13):
            self.make_unit(self.building, f"v{number}", gross_area=100)
        self.vote.action_open()
        self.enter(self.owners[:7] | self.large)
        self.vote.action_count()
        self.assertEqual((self.vote.heads, self.vote.area), (12, 1400))
        self.assertTrue(self.vote.quorate and self.vote.passed)

    def test_parking_spaces(self):
        """They count where the owners' rules say so: 12 m² more for one owner, and a
        head for who has a space and no flat."""
        lot = self.make_part(self.estate, "parking_lot", "vp")
        only = self.make_partner("Only a Space")
        for code, owner in (("vp1", self.owners[0]), ("vp2", only)):
            space = self.make_part(lot, "parking", code, gross_area=12)
            self.make_occupancy(space, owner)
        second = self.vote.copy({"with_parking": True})
        areas = self.areas()
        self.assertEqual((self.vote.heads, self.vote.area), (9, 1100))
        self.assertEqual(areas[self.owners[0]], 100)
        self.vote = second
        areas = self.areas()
        self.assertEqual((second.heads, second.area), (10, 1124))
        self.assertEqual((areas[self.owners[0]], areas[only]), (112, 12))

    def test_by_proxy(self):
        """It counts for the owner, whoever answers, and for more than one owner."""
        self.vote.action_open()
        self.enter(self.owners[:6], way="proxy", proxy_name="Neighbour")
        self.enter(self.large, "against", way="proxy", proxy_name="Neighbour")
        self.vote.action_count()
        # 7 of 9 heads took part, 6 of 7 agree; 900 m², of which 600
        self.assertEqual((self.vote.heads_for, self.vote.area_for), (6, 600))
        self.assertTrue(self.vote.passed)

    def test_heads_agree_and_area_does_not(self):
        """6 of 7 heads for it, with 240 of 540 m²."""
        self.env["pm.property"].search(
            [("code", "in", [f"v{number}" for number in range(6)])]
        ).gross_area = 40
        self.vote.action_open()
        self.assertEqual((self.vote.heads, self.vote.area), (9, 740))
        self.enter(self.owners[:6])
        self.enter(self.large, "against")
        self.vote.action_count()
        # quorum: 7 of 9 and 540 of 740; majority: 6 of 7 and 240 of 540
        self.assertTrue(self.vote.quorate)
        self.assertFalse(self.vote.passed)

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
