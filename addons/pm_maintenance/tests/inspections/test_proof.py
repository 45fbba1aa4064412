"""What proves that somebody was there, and what is marked as unproven."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ...engine import geo
from .inspections_common import PLACE, RoundCase


@tagged("post_install", "-at_install")
class TestProof(RoundCase):
    def doubt(self, **changes):
        visit = self.visit(self.make_round(), self.points[0], **changes)
        self.send(visit)
        return self.answer_of(visit).doubt

    def test_a_good_scan_is_proof_and_teaches_the_place(self):
        self.assertFalse(self.doubt())
        self.assertAlmostEqual(self.points[0].latitude, PLACE[0], 5)

    def test_without_a_code(self):
        self.assertEqual(self.doubt(manual=True, scanned=None), "not_scanned")
        self.assertFalse(self.points[0].learnt_at, "a guess teaches nothing")
        self.plan.needs_scan = False
        self.assertFalse(self.doubt(manual=True, scanned=None))

    def test_far_from_where_the_point_was_learnt(self):
        """A photographed code, scanned at home two kilometres away."""
        self.doubt()
        self.assertEqual(self.doubt(latitude=PLACE[0] + 0.02), "far")
        self.assertFalse(self.doubt(latitude=PLACE[0] + 0.0005))

    def test_a_chinese_map_is_no_other_place(self):
        """The same place is told some 500 m away by phones with shifted maps."""
        self.doubt()
        latitude, longitude = geo.to_gcj(*PLACE)
        self.assertGreater(geo.metres(PLACE, (latitude, longitude)), 400)
        self.assertFalse(self.doubt(latitude=latitude, longitude=longitude))

    def test_learnt_in_a_shifted_map(self):
        latitude, longitude = geo.to_gcj(*PLACE)
        self.doubt(latitude=latitude, longitude=longitude)
        self.assertFalse(self.doubt())

    def test_a_phone_without_position(self):
        """Where phones do tell it, a phone that does not proves less."""
        unsaid = {"latitude": None, "longitude": None, "accuracy": None}
        self.assertFalse(self.doubt(**unsaid), "nobody knows whether phones tell it")
        self.doubt()
        self.assertEqual(self.doubt(**unsaid), "no_position")

    def test_a_bad_position_teaches_nothing(self):
        self.doubt(accuracy=3000)
        self.assertFalse(self.points[0].learnt_at)

    def test_a_label_that_was_moved(self):
        self.doubt()
        self.points[0].action_forget_position()
        self.assertFalse(self.doubt(latitude=PLACE[0] + 0.02))

    def test_a_label_that_was_photographed(self):
        round_ = self.make_round()
        visit = self.visit(round_, self.points[0])
        self.points[0].action_new_token()
        self.assertEqual(self.send(visit), ["conflict"])

    def test_all_points_within_seconds(self):
        self.plan.least_seconds = 15
        now = fields.Datetime.now()
        fast, slow = self.make_round(), self.make_round()
        for round_, seconds in ((fast, 3), (slow, 60)):
            self.send(
                *(
                    self.visit(
                        round_,
                        point,
                        at=self.told(
                            now - timedelta(minutes=9 - number * seconds / 60)
                        ),
                    )
                    for number, point in enumerate(self.points)
                )
            )
        self.assertEqual(set(fast.answer_ids.mapped("doubt")), {"too_fast"})
        self.assertEqual(fast.doubt_count, 3)
        self.assertEqual((slow.doubt_count, slow.state), (0, "done"))

    def test_a_photo_from_another_day(self):
        old = fields.Datetime.now() - timedelta(days=2)
        photo = {"uuid": "photo-0001", "name": "a.jpg", "taken_at": self.told(old)}
        self.assertEqual(self.doubt(photos=[photo]), "old_photo")

    def test_before_its_time(self):
        round_ = self.make_round(start=3, stop=5)
        visit = self.visit(round_, self.points[0])
        self.send(visit)
        self.assertEqual(self.answer_of(visit).doubt, "early")

    def test_not_on_duty(self):
        round_ = self.make_round(post_id=self.post.id)
        visit = self.visit(round_, self.points[0])
        self.send(visit)
        self.assertEqual(self.answer_of(visit).doubt, "off_duty")
        self.make_duty(self.inspector.employee_id)
        visit = self.visit(self.make_round(post_id=self.post.id), self.points[0])
        self.send(visit)
        self.assertFalse(self.answer_of(visit).doubt)

    def test_more_than_one_reason(self):
        self.doubt()
        visit = self.visit(
            self.make_round(),
            self.points[0],
            manual=True,
            scanned=None,
            latitude=PLACE[0] + 1,
        )
        self.send(visit)
        answer = self.answer_of(visit)
        self.assertEqual(answer.doubt, "not_scanned")
        self.assertEqual(len(answer.doubt_note.splitlines()), 2)
