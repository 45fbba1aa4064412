from psycopg2.errors import UniqueViolation

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_amount, format_date

from ..ledger.business_day import today_at


class PmCashClose(models.Model):
    """A cashier's day: what the drawer had, took in, gave back, and what was counted.

    The day is there from its first receipt. Each receipt of the counter changes it, so
    that closing and taking money exclude each other in the database: of two at the
    same moment the second starts anew, and then finds the day closed, or the receipt.
    Money is in company currency.
    """

    _name = "pm.cash.close"
    _description = "Day Close"
    _inherit = ["mail.thread", "pm.state.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True

    user_id = fields.Many2one(
        "res.users",
        "Cashier",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.user,
    )
    date = fields.Date(
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self._today(),
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.company,
    )
    estate_id = fields.Many2one(
        "pm.property",
        index=True,
        readonly=True,
        check_company=True,
        default=lambda self: self._default_estate_id(),
        help="Where the counter stands: of the first receipt, or of the cashier.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    opening = fields.Monetary(
        "Opening Float",
        copy=False,
        help="What the drawer had in the morning. It is handed over by the shift "
        "before, or counted by the cashier where there was none.",
    )
    taken_from_ids = fields.One2many(
        "pm.cash.close", "taken_by_id", "Handed Over by", readonly=True
    )
    taken_by_id = fields.Many2one(
        "pm.cash.close",
        "Float Taken by",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    line_ids = fields.One2many("pm.cash.close.line", "close_id", "Methods")
    count_ids = fields.One2many("pm.cash.close.count", "close_id", "Notes and Coins")
    receipt_ids = fields.One2many("pm.receipt", "close_id", "Receipts", readonly=True)
    returned_ids = fields.One2many(
        "pm.receipt", "return_close_id", "Given Back", readonly=True
    )
    move_ids = fields.One2many(
        "account.move", "pm_cash_close_id", "Journal Entries", readonly=True
    )
    amount_received = fields.Monetary(
        "Taken In", compute="_compute_amounts", store=True, precompute=True
    )
    amount_expected = fields.Monetary(
        "By the System", compute="_compute_amounts", store=True, precompute=True
    )
    amount_counted = fields.Monetary(
        "Counted", compute="_compute_amounts", store=True, precompute=True
    )
    amount_difference = fields.Monetary(
        "Difference", compute="_compute_amounts", store=True, precompute=True
    )
    amount_cash = fields.Monetary(
        "Cash Counted", compute="_compute_amounts", store=True, precompute=True
    )
    amount_deposited = fields.Monetary(
        "Paid into the Bank", copy=False, help="Cash that leaves the drawer for a bank."
    )
    deposit_ref = fields.Char("Number of the Deposit Slip", copy=False)
    amount_float = fields.Monetary(
        "Handed Over",
        compute="_compute_amount_float",
        store=True,
        precompute=True,
        help="Cash that stays in the drawer for who comes next.",
    )
    next_user_id = fields.Many2one(
        "res.users",
        "Next Shift",
        domain=lambda self: [
            (
                "all_group_ids",
                "in",
                self.env.ref("pm_billing.group_pm_cashier").ids,
            )
        ],
        help="Whose opening float it is; empty: the cashier's own.",
    )
    note = fields.Text()
    closed_on = fields.Datetime(readonly=True, copy=False)
    state = fields.Selection(
        [("open", "In Progress"), ("closed", "Closed")],
        required=True,
        readonly=True,
        copy=False,
        default="open",
        tracking=True,
    )

    _one_a_day = models.UniqueIndex(
        "(company_id, user_id, date)", "This cashier has this day already."
    )
    _not_below_zero = models.Constraint(
        "CHECK (opening >= 0 AND amount_deposited >= 0)",
        "A float or a deposit cannot be below zero.",
    )

    @api.model
    def _today(self):
        """Return the day that it is where the cashier sits."""
        return today_at(self.env["pm.property"].browse(self._default_estate_id()))

    @api.model
    def _default_estate_id(self):
        """The estate of who has one."""
        Property = self.env["pm.property"]
        if not Property.has_access("read"):
            return False
        return Property._only_estate().id

    @api.depends("user_id", "date")
    def _compute_display_name(self):
        for close in self:
            close.display_name = (
                f"{format_date(self.env, close.date)} {close.user_id.sudo().name}"
            )

    @api.depends("line_ids.received", "line_ids.expected", "line_ids.counted")
    def _compute_amounts(self):
        for close in self:
            lines = close.line_ids
            close.amount_received = sum(lines.mapped("received"))
            close.amount_expected = sum(lines.mapped("expected"))
            close.amount_counted = sum(lines.mapped("counted"))
            close.amount_difference = sum(lines.mapped("difference"))
            close.amount_cash = sum(lines.filtered("is_cash").mapped("counted"))

    @api.depends("amount_cash", "amount_deposited")
    def _compute_amount_float(self):
        for close in self:
            close.amount_float = close.amount_cash - close.amount_deposited

    # ------------------------------------------------------------------
    # Beginning a day
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """A day begins with what was handed over, and a line for cash."""
        closes = super().create(vals_list)
        for close in closes:
            close.sudo()._as_step()._take_float()
            close.sudo()._as_step()._line_of(close._cash_journal())
        return closes

    @api.model
    def action_open_mine(self):
        """Open the cashier's day of today; where there is none, a new one to save."""
        self.check_access("read")
        close = self._find(self.env.user, self.env.company, self._today())
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Day Close"),
            "res_model": self._name,
            "res_id": close.id,
            "view_mode": "form",
        }

    @api.model
    def _begin(self, user, company, day, estate):
        """Return a new day; of two at once, one starts anew and finds it."""
        vals = {
            "user_id": user.id,
            "company_id": company.id,
            "date": day,
            # not the default, which may be of another company
            "estate_id": estate.id if estate else False,
        }
        try:
            with self.env.cr.savepoint():
                return self.create(vals)
        except UniqueViolation:
            # asked this way, the database has the transaction done again
            self.env.cr.execute(
                SQL(
                    "INSERT INTO pm_cash_close (company_id, user_id, date, state)"
                    " VALUES (%s, %s, %s, 'open') ON CONFLICT DO NOTHING",
                    company.id,
                    user.id,
                    day,
                )
            )
            raise

    @api.model
    def _find(self, user, company, day):
        return self.search(
            [
                ("user_id", "=", user.id),
                ("company_id", "=", company.id),
                ("date", "=", day),
            ],
            limit=1,
        )

    @api.model
    def _open_day(self, company, day, estate, later=False):
        """Return the open day of the user, begun when there is none.

        :param later: take the next day that is open, where this one is closed
        :raises UserError: the day is closed
        """
        user = self.env.user
        close_sudo = self.sudo()._find(user, company, day)
        while later and close_sudo.state == "closed":
            day = fields.Date.add(day, days=1)
            close_sudo = self.sudo()._find(user, company, day)
        if close_sudo.state == "closed":
            raise UserError(
                self.env._(
                    "The day %(day)s of %(cashier)s is closed and takes no more "
                    "receipts. Take the money on the next day, or let a colleague "
                    "take it.",
                    day=format_date(self.env, day),
                    cashier=user.name,
                )
            )
        if not close_sudo:
            close_sudo = self.sudo()._as_step()._begin(user, company, day, estate)
        return close_sudo

    def _take_float(self):
        """What the last shift left for this cashier is in the drawer now."""
        self.ensure_one()
        left = self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("next_user_id", "=", self.user_id.id),
                ("taken_by_id", "=", False),
                ("state", "=", "closed"),
                ("date", "<=", self.date),
            ]
        )
        if left:
            left.taken_by_id = self
            self.opening = sum(left.mapped("amount_float"))

    def _cash_journal(self):
        return (
            self.env["account.journal"]
            .sudo()
            .search(
                [
                    *self.env["account.journal"]._check_company_domain(self.company_id),
                    ("type", "=", "cash"),
                ],
                limit=1,
            )
        )

    def _line_of(self, journal):
        """Return the line of a method; cash is counted by notes and coins."""
        self.ensure_one()
        line = self.line_ids.filtered(lambda row: row.journal_id == journal)
        if line or not journal:
            return line
        pieces = self.env["pm.cash.denomination"]
        if journal.type == "cash":
            pieces = pieces.search([("currency_id", "=", self.currency_id.id)])
        return self.env["pm.cash.close.line"].create(
            {
                "close_id": self.id,
                "journal_id": journal.id,
                "count_ids": [
                    Command.create({"denomination_id": piece.id}) for piece in pieces
                ],
            }
        )

    def _take_in(self, receipt):
        """A receipt belongs to the day; the row is written, see the class."""
        line = self._as_step()._line_of(receipt.journal_id.sudo())
        line.received += receipt.amount
        line.receipts += 1
        receipt.sudo()._as_step().close_id = self

    def _give_back(self, receipt):
        """The money of a cancelled receipt leaves this drawer."""
        line = self._as_step()._line_of(receipt.journal_id.sudo())
        line.returned += receipt.amount
        receipt.sudo()._as_step().return_close_id = self

    # ------------------------------------------------------------------
    # Counting and closing
    # ------------------------------------------------------------------

    def write(self, vals):
        """A closed day takes no more changes; a handed-over float is what it is."""
        if not self._writes_freely():
            self._check_counting()
            if "opening" in vals and any(
                close.taken_from_ids
                and close.currency_id.compare_amounts(vals["opening"], close.opening)
                for close in self.sudo()
            ):
                raise UserError(
                    self.env._(
                        "The opening float was handed over by the shift before. Count "
                        "the drawer: what differs is a difference of the day."
                    )
                )
        return super().write(vals)

    def _check_counting(self):
        """Who took the money counts it, until the day is closed.

        :raises AccessError: the day of somebody else
        """
        self._check_in_state("open")
        for close in self:
            if close.user_id != self.env.user:
                raise AccessError(
                    self.env._(
                        "%(day)s is the day of %(cashier)s, who counts and closes it.",
                        day=close.display_name,
                        cashier=close.user_id.sudo().name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._check_in_state("open")
        if self.sudo().receipt_ids:
            raise UserError(self.env._("A day with receipts stays on record."))

    def action_close(self):
        """Close the day: differences are booked, and it takes no more changes.

        :raises UserError: an earlier day is open, a difference has no reason, or a
            receipt came in since the drawer was counted
        """
        self.check_access("write")
        for close in self:
            close._check_counting()
            close._check_earlier()
            close_sudo = close.sudo()._as_step()
            # written first: a receipt at the same moment waits and finds it closed
            close_sudo.write(
                {
                    "state": "closed",
                    "closed_on": fields.Datetime.now(),
                    "next_user_id": (close.next_user_id or close.user_id).id,
                }
            )
            close_sudo.flush_recordset()
            close_sudo._check_totals()
            close_sudo._check_counted()
            close_sudo._check_next()
            close_sudo._book()

    def _check_earlier(self):
        earlier = self.search(
            [
                ("user_id", "=", self.user_id.id),
                ("company_id", "=", self.company_id.id),
                ("date", "<", self.date),
                ("state", "=", "open"),
            ],
            order="date",
            limit=1,
        )
        if earlier:
            raise UserError(
                self.env._(
                    "Close %s first: days are closed in turn.", earlier.display_name
                )
            )

    def _check_totals(self):
        """What the lines say is what the receipts of the day say."""
        for line in self.line_ids:
            journal = line.journal_id
            received = self.receipt_ids.filtered(
                lambda receipt, journal=journal: receipt.journal_id == journal
            )
            for said, found in (
                (line.received, sum(received.mapped("amount"))),
                (line.returned, self._returned_by(journal)),
            ):
                if self.currency_id.compare_amounts(said, found):
                    raise UserError(
                        self.env._(
                            "%(day)s, %(method)s: the total and its receipts differ. "
                            "Nothing was closed; tell the accountant.",
                            day=self.display_name,
                            method=journal.name,
                        )
                    )

    def _returned_by(self, journal):
        """Return what left the drawer by a method."""
        returned = self.returned_ids.filtered(lambda row: row.journal_id == journal)
        return sum(returned.mapped("amount"))

    def _check_counted(self):
        for line in self.line_ids:
            if (
                not self.currency_id.is_zero(line.difference)
                and not (line.reason or "").strip()
            ):
                raise UserError(
                    self.env._(
                        "%(method)s: %(counted)s was counted, the system has "
                        "%(expected)s. Count again, or say why it differs by "
                        "%(difference)s.",
                        method=line.journal_id.name,
                        counted=format_amount(self.env, line.counted, self.currency_id),
                        expected=format_amount(
                            self.env, line.expected, self.currency_id
                        ),
                        difference=format_amount(
                            self.env, line.difference, self.currency_id
                        ),
                    )
                )
        if (
            self.currency_id.compare_amounts(self.amount_deposited, self.amount_cash)
            > 0
        ):
            raise UserError(
                self.env._("More is paid into the bank than there is in the drawer.")
            )
        if self.amount_deposited and not (self.deposit_ref or "").strip():
            raise UserError(self.env._("Enter the number of the deposit slip."))

    def _check_next(self):
        """A float goes to who will open a drawer here; else nobody ever has it.

        :raises UserError: the next shift is no cashier of the company
        """
        user = self.next_user_id
        if (
            user.active
            and user.has_group("pm_billing.group_pm_cashier")
            and self.company_id in user.company_ids
        ):
            return
        raise UserError(
            self.env._(
                "%(user)s is no cashier of %(company)s, and cannot take the drawer "
                "over. Choose another one for the next shift.",
                user=user.name,
                company=self.company_id.name,
            )
        )

    def action_view_receipts(self):
        self.ensure_one()
        self.check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "pm_billing.pm_receipt_action"
            ),
            "domain": [
                "|",
                ("close_id", "=", self.id),
                ("return_close_id", "=", self.id),
            ],
            "context": {},
        }
