from xlsxwriter.utility import xl_rowcol_to_cell

from odoo import models

from .pm_collection_report import BUCKETS

# Columns of amounts, from the fourth on; the rate is received ÷ receivable.
AMOUNTS = (
    "amount",
    "amount_credited",
    "amount_receivable",
    "amount_paid",
    "amount_written_off",
    "amount_residual",
)
FIRST = 3
RATE = FIRST + len(AMOUNTS)


class PmCollectionXlsx(models.AbstractModel):
    """Workbook: collection rate by building and fee item, and ageing of debts."""

    _name = "report.pm_billing.collection_xlsx"
    _inherit = "report.report_xlsx.abstract"
    _description = "Collection and Ageing Workbook"

    def get_workbook_options(self):
        """What people enter stays text: residents choose their own names."""
        return {
            **super().get_workbook_options(),
            "strings_to_formulas": False,
            "strings_to_urls": False,
        }

    def generate_xlsx_report(self, workbook, data, objs):
        for export in objs:
            domain = [
                ("property_id", "child_of", export.property_id.id),
                ("date_from", ">=", export.date_from),
                ("date_from", "<=", export.date_to),
            ]
            writer = _Writer(workbook, export)
            self._write_collection(writer, domain)
            self._write_ageing(writer, domain)

    def _write_collection(self, writer, domain):
        """One line per building and fee item, with totals as formulas."""
        groups = self.env["pm.collection.report"]._read_group(
            domain,
            ["estate_id", "building_id", "fee_item_id"],
            [f"{name}:sum" for name in AMOUNTS],
        )
        labels = self.env["pm.collection.report"].fields_get(AMOUNTS, ["string"])
        sheet = writer.sheet(
            self.env._("Collection"),
            [
                (self.env._("Estate"), 18),
                (self.env._("Building"), 14),
                (self.env._("Fee Item"), 22),
                *((labels[name]["string"], 16) for name in AMOUNTS),
                (self.env._("Collection Rate"), 14),
            ],
        )
        row = writer.first_row
        for row, (estate, building, item, *amounts) in enumerate(
            groups, writer.first_row
        ):
            sheet.write(row, 0, estate.name)
            sheet.write(row, 1, building.name or "")
            sheet.write(row, 2, item.name)
            for column, amount in enumerate(amounts, FIRST):
                sheet.write_number(row, column, amount, writer.money)
            self._write_rate(writer, sheet, row, amounts)
        if groups:
            self._write_totals(writer, sheet, groups, row + 1)

    def _write_totals(self, writer, sheet, groups, row):
        sheet.write(row, 0, self.env._("Total"), writer.bold)
        totals = [sum(column) for column in list(zip(*groups, strict=True))[FIRST:]]
        for column, total in enumerate(totals, FIRST):
            first = xl_rowcol_to_cell(writer.first_row, column)
            last = xl_rowcol_to_cell(row - 1, column)
            sheet.write_formula(
                row, column, f"=SUM({first}:{last})", writer.money, total
            )
        self._write_rate(writer, sheet, row, totals)

    def _write_rate(self, writer, sheet, row, amounts):
        """Money received ÷ receivable, as a formula."""
        values = dict(zip(AMOUNTS, amounts, strict=True))
        received, receivable = (
            xl_rowcol_to_cell(row, FIRST + AMOUNTS.index(name))
            for name in ("amount_paid", "amount_receivable")
        )
        base = values["amount_receivable"]
        sheet.write_formula(
            row,
            RATE,
            f"=IF({receivable}=0,0,{received}/{receivable})",
            writer.percent,
            values["amount_paid"] / base if base else 0.0,
        )

    def _write_ageing(self, writer, domain):
        """One line per debtor and property, a column per age."""
        report = self.env["pm.collection.report"]
        labels = dict(report._fields["bucket"]._description_selection(self.env))
        groups = report._read_group(
            [*domain, ("amount_residual", ">", 0)],
            ["building_id", "property_id", "partner_id", "bucket"],
            ["amount_residual:sum"],
        )
        debts = {}
        for __, prop, partner, bucket, amount in groups:
            debts.setdefault((prop, partner), {})[bucket] = amount
        keys = [key for key, _label, _days in BUCKETS]
        sheet = writer.sheet(
            self.env._("Ageing"),
            [
                (self.env._("Property"), 22),
                (self.env._("Payer"), 16),
                (self.env._("Phone"), 16),
                *((labels[key], 14) for key in keys),
                (self.env._("Open"), 16),
            ],
        )
        for row, ((prop, partner), ages) in enumerate(debts.items(), writer.first_row):
            sheet.write(row, 0, prop.display_name)
            sheet.write(row, 1, partner.name)
            sheet.write(row, 2, partner.phone or "")
            for column, key in enumerate(keys, 3):
                if key in ages:
                    sheet.write_number(row, column, ages[key], writer.money)
            sheet.write_number(row, 3 + len(keys), sum(ages.values()), writer.money)


class _Writer:
    """Sheets of one look: title, headings that stay in view, money format."""

    first_row = 3

    def __init__(self, workbook, export):
        self._workbook = workbook
        self._title = (
            f"{export.property_id.display_name}  {export.date_from} – {export.date_to}"
        )
        self.bold = workbook.add_format({"bold": True})
        self.money = workbook.add_format({"num_format": "#,##0.00"})
        self.percent = workbook.add_format({"num_format": "0.00%"})
        self._heading = workbook.add_format(
            {"bold": True, "bg_color": "#E8EEF1", "bottom": 1}
        )

    def sheet(self, name, columns):
        sheet = self._workbook.add_worksheet(name)
        sheet.write(0, 0, f"{name}  {self._title}", self.bold)
        for index, (heading, width) in enumerate(columns):
            sheet.set_column(index, index, width)
            sheet.write(self.first_row - 1, index, heading, self._heading)
        sheet.freeze_panes(self.first_row, 0)
        return sheet
