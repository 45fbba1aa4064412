from hypothesis import given, settings, strategies as st

from odoo.tests import BaseCase

from ...engine import text_diff

LINES = st.lists(st.sampled_from(["walk", "write", "call", "lock", ""]), max_size=12)


class TestTextDiff(BaseCase):
    def test_side_by_side(self):
        rows = text_diff.compare(
            ["Patrol at night", "Every 2 hours", "Write it down"],
            ["Patrol at night", "Every hour", "Write it down", "Report faults"],
        )
        self.assertEqual(
            rows,
            [
                ("same", "Patrol at night", "Patrol at night"),
                ("changed", "Every 2 hours", "Every hour"),
                ("same", "Write it down", "Write it down"),
                ("added", "", "Report faults"),
            ],
        )

    def test_what_is_far_from_a_change_is_left_out(self):
        old = [f"line {number}" for number in range(9)]
        new = [*old[:4], "changed", *old[5:]]
        self.assertEqual(
            text_diff.shorten(text_diff.compare(old, new)),
            [
                ("gap", "", ""),
                ("same", "line 3", "line 3"),
                ("changed", "line 4", "changed"),
                ("same", "line 5", "line 5"),
                ("gap", "", ""),
            ],
        )

    def test_each_paragraph_is_a_line(self):
        html = (
            "<h2>Gate <b>duty</b></h2><p>Ask\n visitors.<br/>Note it.</p>"
            "<ul><li>By day</li><li>At night &amp; on holidays</li></ul>loose"
        )
        self.assertEqual(
            text_diff.html_lines(html),
            [
                "Gate duty",
                "Ask visitors.",
                "Note it.",
                "By day",
                "At night & on holidays",
                "loose",
            ],
        )

    @settings(deadline=None)
    @given(LINES, LINES)
    def test_both_texts_are_there_in_order(self, old, new):
        rows = text_diff.compare(old, new)
        self.assertEqual([row[1] for row in rows if row[0] != "added"], old)
        self.assertEqual([row[2] for row in rows if row[0] != "removed"], new)

    @settings(deadline=None)
    @given(LINES, LINES)
    def test_no_change_is_left_out(self, old, new):
        rows = text_diff.compare(old, new)
        changes = [row for row in rows if row[0] != "same"]
        short = text_diff.shorten(rows)
        self.assertEqual(
            [row for row in short if row[0] not in ("same", "gap")], changes
        )
