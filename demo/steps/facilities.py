"""A court and an advertising space that are booked, parking spaces and who waits for
one, and uniforms that are asked for, quoted and ordered."""

from datetime import timedelta

from odoo import Command, fields

from .. import words
from . import acting

WEEK = "0123456"
BUYER = "buyer"


def run(env, estate):
    words.now("场地预约、车位与采购", "facilities, parking and purchases")
    return [
        _facilities(env, estate),
        _parking(env, estate),
        _purchase(env, estate),
    ]


def _facilities(env, estate):
    """The clerk sets prices, the desk books and confirms."""
    clerk, desk = acting(env, "clerk"), acting(env, "service")
    court = clerk["pm.facility"].create(
        {
            "name": "羽毛球馆 1 号场",
            "kind": "court",
            "property_id": estate.id,
            "capacity": 6,
            "deposit": 100.0,
            "is_confirmed_by_staff": False,
            "description": "请穿室内运动鞋。场内禁止吸烟。",
            "hour_ids": [
                Command.create({"weekday": day, "hour_from": 8.0, "hour_to": 22.0})
                for day in WEEK
            ],
            "price_ids": [
                Command.create({"customers": "outside", "price": 60.0}),
                Command.create({"hour_to": 18.0, "price": 20.0}),
                Command.create({"hour_from": 18.0, "price": 40.0}),
            ],
        }
    )
    frame = clerk["pm.facility"].create(
        {
            "name": "1 号楼电梯广告框",
            "kind": "advertising",
            "property_id": estate.id,
            "book_by": "day",
            "longest": 92,
            "is_on_portal": False,
            "price_ids": [Command.create({"per": "day", "price": 30.0})],
        }
    )
    holders = (
        env["pm.occupancy"]
        .search(
            [("estate_id", "=", estate.id), ("role", "=", "owner")], order="id", limit=4
        )
        .partner_id
    )
    today = estate._today()
    booked = desk["pm.facility.booking"]
    for number, (day, hour) in enumerate(((1, 9), (1, 19), (2, 18), (3, 20))):
        when = today + timedelta(days=day)
        booked |= desk["pm.facility.booking"].create(
            {
                "facility_id": court.id,
                "partner_id": holders[number % len(holders)].id,
                "start": court._utc(when, hour * 60),
                "stop": court._utc(when, (hour + 2) * 60),
                "persons": 4,
                "purpose": "双打",
            }
        )
    booked[:3].action_confirm()
    firm = env["res.partner"].create(
        {"name": "江城传媒公司", "is_company": True, "pm_estate_id": estate.id}
    )
    first = today + timedelta(days=5)
    advert = desk["pm.facility.booking"].create(
        {
            "facility_id": frame.id,
            "partner_id": firm.id,
            "start": frame._utc(first, 0),
            "stop": frame._utc(first + timedelta(days=30), 0),
            "purpose": "新年促销",
        }
    )
    advert.action_confirm()
    total = sum((booked[:3] | advert).mapped("amount"))
    return words.say(
        f"场地：{len(booked) + 1} 个预约，应收 {total:,.2f}（其中公共收益 "
        f"{advert.amount:,.2f}）",
        f"facilities: {len(booked) + 1} bookings, {total:,.2f} charged, of it "
        f"{advert.amount:,.2f} public income",
    )


def _parking(env, estate):
    """Two spaces are in use, two customers wait, one is offered the next space."""
    desk = acting(env, "service")
    spaces = desk["pm.property"].search(
        [("estate_id", "=", estate.id), ("is_parking_free", "=", True)],
        order="id",
        limit=3,
    )
    if len(spaces) < 3:
        return words.say("车位：没有空闲车位", "parking: no space is free")
    today = estate._today()
    holders = (
        env["pm.occupancy"]
        .search(
            [("estate_id", "=", estate.id), ("property_id.kind", "=", "unit")],
            order="id desc",
            limit=40,
        )
        .partner_id
    )
    lets = desk["pm.parking.let"].create(
        [
            {
                "property_id": space.id,
                "partner_id": holder.id,
                "kind": kind,
                "date_from": today,
                "plate_ids": [
                    Command.create({"plate": plate, "date_from": today})
                    for plate in plates
                ],
                "card_ids": [
                    Command.create({"number": f"K{number:04d}", "date_from": today})
                ],
            }
            for number, (space, holder, kind, plates) in enumerate(
                zip(
                    spaces[:2],
                    holders[:2],
                    ("let", "monthly"),
                    (("浙A·8K217", "浙A·D31506"), ("浙A·6M093",)),
                    strict=True,
                ),
                1,
            )
        ]
    )
    lets.action_start()
    place = spaces[2].parent_id
    waiting = desk["pm.parking.request"].create(
        [
            {
                "property_id": place.id,
                "partner_id": holder.id,
                "kind": "monthly",
                "date": today - timedelta(days=days),
                "note": note,
            }
            for holder, days, note in (
                (holders[2], 40, "靠近电梯"),
                (holders[3], 25, ""),
            )
        ]
    )
    waiting[0].offer_property_id = spaces[2]
    waiting[0].action_offer()
    return words.say(
        f"车位：{len(lets)} 个在用，{len(waiting)} 人轮候，"
        f"{waiting[0].offer_property_id.code} 已通知第一位",
        f"parking: {len(lets)} in use, {len(waiting)} wait, "
        f"{waiting[0].offer_property_id.code} is offered to the first",
    )


def _purchase(env, estate):
    """Customer service asks, the manager agrees, a buyer compares three vendors."""
    request = acting(env, "service")["purchase.request"].create(
        {
            "property_id": estate.id,
            "description": "客服冬季工装",
            "line_ids": [
                Command.create(
                    {
                        "product_id": _uniform(env, estate).id,
                        "name": "冬季工装",
                        "product_qty": 24,
                        "estimated_cost": 6000.0,
                        "date_required": fields.Date.add(estate._today(), days=20),
                    }
                )
            ],
        }
    )
    request.button_to_approve()
    if request.state == "to_approve":
        request.with_env(acting(env, "manager")).validate_tier()
    buyer = _buyer(env, estate)
    vendors = env["res.partner"].create(
        [
            {"name": name, "is_company": True, "supplier_rank": 1}
            for name in ("江城服装厂", "蓝领工装公司", "安居劳保商行")
        ]
    )
    asking = buyer["pm.purchase.quote"].create(
        {"request_id": request.id, "vendor_ids": [Command.set(vendors.ids)]}
    )
    asking.action_ask()
    orders = buyer["purchase.order"].search(
        [("pm_purchase_request_id", "=", request.id)], order="id"
    )
    for order, price in zip(orders, (245.0, 228.0, 236.5), strict=True):
        order.order_line.price_unit = price
    orders[1].action_pm_choose()
    chosen = orders[1].sudo()
    return words.say(
        f"采购：{request.name} 比价 {len(orders)} 家，选 {chosen.partner_id.name} "
        f"{chosen.amount_untaxed:,.2f}",
        f"purchase: {request.name}, {len(orders)} quotations compared, "
        f"{chosen.partner_id.name} at {chosen.amount_untaxed:,.2f}",
    )


def _uniform(env, estate):
    return env["product.product"].create(
        {
            "name": "冬季工装",
            "type": "service",
            "purchase_method": "purchase",
            "company_id": estate.company_id.id,
        }
    )


def _buyer(env, estate):
    company = estate.company_id
    env["res.users"].with_context(no_reset_password=True).create(
        {
            "name": "采购员",
            "login": BUYER,
            "password": BUYER,
            "lang": "zh_CN",
            "tz": "Asia/Shanghai",
            "company_id": company.id,
            "company_ids": [Command.set(company.ids)],
            "pm_estate_ids": [Command.set(estate.ids)],
            "group_ids": [
                Command.set(
                    [
                        env.ref("pm_core.group_pm_user").id,
                        env.ref("purchase.group_purchase_user").id,
                    ]
                )
            ],
        }
    )
    return acting(env, BUYER)
