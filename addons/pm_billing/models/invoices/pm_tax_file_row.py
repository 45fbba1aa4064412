from odoo import fields, models


class PmTaxFileRow(models.Model):
    """A row that came back from the issuing platform, and what became of it."""

    _name = "pm.tax.file.row"
    _description = "Row of the Issuing Platform"
    _inherit = ["pm.part.mixin"]
    _whole = "file_id"
    _order = "file_id, row, id"
    _rec_name = "reference"

    file_id = fields.Many2one(
        "pm.tax.file", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="file_id.company_id", store=True, index=True, precompute=True
    )
    row = fields.Integer(readonly=True, aggregator=None)
    reference = fields.Char("Request", readonly=True)
    number = fields.Char("Invoice Number", readonly=True)
    text = fields.Char("What It Says", readonly=True)
    tax_invoice_id = fields.Many2one(
        "pm.tax.invoice", readonly=True, index="btree_not_null", ondelete="set null"
    )
    reason = fields.Char("Why It Is Held", readonly=True)
    note = fields.Char("What Was Found Out", help="It takes the row off the list.")
    state = fields.Selection(
        [("matched", "Matched"), ("held", "Held"), ("settled", "Looked into")],
        required=True,
        readonly=True,
        default="held",
        index=True,
    )

    def action_looked_into(self):
        """Take held rows with a note off the list."""
        self.check_access("write")
        rows = self.filtered(
            lambda row: row.state == "held" and (row.note or "").strip()
        )
        rows.sudo()._as_step().state = "settled"


class PmTaxInvoice(models.Model):
    """What a row of the platform may say of a request."""

    _inherit = "pm.tax.invoice"

    def _issue_problem(self, number, total):
        """Return why a row is held; "" where it says what is known; None: take it."""
        self.ensure_one()
        if self.number == number and self.state in ("issued", "red_asked", "red"):
            return ""
        if self.state not in ("asked", "sent"):
            return self.env._(
                "The request is %(state)s, with the number %(number)s.",
                state=self._state_label(),
                number=self.number or "-",
            )
        return self._number_problem("number", number, total, self.amount_total)

    def _red_problem(self, number, total):
        """The same of a red-letter invoice."""
        self.ensure_one()
        if self.red_number == number and self.state == "red":
            return ""
        if self.state != "red_asked":
            return self.env._(
                "No red letter was asked for: the request is %s.", self._state_label()
            )
        return self._number_problem("red_number", number, total, self.red_amount)

    def _state_label(self):
        return dict(self._fields["state"]._description_selection(self.env))[self.state]

    def _number_problem(self, field, number, total, expected):
        digits = 20 if self.medium == "digital" else 8
        if not number.isdigit() or len(number) != digits:
            return self.env._("The number has not %s digits.", digits)
        if total and self.currency_id.compare_amounts(float(total), expected):
            return self.env._(
                "It comes to %(found)s, the request to %(asked)s.",
                found=total,
                asked=f"{expected:.2f}",
            )
        taken = self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("id", "!=", self.id),
                "|",
                ("number", "=", number),
                ("red_number", "=", number),
            ],
            limit=1,
        )
        if taken or number in (self.number, self.red_number):
            return self.env._("The number is on %s already.", (taken or self).name)
        return None
