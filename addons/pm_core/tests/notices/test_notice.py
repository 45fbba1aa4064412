"""Notices: whom they reach, who approves, sending that happens once, reading."""

import base64
from contextlib import contextmanager
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, TransactionCase, freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from ..common import PropertyFactory

DELIVERY_LOGGER = "odoo.addons.pm_core.models.notices.pm_notice_delivery"


class NoticeFactory(PropertyFactory):
    """An estate with two buildings; owners, a tenant and somebody who moved out."""

    @classmethod
    def _set_up_estate(cls):
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.env.company.country_id = cls.env.ref("base.cn")
        cls.estate = cls.make_estate("Test Garden", tz="Asia/Shanghai")
        first, second = (cls.make_building(cls.estate, code) for code in "12")
        cls.building = first
        one, two = cls.make_unit(first, "1-101"), cls.make_unit(first, "1-102")
        three = cls.make_unit(second, "2-101")
        cls.owner = cls.make_partner(
            "王小明", email="wang@example.com", phone="13800000000"
        )
        cls.tenant = cls.make_partner("Tenant", email="tenant@example.com")
        cls.far = cls.make_partner("Far", phone="13900000000")
        cls.gone = cls.make_partner("Gone", email="gone@example.com")
        # the owner holds two flats and is told once
        cls.make_occupancy(one, cls.owner)
        cls.make_occupancy(two, cls.owner)
        cls.make_occupancy(two, cls.tenant, role="tenant")
        cls.make_occupancy(two, cls.gone, role="tenant", date_to="2021-01-01")
        cls.make_occupancy(three, cls.far)
        cls.clerk = cls.make_user(
            "notice_clerk", "pm_core.group_pm_service", cls.estate
        )
        cls.manager = cls.make_user(
            "notice_manager", "pm_core.group_pm_estate_manager", cls.estate
        )
        cls.kind = cls.env["pm.notice.kind"].create({"name": "Cut", "days": 7})

    @classmethod
    def make_notice(cls, **vals):
        return (
            cls.env["pm.notice"]
            .with_user(cls.clerk)
            .create(
                {
                    "title": "Water cut",
                    "body": "<p>On Thursday from nine to twelve</p>",
                    "kind_id": cls.kind.id,
                    "estate_id": cls.estate.id,
                    **vals,
                }
            )
        )

    @classmethod
    def publish(cls, **vals):
        notice = cls.make_notice(**vals)
        notice.action_submit()
        notice.with_user(cls.manager).validate_tier()
        return notice


class NoticeCase(NoticeFactory, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_estate()

    def send(self):
        with self.enter_registry_test_mode():
            self.env.ref("pm_core.ir_cron_notice_send").method_direct_trigger()
        self.env.invalidate_all()

    def deliveries(self, notice, channel="email"):
        return notice.sudo().recipient_ids.delivery_ids.filtered(
            lambda one: one.channel == channel
        )


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
            with self.assertRefused(UserError, "published by its approval"):
                notice.with_user(user).state = "published"
        with self.assertRefused(UserError, "is a draft"):
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
        with self.assertRefused(UserError, "published by its approval"):
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

    @mute_logger("odoo.addons.pm_core.models.notices.pm_notice")
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


@tagged("post_install", "-at_install")
class TestNoticeSending(NoticeCase):
    def test_by_mail_and_sms(self):
        notice = self.publish(by_email=True, by_sms=True)
        # nothing is sent while publishing
        self.assertFalse(self.deliveries(notice).mail_id)
        self.assertEqual(notice.waiting_count, 4)
        self.assertEqual(notice.failed_count, 2)
        self.send()
        mails = self.deliveries(notice).mail_id
        self.assertEqual(
            sorted(mails.mapped("email_to")), ["tenant@example.com", "wang@example.com"]
        )
        self.assertIn("On Thursday", mails[0].body_html)
        texts = self.deliveries(notice, "sms").sms_id
        # with or without the country, as far as Odoo knows about numbers
        self.assertEqual(
            sorted(number[-11:] for number in texts.mapped("number")),
            ["13800000000", "13900000000"],
        )
        self.assertTrue(texts[0].body.startswith("【Test Garden】Water cut http"))
        without = notice.recipient_ids.filtered(lambda r: r.partner_id == self.far)
        self.assertEqual(without.error, "No valid e-mail address.")

    def test_each_gets_their_own_link(self):
        notice = self.publish(by_email=True)
        self.send()
        for delivery in self.deliveries(notice).filtered("mail_id"):
            self.assertIn(delivery.recipient_id._link(), delivery.mail_id.body_html)
        self.assertEqual(
            len(set(notice.recipient_ids.sudo().mapped("access_token"))), 3
        )

    def test_nothing_is_handed_over_twice(self):
        notice = self.publish(by_email=True)
        self.send()
        mails = self.deliveries(notice).mail_id
        self.send()
        self.assertEqual(self.deliveries(notice).mail_id, mails)
        self.assertEqual(
            self.env["mail.mail"].search_count([("subject", "ilike", "Water cut")]), 2
        )

    def test_what_became_of_it(self):
        notice = self.publish(by_email=True, by_sms=True)
        self.send()
        first, second = self.deliveries(notice).mail_id
        first.state = "sent"
        second.write({"state": "exception", "failure_reason": "mailbox full"})
        one, two = self.deliveries(notice, "sms").sms_id
        one.write({"state": "sent", "to_delete": True})
        two.write({"state": "error", "failure_type": "sms_credit"})
        self.send()
        self.assertEqual(notice.sent_count, 2)
        self.assertEqual(
            sorted(self.deliveries(notice).filtered("error").mapped("error")),
            ["No valid e-mail address.", "The e-mail could not be sent. mailbox full"],
        )
        self.assertIn(
            "Insufficient Credit", self.deliveries(notice, "sms").mapped("error")
        )
        self.assertFalse(first.exists())

    def test_failed_ones_are_sent_again_to_the_new_address(self):
        notice = self.publish(by_email=True)
        self.send()
        self.assertEqual(notice.failed_count, 1)
        self.far.email = "far@example.com"
        notice.with_user(self.clerk).action_resend_failed()
        self.send()
        self.assertEqual(len(self.deliveries(notice).mail_id), 3)
        self.assertEqual(notice.failed_count, 0)
        with self.assertRefused(UserError, "Nothing failed"):
            notice.with_user(self.clerk).action_resend_failed()

    @mute_logger(DELIVERY_LOGGER)
    def test_a_bad_recipient_stops_no_other(self):
        notice = self.publish(by_email=True)
        Delivery = type(self.env["pm.notice.delivery"])
        values = Delivery._mail_values

        def fail_for_tenant(delivery):
            if delivery.recipient_id.partner_id == self.tenant:
                raise ValueError("no such template")
            return values(delivery)

        with patch.object(Delivery, "_mail_values", fail_for_tenant):
            self.send()
        states = {
            one.recipient_id.partner_id: one.state for one in self.deliveries(notice)
        }
        self.assertEqual(states[self.owner], "queued")
        self.assertEqual(states[self.tenant], "failed")
        self.assertIn("no such template", self.deliveries(notice).mapped("detail"))

    def test_killed_between_two_batches(self):
        notice = self.publish(by_email=True)
        # the job dies while it hands over: its transaction is rolled back
        Delivery = type(self.env["pm.notice.delivery"])
        done = []

        @contextmanager
        def dying():
            queue = Delivery._queue_email

            def die(deliveries):
                queue(deliveries)
                done.append(len(deliveries))
                raise KeyboardInterrupt

            with patch.object(Delivery, "_queue_email", die):
                yield

        waiting = self.deliveries(notice).filtered(lambda one: one.state == "outgoing")
        with dying(), self.assertRaises(KeyboardInterrupt), self.env.cr.savepoint():
            waiting._hand_over()
        self.env.invalidate_all()
        self.assertEqual(done, [2])
        self.assertFalse(waiting.mail_id)
        self.send()
        self.assertEqual(
            self.env["mail.mail"].search_count([("subject", "ilike", "Water cut")]), 2
        )

    def test_taking_back_stops_what_was_not_handed_over(self):
        notice = self.publish(by_email=True)
        with self.assertRefused(AccessError, "not allowed"):
            notice.with_user(
                self.make_user("st", "pm_core.group_pm_user", self.estate)
            ).action_cancel()
        notice.with_user(self.manager).action_cancel()
        self.assertEqual(notice.state, "cancelled")
        self.send()
        self.assertFalse(self.deliveries(notice).mail_id)
        self.assertFalse(
            self.env["mail.mail"].search([("subject", "ilike", "Water cut")])
        )

    def test_queries_for_the_figures_do_not_grow(self):
        notices = self.env["pm.notice"].union(*(self.publish() for _ in range(3)))
        notices.invalidate_recordset()
        with self.assertQueryCount(5):
            self.assertEqual(sum(notices.mapped("recipient_count")), 9)


@tagged("post_install", "-at_install")
class TestNoticePortal(NoticeFactory, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_estate()
        cls.resident = new_test_user(
            cls.env, "notice_resident", "base.group_portal", partner_id=cls.owner.id
        )
        cls.neighbour = new_test_user(
            cls.env, "notice_neighbour", "base.group_portal", partner_id=cls.far.id
        )

    def test_the_recipient_reads_it_and_nobody_else(self):
        notice = self.publish(property_ids=self.building.ids)
        recipient = notice.recipient_ids.filtered(lambda r: r.partner_id == self.owner)
        self.authenticate("notice_neighbour", "notice_neighbour")
        self.assertNotIn("Water cut", self.url_open("/my/notices").text)
        self.assertNotIn("On Thursday", self.url_open(f"/my/notices/{notice.id}").text)
        self.authenticate("notice_resident", "notice_resident")
        page = self.url_open("/my/notices").text
        self.assertIn("Water cut", page)
        self.assertFalse(recipient.read_date)
        self.assertIn("On Thursday", self.url_open(f"/my/notices/{notice.id}").text)
        recipient.invalidate_recordset()
        self.assertTrue(recipient.read_date)
        read = recipient.read_date
        self.url_open(f"/my/notices/{notice.id}")
        recipient.invalidate_recordset()
        self.assertEqual(recipient.read_date, read)
        self.assertEqual(notice.read_count, 1)
        self.assertAlmostEqual(notice.read_rate, 50)

    def test_the_newest_first_and_no_trail_of_another(self):
        with freeze_time("2026-11-01"):
            self.publish(title="Older")
        with freeze_time("2026-11-02"):
            self.publish(title="Newer")
        self.authenticate("notice_resident", "notice_resident")
        page = self.url_open("/my/notices").text
        self.assertLess(page.index("Newer"), page.index("Older"))
        self.assertEqual(page.count("Older"), 1)

    def test_what_is_over_moves_out_of_the_way(self):
        past = self.publish(title="Last week", date_expiry="2020-01-01")
        self.publish(title="This week", date_expiry="2099-01-01")
        self.publish(title="Rules", kind_id=self.kind.copy({"days": 0}).id)
        self.authenticate("notice_resident", "notice_resident")
        page = self.url_open("/my/notices").text
        self.assertIn("This week", page)
        self.assertIn("Rules", page)
        self.assertNotIn("Last week", page)
        page = self.url_open("/my/notices?filterby=earlier").text
        self.assertIn("Last week", page)
        self.assertNotIn("This week", page)
        # the link that was sent goes on working
        token = past.recipient_ids[0].sudo().access_token
        self.assertIn("On Thursday", self.url_open(f"/notice/{token}").text)
        self.assertEqual(self.url_open("/my/notices?filterby=x").status_code, 200)

    def test_by_the_link_without_a_login(self):
        notice = self.publish()
        recipient = notice.recipient_ids.filtered(lambda r: r.partner_id == self.far)
        token = recipient.sudo().access_token
        self.assertIn("On Thursday", self.url_open(f"/notice/{token}").text)
        recipient.invalidate_recordset()
        self.assertTrue(recipient.read_date)
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open(f"/notice/{token}x").status_code, 404)
            notice.with_user(self.manager).action_cancel()
            self.assertEqual(self.url_open(f"/notice/{token}").status_code, 404)

    def test_times_are_those_of_the_estate(self):
        notice = self.publish(date_from="2026-11-26 01:00:00")
        token = notice.recipient_ids[0].sudo().access_token
        self.assertIn("09:00 AM", self.url_open(f"/notice/{token}").text)

    def test_files_open_for_who_has_the_link(self):
        file = (
            self.env["ir.attachment"]
            .with_user(self.clerk)
            .create({"name": "plan.txt", "raw": b"a plan"})
        )
        notice = self.publish(attachment_ids=[Command.link(file.id)])
        token = notice.recipient_ids[0].sudo().access_token
        self.url_open(f"/notice/{token}")
        file.invalidate_recordset()
        address = f"/web/content/{file.id}?download=true"
        answer = self.url_open(f"{address}&access_token={file.sudo().access_token}")
        self.assertEqual(answer.content, b"a plan")
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open(address).status_code, 404)

    def test_residents_have_no_right_on_the_records(self):
        notice = self.publish()
        for record in (notice, notice.recipient_ids[0]):
            self.assertFalse(record.with_user(self.resident).has_access("read"))
