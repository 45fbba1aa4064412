import base64
import binascii
from datetime import date

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ...engine.register_workbook import read_register
from ...engine.workbook import WorkbookError, check_size
from ..shared.pm_sync_mixin import BATCH


def _float(number):
    """A ``Decimal`` as the ORM takes it; None stays None: the cell is empty."""
    return None if number is None else float(number)


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

        :raises UserError: as ``action_check``; or the estate belongs to others
        """
        for record in self._with_progress():
            register = record._read()
            record._store_check(register)
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
            register = read_register(content)
        except WorkbookError as error:
            raise UserError(self._workbook_message(error)) from error
        except binascii.Error as error:
            raise UserError(
                self._workbook_message(WorkbookError("not_a_workbook"))
            ) from error
        if not register.unit_row_count:
            raise UserError(self._workbook_message(WorkbookError("empty")))
        return register

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
                "the sheets 楼栋单元, 业主信息, 费用设置, 房屋信息 and 车位信息.",
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
                "%s has no units: the sheet 房屋信息 is empty. Fill it in and try "
                "again.",
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
        self.issue_ids.unlink()
        self.write(
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
        self.figures = []
        estate = self._get_estate()
        self.property_id = estate
        places = self._import_places(register, estate)
        customers = self._import_customers(register, estate)
        self._import_occupancies(register, places, customers)
        self._import_more(register, estate, places)
        self.state = "imported"

    def _import_more(self, register, estate, places):
        """Bring in what other addons need of the workbook."""

    def _get_estate(self):
        """Return the estate of this name, made when the company has none."""
        domain = [
            ("kind", "=", "estate"),
            ("name", "=", self.estate_name.strip()),
            ("company_id", "=", self.company_id.id),
        ]
        Property = self.env["pm.property"].with_context(active_test=False)
        estate = Property.search(domain)
        if not estate and Property.sudo().search_count(domain, limit=1):
            raise UserError(
                self.env._(
                    "The estate %s exists and is not among yours. Ask an "
                    "administrator to assign it to you.",
                    self.estate_name,
                )
            )
        if not estate:
            # made with sudo: the rules show it to its maker only after the next line
            estate_sudo = (
                self.env["pm.property"]
                .sudo()
                .create(
                    {
                        "kind": "estate",
                        "name": self.estate_name.strip(),
                        "code": self.env["ir.sequence"].next_by_code("pm.estate"),
                        "company_id": self.company_id.id,
                    }
                )
            )
            self.env.user.sudo().pm_estate_ids = [Command.link(estate_sudo.id)]
            estate = estate_sudo.sudo(self.env.su)
        return estate

    def _import_places(self, register, estate):
        """Bring in buildings, entrances, units and parking; return them by code."""
        places = {}
        buildings = dict.fromkeys(e.building for e in register.entrances.values())
        places |= self._sync_places(
            "building",
            estate,
            {
                code: {"parent_id": estate.id, "name": self.env._("Building %s", code)}
                for code in buildings
            },
        )
        places |= self._sync_places(
            "entrance",
            estate,
            {
                f"{row.building}-{row.entrance}": {
                    "parent_id": places[row.building].id,
                    "name": self.env._("Entrance %s", row.entrance),
                    "floor_count": row.floor_count,
                    "has_lift": row.has_lift,
                }
                for row in register.entrances.values()
            },
        )
        places |= self._sync_places(
            "unit",
            estate,
            {
                code: {
                    "parent_id": places[f"{unit.building}-{unit.entrance}"].id,
                    "name": unit.number,
                    "floor": unit.floor,
                    "layout": unit.layout,
                    "gross_area": float(unit.gross_area),
                    "inside_area": _float(unit.inside_area),
                    "usage": unit.usage,
                    "reference_rent": _float(unit.rent),
                }
                for code, unit in register.units.items()
            },
        )
        lots = {space.lot: space.lot_name for space in register.spaces.values()}
        places |= self._sync_places(
            "parking_lot",
            estate,
            {
                f"P{lot}": {
                    "parent_id": estate.id,
                    "name": self.env._("Car Park %s", lot),
                    "layout": lot_name,
                }
                for lot, lot_name in lots.items()
            },
        )
        places |= self._sync_places(
            "parking",
            estate,
            {
                code: {
                    "parent_id": places[f"P{space.lot}"].id,
                    "name": space.number,
                    "gross_area": _float(space.area),
                }
                for code, space in register.spaces.items()
            },
        )
        return places

    def _sync_places(self, kind, estate, wanted):
        domain = [("estate_id", "=", estate.id), ("kind", "=", kind)]
        keep_names = kind in ("building", "entrance", "parking_lot")
        for code, vals in wanted.items():
            vals.update(kind=kind, code=code)
        return self._sync(
            kind,
            self.env["pm.property"].with_context(active_test=False).search(domain),
            "code",
            wanted,
            only_new=("name",) if keep_names else (),
        )

    def _import_customers(self, register, estate):
        """Bring in the customers; return them by their number."""
        this_year = fields.Date.context_today(self).year
        wanted = {
            code: {
                "ref": code,
                "pm_estate_id": estate.id,
                "company_id": self.company_id.id,
                "name": customer.name,
                "lang": self.env.user.lang,
                "is_company": customer.name.endswith("公司"),
                "phone": customer.phone,
                "pm_gender": customer.gender,
                "pm_id_number": customer.id_number,
                "pm_birth_year": customer.age and this_year - customer.age,
            }
            for code, customer in register.customers.items()
        }
        # personal data belong to the import whatever the importer may read later
        Partner = self.env["res.partner"].with_context(active_test=False).sudo()
        partners = Partner.search([("pm_estate_id", "=", estate.id)])
        return self._sync(
            "customer", partners, "ref", wanted, only_new=("lang", "pm_birth_year")
        )

    def _import_occupancies(self, register, places, customers):
        """Note who holds which unit and parking space since when."""
        wanted = []
        for code, unit in register.units.items():
            if unit.customer:
                starts = [day for day in unit.fees.values() if day]
                wanted.append(
                    {
                        "property_id": places[code].id,
                        "partner_id": customers[unit.customer].id,
                        "role": register.customers[unit.customer].role,
                        "date_from": min(starts, default=self.date_effective),
                    }
                )
        for code, space in register.spaces.items():
            if space.customer:
                wanted.append(
                    {
                        "property_id": places[code].id,
                        "partner_id": customers[space.customer].id,
                        "role": space.role,
                        "date_from": space.date_from or self.date_effective,
                        "date_to": space.date_to,
                        "license_plate": space.license_plate,
                        "note": space.note,
                    }
                )
        self._sync_occupancies(wanted)

    def _sync_occupancies(self, wanted):
        """Open what is new; a changed holder ends the earlier one the day before."""
        rows = self.env["pm.occupancy"].search(
            [("property_id", "in", [vals["property_id"] for vals in wanted])]
        )
        known = rows.grouped(
            lambda row: (row.property_id.id, row.role, row.partner_id.id, row.date_from)
        )
        holders = rows.filtered(
            lambda row: not row.date_to or row.date_to >= self.date_effective
        ).grouped(lambda row: (row.property_id.id, row.role))
        to_create, counts = [], {"created": 0, "changed": 0, "same": 0}
        for vals in wanted:
            place = vals["property_id"], vals["role"]
            over = (vals.get("date_to") or date.max) < self.date_effective
            rows = (not over and holders.get(place)) or known.get(
                (*place, vals["partner_id"], vals["date_from"])
            )
            if not rows:
                counts["created"] += 1
                to_create.append(vals)
            elif vals["partner_id"] in rows.partner_id.ids:
                row = rows.filtered(
                    lambda r, v=vals: r.partner_id.id == v["partner_id"]
                )
                difference = self._difference(row[0], vals, only_new=("date_from",))
                counts["changed" if difference else "same"] += 1
                if difference:
                    row[0].write(difference)
            elif len(rows) > 1:
                self._report_co_owned(rows, vals)
            else:
                counts["changed"] += 1
                to_create += self._hand_over(rows, vals)
        for start in range(0, len(to_create), BATCH):
            self.env["pm.occupancy"].create(to_create[start : start + BATCH])
            self._report_progress(
                min(start + BATCH, len(to_create)),
                len(to_create),
                self.env._("Occupancies"),
            )
        self._add_figures("occupancy", **counts)

    def _hand_over(self, occupancy, vals):
        """End ``occupancy`` and return the values of what follows it.

        One that would not have lasted a day was a mistake in the earlier file and
        is put right in place.
        """
        if occupancy.date_from >= self.date_effective:
            occupancy.partner_id = vals["partner_id"]
            return []
        occupancy.date_to = fields.Date.subtract(self.date_effective, days=1)
        return [{**vals, "date_from": self.date_effective}]

    def _report_co_owned(self, rows, vals):
        prop = rows.property_id
        customer = self.env["res.partner"].browse(vals["partner_id"])
        self.issue_ids = [
            Command.create(
                {
                    "severity": "warning",
                    "code": "co_owned",
                    "value": prop.code,
                    "message": self.env._(
                        "%(property)s is held by %(owners)s together; the workbook "
                        "names %(customer)s. Change the owners on the unit.",
                        property=prop.display_name,
                        owners=", ".join(rows.partner_id.mapped("name")),
                        customer=customer.name,
                    ),
                }
            )
        ]

    def _add_figures(self, name, created, changed, same):
        self.figures = [*(self.figures or []), [name, created, changed, same]]
