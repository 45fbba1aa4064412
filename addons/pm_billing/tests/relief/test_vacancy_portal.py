from lxml import html

from odoo.tests import HttpCase, new_test_user

from ..common import BillingCase


class TestVacancyPortal(BillingCase, HttpCase):
    """The page on which an owner asks for a reduction."""

    def test_the_reason_can_be_written(self):
        self.owner.email = "vacancy_owner@example.com"
        new_test_user(
            self.env,
            login="vacancy_owner",
            groups="base.group_portal",
            partner_id=self.owner.id,
        )
        self.authenticate("vacancy_owner", "vacancy_owner")
        page = html.fromstring(self.url_open("/my/vacancy").content)
        form = page.xpath("//form[@action='/my/vacancy/ask']")[0]
        asked = {field.get("name") for field in form.xpath(".//*[@required]")}
        self.assertEqual(asked, {"place", "date_from", "date_to", "reason"})
