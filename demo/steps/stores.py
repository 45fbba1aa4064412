"""The store of the demo estate: what it keeps, what orders take, what is bought."""

from odoo import Command

from .. import words
from . import acting

# name, barcode, cost, price to customers, on hand, minimum, fill up to, shelf
ITEMS = (
    ("水龙头密封圈", "6920000000017", 2, 5, 60, 20, 100, "A-1"),
    ("单把水龙头", "6920000000024", 68, 98, 6, 4, 10, "A-2"),
    ("五孔插座", "6920000000031", 12, 25, 18, 10, 30, "B-1"),
    ("LED 灯管 18W", "6920000000048", 16, 30, 3, 20, 60, "B-2"),
    ("闭门器", "6920000000055", 85, 130, 2, 2, 6, "C-1"),
    ("下水软管", "6920000000062", 9, 20, 0, 5, 20, "A-3"),
)
# bought for an order only: name, barcode, price
PUMP = ("变频水泵机芯", "6920000000079", 1860)


def run(env, estate):
    """Fill the store, put materials on orders and buy; return what was made."""
    supplier = env["res.partner"].create(
        {
            "name": "恒达五金水暖商行",
            "company_type": "company",
            "phone": "+86 10 6200 1188",
        }
    )
    products = _products(env, supplier)
    keeper = acting(env, "storekeeper")
    store = acting(env, "manager")["pm.store"].create(
        {"property_id": estate.id, "name": "工程库房", "keeper_id": keeper.uid}
    )
    _fill(keeper, store, products[:-1])
    _orders(env, products)
    _replenish(keeper, store)
    keeper.invalidate_all()
    shown = store.with_env(keeper)
    purchases = keeper["purchase.order"].search([("store_id", "=", store.id)])
    return [
        words.say(
            f"库房：物料 {len(shown.item_ids)} 种，低于下限 {shown.below_count} 种，"
            f"工单申领 {shown.asked_count} 项，缺料 {shown.missing_count} 项",
            f"store: {len(shown.item_ids)} items, {shown.below_count} below minimum, "
            f"asked for by orders {shown.asked_count}, missing {shown.missing_count}",
        ),
        *(f"{words.say('采购', 'purchase')} {order.progress}" for order in purchases),
    ]


def _products(env, supplier):
    def values(name, barcode, cost, price):
        return {
            "name": name,
            "barcode": barcode,
            "type": "consu",
            "is_storable": True,
            "standard_price": cost,
            "list_price": price,
            "supplier_taxes_id": [Command.clear()],
            "seller_ids": [
                Command.create({"partner_id": supplier.id, "price": cost, "delay": 2})
            ],
        }

    kept = [values(*item[:4]) for item in ITEMS]
    return env["product.product"].create([*kept, values(*PUMP, PUMP[2] * 1.3)])


def _fill(keeper, store, products):
    """The store's first count brings what lies on the shelves into the books."""
    keeper["pm.store.item"].create(
        [
            {
                "store_id": store.id,
                "product_id": product.id,
                "minimum": item[5],
                "maximum": item[6],
                "place": item[7],
            }
            for product, item in zip(products, ITEMS, strict=True)
        ]
    )
    count = keeper["pm.store.count"].create({"store_id": store.id, "name": "开库盘点"})
    count.action_fill()
    on_hand = {product: item[4] for product, item in zip(products, ITEMS, strict=True)}
    for line in count.line_ids:
        line.write({"counted": on_hand[line.product_id], "is_counted": True})
    count.action_confirm()


def _orders(env, products):
    """One order takes what is there, one waits for a part that is to be approved."""
    technician = acting(env, "technician")
    mine = technician["maintenance.request"].search([("user_id", "=", technician.uid)])
    done = mine.filtered(lambda order: order.state == "done")[:1]
    if done:
        # entered after the work: used at once
        done.action_add_material(barcode=ITEMS[0][1], quantity=2)
    for order in mine.filtered(lambda order: order.state == "accepted")[:1]:
        order.action_add_material(barcode=ITEMS[1][1])
        order.action_add_material(barcode=ITEMS[5][1])
        order.action_buy_missing()
    for order in mine.filtered(lambda order: order.state == "paused")[:1]:
        order.action_add_material(product_id=products[-1].id)
        order.action_buy_missing()


def _replenish(keeper, store):
    below = keeper["pm.store.item"].search(
        [("store_id", "=", store.id), ("is_below", "=", True)]
    )
    below.filtered(lambda item: not item.expected)[:1].action_replenish()
