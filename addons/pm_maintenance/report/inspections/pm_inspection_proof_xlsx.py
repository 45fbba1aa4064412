from odoo import models


class PmInspectionProofXlsx(models.AbstractModel):
    """Workbook: figures by plan, every round, every visit with what it proves."""

    _name = "report.pm_maintenance.inspection_proof_xlsx"
    _inherit = "report.report_xlsx.abstract"
    _description = "Proof of Rounds Workbook"

    def get_workbook_options(self):
        """What people enter stays text."""
        return {
            **super().get_workbook_options(),
            "strings_to_formulas": False,
            "strings_to_urls": False,
        }

    def generate_xlsx_report(self, workbook, data, objs):
        for proof in objs:
            figures = proof._figures()
            self._write_plans(workbook, proof, figures)
            self._write_rounds(workbook, proof, figures)
            self._write_visits(workbook, proof, figures)

    def _sheet(self, workbook, proof, name, headings):
        bold = workbook.add_format({"bold": True})
        sheet = workbook.add_worksheet(name)
        sheet.write(0, 0, f"{name}  {proof.display_name}", bold)
        for column, (heading, width) in enumerate(headings):
            sheet.set_column(column, column, width)
            sheet.write(2, column, heading, bold)
        sheet.freeze_panes(3, 0)
        return sheet

    def _write_plans(self, workbook, proof, figures):
        names = [
            ("due", self.env._("Rounds Due")),
            ("done", self.env._("Walked in Time")),
            ("late", self.env._("Walked Late")),
            ("missed", self.env._("Not Walked")),
            ("open", self.env._("Still Open")),
            ("points", self.env._("Points")),
            ("visited", self.env._("Points Visited")),
            ("coverage", self.env._("Coverage")),
            ("unproven", self.env._("Unproven Points")),
            ("faults", self.env._("Faults")),
        ]
        sheet = self._sheet(
            workbook,
            proof,
            self.env._("Figures"),
            [(self.env._("Plan"), 32), *((label, 14) for _name, label in names)],
        )
        percent = workbook.add_format({"num_format": "0.0%"})
        rows = [*figures["rows"], {**figures["total"], "name": self.env._("Total")}]
        for number, row in enumerate(rows, 3):
            sheet.write(number, 0, row["name"])
            for column, (name, _label) in enumerate(names, 1):
                style = percent if name == "coverage" else None
                sheet.write_number(number, column, row[name], style)
        for number, (label, count) in enumerate(figures["doubts"], len(rows) + 5):
            sheet.write(number, 0, label)
            sheet.write_number(number, 1, count)

    def _write_rounds(self, workbook, proof, figures):
        sheet = self._sheet(
            workbook,
            proof,
            self.env._("Rounds"),
            [
                (self.env._("Plan"), 28),
                (self.env._("From"), 18),
                (self.env._("To"), 18),
                (self.env._("State"), 12),
                (self.env._("Walked by"), 16),
                (self.env._("First Point"), 18),
                (self.env._("Last Point"), 18),
                (self.env._("Points"), 10),
                (self.env._("Points Visited"), 10),
                (self.env._("Unproven Points"), 10),
                (self.env._("Faults"), 10),
            ],
        )
        labels = dict(
            figures["rounds"]._fields["state"]._description_selection(self.env)
        )
        for number, one in enumerate(figures["rounds"], 3):
            texts = (
                one.plan_id.name or "",
                proof._local(one.date_from),
                proof._local(one.date_to),
                labels[one.state],
                one.user_id.sudo().name or "",
                proof._local(one.started_at),
                proof._local(one.finished_at),
            )
            for column, text in enumerate(texts):
                sheet.write(number, column, text)
            for column, name in enumerate(
                ("point_count", "point_done", "doubt_count", "fault_count"), len(texts)
            ):
                sheet.write_number(number, column, one[name])

    def _write_visits(self, workbook, proof, figures):
        sheet = self._sheet(
            workbook,
            proof,
            self.env._("Visits"),
            [
                (self.env._("Round"), 32),
                (self.env._("Point"), 24),
                (self.env._("Time"), 18),
                (self.env._("Minutes since the Point Before"), 12),
                (self.env._("By"), 16),
                (self.env._("Entered"), 40),
                (self.env._("Photos"), 10),
                (self.env._("From the Point (m)"), 12),
                (self.env._("Unproven because"), 30),
            ],
        )
        for number, visit in enumerate(figures["visits"], 3):
            stored = visit.photo_ids.filtered(lambda photo: photo.state == "stored")
            sheet.write(number, 0, visit.inspection_id.display_name)
            sheet.write(number, 1, visit.point_id.display_name)
            sheet.write(number, 2, proof._local(visit.at))
            if visit.id in figures["gaps"]:
                sheet.write_number(number, 3, round(figures["gaps"][visit.id], 1))
            sheet.write(number, 4, visit.user_id.sudo().name)
            sheet.write(number, 5, visit.entries_text or "")
            sheet.write_number(number, 6, len(stored))
            if visit.distance >= 0:
                sheet.write_number(number, 7, round(visit.distance))
            sheet.write(number, 8, visit.doubt_note or "")
