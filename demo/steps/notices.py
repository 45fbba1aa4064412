"""Notices to the residents: published, read by some, planned, still a draft."""

from datetime import timedelta

from odoo import Command, fields

from .. import words
from . import acting


def run(env, estate):
    """Write, approve and publish notices; return what was made."""
    buildings = env["pm.property"].search(
        [("kind", "=", "building"), ("estate_id", "=", estate.id)],
        order="code_sort",
        limit=3,
    )
    tomorrow = fields.Datetime.now().replace(hour=1, minute=0, second=0)
    tomorrow += timedelta(days=1)
    service = acting(env, "service")
    notices = service["pm.notice"].create(
        [
            {
                "title": "1号楼至3号楼计划停水通知",
                "kind_id": env.ref("pm_core.notice_kind_supply").id,
                "estate_id": estate.id,
                "property_ids": [Command.set(buildings.ids)],
                "date_from": tomorrow,
                "date_to": tomorrow + timedelta(hours=8),
                "by_sms": False,
                "body": "<p>尊敬的业主、住户：</p><p>因二次供水泵房检修，"
                "明日9:00至17:00停水，请提前储水。恢复供水后请先放水片刻再使用。</p>"
                "<p>给您带来不便，敬请谅解。咨询电话：物业客服前台。</p>",
            },
            {
                "title": "冬季用电用火安全提示",
                "kind_id": env.ref("pm_core.notice_kind_safety").id,
                "estate_id": estate.id,
                "by_sms": False,
                "body": "<p>冬季天干物燥，请勿在楼道堆放杂物、给电动自行车充电；"
                "外出时请关闭电热取暖设备。消防通道请勿停车。</p>",
            },
            {
                "title": "第四季度物业服务收支公示",
                "kind_id": env.ref("pm_core.notice_kind_disclosure").id,
                "estate_id": estate.id,
                "to_tenant": False,
                "body": "<p>本季度收支情况已在各楼栋公告栏公示，欢迎监督。</p>",
            },
            {
                "title": "冬至社区包饺子活动报名",
                "kind_id": env.ref("pm_core.notice_kind_activity").id,
                "estate_id": estate.id,
                "to_family": True,
                "date_planned": tomorrow + timedelta(days=6),
                "date_from": tomorrow + timedelta(days=27),
                "date_to": tomorrow + timedelta(days=27, hours=3),
                "body": "<p>社区邻里中心将于冬至上午举办包饺子活动，欢迎各位邻居参加，"
                "名额60人，报满为止。报名请联系客服前台。</p>",
            },
        ]
    )
    submitted = notices[:2] | notices[3]
    submitted.action_submit()
    # a kind that no level asks for is approved when it is submitted
    for notice in submitted.filtered(lambda notice: notice.state == "approval"):
        reviewer = notice.sudo().reviewer_ids[:1]
        notice.with_user(reviewer).validate_tier()
    readers = notices[1].sudo().recipient_ids
    readers[: len(readers) // 3]._mark_read()
    return [
        words.say(
            f"通知公告：{len(notices)} 份，收件人 {len(notices.sudo().recipient_ids)}，"
            f"已读 {len(readers) // 3}，待发布 1",
            f"notices: {len(notices)}, "
            f"recipients: {len(notices.sudo().recipient_ids)}, "
            f"read: {len(readers) // 3}, to be published: 1",
        ),
    ]
