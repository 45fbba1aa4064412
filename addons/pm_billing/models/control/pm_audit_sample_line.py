from odoo import api, fields, models
from odoo.exceptions import UserError


class PmAuditSampleLine(models.Model):
    """A charge that was drawn: its evidence, and what the reviewer found."""

    _name = "pm.audit.sample.line"
    _description = "Charge of an Audit Sample"
    _inherit = ["pm.part.mixin"]
    _whole = "sample_id"
    _order = "sample_id desc, id"
    _rec_name = "charge_id"

    sample_id = fields.Many2one(
        "pm.audit.sample", required=True, index=True, readonly=True, ondelete="cascade"
    )
    estate_id = fields.Many2one(related="sample_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="sample_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    charge_id = fields.Many2one(
        "pm.charge", required=True, readonly=True, index=True, ondelete="restrict"
    )
    property_id = fields.Many2one(related="charge_id.property_id")
    partner_id = fields.Many2one(related="charge_id.partner_id")
    fee_id = fields.Many2one(related="charge_id.fee_id")
    amount = fields.Monetary(related="charge_id.amount")
    formula = fields.Char(related="charge_id.formula")
    run_id = fields.Many2one(related="charge_id.run_id")
    move_id = fields.Many2one(related="charge_id.move_id")
    amount_paid = fields.Monetary(related="charge_id.amount_paid")
    payment_state = fields.Selection(related="charge_id.payment_state")
    receipts = fields.Char(compute="_compute_receipts")
    contract = fields.Char(compute="_compute_contract")
    result = fields.Selection(
        [
            ("right", "Right"),
            ("wrong", "Wrong"),
            ("missing", "Evidence Missing"),
        ]
    )
    note = fields.Char("Finding")
    reviewed_by = fields.Many2one("res.users", readonly=True)
    reviewed_on = fields.Datetime(readonly=True)

    _once = models.UniqueIndex(
        "(sample_id, charge_id)", "This charge is in the sample already."
    )

    @api.depends("charge_id")
    def _compute_receipts(self):
        lines = (
            self.env["pm.receipt.line"]
            .sudo()
            .search([("charge_id", "in", self.charge_id.ids)])
        )
        by_charge = lines.grouped("charge_id")
        for line in self:
            receipts = by_charge.get(line.charge_id, lines.browse()).receipt_id
            line.receipts = ", ".join(
                receipt.name for receipt in receipts if receipt.state == "posted"
            )

    @api.depends("charge_id")
    def _compute_contract(self):
        for line in self:
            contract = line.charge_id.sudo().fee_id.contract_id
            line.contract = contract.display_name if contract else False

    def write(self, vals):
        """Who gives a result is kept with it; that of a closed sample stays."""
        found = {"result", "note"} & vals.keys()
        if found and "closed" in self.sample_id.mapped("state"):
            raise UserError(
                self.env._("The sample is closed; its results stay as they are.")
            )
        done = super().write(vals)
        if found:
            self.sudo()._as_step().write(
                {"reviewed_by": self.env.uid, "reviewed_on": fields.Datetime.now()}
            )
        return done

    def action_open(self):
        """Open the charge with all that it was computed from."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "pm.charge",
            "res_id": self.charge_id.id,
            "view_mode": "form",
        }
