import re

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from ..common import OrderCase, picture


@tagged("post_install", "-at_install")
class TestContractor(OrderCase, HttpCase):
    """The pages of a contractor: its own orders, its own steps, and nobody's phone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.firm = cls.make_partner(
            "Lift Service Ltd", is_company=True, email="lift@example.com"
        )
        cls.rival = cls.make_partner("Rival Ltd", is_company=True)
        cls.contract = cls.make_contract(
            cls.estate, kind="supplier", partner_id=cls.firm.id
        )
        cls.worker = cls.make_worker("pm_contractor", cls.firm)
        cls.other = cls.make_worker("pm_rival", cls.rival)
        cls.owner.phone = "13800000000"
        cls.order = cls.give(cls.make_order())

    @classmethod
    def make_worker(cls, login, firm):
        person = cls.env["res.partner"].create(
            {"name": login, "parent_id": firm.id, "email": f"{login}@example.com"}
        )
        return new_test_user(cls.env, login, "base.group_portal", partner_id=person.id)

    @classmethod
    def give(cls, order, firm=None):
        order.supplier_id = firm or cls.firm
        order.with_user(cls.dispatcher).action_dispatch()
        return order

    def open(self, path, login="pm_contractor"):
        self.authenticate(login, login)
        return self.url_open(path)

    def step(self, step, order=None, login="pm_contractor", files=None, **data):
        order = order or self.order
        self.authenticate(login, login)
        page = self.url_open("/my/work-orders")
        token = re.search(r'csrf_token: "([^"]+)"', page.text)[1]
        answer = self.url_open(
            f"/my/work-orders/{order.id}/{step}",
            data={"csrf_token": token, **data},
            files=files,
        )
        order.invalidate_recordset()
        return answer

    def test_whole_way(self):
        self.assertIn(self.order.name, self.open("/my/work-orders").text)
        for step, state in (
            ("accept", "accepted"),
            ("travel", "travelling"),
            ("arrive", "on_site"),
        ):
            self.step(step)
            self.assertEqual(self.order.state, state)
        self.step("pause", reason_id=self.reason.id)
        self.assertEqual(self.order.pause_reason_id, self.reason)
        self.step("resume")
        self.step("hours", name="Helper", hours="1.5")
        self.step(
            "done",
            result="New rope",
            files={"photos": ("a.jpg", picture(), "image/jpeg")},
        )
        self.assertEqual(self.order.state, "done")
        self.assertEqual(self.order.result, "New rope")
        self.assertEqual(len(self.order.photo_after_ids), 1)
        self.assertEqual(
            sorted(self.order.work_ids.mapped("worker_name")),
            ["Helper", self.worker.name, self.worker.name],
        )
        self.assertEqual(
            self.order.step_ids.filtered(lambda step: step.step == "done").user_id,
            self.worker,
        )
        photo = self.order.photo_after_ids
        answer = self.open(f"/my/work-orders/{self.order.id}/photo/{photo.id}")
        self.assertEqual(answer.content, picture())

    def test_service_with_checklist_reading_and_papers(self):
        machine = self.env["maintenance.equipment"].create(
            {"name": "Lift 1", "property_id": self.building.id}
        )
        self.category.needs_paper = True
        plan = self.env["pm.maintenance.plan"].create(
            {
                "name": "Upkeep",
                "equipment_id": machine.id,
                "fault_category_id": self.category.id,
                "schedule_start": fields.Date.today(),
                "meter_kind": "starts",
                "meter_every": 1000,
                "item_ids": [
                    Command.create({"name": "Brake moves freely"}),
                    Command.create({"name": "Lock", "kind": "number", "unit": "mm"}),
                ],
            }
        )
        order = self.give(plan._generate())
        for step in ("accept", "arrive"):
            self.step(step, order)
        brake, lock = order.check_ids
        page = self.open(f"/my/work-orders/{order.id}").text
        for words in ("Brake moves freely", "Lock", "mm"):
            self.assertIn(words, page)
        self.assertEqual(self.step("done", order).status_code, 400)
        self.step("checks", order, **{f"done{brake.id}": "1", f"value{lock.id}": "x"})
        self.assertFalse(brake.is_done, "all of the page or nothing")
        self.step("checks", order, **{f"done{brake.id}": "1", f"value{lock.id}": "7.5"})
        self.assertEqual(order.check_ids.user_id, self.worker)
        self.assertEqual((brake.is_done, lock.value), (True, "7.5"))
        # what another firm sends for it is nobody's
        page = self.step("checks", order, login="pm_rival", **{f"note{lock.id}": "?"})
        self.assertEqual(page.status_code, 404)
        self.step("reading", order, kind="starts", value="4711")
        self.assertEqual(machine.reading_ids.value, 4711)
        self.step(
            "paper",
            order,
            files={"papers": ("sheet.pdf", b"%PDF-1.4 sheet", "application/pdf")},
        )
        self.assertEqual(order.paper_ids.name, "sheet.pdf")
        self.step("done", order)
        self.assertEqual(order.state, "done")
        self.assertFalse(order._without_papers())

    def test_permit_is_asked_for_here_and_issued_by_the_company(self):
        self.category.write({"permit": "hot", "permit_hours": 8})
        self.estate.tz = "Asia/Shanghai"
        self.step("accept")
        page = self.open(f"/my/work-orders/{self.order.id}").text
        self.assertIn("The work begins when this permit is issued", page)
        self.assertEqual(self.step("arrive").status_code, 400)
        for wrong in (
            {"kind": "hot", "measures": " "},
            {"kind": "magic", "measures": "Watch"},
            {"kind": "hot", "measures": "Watch", "begin": "tomorrow"},
            {"kind": "hot", "measures": "Watch", "hours": "9"},
            {"kind": "hot", "measures": "Watch", "hours": "x"},
        ):
            self.assertEqual(self.step("permit", **wrong).status_code, 400, wrong)
        self.assertFalse(self.order.permit_ids)
        self.step("permit", kind="hot", measures="Watch, extinguisher")
        permit = self.order.permit_ids
        self.assertEqual(permit.state, "draft")
        self.assertEqual(permit.create_uid, self.worker)
        self.assertEqual((permit.valid_to - permit.valid_from).total_seconds(), 28800)
        # asking is not issuing
        self.assertEqual(self.step("arrive").status_code, 400)
        with self.assertRaises(AccessError):
            permit.with_user(self.worker).action_issue()
        asked = self.order.activity_ids.filtered(
            lambda one: one.user_id == self.dispatcher and "permit" in one.summary
        )
        self.assertIn(self.worker.name, " ".join(asked.mapped("summary")))
        permit.with_user(self.dispatcher).action_issue()
        self.step("arrive")
        self.assertEqual(self.order.state, "on_site")
        self.assertEqual(self.step("done", result="Welded").status_code, 400)
        self.assertEqual(self.step("permit_close", permit_id="1").status_code, 400)
        self.step("permit_close", permit_id=permit.id)
        self.assertEqual((permit.state, permit.closed_by_id), ("closed", self.worker))
        # for tomorrow, by the clock of the estate
        self.step(
            "permit",
            kind="height",
            measures="Rope",
            begin="2031-05-01T08:00",
            hours="4",
        )
        later = self.order.permit_ids.filtered(lambda one: one.kind == "height")
        self.assertEqual(str(later.valid_from), "2031-05-01 00:00:00")
        self.assertEqual(str(later.valid_to), "2031-05-01 04:00:00")

    def test_permit_of_an_order_that_is_not_theirs(self):
        answer = self.step("permit", login="pm_rival", kind="hot", measures="Watch")
        self.assertEqual(answer.status_code, 404)
        self.assertFalse(self.order.permit_ids)

    def test_only_theirs(self):
        foreign = self.give(self.make_order(), self.rival)
        ours = self.given_to(self.technician).sudo()
        for order in (foreign, ours):
            before = order.state
            path = f"/my/work-orders/{order.id}"
            self.assertEqual(self.open(path).status_code, 404)
            self.assertEqual(self.step("accept", order).status_code, 404)
            self.assertEqual(order.state, before)
        self.assertNotIn(foreign.number, self.open("/my/work-orders").text)
        # a photo of an order that is theirs is no key to others
        self.order._pm_keep_files("photo_before_ids", [("a.jpg", picture())])
        photo = self.order.photo_before_ids
        path = f"/my/work-orders/{foreign.id}/photo/{photo.id}"
        self.assertEqual(self.open(path, "pm_rival").status_code, 404)

    def test_customer_is_shown_while_there_is_reason_to_come(self):
        page = self.open(f"/my/work-orders/{self.order.id}").text
        self.assertIn(self.owner.phone, page)
        for step in ("accept", "arrive", "done"):
            self.step(step)
        page = self.open(f"/my/work-orders/{self.order.id}").text
        self.assertIn(self.order.number, page)
        for secret in (self.owner.phone, self.owner.name):
            self.assertNotIn(secret, page)

    def test_where_the_phone_was(self):
        """If it says so; nonsense is refused, and nothing is nothing."""
        for step in ("accept", "travel"):
            self.step(step)
        wrong = self.step("arrive", latitude="north", longitude="121.5")
        self.assertEqual(wrong.status_code, 400)
        self.step("arrive", latitude="31.2", longitude="121.5")
        arrived = self.order.step_ids.filtered(lambda step: step.step == "arrive")
        self.assertAlmostEqual(arrived.latitude, 31.2)
        other = self.give(self.make_order())
        for step in ("accept", "travel", "arrive"):
            self.step(step, order=other, latitude="", longitude="")
        self.assertEqual(other.state, "on_site")

    def test_given_back(self):
        self.step("refuse", reason="")
        self.assertEqual(self.order.state, "dispatched")
        self.step("refuse", reason="No spare part in the country")
        self.assertEqual(self.order.state, "reported")
        self.assertFalse(self.order.supplier_id)
        self.assertIn(self.dispatcher, self.order.activity_ids.user_id)
        self.assertEqual(self.open(f"/my/work-orders/{self.order.id}").status_code, 404)

    def test_given_back_it_does_not_come_again(self):
        """By the rule that gave it; another firm's rule may take it on."""
        self.contract._as_step().state = "active"
        rule = self.make_rule(
            mode="supplier", team_id=False, contract_id=self.contract.id
        )
        self.step("refuse", reason="No spare part in the country")
        self.env["maintenance.request"]._cron_dispatch()
        self.assertEqual(
            (self.order.state, len(self.order.supplier_id)), ("reported", 0)
        )
        other = self.make_contract(
            self.estate, kind="supplier", partner_id=self.rival.id
        )
        other._as_step().state = "active"
        rule.copy({"contract_id": other.id, "sequence": 20})
        self.env["maintenance.request"]._cron_dispatch()
        self.assertEqual(self.order.supplier_id, self.rival)

    def test_quote_that_the_customer_pays(self):
        self.step("accept")
        self.step("quote_line", name="Rope", quantity="2", price="10.5")
        self.step("quote_send")
        self.assertEqual(self.order.quote_amount, 21)
        self.assertEqual(self.order.quote_state, "asked")
        self.assertIn("quote", self.order.message_to_ids.mapped("kind"))
        answer = self.step("done")
        self.assertEqual(answer.status_code, 400)
        self.assertIn("consent", answer.text)

    def test_a_comma_parts_thousands(self):
        self.step("accept")
        self.step("quote_line", name="Motor", quantity="1", price="1,200")
        self.step("quote_send")
        self.assertEqual(self.order.quote_amount, 1200)

    def test_quote_that_we_pay(self):
        self.category.payer = "public"
        order = self.give(self.make_order())
        self.step("accept", order)
        self.step("quote_line", order, name="Rope", price="300")
        self.step("quote_send", order)
        self.assertNotIn("quote", order.message_to_ids.mapped("kind"))
        with self.assertRefused(AccessError, "dispatchers"):
            order.with_user(self.technician).action_quote_agree()
        order.with_user(self.dispatcher).action_quote_agree()
        self.assertEqual(order.quote_state, "agreed")
        self.step("done", order)
        order.with_user(self.dispatcher).action_verify()
        self.assertFalse(order._quoted(), "what we pay is charged to nobody")

    def test_bad_input(self):
        self.step("accept")
        for data in (
            {"step": "pause", "reason_id": "x"},
            {"step": "hours", "name": "A", "hours": "25"},
            {"step": "hours", "name": "A", "hours": "soon"},
            {"step": "hours", "name": "A", "hours": "nan"},
            {"step": "quote_line", "price": "1"},
            {"step": "quote_line", "name": "A", "price": "10,5"},
            {"step": "photo", "files": {"photos": ("a.jpg", b"x", "image/jpeg")}},
        ):
            with self.subTest(data=data):
                self.assertEqual(self.step(**data).status_code, 400)
        self.assertEqual(self.order.state, "accepted")

    def test_steps_by_rpc_are_refused(self):
        order = self.order.with_user(self.worker)
        for step in ("action_accept", "action_travel", "action_done", "action_urge"):
            with self.assertRefused(AccessError, "not allowed|rights"):
                getattr(order, step)()
        with self.assertRefused(AccessError, "not allowed|rights"):
            order.read(["name"])

    def test_is_told_by_one_message(self):
        told = self.order.message_to_ids.filtered(lambda one: one.kind == "given")
        self.assertEqual(told.address, "lift@example.com")
        self.assertIn(f"/my/work-orders/{self.order.id}", told.text)

    def test_residents_are_no_contractors(self):
        user = new_test_user(
            self.env, "pm_resident", "base.group_portal", partner_id=self.owner.id
        )
        page = self.open("/my/work-orders", user.login)
        self.assertNotIn(self.order.number, page.text)
        self.assertNotIn("/my/work-orders", self.open("/my", user.login).text)
        page = self.open("/my").text
        cards = re.findall(r'href="(/my/[a-z-]+)" title=', page)
        self.assertEqual(cards[0], "/my/work-orders", "what they come for is first")

    def test_where_the_orders_were_before(self):
        """Messages of long ago have that address; Odoo's sales have it too."""
        for before, now in (
            ("/my/orders", "/my/work-orders"),
            (f"/my/orders/{self.order.id}", f"/my/work-orders/{self.order.id}"),
        ):
            self.authenticate("pm_contractor", "pm_contractor")
            answer = self.url_open(before)
            self.assertTrue(answer.url.endswith(now), answer.url)
            self.assertIn(self.order.number, answer.text)
        self.assertEqual(self.url_open("/my/orders/x").status_code, 404)
