from odoo.exceptions import AccessError, UserError

from .complaint_common import ComplaintCase


class TestCallable(ComplaintCase):
    """The calls that other programs are written against, by the people whose steps
    they are, and refused to those whose they are not."""

    def refuses(self, case, user, *steps):
        for step in steps:
            with self.subTest(step, user=user.login), self.assertRaises(AccessError):
                getattr(case.with_user(user), step)()

    def lacks(self, case, words):
        with self.assertRaisesRegex(UserError, words):
            case.action_close()

    def test_as_the_people_whose_steps_they_are(self):
        case = (
            self.env["pm.complaint"]
            .with_user(self.clerk)
            .create(
                {
                    "kind": "complaint",
                    "property_id": self.unit.id,
                    "partner_id": self.owner.id,
                    "channel_id": self.env.ref("pm_core.pm_channel_phone").id,
                    "description": "The light in the hall is out.",
                }
            )
        )
        self.assertEqual((case.state, case.kind), ("new", "complaint"))
        self.refuses(case, self.worker, "action_accept")
        case.action_accept()
        self.assertTrue(case.accepted_at)
        self.refuses(case, self.worker, "action_assign", "action_investigate")
        case.with_user(self.manager).action_assign()
        self.assertEqual(case.state, "assigned")
        handler = case.user_id
        other = (self.clerk | self.colleague) - handler
        self.assertEqual(len(other), 1)
        case = case.with_user(handler)
        # it is the handler's: another clerk looks into nothing
        self.refuses(case, other, "action_investigate", "action_reply", "action_close")
        case.action_investigate()
        self.assertEqual(case.state, "investigating")
        case.write({"liability": "ours"})
        self.lacks(case, "the cause.*what was done.*the reply.*the customer's verdict")
        with self.assertRaisesRegex(UserError, "the reply"):
            case.action_reply()
        case.action_reply("We change the lamp.")
        self.assertEqual(case.state, "replied")
        with self.assertRaisesRegex(UserError, "the measure"):
            case.action_rectify()
        case.action_rectify("A new lamp", self.worker.id)
        self.assertEqual(case.state, "rectifying")
        with self.assertRaisesRegex(UserError, "not verified by somebody else"):
            case.action_verify()
        measure = case.rectification_ids
        measure.with_user(self.worker).action_done("It is on.")
        self.refuses(measure, self.worker, "action_verify")
        measure.with_user(other).action_verify("Seen.")
        case.action_verify()
        self.assertEqual(case.state, "verified")
        self.refuses(case, handler, "action_follow_up")
        self.lacks(case, "the customer's verdict")
        case.with_user(other).action_follow_up("satisfied")
        whole = {"cause": "Old lamp", "action_taken": "A new lamp"}
        for name, words in (("cause", "the cause"), ("action_taken", "what was done")):
            case.write({**whole, name: False})
            self.lacks(case, f"Missing: {words}\\.")
        case.write(whole)
        self.refuses(case, self.worker, "action_close")
        case.action_close()
        self.assertEqual(case.state, "closed")
        self.refuses(case, self.worker, "action_reopen")
        case.with_user(other).action_reopen("It is out again.")
        self.assertEqual((case.state, case.reopen_count), ("investigating", 1))
        # each step is there, with who took it
        taken = [(step.step, step.user_id) for step in case.sudo().step_ids]
        for step, user in (
            ("accept", self.clerk),
            ("investigate", handler),
            ("reply", handler),
            ("rectify", handler),
            ("verify", handler),
            ("follow_up", other),
            ("close", handler),
            ("reopen", other),
        ):
            self.assertIn((step, user), taken)

    def test_each_goes_once(self):
        """Called again where its state has passed, a step says so and changes
        nothing."""
        case = self.ready()
        steps = case.step_ids
        with self.assertRaises(UserError):
            case.action_accept()
        case.action_close()
        for name in ("action_close", "action_investigate", "action_verify"):
            with self.subTest(name), self.assertRaises(UserError):
                getattr(case, name)()
        self.assertEqual((case.step_ids - steps).mapped("step"), ["close"])

    def test_closed_state_is_no_column_of_clients(self):
        """The state is written by steps, whichever way a client comes."""
        case = self.accepted()
        for values in ({"state": "closed"}, {"verdict": "satisfied"}):
            with self.subTest(values), self.assertRaises(AccessError):
                case.write(values)
