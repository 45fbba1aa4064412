import inspect
import json
import re
import threading
from unittest.mock import patch
from urllib.parse import quote

from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged

from ..common import PropertyFactory

# what no parameter may be; each with what a browser would send for it
TEXTS = ("a\x00b", "😀", "x" * 5000, "1e9", "")
PATHS = ("%00", "a%0Ab", "a%0D%0AX-Evil:%201", "%F0%9F%98%80", "%ED%A0%80", "x" * 2000)
NUMBERS = ("0", "-1", "2147483648", "9223372036854775808", "1" * 40)
# what comes where a page should send a text
JSON_VALUES = (
    {"a": 1},
    ["a"],
    10**40,
    1.5,
    True,
    None,
    "a\x00b",
    "\ud800",
    "😀",
    {},
)


@tagged("post_install", "-at_install")
class TestAddresses(PropertyFactory, HttpCase):
    """Whatever is sent to an address of ours, the answer is one, and no error 500.

    All routes are looked up, so that a new one is tried by being there. What an address
    names is here as a value that exists; what is not named here is 1.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.estate = cls.make_estate("Test Garden")
        cls.resident = new_test_user(
            cls.env,
            login="pm_addresses",
            password="pm_addresses",
            groups="base.group_portal",
        )
        customer = cls.resident.partner_id
        cls.make_occupancy(cls.estate, customer)
        contract = cls.make_contract(cls.estate, partner_id=customer.id)
        contract.sudo().state = "approved"
        contract._assign_number()
        party = contract.party_ids.filtered(lambda party: not party.is_company)
        party._ensure_sign_token()
        plan = cls.env["pm.service.plan"].create(
            {"title": "Plan", "estate_id": cls.estate.id, "partner_id": customer.id}
        )
        plan._portal_ensure_token()
        plan.sudo().write({"state": "presented", "presented_date": "2026-01-01"})
        notice = cls.env["pm.notice"].create(
            {
                "title": "Water",
                "kind_id": cls.env["pm.notice.kind"].search([], limit=1).id,
                "body": "x",
                "estate_id": cls.estate.id,
            }
        )
        cls.good = {
            "page": "1",
            "contract_id": str(contract.id),
            "plan_id": str(plan.id),
            "notice_id": str(notice.id),
            "account_id": "1",
            "token": party.sudo().sign_token,
            "survey_token": "x",
            "answer_token": "y",
        }

    def rules(self):
        """Return [(rule, endpoint)] of the addresses that our addons answer."""
        http = self.env["ir.http"]
        # as in a thread that serves; the map is logged under its name
        thread = threading.current_thread()
        with patch.object(thread, "dbname", self.env.cr.dbname, create=True):
            rules = list(http.routing_map().iter_rules())
        return [
            (rule, rule.endpoint) for rule in rules if http._pm_is_ours(rule.endpoint)
        ]

    def fill(self, rule, values):
        """Return the address with ``values``, written as they travel."""

        def value(found):
            converter, name = found.groups()
            choice = re.fullmatch(r"any\((\w+).*\)", converter or "")
            return values.get(name) or (choice[1] if choice else "1")

        return re.sub(r"<(?:([^<>:]+):)?(\w+)>", value, rule.rule)

    def answer(self, method, address, **options):
        response = self.url_open(
            address, method=method, allow_redirects=False, timeout=120, **options
        )
        self.assertLess(response.status_code, 500, f"{method} {address} {options}")
        self.assertNotIn("X-Evil", response.headers)
        return response

    def answer_json(self, address, params):
        response = self.answer(
            "POST",
            address,
            data=json.dumps({"params": params}),
            headers={"Content-Type": "application/json"},
        )
        self.assertNotIn("Traceback", response.text, f"{address} {params}")
        return response

    def test_all_routes_are_found(self):
        addresses = {rule.rule for rule, _endpoint in self.rules()}
        self.assertLessEqual(
            {
                "/notice/<string:token>",
                "/my/service-plans/<int:plan_id>/accept",
                "/property-contracts/sign/<string:token>/pdf",
            },
            addresses,
        )

    def each_login(self):
        for login in (None, "pm_addresses"):
            self.authenticate(login, login)
            yield login or "nobody"

    def test_paths(self):
        for login in self.each_login():
            for rule, endpoint in self.rules():
                for name in rule.arguments:
                    number = f"<int:{name}>" in rule.rule
                    for value in NUMBERS if number else PATHS:
                        address = self.fill(rule, {**self.good, name: value})
                        with self.subTest(login=login, address=address[:80]):
                            if endpoint.routing["type"] == "jsonrpc":
                                self.answer_json(address, {})
                            else:
                                self.answer("GET", address)

    def test_parameters(self):
        """As who may see all of it, so that each parameter is reached."""
        self.authenticate("pm_addresses", "pm_addresses")
        for rule, endpoint in self.rules():
            names = set(inspect.signature(endpoint.func).parameters)
            names -= {"kw", "kwargs", "post", *rule.arguments, "ufile"}
            for name in names | {"anything"}:
                with self.subTest(route=rule.rule, name=name):
                    self.try_parameter(rule, endpoint, name)

    def try_parameter(self, rule, endpoint, name):
        address = self.fill(rule, self.good)
        if endpoint.routing["type"] == "jsonrpc":
            for value in JSON_VALUES:
                # the other parameters are right, so that this one is reached
                params = {"name": "A", "signature": "iVBORw0KGgo=", name: value}
                self.answer_json(address, params)
            return
        if "POST" not in (endpoint.routing["methods"] or ()):
            for value in TEXTS:
                self.answer("GET", f"{address}?{name}={quote(value)}")
            return
        data = {"csrf_token": Request.csrf_token(self)}
        for value in TEXTS:
            self.answer("POST", address, data={**data, name: value})
        file = {name: ("a.txt", b"file")}
        response = self.answer("POST", address, data=data, files=file)
        asked = inspect.signature(endpoint.func).parameters.get(name)
        if asked and asked.default is not asked.empty:
            self.assertEqual(response.status_code, 400, f"{address} {name}")

    def test_a_token_of_the_session_may_be_anything(self):
        for rule, endpoint in self.rules():
            if "POST" in (endpoint.routing["methods"] or ()):
                with self.subTest(route=rule.rule):
                    address = self.fill(rule, self.good)
                    self.answer("POST", address, data={"csrf_token": "😀"})

    def test_json_that_is_no_object(self):
        for rule, endpoint in self.rules():
            if endpoint.routing["type"] == "jsonrpc":
                for params in ([], "x", 3, None):
                    with self.subTest(route=rule.rule, params=params):
                        self.answer_json(self.fill(rule, self.good), params)

    def test_a_name_that_is_no_text_is_named(self):
        address = f"/my/service-plans/{self.good['plan_id']}/accept"
        self.authenticate("pm_addresses", "pm_addresses")
        response = self.answer_json(address, {"name": {"a": 1}, "signature": "x"})
        self.assertIn("'name'", response.json()["result"]["error"])

    def test_pages_are_not_shown_inside_other_sites(self):
        for rule, endpoint in self.rules():
            if endpoint.routing["type"] == "http" and not endpoint.routing["methods"]:
                with self.subTest(route=rule.rule):
                    response = self.answer("GET", self.fill(rule, self.good))
                    if (
                        response.status_code == 200
                        and "html" in (response.headers["Content-Type"])
                    ):
                        self.assertEqual(
                            response.headers["Content-Security-Policy"],
                            "frame-ancestors 'self'",
                        )
                        self.assertIn("X-Frame-Options", response.headers)
