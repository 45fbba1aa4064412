"""Notices: whom they reach, who approves, and when they are published."""

import base64
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..common import CRON_LOGGER
from .notice_common import NoticeCase


@tagged("post_install", "-at_install")
class TestNotice(NoticeCase):
    def test_reaches_who_holds_something_today(self):
        notice = self.make_notice()
        self.assertEqual(notice.preview_count, 3)
        self.assertEqual(notice.preview_no_email, 1)
        self.assertEqual(notice.preview_no_phone, 1)
        notice.to_tenant = False
        self.assertEqual(notice.preview_count, 2)
        notice.write({"to_tenant": True, "property_ids": self.building.ids})
        self.assertEqual(notice._partners(), self.owner | self.tenant)
        shown = self.env["res.partner"].search(notice.action_preview()["domain"])
        self.assertEqual(shown, self.owner | self.tenant)

    def test_the_day_is_that_of_the_estate(self):
        new = self.make_partner("New")
        self.make_occupancy(
            self.building.child_ids[0], new, "2026-11-24", role="family"
        )
        notice = self.make_notice(to_owner=False, to_tenant=False, to_family=True)
        with freeze_time("2026-11-23 15:59:00"):
            self.assertFalse(notice._partners())
        with freeze_time("2026-11-23 16:00:00"):
            self.assertEqual(notice._partners(), new)

    def test_a_manager_approves(self):
        notice = self.make_notice()
        notice.action_submit()
        self.assertEqual(notice.state, "approval")
        self.assertFalse(notice.recipient_ids)
        notice.with_user(self.manager).validate_tier()
        self.assertEqual(notice.state, "published")
        self.assertTrue(notice.name.startswith("NOT/"))
        self.assertEqual(
            notice.recipient_ids.partner_id, self.owner | self.tenant | self.far
        )
        self.assertEqual(set(notice.recipient_ids.mapped("state")), {"portal"})
        self.assertEqual(notice.date_expiry, fields.Date.add(notice._today(), days=7))

    def test_without_an_own_manager_the_company_manager_approves(self):
        boss = self.make_user("notice_boss", "pm_core.group_pm_company_manager")
        notice = self.make_notice()
        notice.action_submit()
        self.assertEqual(notice.sudo().reviewer_ids, self.manager)
        notice.action_withdraw()
        self.manager.pm_estate_ids = self.make_estate("Other")
        notice.action_submit()
        self.assertIn(boss, notice.sudo().reviewer_ids)
        self.assertNotIn(self.manager, notice.sudo().reviewer_ids)
        notice.with_user(boss).validate_tier()
        self.assertEqual(notice.state, "published")

    def test_nobody_publishes_without_approval(self):
        notice = self.make_notice()
        for user in (self.clerk, self.manager):
            with self.assertRefused(UserError, "by hand"):
                notice.with_user(user).state = "published"
        with self.assertRefused(UserError, "by hand"):
            self.make_notice(state="published")

    def test_recipients_are_frozen(self):
        notice = self.publish()
        self.make_occupancy(self.building.child_ids[0], self.gone, role="tenant")
        self.assertNotIn(self.gone, notice.recipient_ids.partner_id)

    def test_what_was_published_is_not_changed(self):
        notice = self.publish()
        with self.assertRefused(UserError, "instead of changing it"):
            notice.with_user(self.manager).body = "<p>On Friday</p>"
        with self.assertRefused(UserError, "stays on file"):
            notice.with_user(self.manager).unlink()
        notice.with_user(self.manager).date_expiry = "2030-01-01"

    def test_refused(self):
        notice = self.make_notice(to_owner=False, to_tenant=False, to_developer=True)
        with self.assertRefused(UserError, "would reach nobody"):
            notice.action_submit()
        with self.assertRefused(ValidationError, "does not belong to"):
            self.make_notice().sudo().property_ids = self.make_estate("Other")
        with self.assertRefused(UserError, "text of the SMS"):
            self.make_notice(by_sms=True, sms_text=" ").action_submit()
        staff = self.make_user("notice_staff", "pm_core.group_pm_user", self.estate)
        with self.assertRefused(AccessError, "not allowed"):
            self.make_notice().with_user(staff).title = "x"

    def test_the_kind_proposes_the_ways(self):
        self.kind.write({"by_email": True, "by_sms": True})
        notice = self.make_notice()
        self.assertTrue(notice.by_email and notice.by_sms)
        self.assertEqual(notice.sms_text, "【Test Garden】Water cut")

    def test_attachments_belong_to_the_notice(self):
        file = (
            self.env["ir.attachment"]
            .with_user(self.clerk)
            .create({"name": "plan.txt", "datas": base64.b64encode(b"x")})
        )
        notice = self.make_notice(attachment_ids=[Command.link(file.id)])
        self.assertEqual((file.res_model, file.res_id), ("pm.notice", notice.id))

    def test_queries_for_the_preview_do_not_grow(self):
        notices = self.env["pm.notice"].concat(*(self.make_notice() for _ in range(20)))
        # of a part of the estate, and for others
        notices[0].property_ids = self.building
        notices[1].write({"to_owner": False, "to_tenant": True})
        self.assertEqual(notices[0]._partners(), self.owner | self.tenant)
        self.assertEqual(notices[1]._partners(), self.tenant)
        self.assertEqual(notices[2]._partners(), self.owner | self.tenant | self.far)
        self.assertEqual(
            notices.mapped("preview_count"), [len(one._partners()) for one in notices]
        )
        self.assertQueriesDoNotGrow(notices, lambda some: some.mapped("preview_count"))


@tagged("post_install", "-at_install")
class TestNoticePlanned(NoticeCase):
    """Approved now, published at a time that was chosen."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2026-11-24 02:00:00"))

    def run_job(self):
        with self.enter_registry_test_mode():
            self.env.ref("pm_core.ir_cron_notice_publish").method_direct_trigger()
        self.env.invalidate_all()

    def plan(self, **vals):
        return self.publish(
            **{"date_planned": "2026-11-25 00:00:00", "by_email": True, **vals}
        )

    def test_waits_for_its_time_and_goes_out_once(self):
        notice = self.plan()
        self.assertEqual(notice.state, "scheduled")
        self.assertTrue(notice.approval_date)
        self.assertFalse(notice.name or notice.recipient_ids or notice.date_published)
        self.run_job()
        self.assertEqual(notice.state, "scheduled")
        new = self.make_partner("New", email="new@example.com")
        self.make_occupancy(self.building.child_ids[0], new, role="tenant")
        with freeze_time("2026-11-25 00:00:00"):
            self.run_job()
            self.assertEqual(notice.state, "published")
            self.assertEqual(str(notice.date_published), "2026-11-25 00:00:00")
            # who holds something on the day of the publication
            self.assertIn(new, notice.recipient_ids.partner_id)
            self.assertEqual(str(notice.date_expiry), "2026-12-02")
            self.run_job()
        self.assertEqual(len(notice.recipient_ids), 4)
        self.assertEqual(notice.waiting_count, 3)

    def test_the_job_is_called_for_the_moment(self):
        self.plan()
        cron = self.env.ref("pm_core.ir_cron_notice_publish")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertIn("2026-11-25 00:00:00", map(str, triggers.mapped("call_at")))

    def test_a_time_that_is_over_at_the_approval(self):
        notice = self.plan(date_planned="2026-11-24 01:00:00")
        self.assertEqual(notice.state, "published")

    def test_stopped_before(self):
        notice = self.plan()
        staff = self.make_user("plan_staff", "pm_core.group_pm_user", self.estate)
        with self.assertRefused(AccessError, "not allowed"):
            notice.with_user(staff).action_withdraw()
        notice.with_user(self.clerk).action_withdraw()
        self.assertEqual(notice.state, "draft")
        self.assertFalse(notice.approval_date)
        with freeze_time("2026-11-25 00:00:00"):
            self.run_job()
        self.assertEqual(notice.state, "draft")
        # what is changed now is approved anew
        notice.title = "Power cut"
        notice.action_submit()
        self.assertEqual(notice.state, "approval")

    def test_what_was_approved_is_not_changed(self):
        notice = self.plan()
        for vals in (
            {"body": "<p>On Friday</p>"},
            {"date_planned": False},
            {"to_family": True},
            {"by_sms": True},
        ):
            with self.assertRefused(UserError, "waits for its publication"):
                notice.with_user(self.manager).write(vals)
        with self.assertRefused(UserError, "by hand"):
            self.make_notice().with_user(self.manager).state = "scheduled"

    def test_a_manager_publishes_it_at_once(self):
        notice = self.plan()
        with self.assertRefused(AccessError, "manager of the estate"):
            notice.with_user(self.clerk).action_publish_now()
        notice.with_user(self.manager).action_publish_now()
        self.assertEqual(notice.state, "published")
        self.assertEqual(str(notice.date_published), "2026-11-24 02:00:00")
        with self.assertRefused(UserError, "this step needs"):
            notice.with_user(self.manager).action_publish_now()
        with self.assertRefused(UserError, "this step needs"):
            notice.with_user(self.clerk).action_withdraw()

    def test_a_plan_after_what_it_is_about(self):
        notice = self.make_notice(
            date_from="2026-11-24 08:00:00",
            date_to="2026-11-24 12:00:00",
            date_planned="2026-11-25 00:00:00",
        )
        with self.assertRefused(UserError, "is over"):
            notice.action_submit()
        notice.date_planned = "2026-11-24 07:00:00"
        notice.action_submit()

    @mute_logger(CRON_LOGGER)
    def test_one_that_cannot_be_published_stops_no_other(self):
        bad, good = self.plan(title="Bad"), self.plan(title="Good")
        Notice = type(self.env["pm.notice"])
        freeze = Notice._freeze_recipients

        def fail(notice):
            if notice.title == "Bad":
                raise ValueError("<no> register")
            freeze(notice)

        with (
            freeze_time("2026-11-25 00:00:00"),
            patch.object(Notice, "_freeze_recipients", fail),
        ):
            self.run_job()
        self.assertEqual(good.state, "published")
        self.assertEqual(bad.state, "draft")
        self.assertFalse(bad.name)
        activity = bad.sudo().activity_ids
        self.assertEqual(activity.user_id, self.clerk)
        self.assertIn("&lt;no&gt; register", activity.note)

    def test_shown_to_the_end_of_the_day_of_the_estate(self):
        notice = self.publish(date_expiry="2026-11-24")
        Notice = self.env["pm.notice"]
        for moment, expired in (
            ("2026-11-24 15:59:59", False),
            ("2026-11-24 16:00:00", True),
        ):
            with freeze_time(moment):
                notice.invalidate_recordset(["is_expired"])
                self.assertEqual(notice.is_expired, expired)
                self.assertEqual(
                    notice in Notice.search([("is_expired", "=", True)]), expired
                )
                self.assertEqual(
                    notice in Notice.search([("is_expired", "=", False)]), not expired
                )
