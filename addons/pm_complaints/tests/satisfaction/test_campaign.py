"""Campaigns: who is asked, one answer a person, the index."""

from datetime import timedelta
from statistics import fmean
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, new_test_user, tagged

from odoo.addons.pm_core.tests.common import PropertyCase

from ...engine import index


class CampaignFactory:
    @classmethod
    def _set_up_campaign(cls):
        cls.survey = cls.env["survey.survey"].create(
            {
                "title": "How satisfied are you?",
                "pm_satisfaction": True,
                "access_mode": "token",
                "questions_layout": "one_page",
                "scoring_type": "no_scoring",
            }
        )
        cls.cleaning, cls.security = cls.env["survey.question"].create(
            [
                {
                    "survey_id": cls.survey.id,
                    "title": title,
                    "question_type": "scale",
                    "scale_min": 1,
                    "scale_max": 5,
                    "pm_weight": weight,
                }
                for title, weight in (("Cleaning", 1), ("Security", 3))
            ]
        )
        cls.campaign = cls.env["pm.survey.campaign"].create(
            {
                "name": "Autumn",
                "property_id": cls.estate.id,
                "survey_id": cls.survey.id,
                "date_to": fields.Date.today() + timedelta(days=10),
                "sample_size": 6,
            }
        )

    @classmethod
    def _make_people(cls, building, numbers, role="owner"):
        people = cls.env["res.partner"]
        for number in numbers:
            unit = cls.make_unit(building, f"{building.code}-{number}")
            person = cls.make_partner(
                f"{unit.name} {role}", email=f"u{unit.id}@example.com"
            )
            cls.make_occupancy(unit, person, role=role)
            people |= person
        return people

    def run_job(self, model, name):
        """Run a scheduled job inside the test's transaction."""
        crons = self.env.registry["ir.cron"]
        with patch.object(crons, "_commit_progress", return_value=1000):
            getattr(self.env[model], name)()

    def answer(self, invitation, cleaning=None, security=None):
        sheet = invitation.user_input_id
        for question, value in ((self.cleaning, cleaning), (self.security, security)):
            if value is not None:
                sheet._save_lines(question, str(value))
        sheet._mark_done()


@tagged("post_install", "-at_install")
class TestCampaign(CampaignFactory, PropertyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_campaign()
        cls.env["pm.occupancy"].search([("estate_id", "=", cls.estate.id)]).unlink()
        cls.first = cls.make_building(cls.estate, "North")
        cls.second = cls.make_building(cls.estate, "South")
        cls.many = cls._make_people(cls.first, range(8))
        cls.few = cls._make_people(cls.second, range(4))

    def start(self):
        self.campaign.action_draw()
        self.campaign.action_start()
        return self.campaign.invitation_ids

    def test_in_proportion_and_again_by_the_seed(self):
        drawn = self.campaign._draw_sample(6, 42)
        by_building = drawn.grouped("building_id")
        self.assertEqual(len(by_building[self.first]), 4)
        self.assertEqual(len(by_building[self.second]), 2)
        self.assertEqual(self.campaign.people_count, 12)
        again = self.campaign._draw_sample(6, 42)
        self.assertEqual(drawn.exists(), self.env["pm.survey.invitation"])
        self.assertEqual(again.partner_id, self.campaign.invitation_ids.partner_id)
        self.assertEqual(self.campaign.seed, 42)

    def test_the_seed_draws_the_same_in_any_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self._make_people(self.first, range(10, 14), role="tenant")
        there = self.campaign.with_context(lang="zh_CN")
        self.assertEqual(list(there._groups()), list(self.campaign._groups()))
        drawn = self.campaign._draw_sample(6, 42).partner_id
        self.assertEqual(there._draw_sample(6, 42).partner_id, drawn)

    def test_two_buildings_of_one_name(self):
        """Each phase has its number 1: they are two groups all the same."""
        other = self.make_building(self.estate, "N", name=self.first.name)
        self._make_people(other, range(3))
        sizes = {name: len(found) for name, found in self.campaign._groups().items()}
        self.assertEqual(sorted(sizes.values()), [3, 4, 8])

    def index_of(self, answers):
        """Have those drawn answer, by building; return index, low and high."""
        invitations = self.start()
        for building, points in answers.items():
            asked = invitations.filtered(
                lambda one, building=building: one.building_id == building
            )
            for one, point in zip(asked, points, strict=False):
                self.answer(one, point, point)
        campaign = self.campaign
        campaign._evaluate()
        return [
            round(campaign[name], 1) for name in ("index", "index_low", "index_high")
        ]

    def test_index_of_nobody(self):
        self.assertEqual(self.index_of({}), [0, 0, 0])
        self.assertFalse(self.campaign.has_index or self.campaign.has_limits)

    def test_index_of_one(self):
        """One answer says nothing of all: they may be anywhere."""
        self.assertEqual(self.index_of({self.first: [4]}), [75, 0, 100])
        self.assertTrue(self.campaign.has_index)
        self.assertFalse(self.campaign.has_limits)

    def test_index_where_all_say_the_same(self):
        found = self.index_of({self.first: [4, 4, 4], self.second: [4, 4]})
        self.assertEqual(found, [75, 75, 75])

    def test_index_with_a_group_of_one(self):
        """By hand: 8 of North, 4 of South; 100, 50 and 0 points, and 50.

        (8 · 50 + 4 · 50) / 12 = 50; s² = 2,500 stands for both: (2/3)² · (1 − 3/8)
        · 2,500/3 + (1/3)² · (1 − 1/4) · 2,500 = 439.8, of which 1.96 · √ = 41.1.
        """
        found = self.index_of({self.first: [5, 3, 1], self.second: [3]})
        self.assertEqual(found, [50, 8.9, 91.1])

    def test_index_of_everybody(self):
        """All 12 were asked and answered: 8 · 75 and 4 · 25, and nothing is chance."""
        self.campaign.sample_size = 12
        found = self.index_of({self.first: [4] * 8, self.second: [1, 3, 1, 3]})
        self.assertEqual(found, [58.3, 58.3, 58.3])

    def test_nobody_is_drawn_twice(self):
        """Who has two flats, in two buildings, is one person."""
        self.make_occupancy(self.make_unit(self.second, "extra"), self.many[0])
        drawn = self.campaign._draw_sample(100, 1)
        self.assertEqual(len(drawn), 12)
        self.assertEqual(len(drawn.partner_id), 12)

    def test_a_new_one_is_begun_on_an_empty_form(self):
        with Form(self.env["pm.survey.campaign"]) as form:
            self.assertFalse(form.previous_id)
            form.name = "Spring"
            form.property_id = self.estate
            form.survey_id = self.survey
            form.date_to = fields.Date.today() + timedelta(days=10)

    def test_nobody_lives_there(self):
        self.env["pm.occupancy"].search([("estate_id", "=", self.estate.id)]).unlink()
        with self.assertRaisesRegex(UserError, "nobody to ask"):
            self.campaign.action_draw()

    def test_each_is_asked_once_and_reminded_once(self):
        invitations = self.start()
        self.assertEqual(set(invitations.mapped("state")), {"asked"})
        self.assertEqual(len(invitations.user_input_id), 6)
        self.assertEqual(len(set(invitations.user_input_id.mapped("access_token"))), 6)
        self.assertEqual(len(invitations.message_to_ids), 6)
        self.answer(invitations[0], 5, 5)
        invitations.asked_at = fields.Datetime.now() - timedelta(days=6)
        self.run_job("pm.survey.campaign", "_cron_campaigns")
        self.run_job("pm.survey.campaign", "_cron_campaigns")
        reminded = invitations.message_to_ids.filtered(lambda one: one.kind == "remind")
        self.assertEqual(reminded.invitation_id, invitations[1:])
        self.assertEqual(len(reminded), 5)

    def test_what_leaves_has_the_link(self):
        invitation = self.start()[0]
        self.run_job("pm.survey.message", "_cron_send")
        message = invitation.message_to_ids
        self.assertEqual(message.state, "sent")
        mail = self.env["mail.mail"].search(
            [("email_to", "=", invitation.partner_id.email)]
        )
        self.assertIn(invitation.user_input_id.access_token, mail.body_html)

    def test_without_address(self):
        self.few.write({"email": False, "phone": False})
        invitations = self.start()
        without = invitations.filtered(lambda one: one.partner_id in self.few)
        self.assertEqual(set(without.mapped("state")), {"unreachable"})
        self.assertEqual(self.campaign.response_rate, 0)

    def test_index(self):
        """As the engine has it, of the points of each person."""
        invitations = self.start()
        north = invitations.filtered(lambda one: one.building_id == self.first)
        south = invitations - north
        for invitation, marks in zip(north, ((5, 5), (4, 4), (1, 5)), strict=False):
            self.answer(invitation, *marks)
        self.answer(south[0], security=3)
        self.answer(south[1], 2, 2)
        self.campaign.action_close()
        # cleaning weighs 1, security 3; what was left out does not count
        points = {"North": [100, 75, 75], "South": [50, 25]}
        wanted = index(points, {"North": 8, "South": 4})
        self.assertAlmostEqual(wanted.value, (8 * fmean([100, 75, 75]) + 4 * 37.5) / 12)
        self.assertAlmostEqual(self.campaign.index, wanted.value, places=1)
        self.assertAlmostEqual(self.campaign.index_low, wanted.low, places=1)
        self.assertAlmostEqual(self.campaign.index_high, wanted.high, places=1)
        # worked out by hand: (8 · 250/3 + 4 · 37.5) / 12 = 68.06, and 1.96 times the
        # root of (8/12)² · (1 - 3/8) · 208.33/3 + (4/12)² · (1 - 2/4) · 312.5/2
        campaign = self.campaign
        self.assertAlmostEqual(campaign.index_low, 57.7)
        self.assertAlmostEqual(campaign.index, 68.1)
        self.assertAlmostEqual(campaign.index_high, 78.4)
        self.assertEqual(self.campaign.answered_count, 5)
        self.assertAlmostEqual(self.campaign.response_rate, 5 / 6 * 100)
        results = {line.name: line for line in self.campaign.result_ids}
        self.assertAlmostEqual(results["South"].index, 37.5)
        cleaning = index(
            {"North": [100, 75, 0], "South": [25]}, {"North": 8, "South": 4}
        )
        self.assertAlmostEqual(results["Cleaning"].index, cleaning.value, places=1)
        self.assertEqual(results["Cleaning"].answers, 4)

    def test_another_weight(self):
        """What was answered before counts by it too, and what had no points yet."""
        invitations = self.start()
        self.answer(invitations[0], 5, 1)
        self.answer(invitations[1], 5, 1)
        sheets = invitations[:2].user_input_id
        self.assertEqual(sheets.mapped("pm_points"), [25, 25])
        self.cleaning.pm_weight = 3
        self.campaign._as_step()._evaluate()
        self.assertEqual(sheets.mapped("pm_points"), [50, 50])
        self.assertEqual(self.campaign.index, 50)
        self.security.unlink()
        self.campaign._as_step()._evaluate()
        self.assertEqual(self.campaign.index, 100)

    def test_too_late_does_not_count(self):
        first, second, *_others = self.start()
        self.answer(first, 5, 5)
        self.campaign.action_close()
        self.answer(second, 1, 1)
        self.assertEqual(second.state, "asked")
        self.campaign._evaluate()
        self.assertEqual(self.campaign.index, 100)

    def test_two_people_who_are_one(self):
        """Merged in the midst of it: the answer of either counts, once."""
        first, second, *_others = self.start()
        self.answer(second, 4, 4)
        kept, double = first.partner_id, second.partner_id
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((kept | double).ids, kept)
        self.env.invalidate_all()
        self.assertEqual((first.state, self.campaign.answered_count), ("answered", 1))
        self.assertFalse(second.exists())

    def test_closes_by_itself(self):
        self.start()
        self.campaign.date_from = self.campaign.date_to = "2020-01-01"
        self.run_job("pm.survey.campaign", "_cron_campaigns")
        self.assertEqual(self.campaign.state, "closed")
        self.assertFalse(self.campaign.has_index)
        self.assertIn("Nobody", self.campaign.summary)

    def test_change_in_words(self):
        for invitation in self.start():
            self.answer(invitation, 2, 2)
        self.campaign.action_close()
        later = self.campaign.copy(
            {"name": "Winter", "date_from": "2040-01-01", "date_to": "2040-01-31"}
        )
        self.assertEqual(later.previous_id, self.campaign)
        again = self.campaign.copy({"date_from": "2050-01-01", "date_to": "2050-01-31"})
        field = later._fields["previous_id"]

        def compute(some):
            self.env.add_to_compute(field, some)
            some.mapped("previous_id")

        self.assertQueriesDoNotGrow(later + again, compute)
        self.assertEqual((later + again).previous_id, self.campaign)
        later._draw_sample(12, 3)
        later.action_start()
        for invitation in later.invitation_ids:
            self.answer(invitation, 5, 5)
        later.action_close()
        self.assertEqual(later.says, "better")
        self.assertIn("75.0 points better than Autumn", later.summary)

    def test_steps_in_order(self):
        with self.assertRaisesRegex(UserError, "Draft"):
            self.campaign.action_start()
        self.start()
        with self.assertRaises(UserError):
            self.campaign.action_draw()
        with self.assertRaises(UserError):
            self.campaign.unlink()

    def test_queries_do_not_grow(self):
        self._make_people(self.first, range(100, 140))

        def draw_and_ask(number):
            campaign = self.campaign.copy({"sample_size": number})
            campaign.action_draw()
            campaign.action_start()
            self.env.flush_all()

        draw_and_ask(3)
        few, many = (self._queries(draw_and_ask, number) for number in (4, 40))
        self.assertLessEqual(many, few + 10)

    def _queries(self, call, number):
        before = self.env.cr.sql_log_count
        call(number)
        return self.env.cr.sql_log_count - before


@tagged("post_install", "-at_install")
class TestSheet(CampaignFactory, PropertyCase, HttpCase):
    """The answer sheet on a phone: one answer a person, whatever the device."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_campaign()
        cls.env["pm.occupancy"].search([("estate_id", "=", cls.estate.id)]).unlink()
        building = cls.make_building(cls.estate, "North")
        cls.people = cls._make_people(building, range(2))
        cls.campaign.action_draw()
        cls.campaign.action_start()

    def test_two_people_on_one_tablet(self):
        """One session, two links: two sheets, each of its own person."""
        for invitation in self.campaign.invitation_ids:
            page = self.url_open(invitation.user_input_id.get_start_url())
            self.assertEqual(page.status_code, 200)
            self.assertIn(invitation.user_input_id.access_token, page.text)
        self.assertEqual(
            len(
                self.env["survey.user_input"].search(
                    [("survey_id", "=", self.survey.id)]
                )
            ),
            2,
        )

    def test_paper(self):
        clerk = new_test_user(
            self.env, "clerk", "pm_core.group_pm_service", pm_estate_ids=self.estate.ids
        )
        guard = new_test_user(
            self.env, "guard", "pm_core.group_pm_user", pm_estate_ids=self.estate.ids
        )
        invitation = self.campaign.invitation_ids[0]
        action = invitation.with_user(clerk).action_open_sheet()
        self.assertIn(invitation.user_input_id.access_token, action["url"])
        self.assertTrue(invitation.on_paper)
        with self.assertRaises(AccessError):
            invitation.with_user(guard).action_open_sheet()
        self.answer(invitation, 4, 4)
        with self.assertRaisesRegex(UserError, "cannot be answered again"):
            invitation.with_user(clerk).action_open_sheet()
