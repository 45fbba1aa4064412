from odoo import api, fields, models
from odoo.exceptions import UserError


class PmPrepayRefund(models.TransientModel):
    """Giving back the months that are not billed yet."""

    _name = "pm.prepay.refund"
    _description = "Give Months Back"

    prepay_id = fields.Many2one("pm.prepay", "Prepaid Months", required=True)
    currency_id = fields.Many2one(related="prepay_id.currency_id")
    amount_left = fields.Monetary(
        "Not Used", compute="_compute_amounts", compute_sudo=False
    )
    amount_lost = fields.Monetary(
        "Discount Charged Again",
        compute="_compute_amounts",
        compute_sudo=False,
        help="Of months that are billed, where the discount was for all months only.",
    )
    amount_back = fields.Monetary(
        "Given Back", compute="_compute_amounts", compute_sudo=False
    )
    reason = fields.Char(required=True)
    company_id = fields.Many2one(related="prepay_id.company_id")
    journal_id = fields.Many2one(
        "account.journal",
        "Method",
        compute="_compute_journal_id",
        store=True,
        readonly=False,
        domain="[('type', 'in', ('cash', 'bank')), ('company_id', '=', company_id)]",
        help="Money goes back by the way it came.",
    )

    other_way = fields.Char(
        "Why by Another Way",
        help="Needed where it goes back by another method than it came in by.",
    )

    @api.depends("prepay_id")
    def _compute_amounts(self):
        for refund in self:
            prepay = refund.prepay_id
            prepay.check_access("read")
            lost = sum(prepay._lost().values()) if prepay else 0.0
            refund.amount_left = prepay.amount_left
            refund.amount_lost = lost
            refund.amount_back = max(refund.amount_left - lost, 0.0)

    @api.depends("prepay_id")
    def _compute_journal_id(self):
        for refund in self:
            receipts = refund.prepay_id.sudo().receipt_ids
            refund.journal_id = receipts.sorted("amount")[-1:].journal_id

    def action_ask(self):
        """End the agreement and ask for the money to be paid back.

        :raises UserError: no reason, ended before, charges that are only prepared
        """
        self.ensure_one()
        self.prepay_id.check_access("write")
        if not (self.reason or "").strip():
            raise UserError(self.env._("Say why the months are given back."))
        payout = self.prepay_id._give_back(
            self.reason, self.journal_id.sudo(), self.other_way
        )
        record = payout or self.prepay_id
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "view_mode": "form",
            "target": "current",
        }
