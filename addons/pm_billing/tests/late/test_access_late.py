from odoo import Command
from odoo.tests import tagged

from odoo.addons.pm_core.tests import access

READERS = ("service", "manager", "cashier")
WRITERS = ("clerk", "company", "admin")
RIGHTS = {**dict.fromkeys(READERS, "r"), **dict.fromkeys(WRITERS, "rwcd")}


@tagged("post_install", "-at_install")
class TestAccessLate(access.AccessCase):
    ROLES = {
        **access.ROLES,
        "cashier": "pm_billing.group_pm_cashier",
        "clerk": "pm_billing.group_pm_billing_clerk",
    }
    RIGHTS = {
        "pm.late.fee.rule": RIGHTS,
        "pm.late.fee.rate": RIGHTS,
        "pm.late.fee.pause": RIGHTS,
        "pm.late.fee.stop": {**RIGHTS, "service": "rwc", "manager": "rwc"},
    }
    WIZARDS = {"pm.charge.entry": WRITERS}

    @classmethod
    def _make_records(cls, estate):
        unit = cls.make_unit(estate, "late", gross_area=50)
        item = cls.env["pm.fee.item"].create(
            {
                "name": "Late",
                "code": "late",
                "method": "fixed",
                "surcharge": 1,
                "estate_id": estate.id,
                "company_id": estate.company_id.id,
                "tax_ids": False,
            }
        )
        rule = cls.env["pm.late.fee.rule"].create(
            {
                "name": "Late",
                "estate_id": estate.id,
                "company_id": estate.company_id.id,
                "fee_item_id": item.id,
                "rate_ids": [Command.create({"date_from": "2026-01-01", "percent": 3})],
                "pause_ids": [
                    Command.create(
                        {
                            "name": "Holiday",
                            "date_from": "2026-02-01",
                            "date_to": "2026-02-07",
                        }
                    )
                ],
            }
        )
        payer = cls.make_partner(f"Payer of {estate.name}")
        cls.make_occupancy(unit, payer)
        fee = cls.env["pm.fee"].create(
            {"property_id": unit.id, "fee_item_id": item.id, "date_from": "2026-01-01"}
        )
        charge = (
            cls.env["pm.charge"]
            ._as_step()
            .create(
                {
                    "fee_id": fee.id,
                    "fee_item_id": item.id,
                    "property_id": unit.id,
                    "partner_id": payer.id,
                    "date_from": "2026-01-01",
                    "date_to": "2026-01-31",
                    "amount": 1,
                }
            )
        )
        dispute = cls.env["pm.late.fee.stop"].create(
            {
                "property_id": unit.id,
                "partner_id": payer.id,
                "charge_ids": charge.ids,
                "reason": "No",
            }
        )
        return {
            "pm.late.fee.rule": rule,
            "pm.late.fee.rate": rule.rate_ids,
            "pm.late.fee.pause": rule.pause_ids,
            "pm.late.fee.stop": dispute,
        }
