import base64
import binascii

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ...engine.register_workbook import read_register
from ...engine.workbook import WorkbookError, check_size

# with these a whole sheet is not read
BROKEN_SHEET = {"no_headings", "required_column", "doubled_column"}


class PmRegisterImport(models.Model):
    """Take an estate over from the workbook of another property system.

    *Check* lists every problem by sheet, row and column and stores nothing else;
    *Import* brings in all sound rows. Importing again, the same or a corrected
    file, changes only what differs.
    """

    _name = "pm.register.import"
    _description = "Register Import"
    _inherit = ["mail.thread", "pm.sync.mixin"]
    _order = "id desc"
    _rec_name = "estate_name"

    estate_name = fields.Char(
        "Estate",
        required=True,
        help="Name of the estate; an estate of this name is brought up to date.",
    )
    filename = fields.Char("File Name")
    file = fields.Binary("Workbook", attachment=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    date_effective = fields.Date(
        "Effective Date",
        required=True,
        default=fields.Date.context_today,
        help="Changes of ownership in a later file take effect on this day.",
    )
    state = fields.Selection(
        [("draft", "New"), ("checked", "Checked"), ("imported", "Imported")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
    )
    property_id = fields.Many2one(
        "pm.property", "Imported Estate", readonly=True, copy=False, index=True
    )
    issue_ids = fields.One2many(
        "pm.register.import.issue", "import_id", "Problems", readonly=True
    )
    row_count = fields.Integer("Rows Read", readonly=True, copy=False)
    unit_count = fields.Integer("Sound Units", readonly=True, copy=False)
    refused_count = fields.Integer("Rows Refused", readonly=True, copy=False)
    warning_count = fields.Integer("Warnings", readonly=True, copy=False)
    figures = fields.Json(readonly=True, copy=False)
    result = fields.Html(compute="_compute_result", sanitize=False)

    @api.depends("figures")
    def _compute_result(self):
        for record in self:
            record.result = record.figures and self.env["ir.qweb"]._render(
                "pm_core.register_import_result",
                {
                    "rows": [
                        (self._figure_label(name), *counts)
                        for name, *counts in record.figures
                    ]
                },
            )

    @api.model
    def _figure_labels(self):
        """Return the labels of the kinds of records an import brings in."""
        return {
            "building": self.env._("Buildings"),
            "entrance": self.env._("Entrances"),
            "unit": self.env._("Units"),
            "parking_lot": self.env._("Car parks"),
            "parking": self.env._("Parking spaces"),
            "customer": self.env._("Customers"),
            "occupancy": self.env._("Occupancies"),
        }

    def _figure_label(self, name):
        return self._figure_labels().get(name, name)

    # ------------------------------------------------------------------
    # Create and write
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_file_size(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_file_size(vals)
        if "file" in vals:
            vals = {**vals, "state": "draft"}
        return super().write(vals)

    def _check_file_size(self, vals):
        """Refuse an oversized file before it is stored; base64 is a third longer."""
        try:
            check_size(len(vals.get("file") or b"") * 3 // 4)
        except WorkbookError as error:
            raise UserError(self._workbook_message(error)) from error

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    def action_check(self):
        """Read the workbook and list its problems; no estate data is stored.

        :raises UserError: the file is no workbook, is empty, has other sheets or
            is too large
        """
        for record in self._with_progress():
            record._report_progress(0, 1, self.env._("Reading the workbook"))
            register = record._read()
            record._store_check(register)
            record._report_finished()

    def action_import(self):
        """Bring in every sound row of the workbook.

        :raises UserError: as ``action_check``; or the estate belongs to others; or
            a sheet cannot be read, and half an estate would be taken over
        """
        for record in self._with_progress():
            register = record._read()
            record._store_check(register)
            broken = record.issue_ids.filtered(lambda i: i.code in BROKEN_SHEET)
            if broken:
                raise UserError("\n".join(broken.mapped("message")))
            record._import(register)
            record.message_post(body=record.result)
            record._report_finished()

    def action_view_estate(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "pm.property",
            "res_id": self.property_id.id,
            "view_mode": "form",
        }

    # ------------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------------

    def _read(self):
        """Return the :class:`Register` of the workbook."""
        self.ensure_one()
        if not self.file:
            raise UserError(self.env._("Choose the workbook of the estate first."))
        try:
            content = base64.b64decode(self.with_context(bin_size=False).file)
            register = read_register(content, self._country_code())
        except WorkbookError as error:
            raise UserError(self._workbook_message(error)) from error
        except binascii.Error as error:
            raise UserError(
                self._workbook_message(WorkbookError("not_a_workbook"))
            ) from error
        broken = any(issue.code in BROKEN_SHEET for issue in register.issues)
        if not register.unit_row_count and not broken:
            raise UserError(self._workbook_message(WorkbookError("empty")))
        return register

    def _country_code(self):
        """Return the country in which phone numbers of the workbook are dialled."""
        return self.company_id.country_id.code or "CN"

    def _workbook_message(self, error):
        """Return what is wrong with the file, and the way out, for the user."""
        name = self.filename or self.env._("The file")
        if error.code == "too_large":
            return self.env._(
                "%(file)s is too large: %(limit)s MB at most. A register has a few "
                "MB; take pictures and unused sheets out.",
                file=name,
                limit=error.detail,
            )
        if error.code == "missing_sheets":
            return self.env._(
                "%(file)s has no sheet %(sheets)s. Use the register workbook with "
                "the sheets 楼栋单元, 业主信息, 费用设置, 房屋信息 and 车位信息, or "
                "the one with the sheet 资产信息.",
                file=name,
                sheets=error.detail,
            )
        if error.code == "too_many_rows":
            return self.env._(
                "%(file)s has a sheet of more than %(limit)s rows. Split it by "
                "building.",
                file=name,
                limit=error.detail,
            )
        if error.code == "empty":
            return self.env._(
                "%s has no units: the sheet 房屋信息 (or 资产信息) is empty. Fill it "
                "in and try again.",
                name,
            )
        return self.env._(
            "%s is no Excel workbook. Save it as .xlsx in the spreadsheet program and "
            "choose it again.",
            name,
        )

    def _store_check(self, register):
        """Keep the problems and counts of a workbook that was read."""
        errors = {(i.sheet, i.row) for i in register.issues if i.severity == "error"}
        for remark in register.remarks:
            self.message_post(
                body=self.env._(
                    "%(sheet)s: %(count)s identity numbers have a check digit or a day "
                    "of birth that does not fit. They are taken over as they are; "
                    "compare them with the cards.",
                    sheet=remark.sheet,
                    count=remark.count,
                )
            )
        self.issue_ids.unlink()
        self._as_step().write(
            {
                "state": "checked",
                "row_count": register.row_count,
                "unit_count": len(register.units),
                "refused_count": len(errors),
                "warning_count": len(register.issues)
                - sum(issue.severity == "error" for issue in register.issues),
                "issue_ids": [
                    Command.create(self._prepare_issue(issue))
                    for issue in register.issues
                ],
            }
        )

    def _prepare_issue(self, issue):
        return {
            "sheet": issue.sheet,
            "row": issue.row,
            "column": issue.column,
            "cell": issue.cell,
            "value": issue.value,
            "severity": issue.severity,
            "code": issue.code,
            "message": self.issue_ids._describe(issue),
        }

    # ------------------------------------------------------------------
    # Importing
    # ------------------------------------------------------------------

    def _import(self, register):
        """Bring the records of ``register`` in, parents first."""
        self = self.with_context(
            tracking_disable=True, mail_create_nosubscribe=True
        ).with_company(self.company_id)
        self._as_step().figures = []
        estate = self._get_estate()
        self._as_step().property_id = estate
        places = self._import_places(register, estate)
        customers = self._import_customers(register, estate)
        self._import_occupancies(register, places, customers)
        self._import_more(register, estate, places)
        self._as_step().state = "imported"

    def _import_more(self, register, estate, places):
        """Bring in what other addons need of the workbook."""

    def _add_figures(self, name, created, changed, same):
        self._as_step().figures = [
            *(self.figures or []),
            [name, created, changed, same],
        ]
