"""Lessons: found by their words, offered to others once, taken up or declined."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .improvement_common import ImprovementCase


@tagged("post_install", "-at_install")
class TestLesson(ImprovementCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.far = cls.far_manager.pm_estate_ids
        cls.make_unit(cls.far, "F1")
        cls.office = cls.make_estate("Office Tower")
        cls.make_unit(cls.office, "O1", usage="office")
        cls.other_company = cls.env["res.company"].create({"name": "Second"})
        cls.foreign = cls.make_estate("Foreign", company_id=cls.other_company.id)
        cls.make_unit(cls.foreign, "X1")
        cls.lesson = (
            cls.env["pm.lesson"]
            .with_user(cls.manager)
            .create(
                {
                    "name": "Sandbags before the rain",
                    "what_happened": "Water ran into the garage.",
                    "what_now": "Sandbags stand ready in June.",
                }
            )
        )

    def offers(self):
        return self.lesson.sudo().offer_ids

    def test_all_staff_read_and_find_it(self):
        lessons = self.env["pm.lesson"]
        self.assertEqual(self.lesson.estate_id, self.estate)
        for user in (self.worker, self.far_manager):
            found = lessons.with_user(user).name_search("garage")
            self.assertEqual([one[0] for one in found], self.lesson.ids)
        with self.assertRaises(AccessError):
            self.lesson.with_user(self.worker).write({"name": "Mine"})
        with self.assertRaises(AccessError):
            self.lesson.with_user(self.far_manager).write({"name": "Mine"})
        with self.assertRaises(AccessError):
            lessons.with_user(self.worker).create(
                {"name": "x", "what_happened": "x", "what_now": "x"}
            )

    def test_it_is_offered_once_to_estates_of_the_same_kind(self):
        kept = self.lesson.with_user(self.manager)
        for user in (self.worker, self.clerk, self.far_manager):
            with self.assertRaises(AccessError):
                self.lesson.with_user(user).action_offer()
        asked = kept.action_offer()
        estates = self.offers().estate_id
        self.assertEqual(asked, len(estates))
        self.assertIn(self.far, estates)
        for estate in (self.estate, self.office, self.foreign):
            self.assertNotIn(estate, estates)
        with self.assertRefused(UserError, "no other estate"):
            kept.action_offer()
        suggestion = (
            self.offers()
            .filtered(lambda offer: offer.estate_id == self.far)
            .improvement_id
        )
        self.assertEqual(suggestion.origin, "lesson")
        self.assertEqual(suggestion.proposal, "Sandbags stand ready in June.")
        self.assertIn(self.far_manager, suggestion.activity_ids.user_id)
        with self.assertRefused(UserError, "Archive it"):
            kept.unlink()

    def test_chosen_estates_are_those_that_one_sees_in_the_company(self):
        with self.assertRaises(AccessError):
            self.lesson.action_offer(self.office.ids)
        company = self.lesson.with_user(self.company_manager)
        with self.assertRefused(UserError, "to other estates of its company only"):
            company.action_offer(self.estate.ids)
        self.assertEqual(company.action_offer(self.office.ids), 1)
        self.assertEqual(self.offers().estate_id, self.office)

    def test_each_estate_answers_for_itself(self):
        self.lesson.action_offer()
        offer = self.offers().filtered(lambda one: one.estate_id == self.far)
        for user in (self.manager, self.worker):
            with self.assertRaises(AccessError):
                offer.with_user(user).action_accept()
        far = offer.with_user(self.far_manager)
        far.action_accept()
        self.assertEqual(
            (offer.state, offer.answered_by_id), ("accepted", self.far_manager)
        )
        self.assertEqual(offer.improvement_id.user_id, self.far_manager)
        self.assertEqual(self.lesson.accepted_count, 1)
        with self.assertRaises(UserError):
            far.action_decline("Too late")

    def test_declined_with_a_reason(self):
        self.lesson.action_offer()
        offer = self.offers().filtered(lambda one: one.estate_id == self.far)
        far = offer.with_user(self.far_manager)
        with self.assertRefused(UserError, "why it is not pursued"):
            far.action_decline()
        far.action_decline("We have no garage.")
        self.assertEqual(
            (offer.state, offer.reason), ("declined", "We have no garage.")
        )
        self.assertEqual(offer.improvement_id.outcome, "dropped")

    def test_what_is_dropped_later_was_taken_up(self):
        self.lesson.action_offer()
        offer = self.offers().filtered(lambda one: one.estate_id == self.far)
        suggestion = offer.improvement_id.with_user(self.far_manager)
        suggestion.action_accept()
        suggestion.action_drop("No money this year")
        self.assertEqual(offer.state, "accepted")
