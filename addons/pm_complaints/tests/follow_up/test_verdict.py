from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import mute_logger

from ..complaints.complaint_common import ComplaintCase
from .follow_up_common import FollowUpFactory


class TestOfComplaints(FollowUpFactory, ComplaintCase):
    """The verdict is asked for by somebody else, and is that of the complaint."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_rules()
        cls.owner.phone = "13812345678"

    def call_of(self, complaint):
        return complaint.sudo().follow_up_ids.with_user(self.colleague)

    def test_asked_when_it_is_answered_and_put_right(self):
        complaint = self.answered()
        call = self.call_of(complaint)
        self.assertEqual(len(call), 1)
        self.assertEqual(call.user_id, self.colleague)
        with self.assertRaises(AccessError):
            call.with_user(self.clerk).action_reached("satisfied")
        call.action_reached("satisfied", "It rings!")
        self.assertEqual(
            (complaint.verdict, complaint.verdict_words, complaint.verdict_user_id),
            ("satisfied", "It rings!", self.colleague),
        )

    def test_not_while_it_is_put_right(self):
        complaint = self.accepted()
        complaint.action_reply("We look into it.")
        call = self.call_of(complaint)
        self.assertEqual(call.state, "todo")
        complaint.action_rectify("New bell", self.worker.id)
        self.assertEqual(call.state, "cancelled")

    def test_not_reached_is_a_reason(self):
        self.rule["complaint"].max_tries = 1
        complaint = self.answered()
        self.call_of(complaint).action_missed()
        self.assertIn("Not reached", complaint.no_verdict_reason)
        self.assertNotIn("verdict", " ".join(complaint._missing_for_close()))

    def test_asked_from_the_complaint(self):
        complaint = self.answered()
        complaint.with_user(self.colleague).action_follow_up("partly", "So so")
        call = self.call_of(complaint)
        self.assertEqual(
            (call.state, call.verdict, call.done_user_id),
            ("done", "partly", self.colleague),
        )
        self.assertFalse(call.is_low)

    def test_said_alone(self):
        complaint = self.answered()
        complaint.sudo()._take_verdict("satisfied", "Fine")
        self.assertEqual(self.call_of(complaint).state, "cancelled")

    def test_low_verdict_said_alone(self):
        complaint = self.ready()
        complaint.action_close()
        complaint.sudo()._take_verdict("unsatisfied", "Too quiet")
        low = self.call_of(complaint).filtered("is_low")
        self.assertEqual((low.event, low.state), ("complaint_low", "todo"))
        self.assertEqual(complaint.state, "investigating")

    def test_not_satisfied_reopens(self):
        """What was closed without a verdict goes on, one level up."""
        complaint = self.answered()
        complaint.write(
            {
                "cause_id": self.cause.id,
                "liability": "ours",
                "action_taken": "A new bell.",
                "no_verdict_reason": "Abroad",
            }
        )
        complaint.action_close()
        call = self.call_of(complaint)
        call.action_reached("unsatisfied", "Too quiet")
        self.assertEqual(complaint.state, "investigating")
        self.assertEqual(complaint.level, "manager")
        self.assertEqual((call.state, call.verdict), ("done", "unsatisfied"))

    def test_partly_satisfied_after_closing(self):
        """What was closed meanwhile is opened again from the call."""
        complaint = self.answered()
        complaint.write(
            {
                "cause_id": self.cause.id,
                "liability": "ours",
                "action_taken": "A new bell.",
                "no_verdict_reason": "Abroad",
            }
        )
        complaint.action_close()
        call = self.call_of(complaint)
        call.action_reached("partly", "Too quiet")
        self.assertEqual(complaint.state, "closed")
        call.action_reopen_complaint()
        self.assertEqual(complaint.state, "investigating")

    def final(self):
        """One that was closed without a verdict, and is over for good."""
        complaint = self.answered()
        complaint.write(
            {
                "cause_id": self.cause.id,
                "liability": "ours",
                "action_taken": "A new bell.",
                "no_verdict_reason": "Abroad",
            }
        )
        complaint.action_close()
        today = self.estate._today()
        complaint.sudo()._as_step().objection_until = today - timedelta(days=1)
        return complaint

    def test_not_satisfied_after_the_days(self):
        """What is over for good stays closed: one new case follows it."""
        complaint = self.final()
        call = self.call_of(complaint)
        call.action_reached("unsatisfied", "Too quiet")
        self.assertEqual(complaint.state, "closed")
        following = complaint.sudo().next_ids
        self.assertEqual(following.description, "Too quiet")
        self.assertEqual(call.action_reopen_complaint()["res_id"], following.id)
        self.assertEqual(complaint.sudo().next_ids, following)
        with self.assertRaisesRegex(UserError, "days to object"):
            complaint.with_user(self.colleague).action_follow_up("satisfied")
        self.assertEqual(complaint.verdict, "unsatisfied")

    def test_asked_by_nobody_who_worked_on_it(self):
        """Also not after it was handed to somebody else."""
        complaint = self.answered()
        complaint.action_assign(self.colleague.id)
        for user in (self.clerk, self.colleague):
            with self.assertRaisesRegex(AccessError, "somebody else asks"):
                complaint.with_user(user).action_follow_up("satisfied", "Yes")
        complaint.with_user(self.manager).action_follow_up("satisfied", "Yes")
        self.assertEqual(complaint.verdict_user_id, self.manager)

    def test_asked_by_nobody_who_had_it(self):
        """Nor by who handed it on without a reply or a measure; who was given it and
        handed it on at once has done nothing."""
        complaint = self.accepted()
        complaint.action_assign(self.manager.id)
        own = complaint.with_user(self.manager)
        own.action_assign(self.colleague.id)
        complaint.with_user(self.colleague).action_urge()
        own.action_assign(self.clerk.id)
        complaint.action_reply("A new bell hangs there.")
        with self.assertRaisesRegex(AccessError, "somebody else asks"):
            complaint.with_user(self.colleague).action_follow_up("satisfied", "Yes")
        own.action_follow_up("satisfied", "Yes")

    def test_who_did_the_work_keeps_off_the_call(self):
        call = self.call_of(self.answered())
        own = call.with_user(self.clerk)
        for vals in ({"verdict": "satisfied"}, {"score": "5"}, {"phone": "1"}):
            with self.assertRaisesRegex(AccessError, "your own work"):
                own.write(vals)
        with self.assertRaisesRegex(AccessError, "your own work"):
            own.answer_ids.yes_no = "yes"
        with self.assertRaisesRegex(AccessError, "your own work"):
            own.action_cancel("Not needed")
        self.assertEqual(call.state, "todo")
        call.write({"verdict": "satisfied", "score": "5"})
        call.answer_ids.yes_no = "yes"
        # who manages the estate may call it off, whoever did the work
        call.complaint_id.action_assign(self.manager.id)
        call.with_user(self.manager).action_cancel("Has moved out")
        self.assertEqual(call.state, "cancelled")

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_hidden_with_its_complaint(self):
        """With its tries, answers and figures; not given to whom it is about."""
        complaint = self.answered()
        call = self.call_of(complaint)
        call.action_again(note="Ill")
        complaint.with_user(self.manager).concerned_user_ids = self.colleague
        self.env.flush_all()
        env = self.env(user=self.colleague)
        with self.assertRaises(AccessError):
            call.read(["words"])
        for model, records in (
            ("pm.follow.up", call),
            ("pm.follow.up.answer", call.sudo().answer_ids),
            ("pm.follow.up.try", call.sudo().try_ids),
        ):
            self.assertTrue(records)
            self.assertFalse(set(env[model].search([]).ids) & set(records.ids))
        self.assertNotEqual(call.sudo().user_id, self.colleague)
        report = self.env["pm.follow.up.report"].with_user(self.manager)
        self.assertIn(call.id, report.search([]).ids)
        complaint.sudo().concerned_user_ids |= self.manager
        self.assertNotIn(call.id, report.search([]).ids)

    def test_hidden_with_what_came_of_it(self):
        call = self.call_of(self.answered()).sudo()
        # HR sees the figures too, and is no manager
        self.clerk.group_ids += self.env.ref("pm_core.group_pm_hr")
        case = self.make_complaint(description="He shouts")
        call._as_step().write(
            {"new_complaint_id": case.id, "user_id": self.colleague.id}
        )
        self.env.flush_all()

        def seen(user):
            self.env.invalidate_all()
            return [
                bool(self.env[model].with_user(user).search([("id", "in", call.ids)]))
                for model in ("pm.follow.up", "pm.follow.up.report")
            ]

        self.assertEqual(seen(self.manager), [True, True])
        self.assertEqual(seen(self.clerk), [True, True])
        case.is_confidential = True
        self.assertEqual(seen(self.manager), [True, True])
        self.assertEqual(seen(self.clerk), [False, False])
        case.concerned_user_ids = self.manager
        self.assertEqual(seen(self.manager), [False, False])


class TestNewCustomers(FollowUpFactory, ComplaintCase):
    """Who moved in is called some days later, once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_rules()
        cls.rule["customer"].days_after = 30
        cls.tenant = cls.make_partner("Tenant", phone="13900001111")

    def moved_in(self, days, **vals):
        day = fields.Date.context_today(self.env.user) - timedelta(days=days)
        return self.make_occupancy(self.unit, self.tenant, day, role="tenant", **vals)

    def found(self):
        made = self.env["pm.follow.up"]._find_new_customers()
        return made.filtered(lambda one: one.partner_id == self.tenant)

    def test_after_the_days(self):
        self.moved_in(31)
        call = self.found()
        self.assertEqual((call.event, call.phone), ("customer", "13900001111"))
        self.assertFalse(self.found())
        call.with_user(self.clerk).action_reached("satisfied", "All well")
        self.assertFalse(self.found())

    def test_not_before_and_not_long_after(self):
        self.moved_in(29)
        self.assertFalse(self.found())
        self.tenant = self.make_partner("Other", phone="13900001112")
        self.moved_in(60)
        self.assertFalse(self.found())

    def test_one_unit_more_is_no_new_customer(self):
        self.make_occupancy(self.building, self.tenant, "2020-01-01", role="tenant")
        self.moved_in(31)
        self.assertFalse(self.found())

    def test_one_that_fails_stops_no_other(self):
        self.moved_in(31)
        opening = self.env.registry["pm.follow.up"]._open
        bad = self.make_partner("Bad", phone="13900001113")
        day = fields.Date.context_today(self.env.user) - timedelta(days=32)
        self.make_occupancy(self.unit, bad, day, role="tenant")

        def fail(follow_ups, event, documents, event_at=None):
            if documents.partner_id == bad:
                raise ValidationError(bad.name)
            return opening(follow_ups, event, documents, event_at)

        with (
            patch.object(self.env.registry["pm.follow.up"], "_open", fail),
            mute_logger("odoo.addons.pm_core.models.shared.pm_cron_mixin"),
        ):
            self.assertEqual(len(self.found()), 1)

    def test_leaver_is_listed(self):
        self.moved_in(31)
        call = self.found()
        call.user_id = self.clerk
        left = self.clerk._pm_work_left()
        self.assertEqual(left[self.estate]["pm.follow.up"], call)
