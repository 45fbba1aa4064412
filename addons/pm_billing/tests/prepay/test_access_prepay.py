from odoo.tests import tagged

from odoo.addons.pm_core.tests import access

READ = dict.fromkeys(("service", "manager", "clerk"), "r")


@tagged("post_install", "-at_install")
class TestAccessPrepay(access.AccessCase):
    ROLES = {
        **access.ROLES,
        "cashier": "pm_billing.group_pm_cashier",
        "clerk": "pm_billing.group_pm_billing_clerk",
    }
    RIGHTS = {
        "pm.prepay.rule": {
            **READ,
            "cashier": "r",
            **dict.fromkeys(("company", "admin"), "rwcd"),
        },
        "pm.prepay": {**READ, **dict.fromkeys(("cashier", "company", "admin"), "rw")},
        "pm.prepay.line": dict.fromkeys((*READ, "cashier", "company", "admin"), "r"),
    }
    WIZARDS = {
        "pm.counter.prepay": ("cashier", "company", "admin"),
        "pm.prepay.refund": ("cashier", "company", "admin"),
    }

    @classmethod
    def _make_records(cls, estate):
        unit = cls.make_unit(estate, "prepay", gross_area=50)
        payer = cls.make_partner(f"Payer of {estate.name}")
        cls.make_occupancy(unit, payer)
        rule = cls.env["pm.prepay.rule"].create(
            {
                "name": "A year",
                "estate_id": estate.id,
                "company_id": estate.company_id.id,
            }
        )
        item = cls.env["pm.fee.item"].create(
            {
                "name": "Prepaid",
                "code": "prepaid",
                "price": 1,
                "estate_id": estate.id,
                "company_id": estate.company_id.id,
                "tax_ids": False,
            }
        )
        prepay = cls.env["pm.prepay"]._agree(
            payer,
            unit,
            rule,
            12,
            [
                {
                    "fee_item_id": item.id,
                    "date_from": "2026-01-01",
                    "date_to": "2026-12-31",
                    "agreed_to": "2026-12-31",
                    "amount": 120.0,
                }
            ],
            cls.env["pm.receipt"],
        )
        return {
            "pm.prepay.rule": rule,
            "pm.prepay": prepay,
            "pm.prepay.line": prepay.line_ids,
        }
