import re

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import html2plaintext

from ..common import OrderCase, picture


@tagged("post_install", "-at_install")
class TestFaultPage(OrderCase, HttpCase):
    """The public page behind a code, and the pages of residents."""

    def token_of(self, response):
        return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', response.text)[1]

    def send(self, text="No light", files=None, place=None):
        url = (place or self.building)._report_url()
        path = url[url.index("/fault/") :]
        page = self.url_open(path)
        self.assertEqual(page.status_code, 200)
        data = {"csrf_token": self.token_of(page), "text": text, "name": "李"}
        return self.url_open(f"{path}/send", data=data, files=files)

    def newest(self):
        return self.env["maintenance.request"].search([], order="id desc", limit=1)

    def test_report_and_follow(self):
        response = self.send(files={"photos": ("a.jpg", picture(), "image/jpeg")})
        order = self.newest()
        self.assertEqual(order.property_id, self.building)
        self.assertEqual(order.reporter_name, "李")
        self.assertEqual(len(order.photo_before_ids), 1)
        self.assertEqual(response.status_code, 200)
        self.assertIn(order.number, response.text)

    def test_what_just_fits_is_kept_to_its_end(self):
        """Browsers send two characters for an end of a line, and count one."""
        self.send(text="Dark\r\n" * 397 + "here. The end.")
        self.assertIn("here. The end.", html2plaintext(self.newest().description))

    def test_code_of_a_machine(self):
        """Place and machine are filled in, and the limit of the place holds."""
        machine = self.env["maintenance.equipment"].create(
            {"name": "Lift 3", "pm_code": "L-03", "property_id": self.building.id}
        )
        url = machine._report_url()
        path = url[url.index("/fault/") :]
        page = self.url_open(path)
        for words in ("Lift 3", "L-03", self.building.display_name):
            self.assertIn(words, page.text)
        self.send("The door does not close", place=machine)
        order = self.newest()
        self.assertEqual(order.equipment_id, machine)
        self.assertEqual(order.property_id, self.building)
        visits = self.env["pm.fault.visit"].search_count(
            [("property_id", "=", self.building.id)]
        )
        self.assertEqual(visits, 1)
        # what is archived, or stands nowhere, takes no reports
        machine.active = False
        self.assertEqual(self.url_open(path).status_code, 404)
        machine.write({"active": True, "property_id": False})
        self.assertEqual(self.url_open(path).status_code, 404)
        with self.assertRefused(UserError, "no place"):
            machine.action_print_report_codes()

    def test_labels_of_machines(self):
        machines = self.env["maintenance.equipment"].create(
            [
                {"name": name, "property_id": self.building.id}
                for name in ("Lift 1", "Lift 2")
            ]
        )
        machines.action_print_report_codes()
        tokens = machines.mapped("report_token")
        self.assertEqual(len(set(tokens)), 2)
        page = self.env["ir.actions.report"]._render_qweb_html(
            "pm_maintenance.report_codes_machine", machines.ids
        )[0]
        self.assertEqual(page.count(b"data:image/png;base64,"), 2)
        for words in ("Lift 1", "Lift 2", self.building.display_name):
            self.assertIn(words.encode(), page)

    def test_code_is_needed(self):
        self.send()
        number = self.newest().number.replace("/", "-")
        for code in ("", "WRONG", "é"):
            answer = self.url_open(f"/fault/order/{number}?code={code}")
            self.assertEqual(answer.status_code, 404)

    def test_companies_may_have_the_same_numbers(self):
        self.send()
        first = self.newest()
        company = self.env["res.company"].create({"name": "Second Company"})
        elsewhere = self.make_estate("Far Garden", company_id=company.id)
        answer = self.send(text="Far away", place=elsewhere)
        self.assertEqual(answer.status_code, 200, answer.text)
        second = self.newest()
        self.assertEqual(second.company_id, company)
        second._as_step().number = first.number
        number = first.number.replace("/", "-")
        for order in (first, second):
            page = self.url_open(f"/fault/order/{number}?code={order.access_code}")
            self.assertEqual(page.status_code, 200)
            self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
            self.assertEqual(page.headers["X-Frame-Options"], "DENY")
        page = self.url_open(f"/fault/order/{number}?code=WRONG")
        self.assertEqual(page.status_code, 404)

    def test_codes_are_not_guessed(self):
        """After ten wrong codes from an address not even the right one opens."""
        self.send()
        order = self.newest()
        page = f"/fault/order/{order.number.replace('/', '-')}"
        right = f"{page}?code={order.access_code}"
        for number in range(10):
            self.assertEqual(self.url_open(right).status_code, 200)
            self.assertEqual(self.url_open(f"{page}?code=0{number}").status_code, 404)
        self.assertEqual(self.url_open(right).status_code, 404)

    def test_bad_input(self):
        for token in ("x", "unknown-token-123", "a" * 300, "a%00b"):
            self.assertIn(self.url_open(f"/fault/{token}").status_code, (400, 404))
        answer = self.send(files={"photos": ("a.jpg", b"no picture", "image/jpeg")})
        self.assertEqual(answer.status_code, 400)
        self.assertIn("a.jpg", answer.text)

    def test_limit(self):
        codes = [self.send(f"Report {number}").status_code for number in range(12)]
        self.assertEqual(codes.count(200), 10)
        self.assertEqual(codes[-1], 429)

    def login_resident(self):
        user = new_test_user(
            self.env, "pm_resident", "base.group_portal", partner_id=self.owner.id
        )
        self.authenticate("pm_resident", "pm_resident")
        return user

    def test_portal(self):
        self.login_resident()
        page = self.url_open("/my/repairs/new")
        self.assertIn(self.unit.display_name, page.text)
        data = {
            "csrf_token": self.token_of(page),
            "property_id": self.unit.id,
            "text": "Tap drips",
        }
        page = self.url_open("/my/repairs/send", data=data)
        order = self.newest()
        self.assertEqual(order.partner_id, self.owner)
        self.assertIn(order.number, page.text)
        self.url_open(
            f"/my/repairs/{order.id}/urge", data={"csrf_token": self.token_of(page)}
        )
        self.assertEqual(order.urge_count, 1)

    def test_portal_foreign_place_and_order(self):
        foreign = self.make_order(
            property_id=self.other_unit.id, partner_id=self.make_partner("Else").id
        )
        self.login_resident()
        page = self.url_open("/my/repairs/new")
        before = self.newest()
        self.url_open(
            "/my/repairs/send",
            data={
                "csrf_token": self.token_of(page),
                "property_id": self.other_unit.id,
                "text": "Not mine",
            },
        )
        self.assertEqual(self.newest(), before)
        self.assertEqual(self.url_open(f"/my/repairs/{foreign.id}").status_code, 404)

    def test_consent_is_to_the_amount_on_the_page(self):
        order = self.given_to(self.technician)
        price = self.env["pm.order.price"].create({"name": "Tap", "price": 88.5})
        order.action_accept()
        order.quote_line_ids = [Command.create({"price_id": price.id})]
        order.action_quote_ask()
        self.login_resident()
        page = self.url_open(f"/my/repairs/{order.id}")
        self.assertIn('name="amount" value="88.50"', page.text)
        answer = {"csrf_token": self.token_of(page), "amount": "88.50"}
        # meanwhile it has become dearer, and nobody looked at it again
        order.action_quote_take_back()
        order.quote_line_ids.quantity = 10
        order.action_quote_ask()
        for data in (answer, {"csrf_token": answer["csrf_token"]}):
            page = self.url_open(f"/my/repairs/{order.id}/agree", data=data)
            self.assertIn("has changed", page.text)
            self.assertEqual(order.sudo().quote_state, "asked")
        self.url_open(
            f"/my/repairs/{order.id}/agree", data={**answer, "amount": "885.00"}
        )
        self.assertEqual(order.sudo().quote_state, "agreed")

    def test_portal_acceptance(self):
        order = self.done_by(self.technician)
        self.login_resident()
        page = self.url_open(f"/my/repairs/{order.id}")
        self.url_open(
            f"/my/repairs/{order.id}/accept",
            data={"csrf_token": self.token_of(page), "rating": "4", "text": "Fine"},
        )
        order = order.sudo()
        self.assertEqual((order.state, order.acceptance), ("verified", "customer"))
        self.assertEqual((order.rating, order.rating_text), ("4", "Fine"))
