"""Answering by the link of the message, without a login."""

from odoo.tests import HttpCase, tagged

from .emergency_common import EmergencyCase


@tagged("post_install", "-at_install")
class TestCallPage(EmergencyCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.emergency = self.activate(self.manager)
        self.call = self.call_of(self.emergency, self.guard)
        self.path = f"/emergency/call/{self.call.access_token}"
        self.authenticate(None, None)

    def answer(self, answer, path=None):
        page = self.url_open(path or self.path)
        token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
        return self.url_open(
            f"{path or self.path}/answer",
            data={"csrf_token": token, "answer": answer},
        )

    def test_looking_answers_nothing(self):
        page = self.url_open(self.path)
        self.assertEqual(page.status_code, 200)
        self.assertIn("I am coming", page.text)
        self.assertEqual(self.call.state, "told")

    def test_coming(self):
        page = self.answer("come")
        self.call.invalidate_recordset()
        self.assertEqual(self.call.state, "answered")
        self.assertEqual(self.call.answered_by_id, self.guard.user_id)
        # the steps and the numbers outside are there now
        self.assertIn("tel:120", page.text)
        self.assertIn("Mend", page.text)

    def test_declining_asks_the_next(self):
        self.answer("cannot")
        self.assertEqual(self.states(self.emergency)["em_g2"], "told")

    def test_other_links_are_not_found(self):
        wrong = "x" * 32
        waiting = self.call_of(self.emergency, self.second_guard)
        self.assertFalse(waiting.access_token)
        for path in (
            f"/emergency/call/{wrong}",
            "/emergency/call/é",
            "/emergency/call/1",
        ):
            self.assertEqual(self.url_open(path).status_code, 404)

    def test_after_the_end_it_says_so(self):
        self.emergency.with_user(self.manager).action_end()
        page = self.url_open(self.path)
        self.assertIn("It is over", page.text)
        self.assertNotIn('csrf_token" value', page.text)
