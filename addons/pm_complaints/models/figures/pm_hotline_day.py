from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL


class PmHotlineDay(models.Model):
    """How many calls of a line were answered on a day, and how many given up."""

    _name = "pm.hotline.day"
    _description = "Calls of a Day"
    _inherit = ["pm.rate.mixin", "pm.part.mixin"]
    _whole = "line_id"
    _order = "date desc, id desc"
    _rates = {"answered_rate": ("answered", "call_count", 100)}

    line_id = fields.Many2one(
        "pm.hotline",
        "Hotline",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self._only_line(),
    )
    estate_id = fields.Many2one(
        related="line_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="line_id.company_id", store=True, index=True, precompute=True
    )
    date = fields.Date(
        "Day", required=True, default=fields.Date.context_today, index=True
    )
    answered = fields.Integer("Calls Taken", required=True, default=0)
    given_up = fields.Integer(
        "Calls Given Up",
        required=True,
        default=0,
        help="Who called hung up before anybody answered.",
    )
    call_count = fields.Integer(
        "Calls Received", compute="_compute_calls", store=True, precompute=True
    )
    answered_rate = fields.Float(
        "Answered (%)",
        compute="_compute_calls",
        store=True,
        precompute=True,
        aggregator="avg",
        digits=(5, 1),
    )
    is_counted = fields.Boolean(
        "By the Call Centre",
        readonly=True,
        help="The call centre reports every call; nobody enters this day by hand.",
    )

    _once = models.UniqueIndex(
        "(line_id, date)", "The calls of this day are there already: change them."
    )
    _numbers_positive = models.Constraint(
        "CHECK (answered >= 0 AND given_up >= 0)", "Calls cannot be less than none."
    )

    def _only_line(self):
        lines = self.env["pm.hotline"].search([], limit=2)
        return lines if len(lines) == 1 else lines.browse()

    @api.depends("line_id", "date")
    def _compute_display_name(self):
        for day in self:
            day.display_name = f"{day.line_id.name or ''} {day.date or ''}"

    @api.depends("answered", "given_up")
    def _compute_calls(self):
        for day in self:
            day.call_count = day.answered + day.given_up
            day.answered_rate = (
                100 * day.answered / day.call_count if day.call_count else 0
            )

    @api.constrains("date")
    def _check_date(self):
        for day in self:
            if day.date > day.estate_id._today():
                raise ValidationError(
                    self.env._("%s is still to come: enter a day that was.", day.date)
                )

    def write(self, vals):
        if {"answered", "given_up", "date"} & vals.keys() and not self._writes_freely():
            self._check_by_hand()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_by_hand(self):
        self._check_by_hand()

    def _check_by_hand(self):
        """:raises UserError: the call centre counts"""
        for day in self.filtered("is_counted"):
            raise UserError(
                self.env._(
                    "%s is counted by the call centre. What is wrong there is put "
                    "right there.",
                    day.display_name,
                )
            )

    @api.model
    def _count(self, line, date, is_answered):
        """Add one call to a day, which is made where it is not there yet."""
        self.env.flush_all()
        columns = {
            "line_id": line.id,
            "estate_id": line.estate_id.id,
            "company_id": line.company_id.id,
            "date": date,
            "answered": int(is_answered),
            "given_up": int(not is_answered),
            "call_count": 1,
            "answered_rate": 100 * int(is_answered),
            "is_counted": True,
            "create_uid": self.env.uid,
            "create_date": fields.Datetime.now(),
            "write_uid": self.env.uid,
            "write_date": fields.Datetime.now(),
        }
        self.env.execute_query(
            SQL(
                """
                INSERT INTO pm_hotline_day AS day (%(names)s) VALUES %(values)s
                ON CONFLICT (line_id, date) DO UPDATE SET
                    answered = day.answered + excluded.answered,
                    given_up = day.given_up + excluded.given_up,
                    call_count = day.call_count + 1,
                    answered_rate = 100.0 * (day.answered + excluded.answered)
                        / (day.call_count + 1),
                    is_counted = TRUE,
                    write_date = excluded.write_date
                RETURNING id
                """,
                names=SQL(", ").join(map(SQL.identifier, columns)),
                values=tuple(columns.values()),
            )
        )
        self.invalidate_model()
