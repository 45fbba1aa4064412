import re

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..ledger.business_day import today_at

TAX_ID = re.compile(r"[0-9A-Z]{15,20}")
NUMBER = {"digital": 20, "paper": 8}
# what is kept of a title for the next time
TITLE = (
    "title",
    "tax_id",
    "address",
    "phone",
    "bank",
    "bank_account",
    "email",
    "kind",
)


class PmTaxInvoice(models.Model):
    """A tax invoice (fapiao) that a customer asked for: whose, of what, issued how.

    It is issued on the platform of the tax office, which has no interface for this:
    requests go out as a workbook, and its list of issued ones comes back as one.
    A charge is on one tax invoice at a time, with no more than was billed of it less
    what was given back. Amounts in company currency.
    """

    _name = "pm.tax.invoice"
    _description = "Tax Invoice"
    _inherit = [
        "pm.estate.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "pm.state.mixin",
    ]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char("Request", readonly=True, copy=False)
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="restrict"
    )
    property_id = fields.Many2one(string="Place")
    kind = fields.Selection(
        [("normal", "Ordinary Tax Invoice"), ("special", "Special VAT Invoice")],
        required=True,
        default="normal",
        tracking=True,
    )
    medium = fields.Selection(
        [("digital", "Fully Digital"), ("paper", "Paper")],
        required=True,
        default="digital",
        help="The number of a fully digital tax invoice has 20 digits, that of one on "
        "paper eight.",
    )
    title = fields.Char("Title of the Buyer", required=True, tracking=True)
    tax_id = fields.Char(
        "Tax Number of the Buyer", help="15 to 20 digits and capital letters."
    )
    address = fields.Char("Address of the Buyer")
    phone = fields.Char("Phone of the Buyer")
    bank = fields.Char("Bank of the Buyer")
    bank_account = fields.Char("Account of the Buyer")
    email = fields.Char("Sent to")
    note = fields.Char("Remark on the Invoice")
    line_ids = fields.One2many("pm.tax.invoice.line", "tax_invoice_id", "Covers")
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount_untaxed = fields.Monetary(
        "Without Tax", compute="_compute_amounts", store=True
    )
    amount_tax = fields.Monetary("Tax", compute="_compute_amounts", store=True)
    amount_total = fields.Monetary(
        "With Tax", compute="_compute_amounts", store=True, tracking=True
    )
    number = fields.Char("Invoice Number", copy=False, tracking=True)
    date = fields.Date("Issued on", copy=False)
    sent_on = fields.Date("Sent to the Platform on", readonly=True, copy=False)
    file_ids = fields.Many2many(
        "ir.attachment",
        "pm_tax_invoice_attachment_rel",
        string="Files",
        copy=False,
        help="PDF, OFD or XML as the platform gives it out.",
    )
    delivered_on = fields.Datetime("Delivered on", readonly=True, copy=False)
    state = fields.Selection(
        [
            ("asked", "Asked for"),
            ("sent", "Sent to the Platform"),
            ("issued", "Issued"),
            ("red_asked", "Red Letter Asked for"),
            ("red", "Red Letter Issued"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="asked",
        tracking=True,
        index=True,
    )

    _number_once = models.UniqueIndex(
        "(company_id, number) WHERE number IS NOT NULL",
        "A tax invoice with this number is registered already.",
    )
    _number_digits = models.Constraint(
        """CHECK (number IS NULL OR (medium = 'digital' AND number ~ '^[0-9]{20}$')
                  OR (medium = 'paper' AND number ~ '^[0-9]{8}$'))""",
        "The number of a fully digital tax invoice has 20 digits, that of one on paper "
        "eight.",
    )

    @api.depends("line_ids.amount", "line_ids.amount_tax")
    def _compute_amounts(self):
        for invoice in self:
            invoice.amount_total = sum(invoice.line_ids.mapped("amount"))
            invoice.amount_tax = sum(invoice.line_ids.mapped("amount_tax"))
            invoice.amount_untaxed = invoice.amount_total - invoice.amount_tax

    @api.constrains("kind", "tax_id", "title")
    def _check_title(self):
        for invoice in self:
            if not (invoice.title or "").strip():
                raise ValidationError(
                    self.env._("Enter the title of the buyer as it is to be printed.")
                )
            if invoice.tax_id and not TAX_ID.fullmatch(invoice.tax_id):
                raise ValidationError(
                    self.env._(
                        "%(number)s is no tax number: it has 15 to 20 digits and "
                        "capital letters.",
                        number=invoice.tax_id,
                    )
                )
            if invoice.kind == "special" and not invoice.tax_id:
                raise ValidationError(
                    self.env._(
                        "A special VAT invoice for %s needs the tax number of the "
                        "buyer.",
                        invoice.title,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        invoices = super().create([self._cleaned(vals) for vals in vals_list])
        for invoice in invoices.sudo()._as_step():
            invoice.name = (
                self.env["ir.sequence"]
                .sudo()
                .with_company(invoice.company_id)
                .next_by_code("pm.tax.invoice")
            )
        return invoices

    def write(self, vals):
        """What the platform was told is not exchanged afterwards."""
        if not self._writes_freely():
            self._check_kept(vals)
        return super().write(self._cleaned(vals))

    def _check_kept(self, vals):
        asked = {*TITLE, "medium", "note", "partner_id", "property_id", "line_ids"}
        if asked & vals.keys() - {"email"}:
            self._check_in_state("asked")
        if {"number", "date"} & vals.keys():
            self._check_in_state("asked", "sent")

    @api.model
    def _cleaned(self, vals):
        """Tax numbers and numbers without blanks, in capitals."""
        vals = dict(vals)
        for name in {
            "tax_id",
            "number",
            "red_number",
            "red_confirmation",
        } & vals.keys():
            vals[name] = "".join((vals[name] or "").split()).upper() or False
        return vals

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        self._check_in_state("asked", "cancelled")

    @api.model
    def _last_title(self, partner):
        """Return the title that a customer used last, as values of a new request."""
        last = self.sudo().search([("partner_id", "=", partner.id)], limit=1)
        if not last:
            return {"title": partner.name, "email": partner.email, "kind": "normal"}
        return {name: last[name] for name in TITLE}

    @api.model
    def _ask(self, partner, charges, vals):
        """Return a new request for charges of one place.

        :raises UserError: nothing billed, or on a tax invoice already
        """
        if not charges or len(charges.property_id) != 1:
            raise UserError(
                self.env._("Choose charges of one place that are billed to one payer.")
            )
        taken = charges.filtered("tax_invoice_id")
        if taken:
            raise UserError(
                self.env._(
                    "%(charge)s is on the tax invoice %(invoice)s already.",
                    charge=taken[0].display_name,
                    invoice=taken[0].tax_invoice_id.name,
                )
            )
        return self.create(
            {
                **vals,
                "partner_id": partner.id,
                "property_id": charges.property_id.id,
                "line_ids": [
                    Command.create({"charge_id": charge.id})
                    for charge in charges
                    if charge.amount_receivable > 0
                ],
            }
        )

    def _check_complete(self):
        """:raises UserError: nothing on it, or more than was billed"""
        for invoice in self:
            if not invoice.line_ids:
                raise UserError(
                    self.env._("%s covers nothing: add charges.", invoice.name)
                )
            invoice.line_ids._check_billed()

    def action_issue(self):
        """Note by hand that it was issued, with number and day.

        :raises UserError: no number, or more than was billed
        """
        self.check_access("write")
        self._check_in_state("asked", "sent")
        self._check_complete()
        for invoice in self:
            if not invoice.number:
                raise UserError(
                    self.env._("Enter the number of the tax invoice %s.", invoice.name)
                )
            invoice.sudo()._as_step().write(
                {
                    "state": "issued",
                    "date": invoice.date or today_at(invoice.property_id),
                }
            )

    def action_cancel(self):
        """Give the request up; nothing was issued."""
        self.check_access("write")
        self._check_in_state("asked", "sent")
        self.sudo()._as_step().state = "cancelled"

    def action_deliver(self):
        """Send the files to the customer by mail; they are on the portal too.

        :raises UserError: nothing issued, no file, or no address
        """
        self.check_access("write")
        self._check_in_state("issued", "red_asked", "red")
        template = self.env.ref("pm_billing.mail_template_tax_invoice")
        for invoice in self:
            if not invoice.file_ids:
                raise UserError(
                    self.env._("Attach the file of %s first.", invoice.number)
                )
            address = invoice.email or invoice.partner_id.email
            if not address:
                raise UserError(
                    self.env._(
                        "Enter where %s is sent to; the customer has no e-mail "
                        "address.",
                        invoice.number,
                    )
                )
            template.sudo().send_mail(
                invoice.id,
                email_values={
                    "email_to": address,
                    "attachment_ids": [Command.set(invoice.file_ids.ids)],
                },
            )
            invoice.sudo()._as_step().delivered_on = fields.Datetime.now()
