from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..ledger.business_day import today_at


class PmReceiptCancellation(models.Model):
    """Why a receipt is taken back, and who agreed.

    One's own receipt of today is cancelled with a reason: a slip at the counter. The
    receipt of somebody else, or of a day that is counted up already, takes a second
    person. Who that is, and from which amount more people are asked, is a matter of
    approval levels; where there is none, an estate manager may do it, who did not
    take the money.
    """

    _name = "pm.receipt.cancellation"
    _description = "Cancellation of a Receipt"
    _inherit = ["mail.thread", "mail.activity.mixin", "pm.second.person.mixin"]
    _order = "id desc"
    _rec_name = "receipt_id"
    _check_company_auto = True

    receipt_id = fields.Many2one(
        "pm.receipt",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("state", "=", "posted")],
        check_company=True,
    )
    reason = fields.Text(required=True, tracking=True)
    estate_id = fields.Many2one(
        related="receipt_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="receipt_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(related="receipt_id.amount", store=True, precompute=True)
    partner_id = fields.Many2one(related="receipt_id.partner_id")
    cashier_id = fields.Many2one(related="receipt_id.user_id", string="Cashier")
    needs_second = fields.Boolean(
        "Needs a Second Person",
        readonly=True,
        copy=False,
        help="The receipt is somebody else's, of a closed day, or not of the day on "
        "which its cancellation was asked for.",
    )
    state = fields.Selection(
        [
            ("draft", "New"),
            ("approval", "Waiting for Approval"),
            ("approved", "Receipt Cancelled"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
    )

    _one_at_a_time = models.UniqueIndex(
        "(receipt_id) WHERE state IN ('draft', 'approval')",
        "The cancellation of this receipt is asked for already.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        requests = super().create(vals_list)
        # whoever may cancel asks for it: not everybody who reads the receipt
        requests.receipt_id.check_access("write")
        return requests

    def write(self, vals):
        """What the levels decide on is not exchanged afterwards."""
        if not self._writes_freely():
            if "receipt_id" in vals:
                raise AccessError(
                    self.env._("A cancellation stays with the receipt it was made for.")
                )
            if "reason" in vals:
                self._check_in_state("draft")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        self._check_in_state("draft")

    def _check_submittable(self):
        result = super()._check_submittable()
        for request in self:
            receipt = request.receipt_id
            if receipt.state != "posted":
                raise UserError(
                    self.env._("The receipt %s is cancelled already.", receipt.name)
                )
            if not (request.reason or "").strip():
                raise UserError(
                    self.env._("Say why the receipt %s is cancelled.", receipt.name)
                )
            receipt._check_prepayment_unused()
        return result

    def action_submit(self):
        """Cancel one's own receipt of today; ask for agreement to any other."""
        self.check_access("write")
        for request in self:
            receipt = request.receipt_id
            receipt.check_access("write")
            request.sudo()._as_step().needs_second = (
                receipt.user_id != self.env.user
                or receipt.date != today_at(receipt.estate_id)
                or receipt.sudo().close_id.state == "closed"
            )
        return super().action_submit()

    def _check_second_person(self):
        """A cashier cancels the own receipt of today alone."""
        if self.needs_second:
            return super()._check_second_person()
        return None

    def _asked_by(self):
        """Neither who took the money nor who wants it cancelled."""
        return self.receipt_id.user_id | super()._asked_by()

    def _approve(self):
        result = super()._approve()
        for request in self:
            request.receipt_id._cancel(request.reason, request.create_uid)
        return result
