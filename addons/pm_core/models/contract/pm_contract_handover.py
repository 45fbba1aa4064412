from odoo import fields, models


class PmContractHandover(models.Model):
    """One thing to hand over when a contract has ended."""

    _name = "pm.contract.handover"
    _description = "Contract Hand-over"
    _inherit = ["pm.part.mixin"]
    _order = "contract_id, sequence, id"
    _whole = "contract_id"

    contract_id = fields.Many2one(
        "pm.contract", required=True, index=True, ondelete="cascade"
    )
    estate_id = fields.Many2one(
        related="contract_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="contract_id.company_id", store=True, precompute=True
    )
    sequence = fields.Integer(default=10)
    name = fields.Char("What", required=True)
    note = fields.Char("Remark")
    date_due = fields.Date("Due")
    done_on = fields.Date(help="Empty: still to do.")
    done_by_id = fields.Many2one("res.users", readonly=True)

    def action_done(self):
        """Tick off what was handed over today."""
        self.write({"done_on": fields.Date.context_today(self)})

    def write(self, vals):
        if "done_on" in vals:
            vals = {**vals, "done_by_id": self.env.uid if vals["done_on"] else False}
        return super().write(vals)
