"""A round of dunning over one building, and a promise to pay."""

from odoo.fields import Date

from .. import words
from . import acting


def run(env, estate):
    """The clerk prepares, the manager looks it over, the clerk sends."""
    clerk, manager = acting(env, "clerk"), acting(env, "manager")
    charges = clerk["pm.charge"].search(
        [("estate_id", "=", estate.id), ("amount_residual", ">", 0)], order="id"
    )
    if not charges:
        return []
    place = charges[0].building_id or estate
    place.sudo()._as_step().collector_id = clerk.uid
    due = max(charges.mapped("date_due"))
    dunning = clerk["pm.dunning"].create(
        {"property_id": place.id, "date": Date.add(due, days=10)}
    )
    dunning.action_prepare()
    dunning.with_env(manager).action_check()
    dunning.action_send()
    line = dunning.line_ids[:1]
    owed = line.item_ids.charge_id
    half = round(line.amount / 2, 2)
    promise = clerk["pm.payment.promise"].create(
        {
            "partner_id": line.partner_id.id,
            "property_id": line.property_id.id,
            "charge_ids": owed.ids,
            "note": "电话承诺分两期缴清",
            "line_ids": [
                (0, 0, {"date": Date.add(due, days=20), "amount": half}),
                (0, 0, {"date": Date.add(due, days=50), "amount": line.amount - half}),
            ],
        }
    )
    promise.action_confirm()
    return [
        words.say(
            f"催收：{dunning.number} {dunning.line_count} 户，"
            f"{dunning.amount_total:,.2f} 元；付款承诺 1 份",
            f"dunning: {dunning.number}, {dunning.line_count} customers, "
            f"{dunning.amount_total:,.2f}; one promise to pay",
        )
    ]
