from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from .pm_contract_states import IN_FORCE, OVER


class PmContract(models.Model):
    """The end of a contract: notice, hand-over, settlement."""

    _inherit = "pm.contract"

    termination_date = fields.Date(
        "Terminated As Of",
        readonly=True,
        copy=False,
        tracking=True,
        help="Last day of service by a notice that was given.",
    )
    termination_reason_id = fields.Many2one(
        "pm.contract.termination.reason",
        readonly=True,
        copy=False,
        tracking=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    notice_by = fields.Selection(
        [
            ("ours", "Us"),
            ("theirs", "The Other Party"),
            ("mutual", "By Agreement"),
        ],
        "Notice Given by",
        readonly=True,
        copy=False,
    )
    notice_given_on = fields.Date(readonly=True, copy=False)
    handover_ids = fields.One2many("pm.contract.handover", "contract_id", "Hand-over")
    handover_due = fields.Date(compute="_compute_handover")
    handover_open_count = fields.Integer(compute="_compute_handover")
    handover_closed_on = fields.Date(readonly=True, copy=False, tracking=True)
    settlement_date = fields.Date("Settled on", copy=False, tracking=True)
    settlement_note = fields.Text(
        copy=False, help="What was paid to whom, and what was left open."
    )
    _settled_in_order = models.Constraint(
        "CHECK (settlement_date IS NULL OR settlement_date >= date_from)",
        "A contract cannot be settled before it starts.",
    )

    @api.depends("handover_ids.done_on", "handover_ids.date_due")
    def _compute_handover(self):
        for contract in self:
            pending = contract.handover_ids.filtered(lambda item: not item.done_on)
            contract.handover_open_count = len(pending)
            contract.handover_due = min(
                (item.date_due for item in pending if item.date_due), default=False
            )

    def action_end(self):
        """End contracts without a notice, today at the latest.

        For those that were taken over and are past; others are terminated, or end
        with their term.

        :raises UserError: not in force, or not taken over
        """
        self._check_manager()
        self._check_in_state(*IN_FORCE)
        for contract in self.sudo():
            if not contract.taken_over:
                raise UserError(
                    self.env._(
                        "%s was made here and ends with its term, or by a notice: "
                        "terminate it. Only contracts that were taken over are ended "
                        "without one.",
                        contract.display_name,
                    )
                )
        for contract in self.sudo()._as_step():
            today = contract._today()
            ends = min(contract.date_to or today, today)
            contract._finish("ended", max(ends, contract.date_from))

    def action_terminate(self):
        """Open what registers that one side gave notice."""
        self.ensure_one()
        self._check_manager()
        self._check_in_state(*IN_FORCE)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Terminate"),
            "res_model": "pm.contract.terminate",
            "view_mode": "form",
            "target": "new",
            "context": {"default_contract_id": self.id},
        }

    def _notice_needed(self, side):
        """Return the days of notice that ``side`` ('ours', 'theirs') has to give."""
        self.ensure_one()
        if side == "mutual":
            return 0
        if self.open_ended_since or not self.date_to:
            return self.kind_id.notice_days_open
        return self.notice_days if side == "ours" else self.notice_days_other

    def _terminate(self, vals):
        """Register a notice; the contract ends with the day it takes effect."""
        for contract in self.sudo()._as_step():
            contract.write(vals)
            contract._prepare_handover()
            if contract.termination_date < contract._today():
                contract._finish("terminated", contract.termination_date)

    def action_withdraw_termination(self):
        """Go on with contracts whose notice was taken back.

        :raises UserError: no notice was given, or the contract is over
        """
        self._check_manager()
        self._check_in_state(*IN_FORCE)
        for contract in self.sudo()._as_step():
            if not contract.termination_date:
                raise UserError(
                    self.env._("No notice was given for %s.", contract.display_name)
                )
            contract.handover_ids.filtered(lambda item: not item.done_on).unlink()
            contract.write(
                {
                    "termination_date": False,
                    "termination_reason_id": False,
                    "notice_by": False,
                    "notice_given_on": False,
                }
            )

    def action_prepare_handover(self):
        """Put the checklist of the kind on the contract.

        :raises UserError: neither over nor under notice
        """
        self._check_manager()
        for contract in self:
            if contract.state not in OVER and not contract.termination_date:
                raise UserError(
                    self.env._(
                        "%s is neither over nor under notice; there is nothing to "
                        "hand over yet.",
                        contract.display_name,
                    )
                )
        self.sudo()._as_step()._prepare_handover()

    def _prepare_handover(self):
        """Copy the hand-over checklist of the kind, due by the days of the kind."""
        vals_list = []
        for contract in self.filtered(lambda contract: not contract.handover_ids):
            due = contract.date_end + timedelta(days=contract.kind_id.handover_days)
            vals_list += [
                {
                    "contract_id": contract.id,
                    "sequence": item.sequence,
                    "name": item.name,
                    "note": item.note,
                    "date_due": due,
                }
                for item in contract.kind_id.handover_item_ids
            ]
        self.env["pm.contract.handover"].create(vals_list)

    def action_close_handover(self):
        """Declare hand-over and settlement complete.

        :raises UserError: still in force, points are open, or not settled
        """
        self._check_manager()
        self._check_in_state(*OVER)
        for contract in self:
            if contract.handover_open_count:
                raise UserError(
                    self.env._(
                        "%(count)s points of the hand-over of %(contract)s are open. "
                        "Tick them off first.",
                        count=contract.handover_open_count,
                        contract=contract.display_name,
                    )
                )
            if not contract.settlement_date:
                raise UserError(
                    self.env._(
                        "Enter the day on which %s was settled.", contract.display_name
                    )
                )
            contract.sudo()._as_step().handover_closed_on = contract._today()

    def _finish(self, state, day):
        """End contracts in ``state`` with ``day`` as the last day of service."""
        self.write({"state": state, "closed_on": day})
        self.activity_unlink(["pm_core.mail_activity_contract_expiring"])
        self.obligation_ids._plan()

    def _last_day_changed(self, before):
        """React to another last day of contracts in force; addons extend it.

        :param before: {contract: last day so far, or False}
        """
        self.obligation_ids._plan()
