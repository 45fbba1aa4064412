from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .gate_common import GateCase


@tagged("post_install", "-at_install")
class TestFootage(GateCase):
    """Requests for camera footage."""

    def make(self, user=None, days=2, **vals):
        now = fields.Datetime.now()
        return (
            self.env["pm.footage.request"]
            .with_user(user or self.service)
            .create(
                {
                    "property_id": self.estate.id,
                    "requester": "王小明",
                    "reason": "Scratch on the car",
                    "places": "Garage 1",
                    "period_from": now - timedelta(days=days),
                    "period_to": now - timedelta(days=days, hours=-1),
                    **vals,
                }
            )
        )

    def approved(self, **vals):
        request = self.make(**vals)
        request.action_submit()
        request.with_user(self.manager)._validate_tier()
        return request

    def hand_out(self, request, user=None, **vals):
        return (
            self.env["pm.footage.handout"]
            .with_user(user or self.guard)
            .create(
                {
                    "request_id": request.id,
                    "what": "Garage 1, 10:00-10:20",
                    "recipient": "Officer Li",
                    **vals,
                }
            )
        )

    def test_approved_by_somebody_else(self):
        request = self.make(user=self.manager)
        request.action_submit()
        self.assertEqual(request.state, "approval")
        with self.assertRaises(AccessError):
            request._validate_tier()
        self.assertEqual(self.approved().state, "approved")

    def test_several_at_once_are_each_approved(self):
        both = self.make() | self.make()
        both.action_submit()
        self.assertEqual(both.mapped("state"), ["approval", "approval"])

    def test_nothing_is_shown_before(self):
        request = self.make()
        with self.assertRefused(UserError, "not approved"):
            self.hand_out(request)

    def test_handed_out_and_closed(self):
        request = self.approved()
        with self.assertRefused(UserError, "what was handed out"):
            request.action_close()
        with self.assertRefused(UserError, "on what"):
            self.hand_out(request, kind="handed")
        row = self.hand_out(request, kind="handed", medium="USB 7")
        self.assertEqual(row.user_id, self.guard)
        for user in (self.guard, self.manager):
            with self.assertRaises(AccessError):
                row.with_user(user).write({"recipient": "Nobody"})
            with self.assertRaises(AccessError):
                row.with_user(user).unlink()
        with self.assertRefused(UserError, "Close it"):
            request.action_cancel()
        request.action_close()
        self.assertEqual(request.state, "closed")
        with self.assertRefused(UserError, "not approved"):
            self.hand_out(request)

    def test_the_result_stays_as_it_was_closed(self):
        request = self.approved()
        request.result = "Nothing to be seen"
        request.action_close()
        for user in (self.guard, self.service, self.manager):
            with self.assertRefused(AccessError, "by hand"):
                request.with_user(user).result = "A red car"
        self.assertEqual(request.result, "Nothing to be seen")

    def test_the_police_bring_a_paper(self):
        request = self.make(requester_kind="police")
        with self.assertRefused(UserError, "letter"):
            request.action_submit()
        request.paper = "2026-118"
        request.action_submit()

    def test_what_is_asked_for_stays(self):
        request = self.approved()
        with self.assertRaises(AccessError):
            request.places = "All"

    def warn(self):
        with self.enter_registry_test_mode():
            self.env.ref("pm_maintenance.ir_cron_footage_warn").method_direct_trigger()

    def test_warned_before_it_is_written_over(self):
        late, early = self.make(days=27), self.make(days=2)
        self.assertTrue(late.storage_warning)
        self.assertFalse(early.storage_warning)
        for _round in range(2):
            self.warn()
        self.assertEqual(late.activity_ids.user_id, self.manager | self.service)
        self.assertEqual(len(late.activity_ids), 2)
        self.assertFalse(early.activity_ids)
        with self.assertRefused(UserError, "where it is kept"):
            late.action_preserve()
        late.preserved_note = "Disc 3 in the safe"
        late.action_preserve()
        self.assertFalse(late.storage_warning)
        self.assertFalse(late.activity_ids)

    def test_over_already(self):
        self.assertIn("has begun", self.make(days=31).storage_warning)

    def test_longer_storage(self):
        self.estate.company_id.pm_footage_days = 90
        self.assertFalse(self.make(days=31).storage_warning)

    @mute_logger("odoo.sql_db")
    def test_the_law_sets_the_least(self):
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.estate.company_id.pm_footage_days = 7
            self.env.flush_all()

    def test_no_footage_of_tomorrow(self):
        with self.assertRefused(ValidationError, "not happened"):
            self.make(days=-2)

    def test_plain_staff_see_nothing(self):
        with self.assertRaises(AccessError):
            self.make().with_user(self.staff).read(["requester"])
