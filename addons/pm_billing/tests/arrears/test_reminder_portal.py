from odoo.tests import HttpCase, new_test_user

from .arrears_common import ArrearsCase


class TestReminderPortal(ArrearsCase, HttpCase):
    def test_the_own_ones_only(self):
        dunning = self.dun()
        for partner, login in ((self.owner, "dunned"), (self.owners[1], "other")):
            new_test_user(
                self.env,
                login=login,
                password=login,
                groups="base.group_portal",
                partner_id=partner.id,
                company_id=self.company.id,
                company_ids=self.company.ids,
            )
        line = self.line_of(dunning)
        self.authenticate("dunned", "dunned")
        listed = self.url_open("/my/reminders").text
        self.assertIn(f"/my/reminders/{line.id}", listed)
        page = self.url_open(f"/my/reminders/{line.id}").text
        self.assertIn(line.text, page)
        self.assertIn("/my/invoices?filterby=overdue_invoices", page)
        self.authenticate("other", "other")
        self.assertNotIn(line.text, self.url_open(f"/my/reminders/{line.id}").text)
        self.assertNotIn(
            f'/my/reminders/{line.id}"', self.url_open("/my/reminders").text
        )
