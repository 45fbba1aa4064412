from datetime import timedelta

from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time
from odoo.tools import mute_logger

from ...models.complaints.pm_complaint_report import MAX_TEXT
from .complaint_common import ComplaintCase


class TestSteps(ComplaintCase):
    """From acceptance to closure, and who may take which step."""

    def test_the_whole_way(self):
        complaint = self.ready()
        complaint.action_close()
        self.assertEqual(complaint.state, "closed")
        self.assertTrue(complaint.closed_at)
        self.assertEqual(
            complaint.step_ids.mapped("step"),
            [
                "report",
                "accept",
                "assign",
                "assign",
                "investigate",
                "rectify",
                "reply",
                "verify",
                "follow_up",
                "close",
            ],
        )
        self.assertEqual(
            complaint.objection_until, fields.Date.add(self.estate._today(), days=15)
        )

    def test_called_plainly(self):
        """As programs call it: no channel of people, no names."""
        complaint = self.env["pm.complaint"].create(
            {
                "kind": "complaint",
                "property_id": self.unit.id,
                "partner_id": self.owner.id,
                "channel_id": self.env.ref("pm_core.pm_channel_app").id,
                "description": "The light in the hall is out.",
            }
        )
        self.assertRegex(complaint.number, r"^TS/\d{4}/\d{5}$")
        complaint.action_accept()
        complaint.action_assign()
        complaint.action_investigate()
        with self.assertRaisesRegex(UserError, "the cause.*what was done.*the reply"):
            complaint.action_close()
        complaint.action_reply("It is on again.")
        complaint.action_rectify("A new lamp")
        complaint.rectification_ids.action_done("done")
        complaint.rectification_ids.action_verify()
        complaint.action_verify()
        complaint.write(
            {"cause": "Old lamp", "liability": "ours", "action_taken": "New lamp"}
        )
        with self.assertRaisesRegex(UserError, "verdict"):
            complaint.action_close()
        complaint.action_follow_up("satisfied")
        complaint.action_close()
        self.assertEqual(complaint.state, "closed")
        complaint.action_reopen("It is out again.")
        self.assertEqual(complaint.state, "investigating")

    def test_acknowledged_at_once(self):
        self.owner.email = "wang@example.com"
        complaint = self.make_complaint(
            self.clerk, channel_id=self.env.ref("pm_core.pm_channel_email").id
        )
        complaint.action_accept()
        message = complaint.sudo().message_to_ids
        self.assertEqual(message.kind, "accept")
        self.assertEqual(message.channel, "email")
        self.assertIn(complaint.number, message.text)
        self.assertIn(complaint.promise, message.text)

    def test_each_thing_that_is_missing_is_named(self):
        for name, value, words in (
            ("cause_id", False, "the cause"),
            ("liability", False, "whose liability"),
            ("action_taken", " ", "what was done"),
        ):
            with self.subTest(name=name):
                complaint = self.ready()
                complaint.write({name: value})
                with self.assertRaisesRegex(UserError, words):
                    complaint.action_close()
                self.assertNotEqual(complaint.state, "closed")

    def test_close_without_verdict(self):
        complaint = self.answered()
        complaint.write(
            {"cause_id": self.cause.id, "liability": "ours", "action_taken": "Bell"}
        )
        with self.assertRaisesRegex(UserError, "verdict, or why there is none"):
            complaint.action_close()
        with self.assertRaisesRegex(UserError, "why there is no verdict"):
            complaint.with_user(self.colleague).action_follow_up()
        complaint.with_user(self.colleague).action_follow_up(
            no_verdict_reason="Not reached, three tries"
        )
        complaint.action_close()
        self.assertEqual(complaint.state, "closed")

    def test_somebody_else_asks(self):
        complaint = self.answered()
        with self.assertRaisesRegex(AccessError, "somebody else asks"):
            complaint.action_follow_up("satisfied")

    def test_not_satisfied_stays_open(self):
        complaint = self.ready()
        complaint.with_user(self.colleague).action_follow_up("unsatisfied", "Too quiet")
        with self.assertRaisesRegex(UserError, "not satisfied"):
            complaint.with_user(self.manager).action_close()
        for _number in range(3):
            complaint.action_escalate("Nothing left")
        self.assertEqual(complaint.level, "company")
        with self.assertRaisesRegex(UserError, "only the company"):
            complaint.with_user(self.manager).action_close()
        complaint.with_user(self.company_manager).action_close()
        self.assertEqual(complaint.state, "closed")

    def test_verified_by_another(self):
        complaint = self.accepted()
        complaint.action_rectify("New bell", self.clerk.id)
        measure = complaint.rectification_ids
        measure.action_done("It hangs there.")
        with self.assertRaisesRegex(AccessError, "somebody else verifies"):
            measure.action_verify()
        with self.assertRaisesRegex(UserError, "not verified by somebody else"):
            complaint.action_verify()
        measure.with_user(self.colleague).action_redo("It is crooked.")
        self.assertEqual((measure.state, measure.redo_count), ("open", 1))
        measure.action_done("Straight.")
        measure.with_user(self.colleague).action_verify()
        complaint.action_verify()
        self.assertEqual(complaint.state, "verified")

    def test_a_worker_sees_the_own_measure_and_nothing_of_the_complaint(self):
        complaint = self.accepted()
        complaint.action_rectify("New bell", self.worker.id)
        complaint.action_rectify("Letter", self.clerk.id)
        mine = self.env["pm.rectification"].with_user(self.worker).search([])
        self.assertEqual(mine.name, "New bell")
        self.assertEqual(mine.number, complaint.number)
        with self.assertRaises(AccessError):
            mine.complaint_id.mapped("name")
        with self.assertRaises(AccessError):
            complaint.with_user(self.worker).read(["description"])
        with self.assertRaises(AccessError):
            mine.write({"name": "Another"})
        mine.write({"result": "Hung up."})
        mine.action_done()
        self.assertEqual(mine.state, "done")

    def test_a_work_order(self):
        complaint = self.accepted()
        complaint.action_rectify("Repair the bell")
        measure = complaint.rectification_ids
        measure.action_make_order()
        order = measure.request_id
        self.assertEqual(order.property_id, self.unit)
        self.assertEqual(order.description, "<p>Repair the bell</p>")
        self.assertFalse(order.partner_id)
        with self.assertRaisesRegex(UserError, "already"):
            measure.action_make_order()
        order.sudo()._take_step("verify", "verified")
        self.assertEqual(measure.state, "done")

    def test_a_serious_reply_is_agreed_to(self):
        complaint = self.accepted(severity="serious")
        complaint.action_reply("We are sorry.")
        self.assertEqual(complaint.state, "approval")
        self.assertFalse(complaint.replied_at)
        self.assertFalse(
            complaint.sudo().message_to_ids.filtered(lambda one: one.kind == "reply")
        )
        reply = complaint.reply_ids
        reply.with_user(self.manager).validate_tier()
        self.assertEqual(reply.state, "approved")
        self.assertEqual(complaint.state, "replied")
        self.assertTrue(complaint.replied_at)
        self.assertIn(
            "We are sorry.",
            complaint.sudo().message_to_ids.filtered(lambda m: m.kind == "reply").text,
        )

    def test_a_reply_that_is_refused(self):
        complaint = self.accepted(severity="serious")
        complaint.action_reply("It is your own fault.")
        complaint.reply_ids.with_user(self.manager).reject_tier()
        self.assertEqual(complaint.state, "investigating")
        self.assertEqual(complaint.reply, "It is your own fault.")
        complaint.action_reply("We look into it.")
        self.assertEqual(complaint.state, "approval")

    def test_template(self):
        complaint = self.accepted()
        complaint.action_draft_reply()
        self.assertIn("王小明", complaint.reply)
        self.assertIn(complaint.number, complaint.reply)
        self.assertNotIn("{", complaint.reply)
        with self.assertRaisesRegex(UserError, "only these words"):
            self.env["pm.complaint.template"].create(
                {"name": "Bad", "body": "{number.__class__}"}
            )

    def test_keywords_suggest(self):
        category = self.env["pm.complaint.category"].create({"name": "Doves"})
        self.env["pm.complaint.keyword"].create(
            {"words": "dovecote, 鸽子，feathers", "category_id": category.id}
        )
        found = self.make_complaint(
            category_id=False, description="楼上养鸽子，feathers everywhere"
        )
        self.assertEqual(found.category_id, category)
        form = Form(self.env["pm.complaint"])
        form.description = "A dovecote"
        self.assertEqual(form.suggested_category_id, category)

    def test_rules_say_who_gets_it(self):
        self.env["pm.complaint.rule"].create(
            {
                "name": "Bells",
                "category_ids": [self.category.id],
                "user_ids": [self.colleague.id],
                "sequence": 0,
            }
        )
        complaint = self.make_complaint(self.clerk)
        complaint.action_accept()
        self.assertEqual(complaint.user_id, self.colleague)
        self.assertIn("Bells", complaint.assign_note)
        self.assertTrue(
            complaint.sudo().activity_ids.filtered(
                lambda one: one.user_id == self.colleague
            )
        )

    def test_who_has_left_has_nothing_left(self):
        complaint = self.accepted()
        self.clerk.active = False
        with self.enter_registry_test_mode():
            self.env.ref(
                "pm_complaints.ir_cron_complaint_assign"
            ).method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(complaint.sudo().user_id, self.colleague)

    def test_whoever_has_the_fewest(self):
        for _number in range(4):
            self.make_complaint(self.clerk).action_accept()
        rows = self.env["pm.complaint"]._loads()
        self.assertEqual(rows[self.clerk.id], rows[self.colleague.id])

    def test_ends(self):
        for step, state, user in (
            ("withdraw", "withdrawn", self.clerk),
            ("invalid", "invalid", self.manager),
        ):
            complaint = self.accepted()
            with self.assertRaisesRegex(UserError, "the reason"):
                getattr(complaint.with_user(user), f"action_{step}")()
            getattr(complaint.with_user(user), f"action_{step}")("It rings again")
            self.assertEqual(complaint.state, state)
            self.assertEqual(
                set(complaint.sudo().sla_clock_ids.mapped("state"))
                & {"running", "paused"},
                set(),
            )
        with self.assertRaisesRegex(AccessError, "by a manager"):
            self.accepted().action_invalid("Nonsense")
        office = self.make_partner("Housing Office", is_company=True)
        complaint = self.accepted()
        with self.assertRaisesRegex(UserError, "name the authority"):
            complaint.action_forward()
        complaint.sudo().action_forward(office.id, "It decides")
        self.assertEqual(complaint.state, "forwarded")

    def test_reopening_keeps_what_was_and_goes_up(self):
        complaint = self.ready()
        complaint.action_close()
        steps = complaint.step_ids
        with self.assertRaisesRegex(UserError, "still wrong"):
            complaint._as_step().write({"verdict_words": False})
            complaint.action_reopen()
        complaint.action_reopen("It is silent again.")
        self.assertEqual(complaint.state, "investigating")
        self.assertEqual(complaint.reopen_count, 1)
        self.assertEqual(complaint.level, "manager")
        self.assertFalse(complaint.verdict)
        self.assertLess(steps, complaint.step_ids)
        self.assertTrue(
            complaint.sudo().activity_ids.filtered(
                lambda one: one.user_id == self.manager
            )
        )

    def test_after_the_days_a_new_case(self):
        complaint = self.ready()
        complaint.action_close()
        later = fields.Datetime.now() + timedelta(days=20)
        with freeze_time(later):
            with self.assertRaisesRegex(UserError, "Make a new case"):
                complaint.action_reopen("Silent again.")
            case = complaint.sudo()._object("Silent again.")
        self.assertEqual(case.previous_id, complaint)
        self.assertEqual(complaint.state, "closed")
        self.assertEqual(case.partner_id, self.owner)

    def test_nobody_deletes_it(self):
        complaint = self.make_complaint()
        with self.assertRaisesRegex(UserError, "stays on record"):
            complaint.unlink()

    def test_without_words(self):
        for words in (False, "", " \n "):
            with self.subTest(words), self.assertRaisesRegex(UserError, "Say in"):
                self.make_complaint(description=words)

    def test_more_than_a_form_shows_stays_as_a_file(self):
        text = "The bell rings. " * 700 + "The end."
        complaint = self.env["pm.complaint"]._report(self.unit, text, channel="phone")
        self.assertEqual(len(complaint.description), MAX_TEXT)
        self.assertEqual(complaint.evidence_ids.raw.decode(), text)
        complaint._add_words(text)
        self.assertEqual(len(complaint.evidence_ids), 2)
        complaint._add_words("And the hall.")
        self.assertEqual(len(complaint.evidence_ids), 2)

    def test_what_was_said_and_found_stays_when_it_is_over(self):
        complaint = self.ready()
        complaint.action_close()
        self.assertEqual(complaint.state, "closed")
        for name, value in (
            ("description", "All is well."),
            ("partner_id", self.make_partner("Somebody Else").id),
            ("findings", "Nothing was broken."),
            ("heard", "Nobody"),
            ("liability", "none"),
            ("action_taken", "Nothing."),
            ("reply", "We did nothing."),
        ):
            for user in (self.clerk, self.manager, self.company_manager):
                with (
                    self.subTest(name=name, user=user.login),
                    self.assertRefused(AccessError, "by hand"),
                ):
                    complaint.with_user(user).write({name: value})
        # how it is counted is put right
        complaint.with_user(self.manager).cause_id = self.cause.copy({"name": "Old"})

    def test_anonymous(self):
        complaint = self.env["pm.complaint"]._report(
            self.unit, "Noise", is_anonymous=True, partner=self.owner
        )
        self.assertFalse(complaint.partner_id or complaint.reporter_name)
        self.assertTrue(complaint.access_code)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(CheckViolation, "anonymous"),
            self.env.cr.savepoint(),
        ):
            complaint.partner_id = self.owner
            self.env.flush_all()

    def test_number_and_code_on_paper(self):
        """For who is at the counter; not by who has worked on it, and noted."""
        complaint = self.accepted(is_anonymous=True, partner_id=False)
        complaint.action_print_slip()
        report = self.env["ir.actions.report"].with_user(self.clerk)
        pages = []
        for number in (1, 2):
            page, _kind = report._render_qweb_html(
                "pm_complaints.complaint_slip", complaint.ids
            )
            pages.append(page)
            # put down by the paper itself, whichever way it was asked for
            steps = complaint.step_ids.filtered(lambda step: step.step == "slip")
            self.assertEqual(len(steps), number)
            self.assertEqual(steps.user_id, self.clerk)
        slips = complaint.sudo().slip_ids
        self.assertEqual(len(set(slips.mapped("code"))), 2)
        self.assertEqual(slips.user_id, self.clerk)
        for slip, page in zip(slips, pages, strict=True):
            self.assertIn(slip.code.encode(), page)
            self.assertNotIn(complaint.sudo().access_code.encode(), page)
        self.assertIn(b"data:image/png;base64,", page)
        # who only handed it out has not worked on it
        complaint.action_assign(self.colleague.id)
        complaint.action_print_slip()
        complaint.with_user(self.colleague).action_investigate("The spring is worn.")
        with self.assertRaisesRegex(AccessError, "somebody else hands"):
            complaint.with_user(self.colleague).action_print_slip()
        with self.assertRaisesRegex(AccessError, "handled by customer service"):
            complaint.with_user(self.worker).action_print_slip()

    def test_earlier_ones_are_shown_kindly(self):
        self.make_complaint()
        complaint = self.make_complaint()
        self.assertEqual(complaint.earlier_count, 1)
        self.assertIn("written about this before", complaint.earlier_hint)

    def test_lists_cost_the_same_for_many(self):
        complaints = self.env["pm.complaint"].concat(
            *(self.make_complaint() for _number in range(4))
        )
        names = ["promise", "sla_state", "display_name", "earlier_hint", "number"]
        self.assertQueriesDoNotGrow(complaints, lambda some: some.read(names))


class TestClocks(ComplaintCase):
    """Promised times: by kind and severity, standing still for the customer only."""

    def clock(self, complaint, code):
        return complaint.sudo().sla_clock_ids.filtered(
            lambda clock: clock.target_id.code == code and clock.state != "stopped"
        )

    def hours(self, complaint, code):
        clock = self.clock(complaint, code)
        return (clock.deadline - clock.started) / timedelta(hours=1)

    def test_times(self):
        """Hangzhou, article 50: an answer within 10 days; the rest is practice."""
        ordinary = self.make_complaint()
        self.assertEqual(self.hours(ordinary, "acknowledge"), 24)
        self.assertEqual(self.hours(ordinary, "reply"), 48)
        self.assertEqual(self.hours(ordinary, "answer"), 240)
        self.assertEqual(self.hours(ordinary, "close"), 168)
        serious = self.make_complaint(severity="serious")
        self.assertEqual(self.hours(serious, "acknowledge"), 2)
        self.assertEqual(self.hours(serious, "answer"), 240)
        self.assertFalse(self.make_complaint(kind="praise").sudo().sla_clock_ids)

    def test_the_authority_has_its_own(self):
        deadline = fields.Datetime.now() + timedelta(hours=30)
        complaint = self.make_complaint(
            hotline_number="12345-1", hotline_deadline=deadline
        )
        self.assertEqual(
            self.clock(complaint, "hotline").deadline, complaint.hotline_deadline
        )

    def test_reached_by_the_steps(self):
        complaint = self.accepted()
        self.assertEqual(self.clock(complaint, "acknowledge").state, "met")
        complaint.action_reply("We look into it.")
        self.assertEqual(self.clock(complaint, "reply").state, "met")
        self.assertEqual(self.clock(complaint, "answer").state, "met")
        self.assertEqual(self.clock(complaint, "close").state, "running")

    def test_standing_still(self):
        complaint = self.accepted()
        with self.assertRaisesRegex(UserError, "what the customer has to"):
            complaint.action_wait()
        complaint.action_wait("A photo")
        self.assertEqual(self.clock(complaint, "reply").state, "paused")
        complaint.sudo()._add_words("Here it is.")
        self.assertFalse(complaint.is_waiting)
        self.assertEqual(self.clock(complaint, "reply").state, "running")

    def test_reopened_runs_on(self):
        complaint = self.ready()
        complaint.action_close()
        self.assertEqual(self.clock(complaint, "close").state, "met")
        complaint.action_reopen("Silent again.")
        self.assertEqual(self.clock(complaint, "close").state, "running")

    def test_escalation_goes_up(self):
        """Clerk at once, manager a day later, area after three, then the company."""
        complaint = self.make_complaint()
        start = fields.Datetime.now()
        watch = self.env.ref("pm_core.ir_cron_sla_watch")
        for hours, level, user in (
            (25, "clerk", self.clerk),
            (49, "manager", self.manager),
            (97, "area", self.area),
            (193, "company", self.company_manager),
        ):
            with freeze_time(start + timedelta(hours=hours)):
                with self.enter_registry_test_mode():
                    watch.method_direct_trigger()
                self.env.invalidate_all()
            self.assertEqual(complaint.level, level)
            self.assertIn(user, complaint.activity_ids.user_id, level)
