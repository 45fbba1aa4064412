"""The doors of the phone page: what they tell, and what they refuse."""

import hashlib
import json

from odoo.tests import HttpCase, tagged

from ..common import picture
from .inspections_common import RoundCase

OWN = {"X-Requested-With": "XMLHttpRequest"}


@tagged("post_install", "-at_install")
class TestRoundsHttp(RoundCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.round = self.make_round()
        self.visit_sent = self.visit(
            self.round,
            self.points[0],
            photos=[
                {
                    "uuid": "photo-0001",
                    "name": "a.jpg",
                    "sha256": hashlib.sha256(picture()).hexdigest(),
                }
            ],
        )
        self.inspector.password = "pm_inspector_password"

    def log_in(self):
        self.authenticate("pm_inspector", "pm_inspector_password")

    def call(self, address, params):
        response = self.url_open(
            address,
            data=json.dumps({"params": params}),
            headers={"Content-Type": "application/json"},
        )
        self.assertNotIn("Traceback", response.text)
        return response.json()

    def send_visit(self):
        told = self.call(
            "/pm/rounds/answer",
            {"sent_at": self.told(), "answers": [self.visit_sent]},
        )
        return told["result"]

    def send_photo(self, content=None, headers=None, **changes):
        return self.url_open(
            "/pm/rounds/photo",
            data={
                "uuid": "photo-0001",
                "answer": self.visit_sent["uuid"],
                **changes,
            },
            files={"file": ("a.jpg", picture() if content is None else content)},
            headers=OWN if headers is None else headers,
            allow_redirects=False,
        )

    def test_a_round_from_the_first_to_the_last_byte(self):
        self.log_in()
        told = self.call("/pm/rounds/fetch", {})["result"]
        self.assertIn(self.round.id, [one["id"] for one in told["rounds"]])
        result = self.send_visit()
        self.assertEqual(result["user_id"], self.inspector.id)
        self.assertEqual(result["results"][0]["status"], "stored")
        self.assertEqual(self.send_visit()["results"][0]["status"], "again")
        response = self.send_photo()
        self.assertEqual(
            (response.status_code, response.json()["status"]), (200, "stored")
        )
        self.assertEqual(self.send_photo().json()["status"], "again")
        photo = self.round.answer_ids.photo_ids
        self.assertEqual(photo.attachment_id.raw, picture())

    def test_what_another_user_entered_is_not_taken(self):
        """Two people share a phone: each one's visits wait for that one."""
        self.log_in()
        other = self.dispatcher
        told = self.call(
            "/pm/rounds/answer",
            {
                "user_id": other.id,
                "sent_at": self.told(),
                "answers": [self.visit_sent],
            },
        )["result"]
        self.assertEqual(told, {"user_id": self.inspector.id, "results": []})
        self.assertFalse(self.answer_of(self.visit_sent))
        self.send_visit()
        response = self.send_photo(user_id=str(other.id))
        self.assertEqual(response.status_code, 409)
        self.assertEqual(response.json()["status"], "other_user")
        self.assertEqual(self.answer_of(self.visit_sent).photos_awaited, 1)
        response = self.send_photo(user_id=str(self.inspector.id))
        self.assertEqual(response.json()["status"], "stored")

    def test_a_session_that_is_over_confirms_nothing(self):
        for address in ("/pm/rounds/fetch", "/pm/rounds/answer"):
            told = self.call(address, {"answers": [self.visit_sent]})
            self.assertEqual(told["error"]["code"], 100)
        response = self.send_photo()
        self.assertEqual(response.status_code, 401)
        self.assertEqual(response.json()["status"], "expired")
        self.assertFalse(self.round.answer_ids)

    def test_other_sites_send_no_photos(self):
        self.log_in()
        self.send_visit()
        for headers in (
            {},
            {**OWN, "Origin": "https://evil.example"},
            {**OWN, "Sec-Fetch-Site": "cross-site"},
        ):
            response = self.send_photo(headers=headers)
            self.assertEqual(response.status_code, 403)
        self.assertEqual(self.round.answer_ids.photo_ids.state, "awaited")

    def test_what_is_no_photo(self):
        self.log_in()
        self.send_visit()
        response = self.send_photo(b"x" * 99)
        self.assertEqual(
            (response.status_code, response.json()["status"]), (422, "refused")
        )
        response = self.url_open(
            "/pm/rounds/photo", data={"uuid": "photo-0001"}, headers=OWN
        )
        self.assertEqual(response.status_code, 400)

    def test_who_does_not_walk_is_told_so(self):
        self.service.password = "pm_service_password"
        self.authenticate("pm_service", "pm_service_password")
        told = self.call("/pm/rounds/fetch", {})["result"]
        self.assertIn("inspectors", told["error"])
        self.assertEqual(self.send_visit()["results"], [])
        self.assertEqual(self.send_photo().status_code, 403)
