from uuid import uuid4

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from ...models.ledger.business_day import today_at


class PmCounter(models.TransientModel):
    """The cashier's window: whom, what is open, how much by which method.

    A window books once (``request_key``): what is asked a second time is answered
    with the first receipt. And it books only what it shows (``shown_debt``): where
    something was paid, billed or given back since, the cashier looks again first.
    """

    _name = "pm.counter"
    _description = "Payment at the Counter"

    search_text = fields.Char(
        "Search or Scan",
        help="Unit, name, phone, plate, number of a bill or receipt, or the code on a "
        "bill.",
    )
    found_text = fields.Char(compute="_compute_found")
    found_ids = fields.Many2many("pm.property", compute="_compute_found")
    property_id = fields.Many2one(
        "pm.property",
        "Unit or Space",
        compute="_compute_property_id",
        # what cashiers may not see is not found for them
        compute_sudo=False,
        store=True,
        readonly=False,
        domain="[('kind', 'in', ('unit', 'parking'))]",
        help="Pick a unit, or a person below, or both.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        compute="_compute_partner_id",
        compute_sudo=False,
        store=True,
        readonly=False,
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    charge_ids = fields.Many2many(
        "pm.charge", string="Open Charges", compute="_compute_charge_ids"
    )
    amount_open = fields.Monetary("Open", compute="_compute_charge_ids")
    amount_prepaid = fields.Monetary("Prepaid", compute="_compute_charge_ids")
    amount_usable = fields.Monetary(
        "Of It for These Charges",
        compute="_compute_amount_usable",
        help="What is prepaid for one fee item is used for charges of that item only.",
    )
    use_prepayment = fields.Boolean(
        "Use the Prepayment First",
        compute="_compute_use_prepayment",
        store=True,
        readonly=False,
    )
    amount_due = fields.Monetary("To Pay", compute="_compute_amount_due")
    amount = fields.Monetary(
        "Amount Received", compute="_compute_amount", store=True, readonly=False
    )
    amount_over = fields.Monetary("Kept as Prepayment", compute="_compute_amount_over")
    journal_id = fields.Many2one(
        "account.journal",
        "Method",
        domain="[('type', 'in', ('cash', 'bank')), ('company_id', '=', company_id)]",
        default=lambda self: self._default_journal_id(),
    )
    split_ids = fields.One2many(
        "pm.counter.payment",
        "counter_id",
        "Several Methods",
        help="One payment by more than one method, such as cash and WeChat.",
    )
    tendered = fields.Monetary(
        "Cash Handed Over", help="What the customer gave, to work the change out."
    )
    change = fields.Monetary(compute="_compute_change")
    settle_rule = fields.Selection(
        [
            ("oldest", "The Oldest First"),
            ("late_last", "The Oldest First, Late Fees Last"),
            ("late_first", "Late Fees First, Then the Oldest"),
            ("item", "In the Order of the Fee Items, Then the Oldest"),
            ("hand", "By Hand"),
        ],
        "Settles",
        required=True,
        default=lambda self: self.env.company.pm_settle_rule,
    )
    line_ids = fields.One2many(
        "pm.counter.line",
        "counter_id",
        "What It Is For",
        compute="_compute_line_ids",
        compute_sudo=False,
        store=True,
        readonly=False,
    )
    memo = fields.Char()
    request_key = fields.Char(default=lambda self: uuid4().hex, required=True)
    shown_debt = fields.Char(
        compute="_compute_shown_debt",
        store=True,
        readonly=False,
        help="Fingerprint of the debt when the form was filled.",
    )

    @api.model
    def _default_journal_id(self):
        """The method this cashier used last, else cash."""
        last = self.env["pm.receipt"].search(
            [("user_id", "=", self.env.uid), ("journal_id", "!=", False)], limit=1
        )
        journals = (
            self.env["account.journal"]
            .sudo()
            .search(
                [
                    *self.env["account.journal"]._check_company_domain(
                        self.env.company
                    ),
                    ("type", "in", ("cash", "bank")),
                ],
                order="type desc, sequence, id",
            )
        )
        return last.journal_id or journals[:1]

    @api.depends("property_id", "search_text")
    def _compute_partner_id(self):
        """Who owes on the unit, else who holds it today, else who was found."""
        for counter in self:
            place = counter.property_id
            found = counter._found().partners
            found = found if len(found) == 1 else found.browse()
            if not place:
                counter.partner_id = found or counter.partner_id
                continue
            debtors = (
                self.env["pm.charge"]
                .search(
                    [("property_id", "=", place.id), ("amount_residual", ">", 0)],
                    order="date_from",
                )
                .partner_id
            )
            holder = place._holder_on(today_at(place)).get(place.id)
            if counter.partner_id not in (
                debtors | (holder.partner_id if holder else debtors)
            ):
                counter.partner_id = (
                    debtors[:1] or (holder and holder.partner_id) or found
                )

    @api.depends("partner_id", "property_id")
    def _compute_charge_ids(self):
        for counter in self:
            domain = [
                ("company_id", "=", counter.company_id.id),
                ("amount_residual", ">", 0),
                ("state", "=", "posted"),
            ]
            if counter.property_id:
                domain.append(("property_id", "=", counter.property_id.id))
            if counter.partner_id:
                domain.append(("partner_id", "=", counter.partner_id.id))
            charges = self.env["pm.charge"]
            if counter.partner_id or counter.property_id:
                charges = charges.search(domain, order="date_due, date_from, id")
            counter.charge_ids = charges
            counter.amount_open = sum(charges.mapped("amount_residual"))
            # of customers of other estates it is not told
            partner = counter.partner_id._filtered_access("read")
            counter.amount_prepaid = partner.sudo().pm_prepaid or 0.0

    @api.depends("amount_usable", "amount_open")
    def _compute_use_prepayment(self):
        for counter in self:
            counter.use_prepayment = bool(
                counter.amount_open and counter.amount_usable > 0
            )

    @api.depends(
        "amount_open", "amount_late", "amount_prepay", "amount_usable", "use_prepayment"
    )
    def _compute_amount_due(self):
        for counter in self:
            used = counter.amount_usable if counter.use_prepayment else 0.0
            owed = counter.amount_open + counter.amount_late
            counter.amount_due = max(owed - used, 0.0) + counter.amount_prepay

    @api.depends("amount_due", "split_ids.amount", "line_ids.amount", "settle_rule")
    def _compute_amount(self):
        """What the methods come to, what was chosen by hand, or all that is open."""
        for counter in self:
            if counter.split_ids:
                counter.amount = sum(counter.split_ids.mapped("amount"))
            elif counter.settle_rule == "hand":
                by_hand = sum(counter.line_ids.mapped("amount"))
                counter.amount = by_hand + counter.amount_prepay
            else:
                counter.amount = counter.amount_due

    @api.depends("amount", "amount_due", "settle_rule", "line_ids.amount")
    def _compute_amount_over(self):
        for counter in self:
            due = counter.amount_due
            if counter.settle_rule == "hand":
                due = sum(counter.line_ids.mapped("amount")) + counter.amount_prepay
            counter.amount_over = max(counter.amount - due, 0.0)

    @api.depends("tendered", "amount", "split_ids.amount", "journal_id")
    def _compute_change(self):
        for counter in self:
            cash = counter.amount
            if counter.split_ids:
                cash = sum(
                    row.amount
                    for row in counter.split_ids
                    if row.journal_id.sudo().type == "cash"
                )
            counter.change = max(counter.tendered - cash, 0.0)

    @api.depends("charge_ids", "settle_rule")
    def _compute_line_ids(self):
        """By hand, each open charge is a line with the amount that is paid of it."""
        for counter in self:
            charges = counter.charge_ids._origin
            if counter.settle_rule != "hand":
                counter.line_ids = [Command.clear()]
            elif counter.line_ids.charge_id != charges:
                late = counter._late_owed()
                rows = [(charge, False, charge.amount_residual) for charge in charges]
                rows += [
                    (charge, True, float(fee.amount)) for charge, fee in late.items()
                ]
                counter.line_ids = [
                    Command.clear(),
                    *(
                        Command.create(
                            {
                                "charge_id": charge.id,
                                "is_late": is_late,
                                "amount": amount,
                            }
                        )
                        for charge, is_late, amount in rows
                    ),
                ]

    def action_pay(self):
        """Book the payment and show the receipt.

        :raises UserError: nobody chosen, or nothing to book
        """
        self.ensure_one()
        receipts = self._book()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Receipt"),
            "res_model": "pm.receipt",
            "res_id": receipts[-1].id,
            "view_mode": "form",
            "target": "current",
        }

    def action_pay_print(self):
        """Book the payment and print the receipt."""
        self.ensure_one()
        return {**self._book().action_print(), "close_on_report_download": True}

    def _book(self):
        """Return the receipts: of the prepayment used, and of the money taken.

        :raises RedirectWarning: the form was booked with other values, or the debt is
            no longer what it shows
        """
        if not self.partner_id:
            raise UserError(self.env._("Pick the unit or the person who pays first."))
        self.partner_id.check_access("read")
        self.property_id.check_access("read")
        receipts = self._booked()
        if receipts:
            return receipts
        self._check_shown_debt()
        Receipt = self.env["pm.receipt"]
        extra = {
            "property_id": self.property_id.id,
            "memo": self.memo,
            "request_key": f"counter-{self.request_key}",
        }
        by_hand = self.settle_rule == "hand"
        methods = self._methods()
        months, wallets = self._prepay_wanted()
        prepaid = self.amount_usable if self.use_prepayment and not by_hand else 0.0
        late = self._book_late(sum(methods.values()) + prepaid)
        charges = self.charge_ids._origin
        charges = charges.concat(*late.values())
        if prepaid:
            receipts |= Receipt._use_wallets(
                self.partner_id, charges, self.settle_rule, **extra
            )
            charges = charges.filtered("amount_residual")
        if by_hand:
            aims = self._aims_by_hand(late)
        else:
            paid = sum(methods.values())
            aims = Receipt._aims_by_rule(charges, paid, self.settle_rule)
        for journal, amount in methods.items():
            mine = None
            if aims is not None:
                mine, aims = Receipt._take_from_aims(aims, amount, self.currency_id)
            receipt = Receipt._receive(
                self.partner_id,
                charges if mine is None else charges.filtered(mine.__contains__),
                amount,
                journal.sudo(),
                mine,
                wallets=[*wallets, *self._kept_for()],
                **extra,
            )
            _paid, wallets = Receipt._within(
                wallets, receipt.amount_prepaid, self.currency_id
            )
            receipts |= receipt
            charges = charges.filtered("amount_residual")
        if not receipts:
            raise UserError(self.env._("Enter the amount that was paid, above zero."))
        self._agree_prepaid(months, wallets, receipts)
        return receipts

    def _methods(self):
        """Return {journal: amount} of what is paid now.

        :raises UserError: no method, one that is not the company's, or amounts that do
            not add up
        """
        rows = [(row.journal_id, row.amount) for row in self.split_ids]
        rows = rows or [(self.journal_id, self.amount)]
        total = sum(amount for _journal, amount in rows)
        if self.currency_id.compare_amounts(total, self.amount):
            raise UserError(
                self.env._(
                    "The methods come to %(methods)s, the amount is %(amount)s. "
                    "Correct one of them.",
                    methods=format_amount(self.env, total, self.currency_id),
                    amount=format_amount(self.env, self.amount, self.currency_id),
                )
            )
        methods = {}
        for journal, amount in rows:
            compared = self.currency_id.compare_amounts(amount, 0)
            if compared < 0:
                raise UserError(
                    self.env._("Enter the amount that was paid, above zero.")
                )
            if not compared:
                continue
            journal_sudo = journal.sudo()
            if not journal_sudo:
                raise UserError(self.env._("Choose how the money was paid."))
            if journal_sudo.company_id != self.company_id or journal_sudo.type not in (
                "cash",
                "bank",
            ):
                raise UserError(
                    self.env._(
                        "%s takes no money at this counter.", journal_sudo.display_name
                    )
                )
            methods[journal] = methods.get(journal, 0.0) + amount
        return methods

    def _aims_by_hand(self, late):
        """Return {charge: amount} as it was entered.

        :param late: {charge: its late fee, as a charge} of what was booked just now
        :raises UserError: more than is open of a charge, or more than is paid
        """
        aims = {}
        for line in self.line_ids:
            if self.currency_id.is_zero(line.amount):
                continue
            charge = line.charge_id
            known = charge in self.charge_ids._origin
            if line.is_late:
                charge = late.get(charge, charge.browse())
            if not (known and charge and 0 < line.amount <= charge.amount_residual):
                raise UserError(
                    self.env._(
                        "%(charge)s: %(open)s is open. Pay no more of it; what is paid "
                        "beyond is kept as prepayment.",
                        charge=line.charge_id.display_name,
                        open=format_amount(
                            self.env, charge.amount_residual, self.currency_id
                        ),
                    )
                )
            aims[charge] = line.amount
        if self.currency_id.compare_amounts(sum(aims.values()), self.amount) > 0:
            raise UserError(
                self.env._(
                    "The charges come to more than the amount that was received."
                )
            )
        return aims
