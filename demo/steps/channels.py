"""Channels of the demo estate: an app that reports, SMS of residents, who is told.

Nothing leaves the machine: the webhook and the robot are paused, as they are until
somebody presses Resume, and the SMS gateway is archived.
"""

from odoo import Command

from odoo.addons.pm_core.tools import wecom

from .. import words
from . import acting

APP = (
    ("app-20261128-01", "complaint", "电梯里的灯一闪一闪的，已经三天了"),
    ("app-20261129-02", "order", "阳台推拉门的锁坏了，关不上"),
    ("app-20261130-03", "suggestion", "建议在南门加一个快递柜"),
)
FOLLOWED = ("complaint.report", "complaint.close", "order.done", "notice.publish")
ALERTS = ("alert.dispatch", "alert.sla", "emergency.start", "emergency.untold")


def run(env, estate):
    admin = acting(env, "admin")
    webhook = _listen(
        admin,
        "pm.webhook",
        estate,
        FOLLOWED,
        {"name": "业委会小程序", "url": "https://committee.example.com/pm"},
    )
    robot = _listen(
        admin,
        "pm.wecom.robot",
        estate,
        ALERTS,
        {"name": "值班群机器人", "address": f"{wecom.ADDRESS}?key=00000000-demo"},
    )
    reported = _app(admin, estate)
    texts = _texts(admin, estate)
    admin["pm.channel.health"]._ensure()
    waiting = webhook.waiting_count + robot.waiting_count
    return [
        words.say(
            f"渠道与接口：App 上报 {len(reported)} 件，短信 {len(texts)} 条，"
            f"Webhook 和群机器人待发 {waiting} 条",
            f"channels: {len(reported)} reports by the app, {len(texts)} texts, "
            f"{waiting} messages for the webhook and the robot",
        )
    ]


def _listen(env, model, estate, codes, vals):
    events = env["pm.event.kind"].search([("code", "in", codes)])
    listener = env[model].create(
        {
            "company_id": estate.company_id.id,
            "estate_ids": [Command.set(estate.ids)],
            "event_ids": [Command.set(events.ids)],
            **vals,
        }
    )
    listener.action_pause()
    return listener


def _app(env, estate):
    """The app reports as its own user, as it does over HTTP."""
    access = env["pm.api.client"].create(
        {
            "name": "业主 App",
            "company_id": estate.company_id.id,
            "estate_ids": [Command.set(estate.ids)],
        }
    )
    access.action_new_key()
    app = env["pm.api"].with_user(access.sudo().login_id)
    units = env["pm.property"].search(
        [("estate_id", "=", estate.id), ("kind", "=", "unit")], limit=len(APP)
    )
    return [
        app.report(
            reference,
            text,
            kind=kind,
            place=unit.code,
            reporter={"name": "业主 App 用户", "phone": f"1390571{number:04d}"},
        )
        for number, ((reference, kind, text), unit) in enumerate(
            zip(APP, units, strict=True), 1
        )
    ]


def _texts(env, estate):
    """A customer writes twice about one thing; somebody unknown writes once."""
    gateway = env["pm.sms.gateway"].create(
        {
            "name": "短信平台（演示）",
            "company_id": estate.company_id.id,
            "url": "https://sms.example.com/send",
            "active": False,
        }
    )
    held = env["pm.occupancy"].search(
        [("estate_id", "=", estate.id), ("is_current", "=", True)], limit=200
    )
    owner = held.partner_id.filtered(
        lambda one: (one.phone_sanitized or "").startswith("+861")
    )[:1]
    messages = env["pm.sms.message"].sudo()
    for key, number, text in (
        ("1", owner.phone_sanitized or "13900000001", "楼上一直漏水，请尽快派人来看"),
        ("2", owner.phone_sanitized or "13900000001", "今天漏得更厉害了"),
        ("3", "13911112222", "请问小区游泳池几点开放？"),
    ):
        messages._keep(gateway.sudo(), key, number, text)
    kept = messages.search([("gateway_id", "=", gateway.id)], order="id")
    for message in kept:
        message._as_step()._take_up()
    return kept
