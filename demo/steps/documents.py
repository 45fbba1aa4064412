"""The papers of the demo estate: what is on file, what is missing, what expires."""

import io
from datetime import timedelta

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen import canvas

from odoo import Command, fields

from .. import words
from . import acting


def run(env, estate):
    """Put papers to the estate, its contract and a customer; return what was done."""
    manager, service = acting(env, "manager"), acting(env, "service")
    today = fields.Date.context_today(estate)
    taken_over = estate.with_env(manager)
    _put(
        taken_over, "TAKEOVER", "承接查验记录", date_issued=today - timedelta(days=400)
    )
    _put(taken_over, "ASBUILT", "竣工总平面图")
    _put(taken_over, "WARRANTY", "质量保修书")
    _put(
        taken_over,
        "FIRE",
        "消防设施年度检测报告",
        number="XF-2025-1208",
        date_issued=today - timedelta(days=340),
        date_expiry=today + timedelta(days=25),
    )
    contract = service["pm.contract"].search(
        [("estate_id", "=", estate.id)], order="id", limit=1
    )
    _put(contract, "SIGNED", "物业服务合同（已盖章）", number=contract.name)
    customer = service["res.partner"].search(
        [("pm_estate_id", "=", estate.id), ("pm_occupancy_ids.is_current", "=", True)],
        order="ref, id",
        limit=1,
    )
    _put(customer, "ID", f"{customer.name} 身份证复印件")
    _put(customer, "CTITLE", f"{customer.name} 不动产权证")
    customer.message_post(
        body="业主来访，补交身份证和不动产权证复印件，已归档。",
        message_type="comment",
        subtype_xmlid="mail.mt_note",
    )
    env["pm.document"]._cron_remind()
    return [
        f"{record.display_name}: "
        + words.say(
            f"已归档资料 {_on_file(record)} 份，"
            f"缺 {record.pm_document_missing_count} 份",
            f"{_on_file(record)} papers on file, "
            f"{record.pm_document_missing_count} missing",
        )
        for record in (taken_over, contract, customer)
        if record
    ]


def _on_file(record):
    return len(record.pm_document_ids.filtered("has_file"))


def _put(record, code, title, **vals):
    """Put a paper to its line on the checklist, or on a line of its own."""
    if not record:
        return
    record._ensure_checklist()
    doc_type = record.env["pm.document.type"].search([("code", "=", code)])
    line = record.pm_document_ids.filtered(lambda row: row.type_id == doc_type)[:1]
    if not line:
        line = record.env["pm.document"].create(
            {
                "res_model": record._name,
                "res_id": record.id,
                "type_id": doc_type.id,
            }
        )
    attachment = record.env["ir.attachment"].create(
        {
            "name": f"{title}.pdf",
            "raw": _paper(title, record.display_name),
            "res_model": line._name,
            "res_id": line.id,
        }
    )
    line.write({"attachment_ids": [Command.link(attachment.id)], **vals})


def _paper(title, subject):
    """A page that says what would be on it."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    stream = io.BytesIO()
    page = canvas.Canvas(stream, pagesize=A4)
    page.setFont("STSong-Light", 22)
    page.drawCentredString(A4[0] / 2, A4[1] - 160, title)
    page.setFont("STSong-Light", 13)
    page.drawCentredString(A4[0] / 2, A4[1] - 210, subject)
    page.drawCentredString(A4[0] / 2, A4[1] - 240, "演示文件，不具法律效力")
    page.save()
    return stream.getvalue()
