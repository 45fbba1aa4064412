"""Who may do what with facilities and their bookings."""

from datetime import date

from odoo import Command
from odoo.tests import tagged

from odoo.addons.pm_core.tests import access

MONDAY = date(2026, 11, 16)
KEEP = {
    **dict.fromkeys(("staff", "service", "cashier", "hr"), "r"),
    **dict.fromkeys(("manager", "company", "admin", "clerk"), "rwcd"),
}


@tagged("post_install", "-at_install")
class TestAccessFacilities(access.AccessCase):
    ROLES = {
        **access.ROLES,
        "cashier": "pm_billing.group_pm_cashier",
        "clerk": "pm_billing.group_pm_billing_clerk",
    }
    RIGHTS = {
        "pm.facility": KEEP,
        "pm.facility.hours": KEEP,
        "pm.facility.price": KEEP,
        "pm.facility.booking": {
            **dict.fromkeys(("staff", "hr", "clerk"), "r"),
            **dict.fromkeys(
                ("service", "manager", "cashier", "company", "admin"), "rwcd"
            ),
        },
    }
    WIZARDS = {
        "pm.facility.cancel": ("service", "manager", "cashier", "company", "admin"),
    }

    @classmethod
    def _make_records(cls, estate):
        partner = cls.env["res.partner"].create(
            {"name": f"Player of {estate.name}", "pm_estate_id": estate.id}
        )
        facility = (
            cls.env["pm.facility"]
            .sudo()
            .create(
                {
                    "name": "Court",
                    "property_id": estate.id,
                    "hour_ids": [Command.create({"weekday": "0"})],
                    "price_ids": [Command.create({"price": 10.0})],
                }
            )
        )
        start = facility._utc(MONDAY, 10 * 60)
        booking = (
            cls.env["pm.facility.booking"]
            .sudo()
            .create(
                {
                    "facility_id": facility.id,
                    "partner_id": partner.id,
                    "start": start,
                    "stop": facility._utc(MONDAY, 11 * 60),
                }
            )
        )
        return {
            "pm.facility": facility.with_env(cls.env),
            "pm.facility.hours": facility.hour_ids.with_env(cls.env),
            "pm.facility.price": facility.price_ids.with_env(cls.env),
            "pm.facility.booking": booking.with_env(cls.env),
        }
