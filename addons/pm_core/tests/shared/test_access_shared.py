"""Who may do what with service levels and notices."""

from odoo import Command
from odoo.tests import tagged

from .. import access


@tagged("post_install", "-at_install")
class TestAccessShared(access.AccessCase):
    RIGHTS = {
        "pm.sla.clock": access.rights("rw", staff="r", hr="r"),
        "pm.sla.pause": access.rights("r"),
        "pm.sla.alert": access.rights("r"),
        "pm.notice": access.rights("rwcd", staff="r", hr="r", service="rwc"),
        "pm.notice.recipient": access.rights("r"),
        "pm.notice.delivery": access.rights("r"),
    }
    SHARED_RIGHTS = {
        "pm.sla.policy": access.rights("r", admin="rwcd"),
        "pm.sla.target": access.rights("r", admin="rwcd"),
        "pm.sla.level": access.rights("r", admin="rwcd"),
        "pm.notice.kind": access.rights("r", admin="rwcd"),
        "pm.wechat.account": {"admin": "rwcd"},
        "pm.sms.gateway": {"admin": "rwcd"},
        "pm.one.time.code": {},
    }

    @classmethod
    def _make_records(cls, estate):
        policy = cls.env.ref("pm_core.sla_policy_requirement")
        need = cls.env["pm.requirement"].create(
            {
                "title": "More lamps",
                "prospect_name": "Li",
                "property_id": estate.id,
            }
        )
        clock = need.sla_clock_ids[:1]
        clock.pause_ids = [Command.create({"date_from": "2026-01-01"})]
        clock.alert_ids = [Command.create({"level_id": policy.level_ids[0].id})]
        notice = cls.env["pm.notice"].create(
            {
                "title": "Water cut",
                "body": "On Thursday",
                "kind_id": cls.env.ref("pm_core.notice_kind_supply").id,
                "estate_id": estate.id,
                "recipient_ids": [
                    Command.create(
                        {
                            "partner_id": cls.owner.id,
                            "delivery_ids": [Command.create({"channel": "sms"})],
                        }
                    )
                ],
            }
        )
        return {
            "pm.sla.clock": clock,
            "pm.sla.pause": clock.pause_ids,
            "pm.sla.alert": clock.alert_ids,
            "pm.notice": notice,
            "pm.notice.recipient": notice.recipient_ids,
            "pm.notice.delivery": notice.recipient_ids.delivery_ids,
        }

    @classmethod
    def _make_shared_records(cls):
        policy = cls.env.ref("pm_core.sla_policy_requirement")
        return {
            "pm.sla.policy": policy,
            "pm.sla.target": policy.target_ids[0],
            "pm.sla.level": policy.level_ids[0],
            "pm.notice.kind": cls.env.ref("pm_core.notice_kind_supply"),
            "pm.wechat.account": cls.env["pm.wechat.account"].create(
                {
                    "name": "Garden Services",
                    "app_id": "wx1",
                    "secret": "s",
                    "template_id": "TPL",
                }
            ),
            "pm.sms.gateway": cls.env["pm.sms.gateway"].create(
                {"name": "Our Provider", "url": "https://sms.example.com"}
            ),
            "pm.one.time.code": cls.env["pm.one.time.code"].create(
                {
                    "partner_id": cls.owner.id,
                    "subject": "plan",
                    "code_hash": "-",
                    "expires_at": "2026-01-01 00:00:00",
                }
            ),
        }
