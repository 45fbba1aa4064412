from odoo import models


class PmPublicSheetXlsx(models.AbstractModel):
    """The workbook of a public sheet: its rows, and no other."""

    _name = "report.pm_billing.public_sheet_xlsx"
    _inherit = "report.report_xlsx.abstract"
    _description = "Public Sheet as XLSX"

    def get_workbook_options(self):
        """What people enter stays text."""
        return {
            **super().get_workbook_options(),
            "strings_to_formulas": False,
            "strings_to_urls": False,
        }

    def generate_xlsx_report(self, workbook, data, objs):
        bold = workbook.add_format({"bold": True})
        money = workbook.add_format({"num_format": "#,##0.00"})
        for record in objs:
            headings, rows, total = record._content()
            sheet = workbook.add_worksheet()
            sheet.write_string(0, 0, record.display_name, bold)
            sheet.write_string(1, 0, record._days(record.date_from, record.date_to))
            for column, heading in enumerate(headings):
                sheet.set_column(column, column, max(14, 2 * len(heading)))
                sheet.write_string(2, column, heading, bold)
            for number, row in enumerate([*rows, total] if total else rows, 3):
                for column, cell in enumerate(row):
                    look = money if isinstance(cell, float) else None
                    sheet.write(number, column, cell, look)
            sheet.freeze_panes(3, 0)
