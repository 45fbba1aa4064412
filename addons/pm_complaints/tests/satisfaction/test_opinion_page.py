"""What residents are asked, on the portal: each answer and each vote counts once."""

import re
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.pm_core.tests.common import PropertyCase

from .test_campaign import CampaignFactory


@tagged("post_install", "-at_install")
class TestOpinionPage(CampaignFactory, PropertyCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_campaign()
        cls.env["pm.occupancy"].search([("estate_id", "=", cls.estate.id)]).unlink()
        cls.people = cls._make_people(cls.make_building(cls.estate, "North"), range(4))
        for occupancy in cls.env["pm.occupancy"].search(
            [("partner_id", "in", cls.people.ids)]
        ):
            occupancy.property_id.gross_area = 100
        cls.owner = cls.people[0]
        cls.resident = new_test_user(
            cls.env, "pm_voter", "base.group_portal", partner_id=cls.owner.id
        )
        cls.stranger = new_test_user(cls.env, "pm_no_voter", "base.group_portal")
        today = fields.Date.today()
        cls.vote = cls.env["pm.owner.vote"].create(
            {
                "name": "New bells?",
                "property_id": cls.estate.id,
                "date_from": today - timedelta(days=2),
                "date_to": today + timedelta(days=10),
            }
        )

    def page(self, user):
        self.authenticate(user.login, user.login)
        return self.url_open("/my/opinions")

    def cast(self, page, ballot, answer):
        token = re.search(r'csrf_token: "([^"]+)"', page.text)[1]
        response = self.url_open(
            f"/my/opinions/vote/{ballot.id}",
            data={"csrf_token": token, "answer": answer},
        )
        self.env.invalidate_all()
        return response

    def ballot(self):
        return self.vote.ballot_ids.filtered(lambda one: one.partner_id == self.owner)

    def test_the_questionnaire_is_the_one_of_the_link(self):
        self.assertNotIn("How satisfied", self.page(self.resident).text)
        self.campaign.action_draw()
        self.campaign.action_start()
        mine = self.campaign.invitation_ids.filtered(
            lambda one: one.partner_id == self.owner
        )
        link = mine.user_input_id.get_start_url()
        self.assertIn(link.replace("&", "&amp;"), self.page(self.resident).text)
        self.assertEqual(self.url_open(link).status_code, 200)
        self.answer(mine, 5, 5)
        page = self.url_open("/my/opinions").text
        self.assertNotIn(mine.user_input_id.access_token, page)
        # in whatever language the page is
        self.assertIn("text-bg-success", page)
        self.assertEqual(self.campaign.answered_count, 1)
        self.assertNotIn("How satisfied are you?", self.page(self.stranger).text)

    def test_a_vote_counts_once(self):
        self.assertNotIn("New bells", self.page(self.resident).text)
        self.vote.action_open()
        page = self.page(self.resident)
        self.assertIn("New bells", page.text)
        self.cast(page, self.ballot(), "for")
        ballot = self.ballot()
        self.assertEqual(
            (ballot.answer, ballot.way, ballot.entered_by_id),
            ("for", "portal", self.resident),
        )
        answer = self.cast(page, ballot, "against")
        self.assertIn("already", answer.text)
        self.assertEqual(self.ballot().answer, "for")
        clerk = self.make_user("pm_clerk_o", "pm_core.group_pm_service", self.estate)
        with self.assertRaisesRegex(UserError, "already"):
            ballot.with_user(clerk).write({"answer": "against", "way": "paper"})
        with self.assertRaisesRegex(UserError, "vote themselves"):
            (self.vote.ballot_ids - ballot)[0].with_user(clerk).write(
                {"answer": "for", "way": "portal"}
            )

    def test_paper_came_first(self):
        self.vote.action_open()
        clerk = self.make_user("pm_clerk_o", "pm_core.group_pm_service", self.estate)
        page = self.page(self.resident)
        self.ballot().with_user(clerk).write({"answer": "against", "way": "paper"})
        self.assertIn("already", self.cast(page, self.ballot(), "for").text)
        self.assertEqual(
            (self.ballot().answer, self.ballot().way), ("against", "paper")
        )

    def test_only_the_own_and_only_while_it_is_open(self):
        self.vote.action_open()
        page = self.page(self.stranger)
        self.assertNotIn("New bells", page.text)
        self.assertEqual(self.cast(page, self.ballot(), "for").status_code, 404)
        page = self.page(self.resident)
        self.assertIn("Choose an answer", self.cast(page, self.ballot(), "no").text)
        self.vote.date_from = fields.Date.today() + timedelta(days=2)
        self.assertIn("begins on", self.cast(page, self.ballot(), "for").text)
        self.assertFalse(self.ballot().answer)
        self.vote.date_from = fields.Date.today() - timedelta(days=2)
        self.vote.action_count()
        self.assertIn("Counted", self.cast(page, self.ballot(), "for").text)
        self.assertFalse(self.ballot().answer)
        self.assertIn("Not enough owners", self.url_open("/my/opinions").text)
