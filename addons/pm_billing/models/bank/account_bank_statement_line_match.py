import re
from itertools import accumulate

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

# words by which channels and banks call what they keep, and what they pay out
FEE = re.compile(
    r"手续费|工本费|(?<!业)服务费|(?:^|\s)收费(?:\s|$)|\bfee\b", re.IGNORECASE
)
REFUND = re.compile(r"退款|退回|refund", re.IGNORECASE)
PAYOUT = re.compile(r"提现|转账到银行卡|提款|withdraw", re.IGNORECASE)
DEPOSIT = re.compile(r"现金存入|现缴|存现|缴款", re.IGNORECASE)
DAYS = 3


class AccountBankStatementLine(models.Model):
    """What a line of a statement was: found by reference, payer, amount, in turn."""

    _inherit = "account.bank.statement.line"

    def _pm_match(self):
        """Match these lines; one that fails, or that nothing is found for, is left.

        Why it failed is written down at the line, as where the books of its day are
        closed; the others are matched.
        """
        for line in self.sorted("date"):
            if line.journal_id.pm_channel and not line.is_reconciled:
                line._try_step(lambda one: one._pm_match_one())

    def _pm_match_one(self):
        if self.pm_problem:
            self._as_step().pm_problem = False
        for find in (
            self._pm_match_receipt,
            self._pm_match_fee,
            self._pm_match_transfer,
            self._pm_match_settlement,
            self._pm_match_bill,
            self._pm_match_known_payer,
        ):
            if find():
                break

    def _failure_reader(self):
        """Whoever presses the button reads it in the list."""
        return self.env.user

    def _tell_failure(self, message):
        self._as_step().pm_problem = message

    def _pm_text(self):
        """All that the statement says of the line."""
        return " ".join(
            filter(
                None,
                (self.payment_ref, self.ref, self.partner_name, self._pm_notes()),
            )
        )

    def _pm_notes(self):
        notes = str(self.narration or "")
        return re.sub(r"<[^>]+>", " ", notes)

    # -- money of receipts -------------------------------------------------

    def _pm_open_receipts(self, more=Domain.TRUE):
        """Receipts of this account whose money no statement has shown yet."""
        receipts = self.env["pm.receipt"].search(
            Domain("journal_id", "=", self.journal_id.id)
            & Domain("kind", "=", "money")
            & Domain("state", "=", "posted")
            & more
        )
        return receipts.filtered(
            lambda receipt: any(
                not line.reconciled for line in receipt._clearing_line()
            )
        )

    def _pm_match_receipt(self):
        """By the number of receipt or transaction, by payer, or by the amount alone
        where it is the only one of those days.
        """
        if self._pm_left() <= 0 or not self.journal_id.pm_clearing_account_id:
            return False
        text = self._pm_text()
        words = {word for word in re.split(r"[^\w/-]+", text) if len(word) > 3}
        named = self._pm_open_receipts(
            Domain("name", "in", list(words)) | Domain("channel_ref", "in", list(words))
        )
        same = named.filtered(lambda receipt: self._pm_is_amount(receipt.amount))
        if len(same) == 1:
            return self._pm_settle_receipts("reference", same)
        if named and self._pm_is_amount(sum(named.mapped("amount"))):
            return self._pm_settle_receipts("reference", named)
        near = self._pm_open_receipts(
            Domain("amount", "=", self._pm_left())
            & Domain("date", ">=", fields.Date.subtract(self.date, days=DAYS))
            & Domain("date", "<=", fields.Date.add(self.date, days=1))
        )
        payer = self.env["pm.payer.rule"]._plain(self.partner_name)
        known = self.env["pm.payer.rule"]._who(self.partner_name, self.company_id)
        theirs = near.filtered(
            lambda receipt: (
                payer
                and (
                    self.env["pm.payer.rule"]._plain(receipt.partner_id.name) == payer
                    or receipt.partner_id == known
                )
            )
        )
        if len(theirs) == 1:
            return self._pm_settle_receipts("payer", theirs)
        if len(near) == 1 and not self._pm_is_somebody_elses(near, payer):
            rivals = self.search_count(
                Domain("journal_id", "=", self.journal_id.id)
                & Domain("amount", "=", self.amount)
                & Domain("is_reconciled", "=", False)
                & Domain("date", ">=", fields.Date.subtract(self.date, days=DAYS))
                & Domain("date", "<=", fields.Date.add(self.date, days=DAYS)),
                limit=2,
            )
            if rivals == 1:
                return self._pm_settle_receipts("amount", near)
        return False

    def _pm_is_somebody_elses(self, receipt, payer):
        """Whether the line names another customer than the receipt."""
        if not payer:
            return False
        other = self.env["res.partner"].search(
            [("name", "=", (self.partner_name or "").strip())], limit=1
        )
        return bool(other) and other != receipt.partner_id

    def _pm_is_amount(self, amount):
        return not self.company_id.currency_id.compare_amounts(amount, self._pm_left())

    def _pm_settle_receipts(self, by, receipts):
        account = self.journal_id.pm_clearing_account_id
        self._pm_book(
            by,
            [
                (
                    account,
                    receipt.amount,
                    receipt.partner_id,
                    receipt.name,
                    receipt._clearing_line(),
                )
                for receipt in receipts
            ],
        )
        return True

    # -- fees, transfers ---------------------------------------------------

    def _pm_match_fee(self):
        account = self.journal_id.pm_fee_account_id
        text = self._pm_text()
        if self._pm_left() >= 0 or not account:
            return False
        if REFUND.search(text) or not FEE.search(text):
            return False
        self._pm_book(
            "fee",
            [
                (
                    account,
                    self._pm_left(),
                    self.env["res.partner"],
                    self.payment_ref,
                    None,
                )
            ],
        )
        return True

    def _pm_match_transfer(self):
        """A channel pays out to the bank, or cash arrives there: both sides stand on
        the account of internal transfers.
        """
        account = self.company_id.transfer_account_id
        text = self._pm_text()
        if not account:
            return False
        other = self.env["account.move.line"].search(
            Domain("account_id", "=", account.id)
            & Domain("parent_state", "=", "posted")
            & Domain("reconciled", "=", False)
            & Domain("company_id", "=", self.company_id.id)
            & Domain("balance", "=", self._pm_left())
            & Domain("date", ">=", fields.Date.subtract(self.date, days=10))
            & Domain("date", "<=", fields.Date.add(self.date, days=10))
        )
        if not account.reconcile:
            other = other.browse()
        named = other.filtered(
            lambda line: any(
                word in (line.name or "") or word in (line.move_id.ref or "")
                for word in re.split(r"[^\w-]+", text)
                if len(word) > 3
            )
        )
        other = named if len(named) == 1 else other
        pays_out = self._pm_left() < 0 and PAYOUT.search(text)
        arrives = self._pm_left() > 0 and (
            named
            or PAYOUT.search(text)
            or DEPOSIT.search(text)
            or (len(other) == 1 and self._pm_of_a_channel(text))
        )
        if not (pays_out or (arrives and len(other) == 1)):
            return False
        self._pm_book(
            "transfer",
            [
                (
                    account,
                    self._pm_left(),
                    self.env["res.partner"],
                    self.payment_ref,
                    other if len(other) == 1 else None,
                )
            ],
        )
        return True

    def _pm_of_a_channel(self, text):
        """Return the channels that this line of a bank says it is paid out by."""
        return self._pm_channels().filtered(
            lambda journal: journal.pm_settlement_text in text
        )

    def _pm_channels(self):
        return self.env["account.journal"].search(
            Domain("company_id", "=", self.company_id.id)
            & Domain("pm_channel", "!=", False)
            & Domain("pm_settlement_text", "!=", False)
            & Domain("id", "!=", self.journal_id.id)
        )

    # -- what a channel pays out after its fee --------------------------------

    def _pm_match_settlement(self):
        """The payments of a day, or of some days together, less the fees on them."""
        if self._pm_left() <= 0:
            return False
        currency = self.company_id.currency_id
        for journal in self._pm_of_a_channel(self._pm_text()):
            rows = self.env["pm.statement.row"].search(
                Domain("journal_id", "=", journal.id)
                & Domain("state", "=", "matched")
                & Domain("amount", ">", 0)
                & Domain("settled_by_id", "=", False)
                & Domain("receipt_id", "!=", False),
                order="date",
            )
            rows = rows.filtered(
                lambda row: any(
                    not line.reconciled for line in row.receipt_id._clearing_line()
                )
            )
            days = rows.grouped(lambda row: row._local_day())
            groups = list(days.values())
            for some in [*groups, *accumulate(groups)]:
                net = currency.round(sum(row.amount - row.fee for row in some))
                if not currency.compare_amounts(net, self._pm_left()):
                    return self._pm_settle_channel(journal, some)
        return False

    def _pm_settle_channel(self, journal, rows):
        """Book receipts in full, and what the channel kept as its fee."""
        total = sum(rows.mapped("amount"))
        fee = self.company_id.currency_id.round(total - self._pm_left())
        account = journal.pm_fee_account_id or self.journal_id.pm_fee_account_id
        if fee and not account:
            return False
        parts = [
            (
                journal.pm_clearing_account_id,
                row.receipt_id.amount,
                row.receipt_id.partner_id,
                row.receipt_id.name,
                row.receipt_id._clearing_line(),
            )
            for row in rows
        ]
        if fee:
            parts.append((account, -fee, self.env["res.partner"], journal.name, None))
        self._pm_book("settlement", parts)
        rows._as_step().settled_by_id = self
        return True

    # -- money that nobody has receipted yet ------------------------------------

    def _pm_match_bill(self):
        """Money that names the number of a bill is for this bill."""
        if self._pm_left() <= 0 or not self.journal_id.pm_clearing_account_id:
            return False
        words = [
            word for word in re.split(r"[^\w/-]+", self._pm_text()) if len(word) > 5
        ]
        bills = self.env["account.move"].search(
            Domain("company_id", "=", self.company_id.id)
            & Domain("pm_bill_run_id", "!=", False)
            & Domain("state", "=", "posted")
            & Domain("amount_residual", ">", 0)
            & (Domain("name", "in", words) | Domain("payment_reference", "in", words))
        )
        if not bills or len(bills.partner_id) != 1:
            return False
        return self._pm_receipt_of(bills.partner_id, "bill", bills)

    def _pm_match_known_payer(self):
        """A payer who is known, and pays just what is open."""
        if self._pm_left() <= 0 or not self.journal_id.pm_clearing_account_id:
            return False
        who = self.env["pm.payer.rule"]._who(self.partner_name, self.company_id)
        if not who or not self._pm_is_amount(
            sum(self._pm_open_charges(who).mapped("amount_residual"))
        ):
            return False
        return self._pm_receipt_of(who, "rule")

    def _pm_open_charges(self, partner, bills=None):
        domain = (
            Domain("partner_id", "=", partner.id)
            & Domain("company_id", "=", self.company_id.id)
            & Domain("state", "=", "posted")
            & Domain("amount_residual", ">", 0)
        )
        if bills:
            domain &= Domain("move_id", "in", bills.ids)
        return self.env["pm.charge"].search(domain, order="date_due, date_from, id")

    def _pm_receipt_of(self, partner, by, bills=None):
        """Make the receipt of this money, and match the line with it.

        The line is the key: the same line makes one receipt.
        """
        Receipt = self.env["pm.receipt"].with_company(self.company_id)
        key = f"statement-{self.id}"
        receipt = Receipt.search(
            [
                ("request_key", "=", key),
                ("source", "=", "statement"),
                ("state", "=", "posted"),
            ]
        )
        if receipt:
            # the match was taken apart, the receipt stands
            self._pm_check_same_money(receipt, partner)
        else:
            receipt = Receipt._receive(
                partner,
                self._pm_open_charges(partner, bills),
                self._pm_left(),
                self.journal_id,
                date=self.date,
                source="statement",
                memo=self.payment_ref,
                request_key=key,
            )
        self._pm_settle_receipts(by, receipt)
        return True

    def _pm_check_same_money(self, receipt, partner):
        """The receipt that this line has is of this money, and still to be seen.

        :raises UserError: of somebody else, or of other money by now
        """
        is_open = any(not line.reconciled for line in receipt._clearing_line())
        if (
            receipt.partner_id != partner
            or not is_open
            or not self._pm_is_amount(receipt.amount)
        ):
            raise UserError(
                self.env._(
                    "The money of %(line)s is receipted already: %(receipt)s of "
                    "%(customer)s. Cancel that receipt first, then say who paid.",
                    line=self.display_name,
                    receipt=receipt.name,
                    customer=receipt.partner_id.name,
                )
            )
