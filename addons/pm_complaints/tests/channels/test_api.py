"""What another system may call, and that it may call nothing else."""

import base64
from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.pm_core.tests.common import PropertyCase

from ..complaints.complaint_common import ComplaintFactory
from .wechat_common import photo

# what Odoo lets every user read of itself; nothing of it is anybody's
MINIMUM = {
    "ir.model.fields.selection",
}


@tagged("post_install", "-at_install")
class TestApi(ComplaintFactory, PropertyCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_people()
        cls.admin = cls.make_user("pm_admin_api", "pm_core.group_pm_admin", cls.estate)
        clients = cls.env["pm.api.client"].with_user(cls.admin)
        cls.client = clients.create(
            {
                "name": "Residents' app",
                "company_id": cls.estate.company_id.id,
                "estate_ids": [Command.set(cls.estate.ids)],
            }
        )
        cls.key = cls.client.action_new_key()["context"]["default_key"]

    def ask(self, path, key=None, **parameters):
        self.env.flush_all()
        headers = {"Authorization": f"bearer {key or self.key}"}
        with mute_logger("odoo.http"):
            answer = self.url_open(
                f"/json/2/{path}", json=parameters, headers=headers, method="POST"
            )
        self.env.invalidate_all()
        return answer

    def call(self, method, **parameters):
        answer = self.ask(f"pm.api/{method}", **parameters)
        self.assertEqual(answer.status_code, 200, answer.text)
        return answer.json()

    def refused(self, words, method, status=422, **parameters):
        answer = self.ask(f"pm.api/{method}", **parameters)
        self.assertEqual(answer.status_code, status, answer.text)
        self.assertIn(words, answer.json()["message"])

    def report(self, reference="r1", **parameters):
        values = {"text": "The bell is broken", "place": self.unit.code, **parameters}
        return self.call("report", reference=reference, **values)

    # what it may

    def test_report_ten_times(self):
        count = self.env["pm.complaint"].search_count([])
        answers = [self.report(reporter={"name": "Ms Wu"}) for _time in range(10)]
        self.assertEqual(len({answer["number"] for answer in answers}), 1)
        self.assertEqual([answer["known"] for answer in answers], [False] + [True] * 9)
        self.assertEqual(self.env["pm.complaint"].search_count([]), count + 1)
        complaint = self.env["pm.complaint"].search(
            [("number", "=", answers[0]["number"])]
        )
        self.assertEqual(complaint.property_id, self.unit)
        self.assertEqual(complaint.reporter_name, "Ms Wu")
        self.assertEqual(complaint.channel_id.code, "app")
        self.assertIn(complaint.state, ("accepted", "assigned"))

    def test_an_order(self):
        answer = self.report(kind="order", text="Water drips")
        order = self.env["maintenance.request"].search(
            [("number", "=", answer["number"])]
        )
        self.assertIn("Water drips", order.description)
        self.assertEqual(answer["kind"], "order")
        opened = {"number": answer["number"], "code": answer["code"]}
        self.call("add", reference="r2", text="It runs now", **opened)
        self.call("add", reference="r2", text="It runs now", **opened)
        said = [str(body) for body in order.message_ids.mapped("body")]
        self.assertEqual(len([body for body in said if "It runs now" in body]), 1)
        self.assertEqual(self.call("state", **opened)["state"], order.state)

    def test_add_to_a_complaint(self):
        answer = self.report()
        opened = {"number": answer["number"], "code": answer["code"]}
        picture = {"name": "a.jpg", "content": base64.b64encode(photo()).decode()}
        self.call("add", reference="r2", text="Still", photos=[picture], **opened)
        complaint = self.env["pm.complaint"].search([("number", "=", answer["number"])])
        self.assertIn("Still", complaint.step_ids.mapped("note"))
        self.assertEqual(complaint.evidence_ids.raw, photo())
        complaint.action_withdraw("Found it")
        self.refused("is over", "add", reference="r3", text="More", **opened)

    def test_merged_opens_no_other_case(self):
        """It says how the case goes on that it was merged into, and not which it is."""
        stays = self.accepted().sudo()
        answer = self.report()
        opened = {"number": answer["number"], "code": answer["code"]}
        goes = self.env["pm.complaint"].search([("number", "=", answer["number"])])
        goes.action_merge(stays.id)
        answers = [
            self.call("state", **opened),
            self.call("add", reference="r2", text="Still", **opened),
            self.call("add", reference="r2", text="Still", **opened),
        ]
        for told in answers:
            self.assertEqual(told["state"], stays.state)
            self.assertEqual({key: told[key] for key in opened}, opened)
        self.assertEqual(stays.step_ids.mapped("note").count("Still"), 1)
        # who reported the other one objects for themselves
        stays._as_step().write({"state": "closed", "objection_until": "2020-01-01"})
        self.refused("is over", "add", reference="r3", text="Again", **opened)
        self.assertFalse(stays.next_ids)

    def test_what_is_not_asked_for(self):
        b64 = base64.b64encode(b"MZ no picture").decode()
        cases = {
            "reference": {"reference": 7},
            "reference is missing": {"reference": " "},
            "reference: at most": {"reference": "x" * 101},
            "text is missing": {"text": ""},
            "text: a text": {"text": "a\x00b"},
            "text: at most": {"text": "x" * 10_001},
            "kind": {"kind": "bill"},
            "no property": {"place": "9-9-999"},
            "none of that name": {"estate": "Elsewhere"},
            "reporter": {"reporter": {"name": "A", "id": 1}},
            "no photo": {"photos": [{"name": "a.jpg", "content": b64}]},
            "no base64": {"photos": [{"name": "a.jpg", "content": "%%%"}]},
            "photos": {"photos": [{}] * 10},
            "photos.name": {"photos": [{"content": b64}]},
            "unexpected": {"user_id": 1},
        }
        count = self.env["pm.complaint"].search_count([])
        for words, changes in cases.items():
            values = {"reference": "r1", "text": "Bell", "place": self.unit.code}
            with self.subTest(words):
                self.refused(words, "report", **{**values, **changes})
        self.assertEqual(self.env["pm.complaint"].search_count([]), count)
        # what was refused may be sent again
        self.assertFalse(self.report()["known"])

    def test_another_estate(self):
        other = self.make_estate("Other Garden")
        self.make_part(other, "building", "77")
        self.refused(
            "none of that name", "report", reference="r", text="x", estate=other.name
        )
        self.refused("no property", "report", reference="r", text="x", place="77")
        complaint = self.make_complaint(property_id=other.id)
        self.refused(
            "do not belong together",
            "state",
            number=complaint.number,
            code=complaint.access_code,
        )

    def test_guessing_ends(self):
        answer = self.report()
        hour = fields.Datetime.now().replace(minute=0, second=0, microsecond=0)
        self.refused("do not belong", "state", number=answer["number"], code="0000")
        # counted in a transaction of its own, which a test takes back
        self.env["pm.api.call"].search([]).unlink()
        self.env["pm.api.call"].create(
            {
                "client_id": self.client.id,
                "company_id": self.client.company_id.id,
                "hour": hour,
                "wrong": 20,
            }
        )
        self.refused(
            "Too many wrong codes",
            "state",
            number=answer["number"],
            code=answer["code"],
        )

    def test_a_client_s_context_counts_for_nothing(self):
        answer = self.report(
            context={"default_user_id": self.worker.id, "pm_step": True}
        )
        complaint = self.env["pm.complaint"].search([("number", "=", answer["number"])])
        self.assertNotEqual(complaint.user_id, self.worker)

    def test_so_many_calls_an_hour(self):
        self.client.hourly_limit = 2
        self.report("a")
        self.report("b")
        self.refused("More than 2", "report", 429, reference="c", text="x")

    # keys

    def test_keys(self):
        second = self.client.action_new_key()["context"]["default_key"]
        self.assertEqual(self.client.key_count, 2)
        self.assertEqual(self.ask("pm.api/state", key=second).status_code, 422)
        self.client.action_revoke_keys()
        for key in (self.key, second, "0" * 40):
            self.assertEqual(self.ask("pm.api/state", key=key).status_code, 401)
        self.assertFalse(self.client.key_count)

    def test_archived(self):
        self.client.active = False
        self.assertEqual(self.ask("pm.api/state").status_code, 401)
        self.client.active = True
        self.assertEqual(self.ask("pm.api/state").status_code, 422)

    def test_a_key_that_will_expire_is_announced_once(self):
        expires = self.client.key_expires_at
        crons = self.env.registry["ir.cron"]
        for days in (30, 20, 19):
            with (
                freeze_time(expires - timedelta(days=days)),
                patch.object(crons, "_commit_progress", return_value=1000),
            ):
                self.env["pm.api.client"]._cron_warn()
            told = self.client.activity_ids
            self.assertEqual(len(told), 0 if days == 30 else 1)
        self.assertEqual(told.user_id, self.admin)
        self.assertIn("Residents' app", told.summary)

    def test_no_person_gets_the_group(self):
        group = self.env.ref("pm_complaints.group_pm_api")
        with self.assertRaisesRegex(ValidationError, "no other group"):
            self.clerk.write({"group_ids": [Command.link(group.id)]})
        with self.assertRaises(ValidationError):
            self.client.login_id.group_ids = [
                Command.link(self.env.ref("base.group_portal").id)
            ]

    # what it may not

    def test_walk_over_json_2(self):
        """Every model of ours, and those of Odoo that matter."""
        models = {name for name in self.env if name.startswith("pm.")} - {"pm.api"}
        models |= {
            "account.move",
            "hr.employee",
            "ir.attachment",
            "ir.config_parameter",
            "ir.cron",
            "maintenance.request",
            "res.partner",
            "res.users",
            "res.users.apikeys",
        }
        self.client.hourly_limit = 10_000
        for model in sorted(models):
            with self.subTest(model=model):
                answer = self.ask(f"{model}/search_read", domain=[])
                self.assertEqual(answer.status_code, 403, answer.text[:200])
        for path in (
            "res.users/context_get",
            "res.users/has_group",
            "ir.ui.menu/load_menus",
            "ir.http/session_info",
            "pm.order.call/create",
        ):
            self.assertEqual(self.ask(path).status_code, 403, path)
        # private methods, and the ORM's own on the one model
        for method in ("_client", "_opened", "search", "create", "browse"):
            self.assertNotEqual(self.ask(f"pm.api/{method}").status_code, 200, method)

    def test_the_second_lock(self):
        """Without the first one its user could read no model all the same."""
        user = self.client.login_id
        self.assertTrue(user.share)
        readable = set()
        for name in self.env:
            model = self.env[name].with_user(user)
            if not (model._abstract or model._transient):
                if any(map(model.has_access, ("read", "write", "create", "unlink"))):
                    readable.add(name)
        self.assertFalse({name for name in readable if name.startswith("pm.")})
        self.assertEqual(readable - MINIMUM, set())
        with self.assertRaises(AccessError):
            self.env["pm.api"].with_user(self.clerk).state("1", "2")

    def test_other_doors(self):
        user = self.client.login_id
        with mute_logger("odoo.addons.base.models.res_users", "odoo.http"):
            answer = self.url_open(
                "/jsonrpc",
                json={
                    "params": {
                        "service": "object",
                        "method": "execute_kw",
                        "args": [
                            self.env.cr.dbname,
                            user.id,
                            self.key,
                            "res.users",
                            "read",
                            [[user.id]],
                        ],
                    }
                },
            )
            self.assertIn("error", answer.json())
            page = self.url_open(
                "/web/session/authenticate",
                json={
                    "params": {
                        "db": self.env.cr.dbname,
                        "login": user.login,
                        "password": self.key,
                    }
                },
            )
        self.assertIn("error", page.json())
        rules = self.env["ir.http"].routing_map().iter_rules()
        bearer = {
            rule.rule for rule in rules if rule.endpoint.routing["auth"] == "bearer"
        }
        headers = {"Authorization": f"bearer {self.key}"}
        for rule in bearer - {"/json/2/<__model__>/<__method__>"}:
            path = rule.replace("<path:subpath>", "res.users").replace("<", "")
            with mute_logger("odoo.http"):
                answer = self.url_open(path.replace(">", ""), headers=headers)
            self.assertIn(answer.status_code, (403, 404), rule)
