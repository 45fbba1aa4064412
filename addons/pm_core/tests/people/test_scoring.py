import unittest

from hypothesis import given, strategies as st

from ...engine.scoring import (
    BANDS,
    DEDUCT,
    PASS_FAIL,
    PROPORTIONAL,
    RULES,
    grade,
    score,
    shortfall,
    weighted,
)

NUMBERS = st.floats(-1e6, 1e6, allow_nan=False)
POINTS = st.floats(0, 100, allow_nan=False)
BAND_LISTS = st.lists(st.tuples(NUMBERS, POINTS), max_size=5)
STEPS = st.floats(0, 50, allow_nan=False)


class TestScore(unittest.TestCase):
    def test_examples(self):
        bands = [(90, 60), (95, 100), (80, 30)]
        for value, target, kwargs, expected in [
            (95, 100, {}, 95),
            (100, 100, {}, 100),
            (120, 100, {}, 100),
            (-5, 100, {}, 0),
            (2, 0, {}, 100),
            (-2, 0, {}, 0),
            # fewer is better: twice as many as allowed is half the score
            (4, 2, {"higher": False}, 50),
            (1, 2, {"higher": False}, 100),
            (1, 0, {"higher": False}, 0),
            (0, 0, {"higher": False}, 100),
            (94.9, 95, {"rule": PASS_FAIL}, 0),
            (95, 95, {"rule": PASS_FAIL}, 100),
            # collection 93 % at a target of 95 %: two points off for each point
            (93, 95, {"rule": DEDUCT, "per_unit": 2}, 96),
            (30, 95, {"rule": DEDUCT, "per_unit": 2}, 0),
            (7, 5, {"rule": DEDUCT, "per_unit": 10, "higher": False}, 80),
            (94, 0, {"rule": BANDS, "bands": bands}, 60),
            (95, 0, {"rule": BANDS, "bands": bands}, 100),
            (79, 0, {"rule": BANDS, "bands": bands}, 0),
            (85, 0, {"rule": BANDS, "bands": bands, "higher": False}, 60),
            (96, 0, {"rule": BANDS, "bands": bands, "higher": False}, 0),
        ]:
            with self.subTest(value=value, target=target, **kwargs):
                self.assertAlmostEqual(score(value, target, **kwargs), expected)

    def test_nineteen_of_twenty_reaches_95(self):
        self.assertEqual(score(100 * 19 / 20, 95, rule=PASS_FAIL), 100)
        self.assertEqual(shortfall(0.1 + 0.2, 0.3, higher=False), 0)

    def test_unknown_rule(self):
        with self.assertRaisesRegex(ValueError, "dice"):
            score(1, 2, rule="dice")

    @given(NUMBERS, NUMBERS, st.booleans(), st.sampled_from(RULES), STEPS, BAND_LISTS)
    def test_lies_between_0_and_100(self, value, target, higher, rule, step, bands):
        points = score(value, target, higher, rule, step, bands)
        self.assertTrue(0 <= points <= 100)

    @given(NUMBERS, NUMBERS, NUMBERS, st.booleans(), STEPS)
    def test_better_is_never_scored_lower(self, one, other, target, higher, step):
        worse, better = sorted((one, other), reverse=not higher)
        for rule in (PROPORTIONAL, PASS_FAIL, DEDUCT):
            self.assertLessEqual(
                score(worse, target, higher, rule, step),
                score(better, target, higher, rule, step) + 1e-9,
            )

    @given(NUMBERS, st.booleans(), STEPS)
    def test_the_target_gives_full_marks(self, target, higher, step):
        for rule in (PROPORTIONAL, PASS_FAIL, DEDUCT):
            self.assertEqual(score(target, target, higher, rule, step), 100)


class TestWeightedAndGrade(unittest.TestCase):
    def test_weighted(self):
        self.assertEqual(weighted([(100, 70), (50, 30)]), 85)
        self.assertIsNone(weighted([]))
        self.assertIsNone(weighted([(100, 0)]))

    @given(st.lists(st.tuples(POINTS, st.floats(0.1, 100)), min_size=1))
    def test_weighted_lies_between(self, scores):
        points = [score for score, _weight in scores]
        mean = weighted(scores)
        self.assertTrue(min(points) - 1e-6 <= mean <= max(points) + 1e-6)

    def test_grade(self):
        limits = [0, 64, 75, 85, 95]
        for points, expected in [
            (0, 0),
            (63.9, 0),
            (64, 1),
            (74.99, 1),
            (75, 2),
            (84.5, 2),
            (85, 3),
            (94.99, 3),
            (95, 4),
            (100, 4),
        ]:
            with self.subTest(points=points):
                self.assertEqual(grade(points, limits), expected)
        self.assertIsNone(grade(-1, limits))

    @given(POINTS, st.sets(st.integers(1, 100), max_size=6))
    def test_each_score_has_one_grade(self, points, limits):
        limits = sorted({0, *limits})
        index = grade(points, limits)
        self.assertLessEqual(limits[index] - 1e-6, points)
        if index + 1 < len(limits):
            self.assertLess(points, limits[index + 1])
