from odoo import fields, models


class PmBillRunException(models.Model):
    """A fee or bill that a run could not make, and why."""

    _name = "pm.bill.run.exception"
    _description = "Bill Run Exception"
    _order = "stage, code, id"
    _rec_name = "message"

    run_id = fields.Many2one(
        "pm.bill.run", required=True, index=True, ondelete="cascade"
    )
    estate_id = fields.Many2one(related="run_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="run_id.company_id", store=True)
    stage = fields.Selection(
        [("prepare", "Prepare"), ("confirm", "Confirm"), ("undo", "Undo")],
        "Step",
        required=True,
    )
    code = fields.Char("Kind")
    fee_id = fields.Many2one("pm.fee", index="btree_not_null", ondelete="cascade")
    charge_ids = fields.Many2many("pm.charge", string="Charges")
    move_id = fields.Many2one("account.move", "Invoice", index="btree_not_null")
    property_id = fields.Many2one("pm.property", index="btree_not_null")
    partner_id = fields.Many2one("res.partner", "Payer")
    message = fields.Char("What is wrong, what to do", required=True)
