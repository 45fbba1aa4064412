import base64
import binascii
from dataclasses import dataclass
from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from odoo.addons.pm_core.engine.workbook import WorkbookError, check_size

from ...engine.reading_workbook import gather, read_readings

# with these the sheet as a whole is not read
BROKEN_SHEET = {"no_headings", "required_column", "doubled_column"}


@dataclass
class Job:
    """One sound row, and what becomes of it."""

    row: object
    place: object
    meter: object = None
    # where the meter is to be entered first
    is_new: bool = False
    vals: dict | None = None


class PmMeterReadingImport(models.Model):
    """Bring readings in from a workbook.

    *Check* lists what is wrong, by row and column, and stores nothing else; *Import*
    enters all sound rows. What cannot be believed is held like any other reading.
    Importing again changes nothing that is there already.
    """

    _name = "pm.meter.reading.import"
    _description = "Reading Import"
    _inherit = ["pm.estate.mixin", "mail.thread", "pm.progress.mixin"]
    _order = "id desc"
    _rec_name = "filename"

    property_id = fields.Many2one(
        string="Readings of",
        domain="[('kind', '=', 'estate')]",
        default=lambda self: self.env["pm.property"]._only_estate(),
    )
    estate_name = fields.Char(
        "Name of the Estate", compute="_compute_estate_name", inverse="_inverse_name"
    )
    filename = fields.Char("File Name")
    file = fields.Binary("Workbook", attachment=True)
    make_meters = fields.Boolean(
        "Enter Unknown Meters",
        default=True,
        help="A number that is not known becomes a meter of its property, beginning "
        "at the previous reading, where the property has none of that kind yet.",
    )
    date_opening = fields.Date(
        "Day of the Previous Readings",
        help="Of meters that are entered by this workbook. Empty: the last day of the "
        "month before the reading.",
    )
    state = fields.Selection(
        [("draft", "New"), ("checked", "Checked"), ("imported", "Imported")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
    )
    issue_ids = fields.One2many(
        "pm.meter.reading.import.issue", "import_id", "Problems", readonly=True
    )
    reading_ids = fields.One2many("pm.meter.reading", "import_id", "Readings")
    row_count = fields.Integer("Rows Read", readonly=True, copy=False)
    sound_count = fields.Integer("Sound Rows", readonly=True, copy=False)
    refused_count = fields.Integer("Rows Refused", readonly=True, copy=False)
    warning_count = fields.Integer("Warnings", readonly=True, copy=False)
    meter_count = fields.Integer("Meters Entered", readonly=True, copy=False)
    new_count = fields.Integer("Readings Entered", readonly=True, copy=False)
    same_count = fields.Integer("There Already", readonly=True, copy=False)
    held_count = fields.Integer("Held Back", compute="_compute_held_count")
    quantity_total = fields.Float(
        "Quantity", compute="_compute_held_count", digits=(16, 3)
    )

    @api.depends("property_id.name")
    def _compute_estate_name(self):
        for record in self:
            record.estate_name = record.property_id.name

    def _inverse_name(self):
        for record in self:
            record.property_id = record._estate_named(record.estate_name)

    @api.depends("reading_ids.state", "reading_ids.quantity")
    def _compute_held_count(self):
        figures = {
            (found, state): (count, quantity)
            for found, state, count, quantity in self.env[
                "pm.meter.reading"
            ]._read_group(
                [("import_id", "in", self.ids)],
                ["import_id", "state"],
                ["__count", "quantity:sum"],
            )
        }
        for record in self:
            record.held_count = figures.get((record._origin, "held"), (0, 0))[0]
            record.quantity_total = figures.get((record._origin, "good"), (0, 0))[1]

    # ------------------------------------------------------------------
    # Create and write
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [self._with_estate(vals) for vals in vals_list]
        for vals in vals_list:
            self._check_file_size(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_file_size(vals)
        if "file" in vals:
            vals = {**vals, "state": "draft"}
        return super().write(vals)

    def _with_estate(self, vals):
        """An estate may be told by its name, as in the register import."""
        vals = dict(vals)
        name = vals.pop("estate_name", None)
        if name and not vals.get("property_id"):
            vals["property_id"] = self._estate_named(name).id
        return vals

    def _estate_named(self, name):
        estate = self.env["pm.property"].search(
            [("kind", "=", "estate"), ("name", "=", name)], limit=2
        )
        if len(estate) != 1:
            raise UserError(
                self.env._(
                    "There is no estate of the name %s. Choose the estate.", name
                )
            )
        return estate

    def _check_file_size(self, vals):
        """Refuse an oversized file before it is stored; base64 is a third longer."""
        try:
            check_size(len(vals.get("file") or b"") * 3 // 4)
        except WorkbookError as error:
            raise UserError(self._workbook_message(error)) from error

    # ------------------------------------------------------------------
    # Steps
    # ------------------------------------------------------------------

    def action_check(self):
        """Read the workbook and list its problems; no reading is stored.

        :raises UserError: it is no workbook, is empty, or has other sheets
        """
        self.check_access("write")
        for record in self._with_progress():
            record._report_progress(0, 1, self.env._("Reading the workbook"))
            jobs, issues, count = record._read()
            record._store_check(jobs, issues, count)
            record._report_finished()

    def action_import(self):
        """Enter all sound rows; what cannot be believed is held.

        :raises UserError: as :meth:`action_check`, or the headings cannot be read
        """
        self.check_access("write")
        for record in self._with_progress():
            jobs, issues, count = record._read()
            record._store_check(jobs, issues, count)
            broken = record.issue_ids.filtered(lambda i: i.code in BROKEN_SHEET)
            if broken:
                raise UserError("\n".join(broken.mapped("message")))
            record._import(jobs)
            record._report_finished()

    def action_view_readings(self):
        """Open what this workbook brought in."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Readings"),
            "res_model": "pm.meter.reading",
            "view_mode": "list,form",
            "domain": [("import_id", "=", self.id)],
        }

    # ------------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------------

    def _read(self):
        """Return (jobs, issues, rows that were filled) of the workbook."""
        self.ensure_one()
        if not self.file:
            raise UserError(self.env._("Choose the workbook with the readings first."))
        try:
            content = base64.b64decode(self.with_context(bin_size=False).file)
            rows, issues, count = read_readings(content)
        except WorkbookError as error:
            raise UserError(self._workbook_message(error)) from error
        except binascii.Error as error:
            raise UserError(
                self._workbook_message(WorkbookError("not_a_workbook"))
            ) from error
        broken = any(issue.code in BROKEN_SHEET for issue in issues)
        if not count and not broken:
            raise UserError(self._workbook_message(WorkbookError("empty")))
        jobs = self._jobs(rows)
        return jobs, gather(issues), count

    def _workbook_message(self, error):
        """Return what is wrong with the file, and the way out."""
        name = self.filename or self.env._("The file")
        texts = {
            "too_large": self.env._(
                "%(file)s is too large: %(limit)s MB at most. Split it by building.",
                file=name,
                limit=error.detail,
            ),
            "too_many_rows": self.env._(
                "%(file)s has more than %(limit)s rows. Split it by building.",
                file=name,
                limit=error.detail,
            ),
            "missing_sheets": self.env._(
                "%(file)s has several sheets, and none of the name %(sheet)s. Name the "
                "one with the readings so.",
                file=name,
                sheet=error.detail,
            ),
            "empty": self.env._("%s has no readings. Fill it in and try again.", name),
        }
        return texts.get(error.code) or self.env._(
            "%s is no Excel workbook. Save it as .xlsx in the spreadsheet program and "
            "choose it again.",
            name,
        )

    def _jobs(self, rows):
        """Find place and meter of each row; what is wrong is reported at its reader."""
        places = {
            place.code: place
            for place in self.env["pm.property"].search_fetch(
                [("estate_id", "=", self.property_id.id), ("code", "!=", False)],
                ["code"],
            )
        }
        meters = self.env["pm.meter"].search(
            [("estate_id", "=", self.property_id.id)], order="date_removed desc, id"
        )
        by_number = meters.grouped("name")
        standing = meters.filtered(lambda meter: not meter.date_removed).grouped(
            lambda meter: (meter.property_id.id, meter.medium)
        )
        jobs, seen, unknown = [], {}, {}
        for row in rows:
            job = self._job(row, places, by_number, standing)
            if not job:
                continue
            meter = job.meter.id if job.meter else (row.number, row.medium)
            if job.is_new:
                first = unknown.setdefault(meter, row)
                if first.room != row.room:
                    # else the use of one would be billed to the other
                    row.reader.report("表号", "number_of_another", other=first.row)
                    continue
            key = meter, job.vals["date"]
            if key in seen:
                row.reader.report("表号", "same_meter_twice", other=seen[key])
                continue
            seen[key] = row.row
            jobs.append(job)
        return jobs

    def _job(self, row, places, by_number, standing):
        report = row.reader.report
        place = places.get(row.room)
        if not place:
            report("房屋", "unknown_room")
            return None
        meter, fault, other = self._find_meter(row, place, by_number, standing)
        if fault:
            report("表号", fault, other=other)
            return None
        names = meter._register_names() if meter else ("value",)
        absent = [name for name in names if name not in row.values]
        if absent and absent != [*names]:
            report("本期读数", "registers", value=row.number, other=", ".join(absent))
            return None
        if absent:
            report("本期读数", "nothing_read", "warning")
        if not meter and row.before is None:
            report("上期读数", "first_reading", "warning")
        facts = {}
        if meter and row.before is not None and "value" in names:
            facts["told_before"] = str(row.before)
        if meter and meter.property_id != place:
            facts["told_place"] = row.room
        return Job(
            row,
            place,
            meter,
            not meter,
            {
                "date": row.day,
                "has_value": not absent,
                "note": row.note or False,
                "source": "file",
                "import_id": self.id,
                "hold_facts": facts or False,
                **self.env["pm.meter.reading"]._columns_of(row.values, names),
            },
        )

    def _find_meter(self, row, place, by_number, standing):
        """Return (meter or none, code of what is wrong, what goes with it)."""
        known = by_number.get(row.number, self.env["pm.meter"])
        if row.medium:
            known = known.filtered(lambda meter: meter.medium == row.medium)
        # of one that was removed and one that stands, by the day
        on_day = known.filtered(
            lambda meter: not meter.date_removed or meter.date_removed >= row.day
        )
        known = on_day or known
        if len(known) > 1:
            here = known.filtered(lambda meter: meter.property_id == place)
            known = here if len(here) == 1 else known
        if len(known) > 1:
            return None, "several_meters", ""
        if known:
            return known, None, ""
        if not row.medium:
            return None, "no_medium", ""
        there = standing.get((place.id, row.medium))
        if there:
            return None, "other_meter", ", ".join(there.mapped("name"))
        return None, None if self.make_meters else "unknown_meter", ""

    def _store_check(self, jobs, issues, count):
        """Keep the problems and counts of a workbook that was read."""
        errors = {(i.sheet, i.row) for i in issues if i.severity == "error"}
        self.issue_ids.unlink()
        describe = self.issue_ids._describe
        self._as_step().write(
            {
                "state": "checked",
                "row_count": count,
                "sound_count": len(jobs),
                "refused_count": len(errors),
                "warning_count": sum(i.severity != "error" for i in issues),
                "issue_ids": [
                    Command.create(
                        {
                            "sheet": issue.sheet,
                            "row": issue.row,
                            "column": issue.column,
                            "cell": issue.cell,
                            "value": issue.value,
                            "severity": issue.severity,
                            "code": issue.code,
                            "message": describe(issue),
                        }
                    )
                    for issue in issues
                ],
            }
        )

    # ------------------------------------------------------------------
    # Importing
    # ------------------------------------------------------------------

    def _import(self, jobs):
        """Enter meters, where they begin, and what they showed."""
        self = self.with_context(tracking_disable=True, mail_create_nosubscribe=True)
        total = len(jobs)
        self._report_progress(0, total, self.env._("Meters"))
        entered = self._enter_meters([job for job in jobs if job.is_new])
        self._report_progress(0, total, self.env._("Readings"))
        Reading = self.env["pm.meter.reading"]
        known = Reading._known_by_day(
            self.env["pm.meter"].union(*(job.meter for job in jobs))
            if jobs
            else self.env["pm.meter"]
        )
        wanted, same = [], 0
        for job in jobs:
            vals = {**job.vals, "meter_id": job.meter.id}
            found = known.get((job.meter.id, job.row.day), Reading)
            if any(reading._says_the_same(vals) for reading in found):
                same += 1
                continue
            gap = found.filtered(lambda reading: reading.hold == "missing")
            if gap and vals["has_value"]:
                names = job.meter._register_names()
                gap.write(Reading._columns_of(job.row.values, names))
                same += 1
                continue
            wanted.append(vals)
        readings = Reading._as_step().create(wanted)
        self._as_step().write(
            {
                "state": "imported",
                "meter_count": len(entered),
                "new_count": len(readings),
                "same_count": same,
            }
        )
        self.message_post(
            body=self.env._(
                "%(meters)s meters and %(readings)s readings were entered, %(held)s of "
                "them are held; %(same)s were there already, %(refused)s rows were "
                "refused.",
                meters=len(entered),
                readings=len(readings),
                held=sum(reading.state == "held" for reading in readings),
                same=same,
                refused=self.refused_count,
            )
        )

    def _enter_meters(self, jobs):
        """Enter the meters that are not known, beginning at their previous reading."""
        # one meter may stand in several rows, of several days
        first = {}
        for job in sorted(jobs, key=lambda job: job.row.day):
            first.setdefault((job.row.number, job.row.medium), job)
        meters = self.env["pm.meter"].create(
            [
                {
                    "name": number,
                    "medium": medium,
                    "property_id": job.place.id,
                    "kind": "private" if job.place.kind in PRIVATE else "shared",
                }
                for (number, medium), job in first.items()
            ]
        )
        made = dict(zip(first, meters, strict=True))
        self.env["pm.meter.reading"]._as_step().create(
            [
                {
                    "meter_id": made[key].id,
                    "date": self.date_opening
                    if self.date_opening and self.date_opening < job.row.day
                    else job.row.day.replace(day=1) - timedelta(days=1),
                    "value": float(job.row.before),
                    "is_opening": True,
                    "source": "file",
                    "import_id": self.id,
                }
                for key, job in first.items()
                if job.row.before is not None
            ]
        )
        for job in jobs:
            job.meter = made[job.row.number, job.row.medium]
        return meters


PRIVATE = ("unit", "parking")
