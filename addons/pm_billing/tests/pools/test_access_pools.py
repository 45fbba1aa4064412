from odoo import Command
from odoo.tests import tagged

from odoo.addons.pm_core.tests import access

READERS = ("service", "manager", "cashier")
WRITERS = ("clerk", "company", "admin")
RIGHTS = {**dict.fromkeys(READERS, "r"), **dict.fromkeys(WRITERS, "rwcd")}


@tagged("post_install", "-at_install")
class TestAccessPools(access.AccessCase):
    ROLES = {
        **access.ROLES,
        "cashier": "pm_billing.group_pm_cashier",
        "clerk": "pm_billing.group_pm_billing_clerk",
    }
    RIGHTS = {
        "pm.allocation.key": RIGHTS,
        "pm.allocation.key.part": RIGHTS,
        "pm.allocation.key.unit": RIGHTS,
        "pm.shared.cost": RIGHTS,
        "pm.shared.cost.line": dict.fromkeys((*READERS, *WRITERS), "r"),
        "pm.fee.step": RIGHTS,
    }

    @classmethod
    def _make_records(cls, estate):
        unit = cls.make_unit(estate, "pool", gross_area=50)
        key = cls.env["pm.allocation.key"].create(
            {
                "name": "Area",
                "estate_id": estate.id,
                "company_id": estate.company_id.id,
                "part_ids": [Command.create({"basis": "area"})],
                "unit_ids": [Command.create({"property_id": unit.id})],
            }
        )
        item = cls.env["pm.fee.item"].create(
            {
                "name": "Lift",
                "code": "lift",
                "method": "pool",
                "estate_id": estate.id,
                "company_id": estate.company_id.id,
                "allocation_key_id": key.id,
                "tax_ids": False,
            }
        )
        cost = cls.env["pm.shared.cost"].create(
            {"property_id": unit.id, "fee_item_id": item.id, "amount": 10}
        )
        cost.action_preview()
        fee = cls.env["pm.fee"].create(
            {"property_id": unit.id, "fee_item_id": item.id, "date_from": "2026-01-01"}
        )
        step = cls.env["pm.fee.step"].create(
            {"fee_id": fee.id, "date_from": "2027-01-01", "percent": 5}
        )
        return {
            "pm.allocation.key": key,
            "pm.allocation.key.part": key.part_ids,
            "pm.allocation.key.unit": key.unit_ids,
            "pm.shared.cost": cost,
            "pm.shared.cost.line": cost.line_ids,
            "pm.fee.step": step,
        }
