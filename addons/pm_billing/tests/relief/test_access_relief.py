from odoo.tests import tagged

from odoo.addons.pm_core.tests import access

WRITERS = ("clerk", "company", "admin")


@tagged("post_install", "-at_install")
class TestAccessRelief(access.AccessCase):
    ROLES = {
        **access.ROLES,
        "cashier": "pm_billing.group_pm_cashier",
        "clerk": "pm_billing.group_pm_billing_clerk",
    }
    RIGHTS = {
        "pm.vacancy": {
            "cashier": "r",
            "service": "rwc",
            "manager": "rwc",
            **dict.fromkeys(WRITERS, "rwcd"),
        },
        "pm.waiver": {
            "service": "r",
            "manager": "rw",
            "cashier": "rwcd",
            **dict.fromkeys(WRITERS, "rwcd"),
        },
    }

    @classmethod
    def _make_records(cls, estate):
        unit = cls.make_unit(estate, "relief", gross_area=50)
        payer = cls.make_partner(f"Payer of {estate.name}")
        cls.make_occupancy(unit, payer)
        vacancy = cls.env["pm.vacancy"].create(
            {
                "property_id": unit.id,
                "partner_id": payer.id,
                "reason": "Empty",
                "date_from": "2026-01-01",
                "date_to": "2026-06-30",
            }
        )
        waiver = cls.env["pm.waiver"].create(
            {"property_id": unit.id, "partner_id": payer.id, "reason": "Empty"}
        )
        return {"pm.vacancy": vacancy, "pm.waiver": waiver}
