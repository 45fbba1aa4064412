"""Who may do what with stores, their items, counts, materials and purchases."""

from odoo.tests import tagged

from odoo.addons.pm_core.tests import access

HEADS = ("manager", "company", "admin")
KEEPERS = ("storekeeper", *HEADS)
DISPATCHERS = ("dispatcher", *HEADS)
BASIC = ("staff", "service", "hr")


@tagged("post_install", "-at_install")
class TestAccessStores(access.AccessCase):
    ROLES = {
        **access.ROLES,
        "technician": "pm_maintenance.group_pm_technician",
        "dispatcher": "pm_maintenance.group_pm_dispatcher",
        "storekeeper": "pm_maintenance.group_pm_storekeeper",
    }
    RIGHTS = {
        "pm.store": {
            **dict.fromkeys((*BASIC, "technician", "dispatcher", "storekeeper"), "r"),
            **dict.fromkeys(HEADS, "rwc"),
        },
        "pm.store.item": {
            **dict.fromkeys(("technician", "dispatcher"), "r"),
            **dict.fromkeys(KEEPERS, "rwcd"),
        },
        "pm.store.count": dict.fromkeys(KEEPERS, "rwc"),
        "pm.store.count.line": dict.fromkeys(KEEPERS, "rwcd"),
        "pm.order.material": {
            **dict.fromkeys(BASIC, "r"),
            **dict.fromkeys(("technician", "dispatcher", *KEEPERS), "rwcd"),
        },
        "purchase.order": dict.fromkeys((*DISPATCHERS, "storekeeper"), "r"),
        "purchase.order.line": dict.fromkeys((*DISPATCHERS, "storekeeper"), "r"),
    }
    WIZARDS = {
        "pm.order.buy": ("dispatcher", *KEEPERS),
        "pm.store.step": ("technician", "dispatcher", *KEEPERS),
    }

    @classmethod
    def _make_records(cls, estate):
        company = estate.company_id
        here = cls.env(context={"allowed_company_ids": company.ids})
        store = here["pm.store"].create({"property_id": estate.id})
        product = here["product.product"].create(
            {"name": "Seal", "is_storable": True, "standard_price": 3}
        )
        supplier = here["res.partner"].create({"name": "Shop"})
        team = here["maintenance.team"].create(
            {"name": "Repairs", "company_id": company.id}
        )
        order = here["maintenance.request"].create(
            {
                "name": "Water drips",
                "property_id": estate.id,
                "company_id": company.id,
                "maintenance_team_id": team.id,
            }
        )
        material = here["pm.order.material"].create(
            {"request_id": order.id, "product_id": product.id}
        )
        material.action_buy(supplier.id, 7)
        count = here["pm.store.count"].create({"store_id": store.id})
        made = {
            "pm.store": store,
            "pm.store.item": here["pm.store.item"].create(
                {"store_id": store.id, "product_id": product.id}
            ),
            "pm.store.count": count,
            "pm.store.count.line": here["pm.store.count.line"].create(
                {"count_id": count.id, "product_id": product.id}
            ),
            "pm.order.material": material,
            "purchase.order": material.purchase_line_id.order_id,
            "purchase.order.line": material.purchase_line_id,
        }
        return {model: record.with_env(cls.env) for model, record in made.items()}
