import base64

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import float_repr

from ...engine.plain_tables import write_xlsx
from ..ledger.business_day import today_at

# Headings as clerks of the issuing platforms know them.
REFERENCE, NUMBER, DAY, TOTAL, RED, REASON = (
    "单据编号",
    "发票号码",
    "开票日期",
    "价税合计",
    "红蓝",
    "失败原因",
)
CONFIRMATION = "红字确认单编号"
HEADINGS = [
    REFERENCE,
    RED,
    "发票类型",
    "购方名称",
    "购方税号",
    "购方地址",
    "购方电话",
    "购方开户行",
    "购方账号",
    "接收邮箱",
    "项目名称",
    "账期",
    "数量",
    "不含税金额",
    "税率(%)",
    "税额",
    TOTAL,
    "备注",
    "原发票号码",
    CONFIRMATION,
    "红冲原因",
]
KINDS = {"normal": "普通发票", "special": "增值税专用发票"}
REASONS = {
    "wrong": "开票有误",
    "returned": "销货退回",
    "ended": "服务终止",
    "allowance": "销售折让",
}
BLUE_LETTER, RED_LETTER = "蓝字", "红字"


class PmTaxInvoice(models.Model):
    """The workbook that goes to the issuing platform."""

    _inherit = "pm.tax.invoice"

    tax_file_id = fields.Many2one(
        "pm.tax.file", "Sent with", readonly=True, copy=False, index="btree_not_null"
    )

    def action_write_file(self):
        """Write those that wait into one workbook for the platform.

        :raises UserError: none of them waits, or one covers more than was billed
        """
        self.check_access("write")
        self.env["pm.tax.file"].check_access("create")
        waiting = self.filtered(
            lambda row: (
                row.state == "asked" or (row.state == "red_asked" and not row.sent_on)
            )
        )
        if not waiting:
            raise UserError(
                self.env._("Nothing to send: choose requests that were not sent yet.")
            )
        if len(waiting.company_id) != 1:
            raise UserError(self.env._("Write a file for each company."))
        asked = waiting.filtered(lambda row: row.state == "asked")
        asked.line_ids._refresh()
        asked._check_complete()
        rows = [row for invoice in waiting for row in invoice._platform_rows()]
        day = today_at(waiting[0].property_id)
        file = (
            self.env["pm.tax.file"]
            .sudo()
            ._as_step()
            .create(
                {
                    "direction": "out",
                    "company_id": waiting.company_id.id,
                    "filename": f"tax-invoices-{day}-{len(waiting)}.xlsx",
                    "file": base64.b64encode(write_xlsx(HEADINGS, rows)),
                    "state": "done",
                    "row_count": len(rows),
                }
            )
        )
        waiting.sudo()._as_step().write({"tax_file_id": file.id, "sent_on": day})
        asked.sudo()._as_step().state = "sent"
        return {
            "type": "ir.actions.act_window",
            "res_model": "pm.tax.file",
            "res_id": file.id,
            "view_mode": "form",
        }

    def _platform_rows(self):
        """Return a row for each charge, or the one of the red letter."""
        self.ensure_one()
        if self.state == "red_asked":
            share = self.red_amount / self.amount_total
            tax = self.currency_id.round(self.amount_tax * share)
            percents = {line.tax_percent for line in self.line_ids}
            return [
                self._platform_row(
                    RED_LETTER,
                    ", ".join(self.line_ids.fee_item_id.mapped("name")),
                    "",
                    -self.red_amount,
                    -tax,
                    percents.pop() if len(percents) == 1 else None,
                )
            ]
        return [
            self._platform_row(
                BLUE_LETTER,
                line.fee_item_id.name,
                f"{line.date_from} – {line.date_to}",
                line.amount,
                line.amount_tax,
                line.tax_percent,
            )
            for line in self.line_ids
        ]

    def _platform_row(self, letter, item, period, total, tax, percent):
        is_red = letter == RED_LETTER
        return [
            self.name,
            letter,
            KINDS[self.kind],
            self.title,
            self.tax_id,
            self.address,
            self.phone,
            self.bank,
            self.bank_account,
            self.email,
            item,
            period,
            "-1" if is_red else "1",
            float_repr(total - tax, 2),
            "" if percent is None else f"{percent:g}",
            float_repr(tax, 2),
            float_repr(total, 2),
            self.note,
            self.number if is_red else "",
            self.red_confirmation if is_red else "",
            REASONS[self.red_reason] if is_red else "",
        ]
