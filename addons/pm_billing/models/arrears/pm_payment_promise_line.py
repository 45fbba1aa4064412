from odoo import api, fields, models


class PmPaymentPromiseLine(models.Model):
    _name = "pm.payment.promise.line"
    _description = "Promised Instalment"
    _inherit = ["pm.part.mixin"]
    _whole = "promise_id"
    _order = "date, id"
    _rec_name = "date"

    promise_id = fields.Many2one(
        "pm.payment.promise", required=True, index=True, ondelete="cascade"
    )
    estate_id = fields.Many2one(
        related="promise_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="promise_id.company_id", store=True, index=True, precompute=True
    )
    date = fields.Date(required=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(required=True)

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "An instalment is more than zero."
    )
    _once_a_day = models.UniqueIndex(
        "(promise_id, date)", "There is an instalment on that day already."
    )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_draft()
        return lines

    def write(self, vals):
        self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_watched(self):
        self._check_draft()

    def _check_draft(self):
        """:raises UserError: what was promised stays as it was promised"""
        if not self._writes_freely():
            self.promise_id._check_in_state("draft")
