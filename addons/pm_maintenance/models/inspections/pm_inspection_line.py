from odoo import api, fields, models
from odoo.tools import SQL

from ...engine import readings


class PmInspectionLine(models.Model):
    """What is looked at, at one point of one round, and what was found there.

    Made with its round, by the database; see ``_make_lines``.
    """

    _name = "pm.inspection.line"
    _description = "Line of a Round"
    _inherit = ["pm.part.mixin", "pm.cron.mixin"]
    _whole = "inspection_id"
    _order = "inspection_id, sequence, id"
    # by hand as long as the round is not over; afterwards it is a record
    _user_columns = dict.fromkeys(("value", "is_fault", "note"), ("planned", "running"))

    inspection_id = fields.Many2one(
        "pm.inspection", required=True, readonly=True, index=True, ondelete="cascade"
    )
    point_id = fields.Many2one(
        "pm.inspection.point", required=True, readonly=True, ondelete="restrict"
    )
    item_id = fields.Many2one(
        "pm.inspection.item", required=True, readonly=True, ondelete="restrict"
    )
    sequence = fields.Integer(readonly=True, aggregator=None)
    state = fields.Selection(related="inspection_id.state")
    estate_id = fields.Many2one(related="inspection_id.estate_id")
    company_id = fields.Many2one(related="inspection_id.company_id")
    kind = fields.Selection(related="item_id.kind")
    value = fields.Char(
        help="Yes or no, the number with a point, the text, or the choice.", copy=False
    )
    value_text = fields.Char("What Was Found", compute="_compute_value_text")
    number = fields.Float(
        compute="_compute_number",
        store=True,
        digits=(16, 3),
        aggregator="avg",
        help="The value as a number, for charts.",
    )
    is_fault = fields.Boolean(
        "Fault", compute="_compute_is_fault", store=True, readonly=False, copy=False
    )
    note = fields.Char(copy=False)
    deduction = fields.Float(
        "Deduction Points", compute="_compute_deduction", store=True
    )
    answered_at = fields.Datetime(readonly=True, copy=False)
    user_id = fields.Many2one(
        "res.users", "Found by", readonly=True, copy=False, ondelete="restrict"
    )
    answer_id = fields.Many2one(
        "pm.inspection.answer",
        "Visit",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    request_id = fields.Many2one(
        "maintenance.request",
        "Work Order",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    request_state = fields.Selection(
        related="request_id.state", string="State of the Order"
    )
    request_result = fields.Text(
        related="request_id.result", string="What Was Done about It"
    )
    keeper_id = fields.Many2one(
        "hr.employee",
        "Whose Work",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="Who keeps the point, or had the shift there when it was looked at.",
    )
    hazard_id = fields.Many2one(
        "pm.hazard",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="What is dangerous, in the hazard register.",
    )
    defect_ids = fields.One2many(
        "pm.inspection.defect", "line_id", "Defects", readonly=True
    )
    previous = fields.Char(
        "Last Time", compute="_compute_previous", help="What was found here before."
    )

    _found_idx = models.Index(
        "(point_id, item_id, answered_at DESC) WHERE answered_at IS NOT NULL"
    )
    _fault_idx = models.Index("(inspection_id) WHERE is_fault")

    @api.depends("point_id", "item_id")
    def _compute_display_name(self):
        for line in self:
            line.display_name = (
                f"{line.point_id.display_name}: {line.item_id.display_name}"
            )

    @api.depends("value", "item_id")
    @api.depends_context("lang")
    def _compute_value_text(self):
        for line in self:
            line.value_text = line.item_id._show_value(line.value)

    @api.depends("value")
    def _compute_number(self):
        for line in self:
            try:
                line.number = float(line.value) if line.kind == "number" else 0
            except (TypeError, ValueError):
                line.number = 0

    @api.depends("value")
    def _compute_is_fault(self):
        for line in self:
            line.is_fault = line.item_id._read_value(line.value)[1]

    @api.depends("is_fault")
    def _compute_deduction(self):
        """As the item says on that day: other points later change no old score."""
        for line in self:
            line.deduction = line.item_id.deduction if line.is_fault else 0

    @api.model_create_multi
    def create(self, vals_list):
        """As :meth:`write`; a line without a point is of the only one of its round."""
        return super().create([self._completed(vals) for vals in vals_list])

    @api.model
    def _completed(self, vals):
        vals = dict(vals)
        item = self.env["pm.inspection.item"].browse(vals.get("item_id"))
        if item and not vals.get("point_id"):
            round_ = self.env["pm.inspection"].browse(vals.get("inspection_id"))
            points = (
                item.point_ids or (round_.plan_id or item.plan_id).stop_ids.point_id
            )
            vals["point_id"] = points.id if len(points) == 1 else False
        if item and readings.plain(vals.get("value")):
            vals["value"] = item._read_value(vals["value"])[0]
        return vals

    def write(self, vals):
        """Store values in one form, whichever way they were entered.

        :raises ValidationError: the value does not say for certain what is meant
        """
        if not readings.plain(vals.get("value")):
            return super().write(vals)
        read = {}
        for line in self:
            value = line.item_id._read_value(vals["value"])[0]
            read[value] = read.get(value, self.browse()) | line
        for value, lines in read.items():
            super(PmInspectionLine, lines).write({**vals, "value": value})
        return True

    def _row(self, answer, value, fault, note):
        """Values of the statement that fills lines, in the order of its columns."""
        figure = 0
        if value and self.item_id.kind == "number":
            figure = float(value)
        return (
            self.id,
            value or None,
            figure,
            bool(fault),
            note or None,
            self.item_id.deduction if fault else 0,
            answer.id,
            answer.at if value or fault else None,
            answer.user_id.id,
        )

    @api.model
    def _write_rows(self, rows):
        """Fill lines with what visits found, in one statement."""
        if not rows:
            return
        self.flush_model()
        self.env["pm.inspection.answer"].flush_model(["inspection_id"])
        self.env.cr.execute(
            SQL(
                """
                UPDATE pm_inspection_line line
                   SET value = found.value, number = found.number,
                       is_fault = found.is_fault, note = found.note,
                       deduction = found.deduction, answer_id = found.answer_id,
                       answered_at = found.answered_at, user_id = found.user_id,
                       write_date = %s, write_uid = %s
                  FROM (VALUES %s) AS found (
                       id, value, number, is_fault, note, deduction, answer_id,
                       answered_at, user_id)
                 WHERE line.id = found.id
                """,
                fields.Datetime.now(),
                self.env.uid,
                SQL(", ").join(
                    SQL(
                        "(%s, %s, %s::numeric, %s, %s, %s::float, %s, %s::timestamp,"
                        " %s)",
                        *row,
                    )
                    for row in rows
                ),
            )
        )
        self.browse([row[0] for row in rows]).invalidate_recordset()
