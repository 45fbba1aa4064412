from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class PmMeasureMixin(models.AbstractModel):
    """Something that somebody does until a day, and says then what was done.

    A model has an estate and states of its own, among them ``open`` and ``cancelled``.
    """

    _name = "pm.measure.mixin"
    _description = "Is Done until a Day"
    _inherit = ["mail.thread", "mail.activity.mixin", "pm.state.mixin"]
    _order = "date_due, id"
    # XML ID of the kind of task that the responsible has
    _activity = "pm_complaints.mail_activity_complaint"

    name = fields.Char("Measure", required=True, tracking=True)
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('share', '=', False)]",
        default=lambda self: self.env.user,
        tracking=True,
    )
    date_due = fields.Date("Due", required=True, index=True, tracking=True)
    is_overdue = fields.Boolean(
        "Overdue", compute="_compute_is_overdue", search="_search_is_overdue"
    )
    result = fields.Text("What Was Done", copy=False)
    done_at = fields.Datetime(readonly=True, copy=False)
    done_user_id = fields.Many2one("res.users", "Done by", readonly=True, copy=False)

    @api.depends("state", "date_due")
    def _compute_is_overdue(self):
        for measure in self:
            estate = measure.estate_id.sudo()
            today = estate._today() if estate else fields.Date.context_today(self)
            measure.is_overdue = bool(
                measure.state == "open"
                and measure.date_due
                and measure.date_due < today
            )

    @api.model
    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = Domain("state", "=", "open") & Domain(
            "date_due", "<", fields.Date.context_today(self)
        )
        return late if True in value else ~late

    def _standing(self):
        """Those that were not called off."""
        return self.filtered(lambda measure: measure.state != "cancelled")

    def _ask_responsible(self):
        """Whoever does it has it among the own tasks."""
        for measure in self:
            measure.activity_unlink([self._activity])
            measure.activity_schedule(
                self._activity,
                date_deadline=measure.date_due,
                user_id=measure.user_id.id,
                summary=measure.name,
            )

    def _words_of_result(self, result=None):
        """What was done.

        :raises UserError: nothing is said
        """
        words = (result or self.result or "").strip()
        if not words:
            raise UserError(self.env._("%s: say what was done.", self.name))
        return words

    def _note_done(self, words):
        """It is done, by whoever says so."""
        self.sudo()._as_step().write(
            {
                "state": "done",
                "result": words,
                "done_at": fields.Datetime.now(),
                "done_user_id": self.env.uid,
            }
        )
        self.sudo().activity_unlink([self._activity])
