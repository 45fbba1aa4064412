from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_repr

from .maintenance_request import WAITING, WORKING

# who pays a quote as a customer; what others pay is agreed to by our own people
CHARGED = ("private", "fault")
# who pays follows from these: consent to a quote is that of one person, at one place
WHO_PAYS = ("partner_id", "property_id", "fault_category_id", "payer")


class MaintenanceRequest(models.Model):
    """Chargeable work: a quote from the price list, and the customer's consent."""

    _inherit = "maintenance.request"

    quote_line_ids = fields.One2many("pm.order.quote.line", "request_id", "Quote")
    quote_state = fields.Selection(
        [
            ("none", "None"),
            ("asked", "Waiting for Consent"),
            ("agreed", "Agreed"),
            ("refused", "Refused"),
        ],
        "Consent",
        readonly=True,
        copy=False,
        default="none",
        tracking=True,
    )
    quote_agreed_by = fields.Char("Agreed by", readonly=True, copy=False)
    quote_amount = fields.Monetary(
        "Amount Quoted", compute="_compute_quote_amount", store=True
    )

    @api.depends("quote_line_ids.amount")
    def _compute_quote_amount(self):
        for order in self:
            order.quote_amount = sum(order.quote_line_ids.mapped("amount"))

    def write(self, vals):
        """What one customer agreed to is not charged to another."""
        told = vals.keys() & set(WHO_PAYS)
        if told and not self._writes_freely():
            self.filtered(
                lambda order: any(
                    not order._same_value(name, vals[name], order[name])
                    for name in told
                )
            )._check_quote_open()
        return super().write(vals)

    def _check_quote_open(self):
        """:raises UserError: what the customer was shown or agreed to is not changed"""
        for order in self:
            if order.quote_state in ("asked", "agreed"):
                raise UserError(
                    self.env._(
                        "The quote of %s was sent to the customer. Take it back before "
                        "you change it.",
                        order.display_name,
                    )
                )

    def action_quote_ask(self):
        """Ask the customer to agree, on the portal or by signature.

        :raises UserError: no lines, or asked already
        """
        self._check_worker()
        self._check_in_state(*WAITING, *WORKING)
        for order in self:
            order._check_quote_open()
            if not order.quote_line_ids:
                raise UserError(
                    self.env._(
                        "Enter what %s will cost the customer first.",
                        order.display_name,
                    )
                )
            order._take_step("quote", quote_state="asked", quote_agreed_by=False)
            amount = order.currency_id.format(order.quote_amount)
            if order.payer in CHARGED:
                order._tell_reporter("quote", amount)
            else:
                order._tell_dispatcher("quote", amount)

    def action_quote_agree(self):
        """Our own people agree to what work costs that no customer pays.

        :raises AccessError: no dispatcher
        :raises UserError: the customer is asked, or nobody is
        """
        self._check_dispatcher()
        for order in self:
            if order.payer in CHARGED:
                raise UserError(
                    self.env._(
                        "%s is paid by the customer, who agrees on the portal or by "
                        "signature.",
                        order.display_name,
                    )
                )
            order._quote_answer(True, self.env.user.name)

    def _add_quote_line(self, price, name, quantity, amount):
        """A line of a quote from a page: from the price list, or in words.

        :raises UserError: neither of them, or the quote was sent
        """
        self._check_in_state(*WAITING, *WORKING)
        self._check_quote_open()
        self._need(price or name, self.env._("what the customer pays for"))
        values = {"request_id": self.id, "quantity": quantity or 1.0}
        if price:
            values["price_id"] = price.id
        else:
            values |= {"name": name[:200], "price": amount}
        self.env["pm.order.quote.line"].sudo().create(values)

    def _clear_quote(self):
        """Begin the quote anew; one that was sent is taken back."""
        if self.quote_state in ("asked", "agreed"):
            self.action_quote_take_back()
        self.sudo().quote_line_ids.unlink()

    def action_quote_take_back(self):
        """Change a quote that was sent; the customer is asked anew.

        :raises UserError: the work is done, at the price that was agreed
        """
        self._check_worker()
        self._check_in_state(*WAITING, *WORKING)
        self._take_step("quote", quote_state="none", quote_agreed_by=False)

    def _quote_answer(self, agrees, name, signature=None, shown=None):
        """The customer's answer to exactly the amount that was shown.

        :param agrees: whether the customer wants the work at that price
        :param name: who answers
        :param shown: the amount on the page of who answers by one, as its text
        :raises UserError: nothing is asked, or the page shows another amount
        """
        self.ensure_one()
        if self.quote_state != "asked":
            raise UserError(
                self.env._("%s does not wait for your consent.", self.display_name)
            )
        if agrees and shown is not None and shown != self._quote_shown():
            raise UserError(
                self.env._(
                    "The cost of %(order)s has changed: it is %(amount)s now. Look at "
                    "it, and answer again.",
                    order=self.display_name,
                    amount=self.currency_id.format(self.quote_amount),
                )
            )
        self._take_step(
            "consent",
            note=self.env._(
                "%(name)s: %(answer)s, %(amount)s",
                name=name,
                answer=self.env._("yes") if agrees else self.env._("no"),
                amount=self.currency_id.format(self.quote_amount),
            ),
            quote_state="agreed" if agrees else "refused",
            quote_agreed_by=name,
        )
        if signature:
            self.sudo()._as_step().quote_signature = signature

    def _quote_shown(self, amount=None):
        """The amount as the text that pages send back with the answer."""
        amount = self.quote_amount if amount is None else amount
        return float_repr(amount, self.currency_id.decimal_places)

    def _quoted(self):
        """What later addons charge: agreed quotes of work that was accepted.

        Only what a customer pays: what a contractor asks of us is a cost.
        """
        return self.filtered(
            lambda order: (
                order.quote_state == "agreed"
                and order.payer in CHARGED
                and order.state in ("verified", "closed")
            )
        )

    def _today(self):
        return fields.Date.context_today(self)
