from psycopg2.errors import UniqueViolation

from odoo import Command, api, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tools import format_date

from ..ledger.business_day import today_at

# The receipt says who took the money when: its papers begin without a message each.
QUIETLY = {
    "tracking_disable": True,
    "mail_create_nosubscribe": True,
    "mail_create_nolog": True,
}


class PmReceipt(models.Model):
    """Taking money, using prepayments, and what both settle."""

    _inherit = "pm.receipt"

    @api.model
    def _receive(self, partner, charges, amount, journal, aims=None, **extra):
        """Take ``amount`` by ``journal`` and settle ``charges``, the oldest first.

        :param charges: open charges of ``partner``
        :param aims: {charge: amount} where it is not the oldest that are settled
        :param extra: further values of the receipt (property_id, memo, date)
        :return: the posted receipt
        :raises UserError: no amount, or a journal without an account
        """
        receipt = self._prepare(
            partner, charges, amount, aims, journal_id=journal.id, **extra
        )
        account = journal._pm_money_account()
        if not account:
            raise UserError(
                self.env._(
                    "The journal %s has no account. Set it in the accounting settings.",
                    journal.name,
                )
            )
        payment = (
            self.env["account.payment"]
            .sudo()
            ._as_step()
            .with_company(receipt.company_id)
            .with_context(**QUIETLY)
            .create(receipt._prepare_payment())
        )
        # Odoo computes it on creation; the money is at hand, nothing is outstanding
        payment.outstanding_account_id = account
        payment._generate_journal_entry(
            write_off_line_vals=receipt._prepare_prepayment_lines()
        )
        payment.action_post()
        receipt.sudo()._as_step().write(
            {"payment_id": payment.id, "move_id": payment.move_id.id}
        )
        receipt._check_booked_day(receipt.move_id)
        receipt._settle(charges, aims)
        receipt._give_number()
        return receipt

    @api.model
    def _use_prepayment(self, partner, charges, aims=None, wallet=None, **extra):
        """Settle ``charges`` from what ``partner`` has prepaid, the oldest first.

        :param aims: {charge: amount} where it is not the oldest that are settled
        :param wallet: the balance to draw on; the general one when not given
        :return: the posted receipt, empty when nothing is prepaid or open
        """
        wallets = partner._pm_usable_wallets()
        if wallet is None:
            wallet = next((row for row in wallets if not row.item), None)
        prepaid = wallets.get(wallet, 0.0)
        wanted = aims.values() if aims else charges.mapped("amount_residual")
        amount = min(prepaid, sum(wanted))
        if self.env.company.currency_id.compare_amounts(amount, 0) <= 0:
            return self.browse()
        if wallet.item:
            extra["wallets"] = [[wallet.item.id, wallet.place.id, amount]]
        receipt = self._prepare(partner, charges, amount, aims, kind="prepaid", **extra)
        move = (
            self.env["account.move"]
            .sudo()
            ._as_step()
            .with_company(receipt.company_id)
            .with_context(**QUIETLY)
            .create(receipt._prepare_prepayment_move())
        )
        move._post(soft=False)
        receipt.sudo()._as_step().move_id = move
        receipt._check_booked_day(move)
        receipt._match_prepayments()
        receipt._settle(charges, aims)
        receipt._give_number()
        return receipt

    @api.model
    def _prepare(self, partner, charges, amount, aims=None, **extra):
        """Return a new receipt with its amounts split."""
        company = charges.company_id or self.env.company
        company.ensure_one()
        currency = company.currency_id
        amount = currency.round(amount)
        if amount <= 0:
            raise UserError(self.env._("Enter the amount that was paid, above zero."))
        # whoever may write receipts takes money; by this way only
        self.check_access("write")
        wanted = aims.values() if aims else charges.mapped("amount_residual")
        applied = min(amount, currency.round(sum(wanted)))
        kept = amount if extra.get("kind") == "prepaid" else amount - applied
        extra["wallets"] = (
            self._within(extra.get("wallets"), kept, currency)[0] or False
        )
        place = (
            self.env["pm.property"].browse(extra.get("property_id"))
            or charges.property_id[:1]
            or partner.pm_occupancy_ids.property_id[:1]
        )
        estate = place.estate_id or partner.pm_estate_id
        receipt_sudo = (
            self.sudo()
            ._as_step()
            ._create_in_turn(
                {
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "date": today_at(estate),
                    "estate_id": estate.id,
                    "amount": amount,
                    "amount_applied": applied,
                    "amount_prepaid": currency.round(amount - applied),
                    "aims": self._aims_to_store(aims, currency),
                    **extra,
                }
            )
        )
        receipt = receipt_sudo.with_env(self.env)
        receipt.check_access("write")
        company._pm_check_unlocked(receipt.date, receipt.journal_id.sudo())
        receipt._into_drawer()
        return receipt

    @api.model
    def _create_in_turn(self, vals):
        """Create a receipt as the next one of its customer.

        Who books for the same customer at the same moment wants the same turn, or
        comes with the same key. The database lets one through; the other one starts
        anew, and then sees what was booked.
        """
        last = self.search_fetch(
            [
                ("company_id", "=", vals["company_id"]),
                ("partner_id", "=", vals["partner_id"]),
                ("turn", "!=", False),
            ],
            ["turn"],
            order="turn desc",
            limit=1,
        )
        try:
            with self.env.cr.savepoint():
                receipts = self.with_context(**QUIETLY)
                return receipts.create({**vals, "turn": last.turn + 1})
        except UniqueViolation as error:
            raise ConcurrencyError(str(error)) from error

    def _check_booked_day(self, move):
        """The entry stands on the day that the receipt shows, or there is none.

        :raises UserError: Odoo has moved it, because a lock was set meanwhile
        """
        if move.sudo().date != self.date:
            self.company_id._pm_check_unlocked(self.date, move.sudo().journal_id)
            raise UserError(
                self.env._(
                    "The receipt is of %(day)s, but the books would take it on "
                    "%(other)s only. Nothing was booked; ask the accountant.",
                    day=format_date(self.env, self.date),
                    other=format_date(self.env, move.sudo().date),
                )
            )

    def _prepare_payment(self):
        self.ensure_one()
        return {
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": self.partner_id.id,
            "amount": self.amount,
            "currency_id": self.currency_id.id,
            "date": self.date,
            "journal_id": self.journal_id.id,
        }

    def _prepare_prepayment_lines(self):
        """Return the lines of the payment that are kept as prepayment."""
        self.ensure_one()
        if self.currency_id.is_zero(self.amount_prepaid):
            return []
        dedicated = self.wallets or []
        rest = self.amount_prepaid - sum(row[2] for row in dedicated)
        return [
            {
                "account_id": self._surplus_account().id,
                "partner_id": self.partner_id.id,
                "name": self._surplus_label(),
                "currency_id": self.currency_id.id,
                "amount_currency": -amount,
                "balance": -amount,
                "pm_wallet_item_id": item,
                "pm_wallet_property_id": place,
            }
            for item, place, amount in [
                *dedicated,
                [False, False, self.currency_id.round(rest)],
            ]
            if amount
        ]

    def _surplus_account(self):
        """Return the liability that money beyond the charges is."""
        return self.company_id._pm_get_prepayment_account()

    def _surplus_label(self):
        return self.env._("Prepayment")

    def _prepare_prepayment_move(self):
        """Return the entry that moves a prepayment to the receivable."""
        self.ensure_one()
        partner = self.partner_id.sudo().with_company(self.company_id)
        journal = (
            self.env["account.journal"]
            .sudo()
            .search(
                [
                    *self.env["account.journal"]._check_company_domain(self.company_id),
                    ("type", "=", "general"),
                ],
                limit=1,
            )
        )
        common = {"partner_id": partner.id, "name": self.env._("Prepayment used")}
        wallet = self._wallet()
        return {
            "move_type": "entry",
            "journal_id": journal.id,
            "date": self.date,
            "line_ids": [
                Command.create(
                    {
                        **common,
                        "account_id": self.company_id._pm_get_prepayment_account().id,
                        "debit": self.amount,
                        "pm_wallet_item_id": wallet.item.id,
                        "pm_wallet_property_id": wallet.place.id,
                    }
                ),
                Command.create(
                    {
                        **common,
                        "account_id": partner.property_account_receivable_id.id,
                        "credit": self.amount,
                    }
                ),
            ],
        }

    def _match_prepayments(self):
        """Reconcile the used prepayment with the earlier payments it came from."""
        self.company_id._pm_match_prepaid(self.partner_id, self._wallet())

    def _settle(self, charges, aims=None):
        """Reconcile with the invoices of ``charges`` and note what was settled."""
        self.ensure_one()
        self.partner_id.invalidate_recordset(["pm_prepaid"])
        before = {charge: charge.amount_residual for charge in charges}
        receivable = self.move_id.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        ).sudo()
        if aims:
            receivable._pm_match_as_meant(self._wanted_of_invoices(aims))
        else:
            receivable._pm_match_oldest(charges.move_id.sudo())
        self.sudo()._as_step().line_ids = [
            Command.create(
                {
                    "charge_id": charge.id,
                    "amount": before[charge] - charge.amount_residual,
                    "is_full": charge.currency_id.is_zero(charge.amount_residual),
                }
            )
            for charge in charges
            if charge.currency_id.compare_amounts(
                before[charge], charge.amount_residual
            )
        ]
