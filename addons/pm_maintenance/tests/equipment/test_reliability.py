"""Figures of machines, computed by hand beside."""

from datetime import datetime, timedelta

from odoo.tests import BaseCase

from ...engine import reliability

BEGIN = datetime(2026, 3, 1)


def at(hours):
    return BEGIN + timedelta(hours=hours)


class TestReliability(BaseCase):
    def down(self, *spans, end=100):
        hours = [(at(a), None if b is None else at(b)) for a, b in spans]
        return reliability.hours_down(hours, BEGIN, at(end))

    def test_hours_down(self):
        for expected, spans in (
            (0, ()),
            (4, ((10, 14),)),
            (6, ((12, 16), (10, 14))),
            (4, ((10, 14), (11, 12))),
            (5, ((-5, 5),)),
            (10, ((90, None),)),
            (10, ((90, 120),)),
            (0, ((-9, -5), (120, 130))),
            (8, ((10, 14), (14, 18))),
        ):
            with self.subTest(spans=spans):
                self.assertEqual(self.down(*spans), expected)

    def test_rates(self):
        self.assertEqual(reliability.between_failures(1000, 25, 3), 325)
        self.assertEqual(reliability.between_failures(1000, 0, 0), 0)
        self.assertEqual(reliability.to_repair([2, 6]), 4)
        self.assertEqual(reliability.to_repair([]), 0)
        self.assertEqual(reliability.availability(1000, 25), 97.5)
        self.assertEqual(reliability.availability(0, 0), 100)
