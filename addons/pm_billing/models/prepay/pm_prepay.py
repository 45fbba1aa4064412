from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..ledger.business_day import set_today, today_at


class PmPrepay(models.Model):
    """Months that a customer has paid ahead for a place, with the discount agreed.

    The money is a balance of the customer, dedicated to the fee items. Bill runs charge
    the months in full as they come, and beside each the discount agreed for it; the
    balance settles the rest. Nothing is income before its month is billed, and a
    discount is never money received. Amounts in company currency, tax included.
    """

    _name = "pm.prepay"
    _description = "Prepaid Months"
    _inherit = ["pm.estate.mixin", "mail.thread"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name", store=True, precompute=True)
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True, index=True
    )
    property_id = fields.Many2one(readonly=True)
    date = fields.Date(
        "Paid on",
        required=True,
        readonly=True,
        compute="_compute_date",
        store=True,
        precompute=True,
    )
    months = fields.Integer(readonly=True, aggregator=None)
    rule_id = fields.Many2one(
        "pm.prepay.rule", "Discount Rule", readonly=True, ondelete="restrict"
    )
    is_lost = fields.Boolean("Discount Lost When Given Back", readonly=True)
    line_ids = fields.One2many("pm.prepay.line", "prepay_id", "Fees", readonly=True)
    receipt_ids = fields.One2many("pm.receipt", "prepay_id", "Receipts", readonly=True)
    payout_ids = fields.One2many("pm.payout", "prepay_id", "Given Back", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_from = fields.Date("From", compute="_compute_totals", store=True)
    date_to = fields.Date("Until", compute="_compute_totals", store=True)
    amount = fields.Monetary("Before Discount", compute="_compute_totals", store=True)
    amount_discount = fields.Monetary("Discount", compute="_compute_totals", store=True)
    amount_paid = fields.Monetary("Paid", compute="_compute_totals", store=True)
    amount_left = fields.Monetary("Not Used", compute="_compute_amount_left")
    reason = fields.Text("Why Given Back", readonly=True, copy=False)
    state = fields.Selection(
        [
            ("active", "Running"),
            ("ended", "Rest Given Back"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="active",
        tracking=True,
    )

    @api.depends("property_id")
    def _compute_date(self):
        """The day on which it is paid, at the estate."""
        set_today(self, "date")

    @api.depends("partner_id.name", "property_id.display_name", "months")
    def _compute_name(self):
        for prepay in self:
            place = prepay.property_id.sudo().display_name
            prepay.name = " ".join(filter(None, (place, prepay.partner_id.sudo().name)))

    @api.depends(
        "line_ids.amount",
        "line_ids.discount",
        "line_ids.date_from",
        "line_ids.date_to",
    )
    def _compute_totals(self):
        for prepay in self:
            lines = prepay.line_ids
            prepay.amount = sum(lines.mapped("amount"))
            prepay.amount_discount = sum(lines.mapped("discount"))
            prepay.amount_paid = prepay.amount - prepay.amount_discount
            prepay.date_from = min(lines.mapped("date_from"), default=False)
            prepay.date_to = max(lines.mapped("date_to"), default=False)

    def _compute_amount_left(self):
        left = self.sudo()._left_of_each()
        for prepay in self:
            prepay.amount_left = sum(left[prepay].values())

    def _wallets_of_each(self):
        """Return {agreement: {balance: what is left}} of the balances that belong to
        it; what a company owes its customers is read at once."""
        held = {}
        for company, prepays in self.grouped("company_id").items():
            partners = prepays.partner_id.with_company(company)
            wallets = partners._pm_wallets_of_each()
            for prepay in prepays:
                items = prepay.line_ids.fee_item_id
                held[prepay] = {
                    wallet: left
                    for wallet, left in wallets[prepay.partner_id].items()
                    if wallet.item in items and wallet.place == prepay.property_id
                }
        return held

    def _left(self):
        """Return {balance: what is left of it}, see :meth:`_left_of_each`."""
        self.ensure_one()
        return self._left_of_each()[self]

    def _left_of_each(self):
        """Return {agreement: {balance: what is left of it}}, without what other months
        need.

        Agreements over other months of the same fee have their money in the same
        balance: what is still to be paid of those stays with them.
        """
        place = [
            ("partner_id", "in", self.partner_id.ids),
            ("property_id", "in", self.property_id.ids),
        ]
        running = self.sudo().search_fetch(
            [("state", "=", "active"), *place], ["partner_id", "property_id"]
        )
        asked = (
            self.env["pm.payout"]
            .sudo()
            .search(
                [
                    ("prepay_id", "!=", False),
                    ("state", "in", ("approval", "approved")),
                    *place,
                ]
            )
        )
        paid = running.line_ids._paid()
        billed = self._billed_and_open()
        return {
            prepay: prepay._left_beside(
                wallets,
                billed.filtered(prepay._has_month),
                running.filtered(prepay._is_beside).line_ids,
                paid,
                asked.filtered(prepay._is_beside),
            )
            for prepay, wallets in self._wallets_of_each().items()
        }

    def _is_beside(self, other):
        """Whether another agreement, or money asked back of one, is of the same
        customer and place."""
        if other._name == self._name:
            same = other == self
        else:
            same = other.prepay_id == self
        return (
            not same
            and other.partner_id == self.partner_id
            and other.property_id == self.property_id
        )

    def _has_month(self, charge):
        return any(line._covers(charge) for line in self.line_ids)

    def _left_beside(self, wallets, billed, others, paid, asked):
        """Return {balance: what is left} of one agreement.

        :param billed: charges of its months that are open
        :param others: lines of other agreements, of which ``paid`` says what is paid
        :param asked: payments of other months that are asked back
        """
        found = {}
        for wallet, amount in wallets.items():
            kept = sum(billed.filtered(wallet.fits).mapped("amount_residual")) + sum(
                max(row.amount - row.discount - paid[row], 0.0)
                for row in others
                if row.fee_item_id == wallet.item
            )
            found[wallet] = max(self.currency_id.round(amount - kept), 0.0)
        self._take_asked(found, asked)
        return found

    def _billed_and_open(self):
        """Return charges of their months that their money has not settled yet.

        Balances are used by a job soon after a run: until then the money is there, and
        is owed all the same.
        """
        return self.line_ids._charges().filtered(
            lambda row: row.state == "posted" and row.amount_residual > 0
        )

    def _take_asked(self, found, asked):
        """Take off what other months are being paid back, and is not paid yet."""
        for payout in asked:
            rest, items = payout.amount, payout.prepay_id.line_ids.fee_item_id
            for wallet in reversed(found):
                if wallet.item in items:
                    part = min(rest, found[wallet])
                    found[wallet] = self.currency_id.round(found[wallet] - part)
                    rest -= part

    @api.model
    def _agree(self, partner, place, rule, months, rows, receipts):
        """Keep what was agreed and paid.

        :param rows: values of lines, see ``pm.prepay.line._offer``
        :return: the agreement
        """
        prepay = (
            self.sudo()
            ._as_step()
            .create(
                {
                    "partner_id": partner.id,
                    "property_id": place.id,
                    "months": months,
                    "rule_id": rule.id,
                    "is_lost": rule.is_lost,
                    "line_ids": [Command.create(row) for row in rows],
                }
            )
        )
        receipts.sudo()._as_step().prepay_id = prepay
        return prepay.with_env(self.env)

    def _until(self):
        """Return {(place id, item id): last day that is agreed} of running ones."""
        found = {}
        for line in self.line_ids.sudo():
            key = line.property_id.id, line.fee_item_id.id
            found[key] = max(line.date_to, found.get(key, line.date_to))
        return found

    def action_view_receipts(self):
        """The receipts of the money."""
        self.ensure_one()
        self.check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "pm_billing.pm_receipt_action"
            ),
            "domain": [("prepay_id", "=", self.id)],
            "context": {},
        }

    def action_give_back(self):
        """Open the window in which the months that are not billed are given back."""
        self.ensure_one()
        self.check_access("write")
        self._check_running()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Give Months Back"),
            "res_model": "pm.prepay.refund",
            "view_mode": "form",
            "target": "new",
            "context": {"default_prepay_id": self.id},
        }

    def _check_running(self):
        for prepay in self:
            if prepay.state != "active":
                raise UserError(
                    self.env._("%s was given back or cancelled already.", prepay.name)
                )

    def _billed_until(self):
        """Return {line: last day that is billed of it, or None}."""
        found = {}
        for line in self.line_ids:
            charges = line._charges().filtered(lambda row: row.state != "cancelled")
            found[line] = max(charges.mapped("date_to"), default=None)
        return found

    def _lost(self):
        """Return {line: discount that is charged again, when it ends now}."""
        self.ensure_one()
        if not self.is_lost:
            return {}
        return {
            line: given
            for line in self.line_ids
            if (given := line._given()) and line._is_cut_short()
        }

    def _give_back(self, reason, journal, other_way=False):
        """End it with what is billed; ask for the outgoing payment of the rest.

        :return: the outgoing payment, empty where nothing is left
        :raises UserError: prepared charges of it that are not billed yet
        """
        self.ensure_one()
        self._check_running()
        prepared = self.line_ids._charges().filtered(lambda row: row.state == "draft")
        if prepared:
            raise UserError(
                self.env._(
                    "%(charge)s is prepared in the bill run %(run)s. Confirm or undo "
                    "that run first.",
                    charge=prepared[0].display_name,
                    run=prepared[0].run_id.display_name,
                )
            )
        self.env["pm.receipt"]._use_wallets(
            self.partner_id.with_company(self.company_id),
            self._billed_and_open(),
            "item",
            False,
            property_id=self.property_id.id,
        )
        lost, billed = self._lost(), self._billed_until()
        self.sudo()._as_step().write({"state": "ended", "reason": reason})
        self.env.flush_all()
        for line, last in billed.items():
            before = fields.Date.subtract(line.date_from, days=1)
            line.sudo()._as_step().date_to = last or before
        self._charge_lost(lost)
        left = self.currency_id.round(sum(self._left().values()))
        if left <= 0:
            return self.env["pm.payout"]
        return self.env["pm.payout"]._ask_for_prepaid(
            self, left, reason, journal, other_way
        )

    def _charge_lost(self, lost):
        """Charge discounts again, and settle that from the balance."""
        if not lost:
            return
        today = today_at(self.property_id)
        charges = self.env["pm.bill.run"]._bill_at_once(
            "single",
            self.property_id,
            [
                {
                    "kind": "single",
                    "request_key": f"prepay-lost/{line.id}",
                    "prepay_line_id": line.id,
                    "name": self.env._(
                        "Discount for prepaying until %s taken back",
                        format_date(self.env, line.agreed_to),
                    ),
                    "fee_item_id": line.fee_item_id.id,
                    "property_id": self.property_id.id,
                    "partner_id": self.partner_id.id,
                    "date_from": today,
                    "date_to": today,
                    "amount": amount,
                    "inputs": {"text": self.rule_id.name or "", "steps": []},
                }
                for line, amount in lost.items()
            ],
        )
        self.env["pm.receipt"]._use_wallets(
            self.partner_id.with_company(self.company_id),
            charges,
            "item",
            False,
            property_id=self.property_id.id,
        )
