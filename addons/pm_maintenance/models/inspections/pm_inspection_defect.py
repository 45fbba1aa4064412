from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from .pm_inspection import DESK, INSPECTOR

OPEN = ("open", "rectified")


class PmInspectionDefect(models.Model):
    """What a check found wanting: rectified by somebody, rechecked by somebody else.

    The deduction points count for the supplier whose contract was checked, and for
    the score of the round; rectifying does not give them back.
    """

    _name = "pm.inspection.defect"
    _description = "Defect"
    _inherit = [
        "pm.estate.mixin",
        "pm.cron.mixin",
        "pm.state.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_due, id"
    _check_company_auto = True
    _user_columns = dict.fromkeys(
        (
            "name",
            "property_id",
            "user_id",
            "supplier_id",
            "date_due",
            "deduction",
            "result",
        ),
        ("open",),
    )

    name = fields.Char("What Is Wrong", required=True, tracking=True)
    property_id = fields.Many2one(string="Place")
    line_id = fields.Many2one(
        "pm.inspection.line",
        "Found on a Round",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    inspection_id = fields.Many2one(
        related="line_id.inspection_id", store=True, index="btree_not_null"
    )
    area = fields.Selection(related="inspection_id.area", store=True)
    photo_ids = fields.One2many(related="line_id.answer_id.photo_ids", string="Photos")
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        required=True,
        default=lambda self: self.env.user,
        index=True,
        tracking=True,
        ondelete="restrict",
    )
    supplier_id = fields.Many2one(
        "res.partner", index="btree_not_null", tracking=True, ondelete="restrict"
    )
    contract_id = fields.Many2one(
        "pm.contract",
        readonly=True,
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    date_due = fields.Date("Due", required=True, tracking=True)
    deduction = fields.Float("Deduction Points", digits=(8, 2))
    found_by_id = fields.Many2one(
        "res.users",
        "Found by",
        readonly=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
    )
    found_at = fields.Datetime(
        "Found on", readonly=True, default=fields.Datetime.now, index=True
    )
    state = fields.Selection(
        [
            ("open", "To Be Rectified"),
            ("rectified", "To Be Rechecked"),
            ("passed", "Passed"),
            ("cancelled", "No Defect"),
        ],
        required=True,
        readonly=True,
        default="open",
        copy=False,
        tracking=True,
        group_expand=True,
    )
    result = fields.Text("What Was Done")
    rectified_at = fields.Datetime("Rectified", readonly=True, copy=False)
    rectified_by_id = fields.Many2one(
        "res.users", "Rectified by", readonly=True, copy=False, ondelete="restrict"
    )
    rechecked_at = fields.Datetime("Rechecked", readonly=True, copy=False)
    rechecked_by_id = fields.Many2one(
        "res.users", "Rechecked by", readonly=True, copy=False, ondelete="restrict"
    )
    redo_count = fields.Integer("Sent Back", readonly=True, copy=False)
    is_overdue = fields.Boolean(
        "Overdue", compute="_compute_is_overdue", search="_search_is_overdue"
    )
    in_time = fields.Boolean(
        "Rectified in Time", compute="_compute_in_time", store=True
    )

    _deduction_positive = models.Constraint(
        "CHECK (deduction >= 0)", "Deduction points are not negative."
    )
    _line_once = models.UniqueIndex(
        "(line_id) WHERE line_id IS NOT NULL", "This fault is a defect already."
    )

    @api.depends("state", "date_due")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for defect in self:
            defect.is_overdue = defect.state == "open" and (
                defect.date_due and defect.date_due < today
            )

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        overdue = Domain("state", "=", "open") & Domain("date_due", "<", "today")
        return overdue if True in value else ~overdue

    @api.depends("rectified_at", "date_due")
    def _compute_in_time(self):
        for defect in self:
            defect.in_time = bool(
                defect.rectified_at and defect.rectified_at.date() <= defect.date_due
            )

    @api.model_create_multi
    def create(self, vals_list):
        defects = super().create(vals_list)
        for defect in defects:
            defect._ask(defect.user_id, self.env._("Rectify: %s", defect.name))
        return defects

    def write(self, vals):
        """What it costs and until when is not for who has to put it right to say."""
        judged = {"deduction", "date_due", "supplier_id", "user_id"} & vals.keys()
        user = self.env.user
        if judged and not (self._writes_freely() or self.env.su):
            own = self.filtered(lambda defect: defect.user_id == user)
            if own and not user.has_group(DESK):
                raise AccessError(
                    self.env._(
                        "%s: whoever has to put it right does not change what it "
                        "costs, who does it or until when. Ask a dispatcher.",
                        own[0].display_name,
                    )
                )
        return super().write(vals)

    def _ask(self, user, summary):
        """One open activity for whoever's turn it is."""
        self.activity_ids.unlink()
        if user:
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=self.date_due,
                summary=summary,
                user_id=user.id,
            )

    def _check_may(self, *users):
        """:raises AccessError: neither one of ``users`` nor of the desk"""
        self.check_access("write")
        user = self.env.user
        if not (self.env.su or user.has_group(DESK) or user in users):
            raise AccessError(
                self.env._(
                    "%(defect)s: this is for %(users)s and the desk of the estate.",
                    defect=self.display_name,
                    users=", ".join(one.sudo().name for one in users) or "—",
                )
            )

    def action_rectify(self):
        """It was put right; whoever found it, or another inspector, looks again.

        :raises UserError: it does not say what was done
        """
        for defect in self:
            defect._check_may(defect.user_id)
            defect._check_in_state("open")
            if not defect.result:
                raise UserError(
                    self.env._("%s: enter what was done.", defect.display_name)
                )
            step = defect.sudo()._as_step()
            step.write(
                {
                    "state": "rectified",
                    "rectified_at": fields.Datetime.now(),
                    "rectified_by_id": self.env.uid,
                }
            )
            step._ask(defect.found_by_id, self.env._("Recheck: %s", defect.name))

    def _check_rechecker(self):
        """:raises AccessError: no inspector; UserError: rectified by the same person"""
        self.check_access("write")
        user = self.env.user
        if not (self.env.su or user.has_group(INSPECTOR) or user.has_group(DESK)):
            raise AccessError(
                self.env._("%s is rechecked by inspectors.", self.display_name)
            )
        self._check_in_state("rectified")
        if self.rectified_by_id == user and not self.env.su:
            raise UserError(
                self.env._(
                    "%s: you put it right yourself; somebody else looks again.",
                    self.display_name,
                )
            )

    def action_pass(self):
        """Looked at again, and in order."""
        for defect in self:
            defect._check_rechecker()
            defect.sudo()._as_step().write(
                {
                    "state": "passed",
                    "rechecked_at": fields.Datetime.now(),
                    "rechecked_by_id": self.env.uid,
                }
            )
            defect.sudo().activity_ids.unlink()

    def action_send_back(self):
        """Looked at again, and not in order: rectify it once more (counted)."""
        for defect in self:
            defect._check_rechecker()
            step = defect.sudo()._as_step()
            step.write({"state": "open", "redo_count": defect.redo_count + 1})
            step._ask(defect.user_id, self.env._("Not in order: %s", defect.name))

    def action_cancel(self):
        """It was no defect; its points count no more for the supplier."""
        for defect in self:
            defect._check_may()
            defect._check_in_state(*OPEN)
            step = defect.sudo()._as_step()
            step.write({"state": "cancelled", "deduction": 0})
            step.activity_ids.unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_found(self):
        for defect in self:
            if defect.line_id:
                raise UserError(
                    self.env._(
                        "%s was found on a round and stays on record.",
                        defect.display_name,
                    )
                )
