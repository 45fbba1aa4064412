"""What residents see of their notices."""

from odoo import Command
from odoo.tests import HttpCase, freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .notice_common import NoticeFactory


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
