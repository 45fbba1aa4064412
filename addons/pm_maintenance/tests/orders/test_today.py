import base64

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tools.safe_eval import safe_eval

from ..common import OrderCase, picture


class TestToday(OrderCase):
    """The next step of a technician, and what a dispatcher should look at."""

    def wizard(self, order, model, **values):
        return order.env[model].create({"request_id": order.id, **values})

    def test_next_step(self):
        order = self.given_to(self.technician)
        steps = []
        for step in ("accept", "travel", "arrive"):
            steps.append(order.next_step)
            getattr(order, f"action_{step}")()
        steps.append(order.next_step)
        order.action_pause(self.reason.id)
        steps.append(order.next_step)
        self.assertEqual(steps, ["accept", "travel", "arrive", "done", "resume"])

    def test_pool_is_taken(self):
        self.make_rule(mode="pool")
        order = self.make_order()
        order.with_user(self.dispatcher).action_dispatch()
        mine = order.with_user(self.technician)
        self.assertEqual(mine.next_step, "grab")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pm_maintenance.maintenance_request_action_today"
        )
        self.assertIn("is_pool", action["domain"])

    def test_finish_on_one_page(self):
        self.category.write({"needs_cause": True, "needs_photo_after": True})
        codes = {
            kind: self.env["pm.fault.code"].create({"name": kind, "kind": kind}).id
            for kind in ("problem", "cause", "remedy")
        }
        order = self.given_to(self.technician)
        order.action_accept()
        order.action_arrive()
        page = self.wizard(order, "pm.order.finish")
        self.assertIn("photo after", page.missing)
        with self.assertRefused(UserError, "photo after"):
            page.action_apply()
        page.write(
            {
                "result": "New seal",
                "photo": base64.b64encode(picture()),
                **{f"{kind}_id": code for kind, code in codes.items()},
            }
        )
        page.action_apply()
        self.assertEqual(order.state, "done")
        self.assertEqual(order.result, "New seal")
        self.assertEqual(order.photo_after_ids.raw, picture())

    def test_codes_of_the_kind_of_fault(self):
        """Codes of the category, of those above it, and of no category; figures tell
        two codes of one name apart."""
        pumps = self.env["pm.fault.category"].create(
            {"name": "Pumps", "parent_id": self.category.id}
        )
        lifts = self.env["pm.fault.category"].create({"name": "Lifts"})
        general, above, own, foreign = self.env["pm.fault.code"].create(
            [
                {"name": "Old age", "kind": "cause", "category_id": category}
                for category in (False, self.category.id, pumps.id, lifts.id)
            ]
        )
        order = self.given_to(
            self.technician, self.make_order(fault_category_id=pumps.id)
        )
        page = self.wizard(order, "pm.order.finish")
        codes = self.env["pm.fault.code"]
        for record, category in ((order, "fault_category_id"), (page, "category_id")):
            domain = safe_eval(
                record._fields["cause_id"].domain, {category: record[category].id}
            )
            found = codes.search(domain)
            self.assertLessEqual(general | above | own, found)
            self.assertNotIn(foreign, found)
            domain = safe_eval(record._fields["cause_id"].domain, {category: False})
            self.assertIn(general, codes.search(domain))
            self.assertNotIn(own, codes.search(domain))
        self.assertLessEqual(general | above | own, order._codes_for("cause", pumps))
        self.assertEqual(
            [code.display_name for code in (general, own, foreign)],
            ["Old age", "Old age (Pumps)", "Old age (Lifts)"],
        )

    def test_who_works_and_who_sits_at_the_desk(self):
        order = self.given_to(self.technician)
        self.assertFalse(order.is_for_desk)
        self.assertTrue(order.with_user(self.dispatcher).is_for_desk)
        for name in ("mine", "pool", "today"):
            action = self.env.ref(f"pm_maintenance.maintenance_request_action_{name}")
            cards = action.view_ids.filtered(lambda view: view.view_mode == "kanban")
            arch = order.get_view(cards.view_id.id, "kanban")["arch"]
            self.assertIn("next_step", arch, "the button of the next step")
            self.assertNotIn("default_group_by", arch, "no column may hide an order")

    def test_pages_have_names_in_chinese(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.env["ir.module.module"].search(
            [("name", "=", "pm_maintenance")]
        )._update_translations(["zh_CN"])
        order = self.given_to(self.technician).with_context(lang="zh_CN")
        for page in ("photo", "result", "signature"):
            name = getattr(order, f"action_ask_{page}")()["name"]
            self.assertRegex(name, "[\u4e00-\u9fff]")

    def test_photo(self):
        order = self.given_to(self.technician)
        self.wizard(
            order, "pm.order.photo", photo=base64.b64encode(picture())
        ).action_apply()
        self.assertEqual(len(order.photo_before_ids), 1)
        bad = self.wizard(order, "pm.order.photo", photo=base64.b64encode(b"no photo"))
        with self.assertRefused(UserError, "no photo"):
            bad.action_apply()
        foreign = order.with_user(self.colleague)
        page = self.wizard(foreign, "pm.order.photo", photo=base64.b64encode(picture()))
        with self.assertRefused(AccessError, "order of"):
            page.action_apply()

    def test_what_a_dispatcher_looks_at(self):
        orders = self.env["maintenance.request"]
        nobody = self.make_order()
        waits = self.given_to(self.technician)
        under_way = self.given_to(self.technician)
        under_way.action_accept()
        done = self.done_by(self.technician)
        late = self.given_to(self.technician, self.make_order(urgency="danger"))
        late.action_accept()
        clock = late.sudo().sla_clock_ids[:1]
        clock._as_step().write(
            {
                "state": "running",
                "deadline": fields.Datetime.subtract(fields.Datetime.now(), hours=1),
            }
        )
        seen = {
            order.id: order.attention
            for order in (nobody | waits | under_way | done | late).with_user(
                self.dispatcher
            )
        }
        self.assertEqual(
            seen,
            {
                nobody.id: "nobody",
                waits.id: "waits",
                under_way.id: False,
                done.id: "verify",
                late.id: "late",
            },
        )
        found = orders.with_user(self.dispatcher).search(
            [("attention", "!=", False), ("id", "in", list(seen))]
        )
        self.assertEqual(set(found.ids), set(seen) - {under_way.id})
        found = orders.search([("attention", "=", "nobody"), ("id", "in", list(seen))])
        self.assertEqual(found, nobody)

    def test_board(self):
        """Dragging an order to somebody gives it; who is on duty has a column."""
        order = self.make_order().with_user(self.dispatcher)
        board = order.with_context(pm_board=True)
        read = {"unfold_read_specification": {"number": {}}, "auto_unfold": True}
        domain = [("id", "in", order.ids)]
        columns = board.web_read_group(domain, ["user_id"], **read)["groups"]
        nobodys = [column for column in columns if not column["user_id"]]
        self.assertEqual(nobodys[0]["__records"][0]["number"], order.number)
        board.write({"user_id": self.technician.id})
        self.assertEqual(order.state, "dispatched")
        self.assertIn(self.technician, order.activity_ids.user_id)
        groups = board._expand_people(self.env["res.users"], [])
        self.assertLessEqual(self.technician | self.colleague, groups)
        with self.assertRefused(AccessError, "dispatcher"):
            board.with_user(self.service).write({"user_id": self.colleague.id})
