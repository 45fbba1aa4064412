from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .pm_improvement import ACTIVITY, COMPANY, MANAGER, WORKING


class PmImprovementMeasure(models.Model):
    """What is done, by whom and until when, and what shows that it was done."""

    _name = "pm.improvement.measure"
    _description = "Measure of an Improvement"
    _inherit = ["pm.measure.mixin", "pm.part.mixin"]
    _whole = "improvement_id"
    _mail_post_access = "read"
    _activity = ACTIVITY
    _user_columns = dict.fromkeys(
        ("name", "user_id", "date_due", "result", "evidence_ids"), ("open",)
    )

    improvement_id = fields.Many2one(
        "pm.improvement", required=True, index=True, ondelete="cascade"
    )
    estate_id = fields.Many2one(
        related="improvement_id.estate_id",
        store=True,
        index="btree_not_null",
        precompute=True,
    )
    company_id = fields.Many2one(
        related="improvement_id.company_id", store=True, index=True, precompute=True
    )
    state = fields.Selection(
        [("open", "To Do"), ("done", "Done"), ("cancelled", "Cancelled")],
        required=True,
        readonly=True,
        copy=False,
        default="open",
        index=True,
        tracking=True,
    )
    evidence_ids = fields.Many2many(
        "ir.attachment",
        "pm_improvement_measure_evidence_rel",
        "measure_id",
        "attachment_id",
        copy=False,
    )
    cancel_reason = fields.Char("Why It Was Called Off", readonly=True, copy=False)

    @api.model_create_multi
    def create(self, vals_list):
        measures = super().create(vals_list)
        measures._check_leader()
        measures._own_evidence()
        running = measures.filtered(lambda one: one.improvement_id.state == "doing")
        running.sudo()._ask_responsible()
        return measures

    def write(self, vals):
        """What was agreed is changed by who leads it; result and evidence by who does
        it."""
        if not self._writes_freely():
            if vals.keys() - {"result", "evidence_ids"}:
                self._check_leader()
            else:
                self._check_doer()
        before = {measure: measure.user_id for measure in self}
        result = super().write(vals)
        if "evidence_ids" in vals:
            self._own_evidence()
        if "user_id" in vals:
            self.sudo().filtered(
                lambda one: (
                    one.improvement_id.state == "doing" and one.user_id != before[one]
                )
            )._ask_responsible()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_while_planned(self):
        """Before it was started, a measure is a line that may go."""
        if not self._writes_freely():
            self._check_leader()
            self._check_in_state("open")
            self.sudo().improvement_id._check_in_state("draft", "planned")

    def _own_evidence(self):
        """Files are read by who may read the measure."""
        for measure in self:
            loose = measure.evidence_ids.sudo().filtered(lambda file: not file.res_id)
            loose.write({"res_model": self._name, "res_id": measure.id})

    def _check_leader(self):
        """Whoever suggests enters what could be done; from then on who leads it.

        :raises AccessError: neither
        """
        if self._writes_freely():
            return
        improvements = self.improvement_id
        improvements.sudo()._check_in_state(*WORKING)
        own = improvements.filtered(
            lambda one: one.state == "draft" and one.suggested_by_id == self.env.user
        )
        (improvements - own)._check_lead()

    def _check_doer(self):
        """:raises AccessError: neither responsible nor a manager of the estate, or of
        the company where there is no estate"""
        self.check_access("read")
        user = self.env.user
        if self.env.su:
            return
        for measure in self.sudo():
            leads = user.has_group(MANAGER if measure.estate_id else COMPANY)
            if measure.user_id != user and not leads:
                raise AccessError(
                    self.env._(
                        "%(measure)s is the task of %(who)s.",
                        measure=measure.name,
                        who=measure.user_id.name,
                    )
                )

    def _ask_responsible(self):
        """What is over is nobody's task."""
        open_ones = self.filtered(lambda one: one.state == "open")
        return super(PmImprovementMeasure, open_ones)._ask_responsible()

    def action_ask(self):
        """Open the dialog that asks for the words of a step."""
        self.ensure_one()
        self.check_access("read")
        return self.env["pm.improvement.act"]._open({"default_measure_id": self.id})

    def action_done(self, result=None):
        """It is done; when the last one is, the improvement is checked.

        :param result: what was done
        :raises UserError: nothing is said
        """
        self._check_doer()
        self._check_in_state("open")
        self.sudo().improvement_id._check_in_state("doing")
        for measure in self:
            measure._note_done(measure._words_of_result(result))
        self._go_on()

    def _go_on(self):
        """What has no measure left to do is checked."""
        for improvement in self.sudo().improvement_id:
            if not improvement.measure_ids.filtered(lambda one: one.state == "open"):
                improvement._begin_check()

    def action_redo(self, reason=None):
        """It is not done yet, as who leads it sees.

        :param reason: what is missing
        """
        self._check_leader()
        self._check_in_state("done")
        self.sudo().improvement_id._check_in_state("doing", "checking")
        if not isinstance(reason, str) or not reason.strip():
            raise UserError(self.env._("Say what is missing."))
        for measure in self.sudo():
            measure._as_step().write(
                {"state": "open", "done_at": False, "done_user_id": False}
            )
            measure.message_post(body=reason)
            measure._ask_responsible()
            improvement = measure.improvement_id
            if improvement.state == "checking":
                improvement.with_env(self.env)._take_step(
                    "start", "doing", reason, effect=False, is_asked=False
                )

    def action_cancel(self, reason=None):
        """It is not done any more, with a reason."""
        self._check_leader()
        self._check_in_state("open", "done")
        if not isinstance(reason, str) or not reason.strip():
            raise UserError(self.env._("Say why it is called off."))
        self.sudo()._call_off(reason)
        self.filtered(lambda one: one.sudo().improvement_id.state == "doing")._go_on()

    def _call_off(self, reason):
        standing = self.filtered(lambda one: one.state == "open")
        standing._as_step().write({"state": "cancelled", "cancel_reason": reason})
        standing.activity_unlink([ACTIVITY])
