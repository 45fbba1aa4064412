from odoo import api, fields, models
from odoo.exceptions import UserError


class PmStatementPayer(models.TransientModel):
    """Say who paid what a statement shows, and make the receipt."""

    _name = "pm.statement.payer"
    _description = "Payer of a Statement Line"

    line_id = fields.Many2one(
        "account.bank.statement.line", "Statement Line", required=True
    )
    payer = fields.Char(related="line_id.partner_name", string="Name on the Statement")
    text = fields.Char(related="line_id.payment_ref", string="Summary")
    currency_id = fields.Many2one(related="line_id.company_id.currency_id")
    amount = fields.Monetary(
        compute="_compute_amount",
        compute_sudo=True,
        help="What of the line is not matched yet.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        compute="_compute_partner_id",
        store=True,
        readonly=False,
    )
    amount_open = fields.Monetary("Open", compute="_compute_amount_open")

    @api.depends("line_id")
    def _compute_amount(self):
        for dialog in self:
            line = dialog.line_id
            dialog.amount = line._pm_left() if line else 0.0

    @api.depends("line_id")
    def _compute_partner_id(self):
        for dialog in self:
            dialog.partner_id = dialog.line_id.partner_id

    @api.depends("partner_id")
    def _compute_amount_open(self):
        for dialog in self:
            charges = self.env["pm.charge"]
            if dialog.partner_id:
                charges = charges.search(
                    [
                        ("partner_id", "=", dialog.partner_id.id),
                        ("company_id", "=", dialog.line_id.company_id.id),
                        ("state", "=", "posted"),
                        ("amount_residual", ">", 0),
                    ]
                )
            dialog.amount_open = sum(charges.mapped("amount_residual"))

    def action_make(self):
        """Make a receipt of this money; who pays under this name is remembered.

        The oldest bills are settled first; what is left is kept as prepayment.

        :raises UserError: the line is matched already, or no money came in
        """
        self.ensure_one()
        line = self.line_id
        line.check_access("read")
        self.partner_id.check_access("read")
        # its database row is wanted by both, where two press at once
        line_sudo = line.sudo()
        line_sudo.lock_for_update()
        line_sudo.invalidate_recordset(["is_reconciled"])
        if line_sudo.is_reconciled:
            raise UserError(self.env._("%s is matched already.", line.display_name))
        if line_sudo.amount <= 0:
            raise UserError(self.env._("Only money that came in is receipted."))
        line_sudo._pm_receipt_of(self.partner_id.sudo(), "hand")
        self.env["pm.payer.rule"].sudo()._learn(
            line_sudo.partner_name, self.partner_id.sudo(), line_sudo.company_id
        )
        return {"type": "ir.actions.act_window_close"}
