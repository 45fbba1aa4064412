"""Who may do what with messages of channels, and who takes which step."""

from odoo.tests import tagged

from odoo.addons.pm_core.tests import access
from odoo.addons.pm_core.tools import wecom

DESK = ("service", "manager", "company", "admin")


@tagged("post_install", "-at_install")
class TestAccessChannels(access.AccessCase):
    RIGHTS = {
        "pm.wechat.message": dict.fromkeys(DESK, "rw"),
        "pm.sms.message": dict.fromkeys(DESK, "rw"),
        "pm.webhook": {"admin": "rwcd"},
        "pm.wecom.robot": {"admin": "rwcd"},
        "pm.event.delivery": {"admin": "rw"},
        "pm.api.client": {"admin": "rwc"},
        "pm.channel.health": {"admin": "rw"},
        "pm.api.call": {"admin": "r"},
        "pm.api.request": {"admin": "r"},
    }
    SHARED_RIGHTS = {"pm.event.kind": {"admin": "r"}}
    STEPS = dict.fromkeys(("action_take_up", "action_dismiss"), DESK)

    @classmethod
    def _make_records(cls, estate):
        here = cls.env(context={"allowed_company_ids": estate.company_id.ids})
        accounts = here["pm.wechat.account"]
        account = accounts.search([("company_id", "=", estate.company_id.id)]) or (
            accounts.create(
                {
                    "name": "Services",
                    "company_id": estate.company_id.id,
                    "app_id": f"wx{estate.company_id.id}",
                    "secret": "secret",
                    "template_id": "T",
                }
            )
        )
        message = here["pm.wechat.message"].create(
            {
                "account_id": account.id,
                "key": f"m{estate.id}",
                "openid": f"o{estate.id}",
                "kind": "text",
                "state": "held",
                "text": "The lift stands still",
                "estate_id": estate.id,
            }
        )
        gateways = here["pm.sms.gateway"]
        gateway = gateways.search([("company_id", "=", estate.company_id.id)]) or (
            gateways.create(
                {
                    "name": "Gateway",
                    "company_id": estate.company_id.id,
                    "url": "https://sms.example.com/",
                }
            )
        )
        sms = here["pm.sms.message"].create(
            {
                "gateway_id": gateway.id,
                "key": f"s{estate.id}",
                "number": "13800000000",
                "state": "held",
                "text": "The lift stands still",
                "estate_id": estate.id,
            }
        )
        listener = {"name": "Listener", "company_id": estate.company_id.id}
        webhook = here["pm.webhook"].create(
            {**listener, "url": "https://hook.example.com/"}
        )
        robot = here["pm.wecom.robot"].create(
            {**listener, "address": f"{wecom.ADDRESS}?key=0123456789"}
        )
        delivery = here["pm.event.delivery"].create(
            {
                "webhook_id": webhook.id,
                "company_id": estate.company_id.id,
                "event_id": cls.env.ref("pm_complaints.pm_event_kind_order_done").id,
                "key": f"k{estate.id}",
                "number": "1",
                "body": "{}",
                "state": "failed",
            }
        )
        client = here["pm.api.client"].create(listener)
        of_client = {"client_id": client.id, "company_id": client.company_id.id}
        call = here["pm.api.call"].create(
            {**of_client, "hour": "2026-11-30 10:00:00", "calls": 1}
        )
        request = here["pm.api.request"].create({**of_client, "reference": "r1"})
        here["pm.channel.health"]._ensure()
        health = here["pm.channel.health"].search(
            [("company_id", "=", estate.company_id.id), ("kind", "=", "sms")]
        )
        made = (message, sms, webhook, robot, delivery, client, call, request, health)
        return {record._name: record.with_env(cls.env) for record in made}

    @classmethod
    def _make_shared_records(cls):
        kind = cls.env.ref("pm_complaints.pm_event_kind_order_done")
        return {"pm.event.kind": kind}
