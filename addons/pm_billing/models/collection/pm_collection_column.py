from odoo import fields, models


class PmCollectionColumn(models.Model):
    """A column of the file that goes to the bank."""

    _name = "pm.collection.column"
    _description = "Column of Bank Collection"
    _inherit = ["pm.part.mixin"]
    _whole = "layout_id"
    _order = "layout_id, sequence, id"
    _rec_name = "heading"

    layout_id = fields.Many2one(
        "pm.collection.layout", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="layout_id.company_id", store=True, index=True, precompute=True
    )
    sequence = fields.Integer(default=10)
    heading = fields.Char("Column Heading", required=True)
    source = fields.Selection(
        [
            ("reference", "Reference"),
            ("holder", "Account Holder"),
            ("account", "Account Number"),
            ("bank", "Bank of the Payer"),
            ("agreement", "Agreement Number"),
            ("amount", "Amount"),
            ("cents", "Amount in Cents"),
            ("place", "Code of the Place"),
            ("day", "Day of the Batch"),
            ("note", "What It Is For"),
            ("text", "Fixed Text"),
        ],
        "Content",
        required=True,
    )
    text = fields.Char("Fixed Text", help="What stands in each row.")

    def _cell(self, line):
        """Return the text of this column for a line of a batch."""
        self.ensure_one()
        mandate = line.mandate_id
        return {
            "reference": line.reference,
            "holder": mandate.holder,
            "account": mandate.account,
            "bank": mandate.bank,
            "agreement": mandate.agreement,
            "amount": f"{line.amount:.2f}",
            "cents": str(round(line.amount * 100)),
            "place": line.property_id.code,
            "day": fields.Date.to_string(line.batch_id.date),
            "note": line.note,
            "text": self.text,
        }[self.source] or ""
