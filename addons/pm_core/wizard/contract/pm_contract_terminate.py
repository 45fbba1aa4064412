from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...models.contract.pm_contract_states import IN_FORCE


class PmContractTerminate(models.TransientModel):
    """Register a notice: why, by whom, when, and from when it holds."""

    _name = "pm.contract.terminate"
    _description = "Terminate a Contract"

    contract_id = fields.Many2one("pm.contract", required=True, ondelete="cascade")
    reason_id = fields.Many2one("pm.contract.termination.reason", required=True)
    notice_by = fields.Selection(
        selection=lambda self: (
            self.env["pm.contract"]
            ._fields["notice_by"]
            ._description_selection(self.env)
        ),
        string="Notice Given by",
        required=True,
        default="theirs",
    )
    notice_date = fields.Date(
        "Notice Given on", required=True, default=fields.Date.context_today
    )
    notice_days = fields.Integer(compute="_compute_earliest_date")
    earliest_date = fields.Date(
        "Earliest Last Day",
        compute="_compute_earliest_date",
        help="By the notice period; earlier only by agreement or for a reason that "
        "needs no notice.",
    )
    date = fields.Date(
        "Last Day of Service",
        compute="_compute_date",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
    )
    is_short = fields.Boolean(compute="_compute_is_short")
    accept_short = fields.Boolean(
        "Both Sides Accept", help="Both sides agree to end before the notice is over."
    )
    note = fields.Text("Remark")

    @api.depends("contract_id", "reason_id", "notice_by", "notice_date")
    def _compute_earliest_date(self):
        for wizard in self:
            days = (
                0
                if wizard.reason_id.without_notice
                else wizard.contract_id._notice_needed(wizard.notice_by)
            )
            wizard.notice_days = days
            wizard.earliest_date = wizard.notice_date and (
                wizard.notice_date + timedelta(days=days)
            )

    @api.depends("earliest_date")
    def _compute_date(self):
        for wizard in self:
            earliest, end = wizard.earliest_date, wizard.contract_id.date_end
            # with the end of the term where the notice is in time for it
            wizard.date = end if earliest and end and earliest <= end else earliest

    @api.depends("date", "earliest_date", "notice_days")
    def _compute_is_short(self):
        for wizard in self:
            wizard.is_short = bool(
                wizard.notice_days
                and wizard.date
                and wizard.earliest_date
                and wizard.date < wizard.earliest_date
            )

    def action_confirm(self):
        """Register the notice.

        :raises UserError: not in force, before the start, or too short
        """
        self.ensure_one()
        contract = self.contract_id
        contract._check_manager()
        contract._check_in_state(*IN_FORCE)
        if self.date < contract.date_from:
            raise UserError(
                self.env._(
                    "%(contract)s begins on %(day)s and cannot end before.",
                    contract=contract.display_name,
                    day=fields.Date.to_string(contract.date_from),
                )
            )
        if self.is_short and not self.accept_short:
            raise UserError(
                self.env._(
                    "The notice of %(notice)s has %(days)s days to run, until "
                    "%(earliest)s. End the contract then, or tick that both sides "
                    "accept an earlier day.",
                    notice=fields.Date.to_string(self.notice_date),
                    days=self.notice_days,
                    earliest=fields.Date.to_string(self.earliest_date),
                )
            )
        contract._terminate(
            {
                "termination_date": self.date,
                "termination_reason_id": self.reason_id.id,
                "notice_by": self.notice_by,
                "notice_given_on": self.notice_date,
            }
        )
        if self.note:
            contract.message_post(body=self.note)
        return {"type": "ir.actions.act_window_close"}
