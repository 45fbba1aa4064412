from odoo import api, fields, models


class PmDepositDeduction(models.Model):
    """What is kept of a deposit, and why."""

    _name = "pm.deposit.deduction"
    _description = "Deduction of a Deposit"
    _inherit = ["pm.part.mixin"]
    _whole = "deposit_id"

    deposit_id = fields.Many2one(
        "pm.deposit", required=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="deposit_id.currency_id")
    reason = fields.Char(required=True)
    amount = fields.Monetary(required=True)

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "A deduction is above zero."
    )

    @api.model_create_multi
    def create(self, vals_list):
        deductions = super().create(vals_list)
        deductions._check_open()
        return deductions

    def write(self, vals):
        self._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_inspected(self):
        self._check_open()

    def _check_open(self):
        """Until it is inspected, and no longer."""
        if not self._writes_freely():
            self.deposit_id._check_in_state("held")
