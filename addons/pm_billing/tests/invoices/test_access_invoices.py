from odoo.tests import tagged

from odoo.addons.pm_core.tests import access

WORK = dict.fromkeys(("cashier", "clerk", "company", "admin"), "rwcd")
READ = dict.fromkeys(("service", "manager"), "r")


@tagged("post_install", "-at_install")
class TestAccessInvoices(access.AccessCase):
    ROLES = {
        **access.ROLES,
        "cashier": "pm_billing.group_pm_cashier",
        "clerk": "pm_billing.group_pm_billing_clerk",
    }
    RIGHTS = {
        "pm.tax.invoice": {**READ, **WORK},
        "pm.tax.invoice.line": {**READ, **WORK},
        # files are of a company, and hold what all its estates ask for
        "pm.tax.file": dict.fromkeys(("company", "admin"), "rwcd"),
        "pm.tax.file.row": dict.fromkeys(("company", "admin"), "rw"),
    }

    @classmethod
    def _make_records(cls, estate):
        unit = cls.make_unit(estate, "tax", gross_area=50)
        payer = cls.make_partner(f"Payer of {estate.name}")
        cls.make_occupancy(unit, payer)
        item = cls.env["pm.fee.item"].create(
            {
                "name": "Taxed",
                "code": "taxed",
                "price": 1,
                "estate_id": estate.id,
                "company_id": estate.company_id.id,
                "tax_ids": False,
            }
        )
        charge = (
            cls.env["pm.charge"]
            .sudo()
            ._as_step()
            .create(
                {
                    "kind": "single",
                    "name": "Card",
                    "fee_item_id": item.id,
                    "property_id": unit.id,
                    "partner_id": payer.id,
                    "date_from": "2026-11-01",
                    "date_to": "2026-11-01",
                    "amount": 10.0,
                }
            )
        )
        invoice = cls.env["pm.tax.invoice"].create(
            {
                "partner_id": payer.id,
                "property_id": unit.id,
                "title": payer.name,
                "line_ids": [(0, 0, {"charge_id": charge.id})],
            }
        )
        file = (
            cls.env["pm.tax.file"]
            .sudo()
            .create(
                {
                    "filename": "issued.xlsx",
                    "file": "eA==",
                    "company_id": estate.company_id.id,
                }
            )
        )
        row = cls.env["pm.tax.file.row"].sudo().create({"file_id": file.id})
        return {
            "pm.tax.invoice": invoice,
            "pm.tax.invoice.line": invoice.line_ids,
            "pm.tax.file": file.with_env(cls.env),
            "pm.tax.file.row": row.with_env(cls.env),
        }
