from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .gate_common import GateCase


@tagged("post_install", "-at_install")
class TestGate(GateCase):
    """The gate looks up, lets through, and writes down."""

    def test_found_by_code_number_plate_and_name(self):
        one = self.make_pass(plate="沪A·12345")
        token = one.sudo().token
        for text in (
            one._url(),
            token,
            one.number,
            one.number[-5:],
            "沪a 12345",
            "a12345",
            "来访",
        ):
            with self.subTest(text=text):
                self.assertIn(one.id, [answer["id"] for answer in self.find(text)])
        self.assertEqual(self.find("nothing of the kind"), [])
        for nonsense in ("", "   ", None, 7, "x" * 600):
            self.assertEqual(self.find(nonsense), [])

    def test_an_answer_says_who_where_and_until_when(self):
        one = self.make_pass()
        answer = self.find(one._url())[0]
        self.assertTrue(answer["ok"])
        self.assertEqual(
            (answer["who"], answer["host"], answer["direction"]),
            ("赵来访", "王小明", "in"),
        )
        self.assertIn("101", answer["place"])
        self.assertNotIn(one.sudo().token, str(answer))

    def test_reasons(self):
        cases = {
            "expired": lambda one: self.at(one, -1),
            "early": lambda one: self.at(one, 24),
            "cancelled": lambda one: one.sudo()._take_back("no"),
        }
        for code, change in cases.items():
            one = self.make_pass()
            change(one)
            answer = self.find(one._url())[0]
            with self.subTest(code=code):
                self.assertEqual((answer["ok"], answer["code"]), (False, code))
                self.assertTrue(answer["reason"])
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    self.move(one)
                self.assertFalse(one.log_ids)
        asked = self.make_pass(confirmed=False)
        self.assertEqual(self.find(asked.number)[0]["code"], "draft")
        unknown = self.find("https://example.com/pass/abcdefghijklmnopqrstuvwx")
        self.assertEqual(unknown[0]["code"], "unknown")

    def test_other_estates(self):
        """A code of another estate is refused, and nothing is told about it."""
        far = self.make_estate("Far Garden")
        unit = self.make_unit(self.make_building(far, "9"), "9-909")
        one = self.make_pass(property_id=unit.id, visitor_name="Secret Name")
        both = self.make_guard("pm_guard_both", on_duty=False)
        both.pm_estate_ids |= far
        for user in (self.guard, both):
            answers = self.find(one._url(), user)
            self.assertEqual([one["code"] for one in answers], ["elsewhere"])
            self.assertFalse(answers[0]["id"])
            self.assertNotIn("Secret", str(answers))
            self.assertNotIn("Far", str(answers))
            self.assertEqual(self.find("Secret Name", user), [])
            self.assertEqual(self.find(one.number, user), [])
        with self.assertRaises(AccessError):
            self.move(one)
        with self.assertRefused(UserError, "not for this estate"):
            self.move(one, user=both)
        gate = self.make_gate(far)
        with self.assertRaises(AccessError):
            self.find("x", post=gate)

    def test_in_and_out(self):
        one = self.make_pass(entries=2)
        done = self.move(one)
        self.assertTrue(done["done"])
        self.assertEqual((one.entry_count, one.is_inside), (1, True))
        self.assertEqual(self.find(one.number)[0]["direction"], "out")
        self.move(one, "out")
        self.move(one, "in", user=self.colleague)
        self.move(one, "out")
        self.assertEqual(one.validity, "used")
        log = one.log_ids.sorted("id")
        self.assertEqual(
            [(row.direction, row.turn) for row in log],
            [("in", 1), ("out", 1), ("in", 2), ("out", 2)],
        )
        self.assertEqual(log[2].user_id, self.colleague)
        self.assertEqual(log.post_id, self.gate)
        with self.assertRefused(UserError, "as often as it allows"):
            self.move(one)

    def test_twice_counts_once(self):
        """By a second guard, and by the same press sent again."""
        one = self.make_pass(entries=0)
        self.move(one, key="the-same-press")
        for vals in ({"key": "the-same-press"}, {"user": self.colleague}):
            answer = self.move(one, **vals)
            self.assertFalse(answer["done"])
        self.assertEqual((one.entry_count, len(one.log_ids)), (1, 1))
        self.move(one, "out")
        self.assertFalse(self.move(one, "out")["done"])
        self.assertEqual(len(one.log_ids), 2)

    def test_the_way_out_was_not_seen(self):
        one = self.make_pass(entries=0)
        self.move(one)
        self.assertTrue(self.move(one)["again"])
        self.assertTrue(self.move(one, again=True)["done"])
        log = one.log_ids.sorted("id")
        self.assertEqual(log.mapped("direction"), ["in", "out", "in"])
        self.assertEqual(log.mapped("is_missed"), [False, True, False])
        self.assertEqual(one.entry_count, 2)

    def test_turned_away(self):
        one = self.make_pass()
        self.at(one, -1)
        mine = one.with_user(self.guard)
        for _press in range(2):
            mine.gate_turn_away(self.gate.id, "turned-away-1", "was rude")
        self.assertEqual(one.log_ids.direction, "refused")
        self.assertIn("expired", one.log_ids.note)
        self.assertEqual(one.entry_count, 0)

    def test_queries_do_not_grow(self):
        passes = self.env["pm.access.pass"].union(
            *(self.make_pass(visitor_phone=f"1380000010{n}") for n in range(6))
        )
        self.assertQueriesDoNotGrow(
            passes.with_user(self.guard), lambda some: some._gate_answers(self.gate)
        )

    def test_bad_calls(self):
        one = self.make_pass()
        for direction, key in (
            ("sideways", "abcdefgh"),
            ("in", ""),
            ("in", None),
            ("in", {"a": 1}),
            (["in"], "abcdefgh"),
        ):
            with (
                self.subTest(direction=direction, key=key),
                self.assertRefused(UserError, "again"),
            ):
                one.with_user(self.guard).gate_move(direction, self.gate.id, key)
        plain = self.make_gate(self.estate, "Desk", is_gate=False)
        with self.assertRefused(UserError, "Is a Gate"):
            self.move(one, post=plain)

    def test_the_log_is_nobodys_to_write(self):
        one = self.make_pass()
        self.move(one)
        for user in (self.guard, self.manager):
            with self.assertRaises(AccessError):
                one.log_ids.with_user(user).write({"note": "x"})
            with self.assertRaises(AccessError):
                one.log_ids.with_user(user).unlink()
