from odoo import Command
from odoo.tests import tagged

from odoo.addons.pm_core.tests import access

READ = dict.fromkeys(("cashier", "company", "admin", "clerk"), "r")
CLERKS = ("clerk", "company", "admin")


@tagged("post_install", "-at_install")
class TestAccessCollection(access.AccessCase):
    ROLES = {
        **access.ROLES,
        "cashier": "pm_billing.group_pm_cashier",
        "clerk": "pm_billing.group_pm_billing_clerk",
    }
    RIGHTS = {
        "pm.collection.mandate": {
            **dict.fromkeys(("service", "manager", "cashier"), "rwc"),
            **dict.fromkeys(CLERKS, "rwcd"),
        },
        "pm.collection.batch": {**READ, **dict.fromkeys(CLERKS, "rwcd")},
        "pm.collection.line": READ,
        "pm.collection.result": {**READ, **dict.fromkeys(CLERKS, "rwcd")},
        "pm.collection.row": {**READ, **dict.fromkeys(CLERKS, "rw")},
    }
    # of a company, for all its estates
    SHARED_RIGHTS = dict.fromkeys(
        ("pm.collection.layout", "pm.collection.column"),
        {**READ, **dict.fromkeys(("company", "admin"), "rwcd")},
    )

    @classmethod
    def _make_layout(cls, company):
        journal = cls.env["account.journal"].create(
            {
                "name": "Bank",
                "type": "general",
                "code": f"C{cls.env['account.journal'].search_count([])}",
                "company_id": company.id,
            }
        )
        return cls.env["pm.collection.layout"].create(
            {"name": "Bank", "journal_id": journal.id, "company_id": company.id}
        )

    @classmethod
    def _make_shared_records(cls):
        layout = cls._make_layout(cls.env.company)
        return {
            "pm.collection.layout": layout,
            "pm.collection.column": layout.column_ids[:1],
        }

    @classmethod
    def _make_records(cls, estate):
        unit = cls.make_unit(estate, "bank", gross_area=50)
        payer = cls.make_partner(f"Payer of {estate.name}")
        cls.make_occupancy(unit, payer)
        company = estate.company_id
        layout = cls._make_layout(company)
        mandate = cls.env["pm.collection.mandate"].create(
            {
                "property_id": unit.id,
                "partner_id": payer.id,
                "holder": payer.name,
                "account": "6222020200001234567",
                "agreement": "A-1",
            }
        )
        batch = cls.env["pm.collection.batch"].create(
            {"property_id": estate.id, "layout_id": layout.id}
        )
        step = batch.sudo()._as_step()
        step.line_ids = [Command.create({"mandate_id": mandate.id, "amount": 1.0})]
        result = cls.env["pm.collection.result"].create(
            {"batch_id": batch.id, "file": "eA=="}
        )
        row = (
            cls.env["pm.collection.row"]
            .sudo()
            ._as_step()
            .create({"batch_id": batch.id, "result_id": result.id, "text": "x"})
        )
        return {
            "pm.collection.mandate": mandate,
            "pm.collection.batch": batch,
            "pm.collection.line": batch.line_ids,
            "pm.collection.result": result,
            "pm.collection.row": row.with_env(cls.env),
        }
