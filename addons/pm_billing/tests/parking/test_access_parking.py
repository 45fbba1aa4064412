"""Who may do what with parking spaces, plates, cards and the waiting list."""

from odoo import Command
from odoo.tests import tagged

from odoo.addons.pm_core.tests import access

RIGHTS = {
    "cashier": "r",
    **dict.fromkeys(("service", "manager", "company", "admin", "clerk"), "rwcd"),
}


@tagged("post_install", "-at_install")
class TestAccessParking(access.AccessCase):
    ROLES = {
        **access.ROLES,
        "cashier": "pm_billing.group_pm_cashier",
        "clerk": "pm_billing.group_pm_billing_clerk",
    }
    RIGHTS = dict.fromkeys(
        (
            "pm.parking.let",
            "pm.parking.plate",
            "pm.parking.card",
            "pm.parking.request",
        ),
        RIGHTS,
    )
    WIZARDS = {
        "pm.parking.end": ("service", "manager", "company", "admin", "clerk"),
    }

    @classmethod
    def _make_records(cls, estate):
        partner = cls.env["res.partner"].create(
            {"name": f"Driver of {estate.name}", "pm_estate_id": estate.id}
        )
        space = cls.env["pm.property"].create(
            {
                "name": "P-1",
                "code": "P-access",
                "kind": "parking",
                "parent_id": estate.id,
            }
        )
        let = (
            cls.env["pm.parking.let"]
            .sudo()
            .create(
                {
                    "property_id": space.id,
                    "partner_id": partner.id,
                    "plate_ids": [Command.create({"plate": "沪A10001"})],
                    "card_ids": [Command.create({"number": "C-1"})],
                }
            )
        )
        request = (
            cls.env["pm.parking.request"]
            .sudo()
            .create({"property_id": estate.id, "partner_id": partner.id})
        )
        return {
            "pm.parking.let": let.with_env(cls.env),
            "pm.parking.plate": let.plate_ids.with_env(cls.env),
            "pm.parking.card": let.card_ids.with_env(cls.env),
            "pm.parking.request": request.with_env(cls.env),
        }
