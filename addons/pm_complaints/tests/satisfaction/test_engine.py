"""Samples, indices with their limits, and votes; scipy is the oracle."""

import random
from decimal import Decimal
from math import sqrt
from statistics import fmean, stdev

from hypothesis import given, settings, strategies as st
from scipy import stats

from odoo.tests import BaseCase, tagged

from ...engine import allocate, change, count, draw, index

quick = settings(max_examples=150, deadline=None, database=None)
sizes = st.dictionaries(
    st.text(min_size=1, max_size=4), st.integers(0, 400), max_size=8
)


@tagged("post_install", "-at_install")
class TestSampling(BaseCase):
    def test_in_proportion(self):
        # 1000 : 600 : 400 of 100 people
        self.assertEqual(
            allocate(100, {"A": 1000, "B": 600, "C": 400}), {"A": 50, "B": 30, "C": 20}
        )

    def test_a_small_group_is_heard(self):
        self.assertEqual(allocate(50, {"A": 1000, "B": 3}), {"A": 48, "B": 2})
        # nobody is asked twice, and no group more than it has
        self.assertEqual(allocate(50, {"A": 1000, "B": 1}), {"A": 49, "B": 1})
        self.assertEqual(allocate(9, {"A": 2, "B": 3}), {"A": 2, "B": 3})

    def test_sums(self):
        @quick
        @given(sizes, st.integers(0, 500), st.integers(0, 3))
        def holds(sizes, total, least):
            given_out = allocate(total, sizes, least)
            self.assertEqual(sum(given_out.values()), min(total, sum(sizes.values())))
            for group, number in given_out.items():
                self.assertLessEqual(number, sizes[group])

        holds()

    def test_the_same_seed_draws_the_same(self):
        groups = {"A": range(100), "B": range(100, 130)}
        first = draw(groups, 26, 7)
        self.assertEqual(first, draw({"B": groups["B"], "A": groups["A"]}, 26, 7))
        self.assertNotEqual(first, draw(groups, 26, 8))
        self.assertEqual(
            {name: len(ids) for name, ids in first.items()}, {"A": 20, "B": 6}
        )

    def test_everybody_has_the_same_chance(self):
        """10 of 40 drawn 2,000 times: each about 500 times (chi-square)."""
        drawn = dict.fromkeys(range(40), 0)
        for seed in range(2000):
            for one in draw({"A": range(40)}, 10, seed)["A"]:
                drawn[one] += 1
        self.assertGreater(stats.chisquare(list(drawn.values())).pvalue, 0.001)


@tagged("post_install", "-at_install")
class TestIndex(BaseCase):
    def test_the_formula_of_the_book(self):
        """By hand: N = 100 + 50, means 70 and 40.

        (100 · 70 + 50 · 40) / 150 = 60; variance (2/3)² · (1 − 4/100) · s₁²/4
        + (1/3)² · (1 − 3/50) · s₂²/3, with s₁² = 200/3 and s₂² = 100.
        """
        answers = {"A": [60, 70, 70, 80], "B": [30, 40, 50]}
        found = index(answers, {"A": 100, "B": 50})
        error = sqrt(4 / 9 * 0.96 * (200 / 3) / 4 + 1 / 9 * 0.94 * 100 / 3)
        self.assertAlmostEqual(found.value, 60)
        self.assertAlmostEqual(found.error, error)
        low, high = stats.norm.interval(0.95, loc=60, scale=error)
        self.assertAlmostEqual(found.low, low)
        self.assertAlmostEqual(found.high, high)

    def test_one_group_against_scipy(self):
        @quick
        @given(st.lists(st.integers(0, 100), min_size=2, max_size=60))
        def holds(points):
            # so many people that the correction does not matter
            found = index({"A": points}, {"A": 10**12})
            self.assertAlmostEqual(found.value, fmean(points))
            if stdev(points):
                low, high = stats.norm.interval(
                    0.95, loc=fmean(points), scale=stats.sem(points)
                )
                self.assertAlmostEqual(found.low, max(0, low), places=4)
                self.assertAlmostEqual(found.high, min(100, high), places=4)

        holds()

    def test_limits_hold_as_often_as_they_say(self):
        """600 samples of a known population: the truth is inside in 95 % of them."""
        chance = random.Random(1)
        groups = {
            "A": [chance.randint(40, 100) for _one in range(300)],
            "B": [chance.randint(0, 60) for _one in range(100)],
        }
        truth = fmean(groups["A"] + groups["B"])
        sizes = {"A": 300, "B": 100}
        inside = 0
        for seed in range(600):
            drawn = draw({name: range(size) for name, size in sizes.items()}, 80, seed)
            answers = {
                name: [groups[name][one] for one in ids] for name, ids in drawn.items()
            }
            found = index(answers, sizes)
            inside += found.low <= truth <= found.high
        self.assertGreater(stats.binomtest(inside, 600, 0.945).pvalue, 0.001)

    def test_everybody_answered(self):
        found = index({"A": [10, 90], "B": [50]}, {"A": 2, "B": 1})
        self.assertEqual((found.value, found.low, found.high), (50, 50, 50))

    def test_too_few(self):
        found = index({"A": [50], "B": []}, {"A": 10, "B": 10})
        self.assertEqual((found.value, found.low, found.silent), (50, None, ("B",)))
        self.assertIsNone(index({}, {"A": 10}).value)
        with self.assertRaises(ValueError):
            index({"A": [1, 2]}, {"A": 1})

    def test_change(self):
        before = index({"A": [50, 60, 70, 60]}, {"A": 1000})
        after = index({"A": [55, 65, 75, 60]}, {"A": 1000})
        found = change(before, after)
        self.assertEqual(found.says, "same")
        z = (after.value - before.value) / sqrt(before.error**2 + after.error**2)
        self.assertAlmostEqual(found.chance, 2 * stats.norm.sf(z))
        many = index({"A": [80, 90, 85, 90] * 20}, {"A": 1000})
        self.assertEqual(change(before, many).says, "better")
        self.assertEqual(change(many, before).says, "worse")
        self.assertEqual(change(index({}, {"A": 1}), many).says, "unknown")


@tagged("post_install", "-at_install")
class TestVotes(BaseCase):
    """Nine owners of 100 m² and one of 900 m²: half the area, a tenth of the heads."""

    owners = {**{f"o{number}": 100 for number in range(9)}, "big": 900}

    def ballots(self, agree, against=0, big=None):
        names = [f"o{number}" for number in range(agree + against)]
        found = {
            name: "for" if number < agree else "against"
            for number, name in enumerate(names)
        }
        return {**found, **({"big": big} if big else {})}

    def test_quorum_by_area_and_by_heads(self):
        # nine of ten heads, half of the area
        self.assertFalse(count(self.owners, self.ballots(9)).quorate)
        # the large one and two: area 61 %, heads 30 %
        self.assertFalse(count(self.owners, self.ballots(2, big="for")).quorate)
        # the large one and six: 83 % and 70 %
        found = count(self.owners, self.ballots(6, big="for"))
        self.assertTrue(found.quorate and found.passed)
        self.assertEqual(found.area_voted, Decimal(1500))
        # exactly two thirds are enough
        self.assertTrue(
            count({"a": 1, "b": 1, "c": 1}, {"a": "for", "b": "for"}).quorate
        )

    def test_majority_by_area_and_by_heads(self):
        # all small ones against the large one: 9 of 10 heads, exactly half of the area
        found = count(self.owners, self.ballots(9, big="against"))
        self.assertTrue(found.quorate)
        self.assertFalse(found.passed)
        # the large one alone has the area, not the heads
        found = count(self.owners, self.ballots(0, 6, big="for"))
        self.assertFalse(found.passed)

    def test_three_quarters(self):
        four = dict.fromkeys("abcd", 50)
        three = {"a": "for", "b": "for", "c": "for", "d": "against"}
        self.assertTrue(count(four, three, "qualified").passed)
        two = {**three, "c": "abstain"}
        self.assertFalse(count(four, two, "qualified").passed)
        # half is not more than half
        self.assertFalse(count(four, two).passed)

    def test_strangers(self):
        with self.assertRaises(ValueError):
            count({"a": 1}, {"b": "for"})
        with self.assertRaises(ValueError):
            count({"a": 1}, {"a": "yes"})
        self.assertFalse(count({}, {}).passed)
