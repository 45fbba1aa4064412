"""Duties met, late and breached, a price that was amended, a renewal to decide."""

import base64
from datetime import date, timedelta

from odoo import Command

from .. import words
from . import acting

SCAN = b"%PDF-1.4\n% signed amendment, for demonstration\n"
REPORT = "电梯维保记录（半月保养）\n曳引机、制动器、门系统检查正常。\n".encode()


def run(env, estate):
    return [_duties(env, estate), _amendment(env, estate), _renewal(env, estate)]


def _in_force(env, estate, *domain):
    return env["pm.contract"].search(
        [
            ("estate_id", "=", estate.id),
            ("state", "in", ("active", "expiring")),
            *domain,
        ],
        order="date_from, id",
    )


def _duties(env, estate):
    """Follow the duties of the contracts up from two months ago."""
    manager, service = acting(env, "manager"), acting(env, "service")
    contracts = _in_force(env, estate).with_env(manager)
    contracts.action_take_obligations()
    since = date.today() - timedelta(days=60)
    duties = contracts.obligation_ids
    duties.write({"user_id": service.user.id, "tracked_from": since})
    for duty in duties.filtered(
        lambda duty: duty.schedule_unit == "day" and duty.side == "ours"
    ):
        duty.schedule_start = since
    events = duties.event_ids.filtered(lambda event: event.date_due < date.today())
    for number, event in enumerate(events.sorted("date_due").with_env(service)):
        if number % 8 == 5:
            continue
        days = 2 if number % 8 == 2 else -1
        event.write(
            {
                "date_met": min(date.today(), event.date_due + timedelta(days=days)),
                "note": "已完成，记录归档。",
                "attachment_ids": [
                    Command.create(
                        {"name": "记录.txt", "datas": base64.b64encode(REPORT)}
                    )
                ],
            }
        )
    env["pm.contract.obligation"]._cron_follow_up()
    states = events.with_env(env).grouped("state")
    counts = ", ".join(
        f"{words.label(rows[0])} {len(rows)}" for _state, rows in sorted(states.items())
    )
    return words.say(
        f"合同义务：{len(duties)} 项，截至目前到期：{counts}",
        f"obligations: {len(duties)} duties, due so far: {counts}",
    )


def _amendment(env, estate):
    """The price per m² goes up with the new year."""
    manager = acting(env, "manager")
    contract = _in_force(env, estate).filtered(
        lambda contract: any(line.price for line in contract.line_ids)
    )[:1]
    if not contract:
        return words.say(
            "补充协议：没有带单价的合同", "amendments: no contract with a price"
        )
    amendment = manager["pm.contract.amendment"].create(
        {
            "contract_id": contract.id,
            "date_effective": date(date.today().year + 1, 1, 1),
            "reason": "10 月 12 日业主大会表决通过：自明年 1 月起调整住宅物业费单价。",
        }
    )
    fee = amendment.fee_ids.filtered("price")[:1]
    fee.price = round(fee.price + 0.2, 2)
    amendment.action_submit()
    for role in ("manager", "company"):
        if amendment.state == "approval":
            amendment.with_env(acting(env, role)).validate_tier()
    signed = amendment.with_env(manager)
    signed.write(
        {
            "signed_file": base64.b64encode(SCAN),
            "signed_filename": "补充协议（双方盖章）.pdf",
        }
    )
    signed.action_sign()
    amendment.invalidate_recordset()
    return (
        f"{words.of(amendment).display_name}: {words.label(amendment)}, "
        f"{amendment.summary}"
    )


def _renewal(env, estate):
    """The assessment of the contract that expires, opened by the cron."""
    env["pm.contract.renewal"]._cron_open()
    renewal = env["pm.contract.renewal"].search(
        [("estate_id", "=", estate.id)], limit=1
    )
    if not renewal:
        return "renewals: no contract expires"
    renewal = renewal.with_env(acting(env, "manager"))
    for line, rating in zip(
        renewal.line_ids.filtered(lambda line: line.source == "manual"),
        ("4", "3"),
        strict=False,
    ):
        line.rating = rating
    name, band = renewal.display_name, words.of(renewal.band_id).name
    return words.say(
        f"合同续签 {name}：得分 {renewal.score:.1f}（已知权重 "
        f"{renewal.weight_known:.0f} %），{band}",
        f"renewal {name}: {renewal.score:.1f} points of "
        f"{renewal.weight_known:.0f} % of the weight, {band}",
    )
