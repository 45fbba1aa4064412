"""Who may do what with requests to buy, and who sees how long approvals took."""

from odoo import Command
from odoo.tests import tagged

from odoo.addons.pm_core.tests import access

# whoever asks sees the own requests besides: see test_procurement.py
MANAGERS = ("manager", "company", "admin")


@tagged("post_install", "-at_install")
class TestAccessProcurement(access.AccessCase):
    RIGHTS = {
        "purchase.request": dict.fromkeys(MANAGERS, "rwcd"),
        "purchase.request.line": dict.fromkeys(MANAGERS, "rwcd"),
        "pm.approval.time": dict.fromkeys(MANAGERS, "r"),
    }
    # buyers have a group of Odoo's
    WIZARDS = {"pm.purchase.quote": ()}

    @classmethod
    def _make_records(cls, estate):
        product = cls.env["product.product"].create(
            {"name": f"Paper of {estate.name}", "type": "service"}
        )
        requests = cls.env["purchase.request"].sudo().with_company(estate.company_id)
        picking_type = cls.env["stock.picking.type"].search(
            [("code", "=", "incoming")], limit=1
        )
        vals = {
            "property_id": estate.id,
            "company_id": estate.company_id.id,
            "picking_type_id": picking_type.id,
            "line_ids": [
                Command.create(
                    {"product_id": product.id, "name": "Paper", "product_qty": 1.0}
                )
            ],
        }
        request = requests.create(vals)
        waiting = requests.create(vals)
        waiting.button_to_approve()
        cls.env.flush_all()
        level = (
            cls.env["pm.approval.time"]
            .sudo()
            .search([("model", "=", "purchase.request"), ("res_id", "=", waiting.id)])
        )
        return {
            "purchase.request": request.with_env(cls.env),
            "purchase.request.line": request.line_ids.with_env(cls.env),
            "pm.approval.time": level.with_env(cls.env),
        }
