from odoo import Command, api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .bulk_posting import BulkPosting, KnownKinds
from .bulk_reversal import BulkReversal
from .bulk_samples import Numbers

# what residents are charged, with or without a property
SOLD = ("out_invoice", "out_refund", "out_receipt")


class AmountsDiffer(Exception):
    """A credit note made anew does not come to what its invoice booked."""


class AccountMove(models.Model):
    _inherit = "account.move"

    pm_property_id = fields.Many2one(
        "pm.property", "Property", index="btree_not_null", copy=True
    )
    pm_estate_id = fields.Many2one(
        related="pm_property_id.estate_id",
        string="Estate",
        store=True,
        index="btree_not_null",
    )
    pm_bill_run_id = fields.Many2one(
        "pm.bill.run", "Bill Run", index="btree_not_null", copy=False, readonly=True
    )
    # asked for by the rule of residents, of what is sold and of bills of properties:
    # whose papers somebody sees changes, and what a rule works out is kept
    pm_is_payers_own = fields.Boolean(
        "Own Bill",
        compute="_compute_pm_is_payers_own",
        search="_search_pm_is_payers_own",
    )
    pm_charge_ids = fields.One2many("pm.charge", "move_id", "Charges", readonly=True)

    @api.depends("pm_property_id", "move_type", "partner_id")
    @api.depends_context("uid")
    def _compute_pm_is_payers_own(self):
        own = self.env.user.partner_id._pm_stands_for()
        for move in self:
            move.pm_is_payers_own = move.partner_id in own or not (
                move.pm_property_id or move.move_type in SOLD
            )

    @api.model
    def _search_pm_is_payers_own(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        own = self.env.user.partner_id._pm_stands_for()
        others = Domain("pm_property_id", "=", False)
        others &= Domain("move_type", "not in", SOLD)
        return others | Domain("partner_id", "in", own.ids)

    # ------------------------------------------------------------------
    # Credit notes of bill runs
    # ------------------------------------------------------------------

    def _pm_offset_credits(self):
        """Set what was given back off against what the payer owes for the property.

        The invoice that was corrected comes first, then the oldest.
        """
        open_moves = self._pm_open_moves()
        for credit in open_moves.filtered(lambda move: move.move_type == "out_refund"):
            for invoice in open_moves.filtered(
                lambda move, credit=credit: (
                    move.move_type == "out_invoice"
                    and move.partner_id == credit.partner_id
                    and move.pm_property_id == credit.pm_property_id
                )
            ).sorted(
                lambda move, credit=credit: (
                    move != credit.reversed_entry_id,
                    move.invoice_date_due,
                    move.id,
                )
            ):
                lines = (credit | invoice)._pm_receivable_lines()
                for found in lines.grouped("account_id").values():
                    found.reconcile()

    def _pm_open_moves(self):
        """Return the open documents of these payers and properties, if a credit note
        is among them.
        """
        domain = Domain("partner_id", "in", self.partner_id.ids)
        domain &= Domain("pm_property_id", "in", self.pm_property_id.ids)
        domain &= Domain("company_id", "in", self.company_id.ids)
        domain &= Domain("state", "=", "posted")
        domain &= Domain("pm_bill_run_id", "!=", False)
        domain &= Domain("payment_state", "in", ("not_paid", "partial"))
        credits = self.search(domain & Domain("move_type", "=", "out_refund"))
        if not credits:
            return credits
        domain &= Domain("partner_id", "in", credits.partner_id.ids)
        return credits + self.search(domain & Domain("move_type", "=", "out_invoice"))

    def _pm_receivable_lines(self):
        """Return the receivable lines that are still open."""
        return self.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        )

    def _pm_release_credits(self):
        """Undo the set-off between bills and credit notes; payments stay."""
        lines = self.line_ids
        (lines.matched_debit_ids | lines.matched_credit_ids).filtered(
            lambda part: (
                part.debit_move_id.move_id.pm_bill_run_id
                and part.credit_move_id.move_id.pm_bill_run_id
            )
        ).unlink()

    # ------------------------------------------------------------------
    # What settles a bill
    # ------------------------------------------------------------------

    def _pm_money(self):
        """Return the money in an entry that stands against the receivable.

        Cash and bank, with the accounts of payments on their way, and what customers
        have prepaid: that was money when it came in.
        """
        self.ensure_one()
        payment = self.origin_payment_id
        accounts = self.company_id.pm_prepayment_account_id
        if payment:
            accounts |= payment._get_valid_liquidity_accounts()
        lines = self.line_ids.filtered(
            lambda line: (
                line.account_id in accounts
                or line.account_type in ("asset_cash", "liability_credit_card")
            )
        )
        return sum(lines.mapped("balance"))

    def _pm_money_used(self):
        """Return what of it has settled bills already."""
        receivable = self.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        parts = receivable.matched_debit_ids | receivable.matched_credit_ids
        return sum(parts.mapped("pm_amount_money"))

    # ------------------------------------------------------------------
    # Many invoices at once
    # ------------------------------------------------------------------

    @api.model
    def _pm_create_invoices(self, vals_list):
        """Create customer invoices and credit notes, due on one day, whose lines name
        product and taxes.

        The result is that of ``create``, several times faster. Odoo stores the invoice
        lines first, then looks invoice by invoice which tax and receivable lines are
        missing, and writes amounts line by line. Here Odoo's tax engine is asked first;
        then all lines of all invoices are stored at once, complete, and there is
        nothing to synchronise. Odoo still checks that each invoice balances.
        """
        # the journal is the same for all; Odoo would search it for each
        journal = self.new({"move_type": "out_invoice"}).journal_id
        heads = [
            {
                "move_type": "out_invoice",
                "journal_id": journal.id,
                **{name: vals[name] for name in vals if name != "invoice_line_ids"},
            }
            for vals in vals_list
        ]
        self._pm_prefetch_partners(vals_list)
        moves = self.with_context(skip_invoice_sync=True).create(heads)
        lines = [
            line
            for move, vals in zip(moves, vals_list, strict=True)
            for line in move._pm_prepare_lines(
                [line for _command, _id, line in vals["invoice_line_ids"]]
            )
        ]
        self.env["account.move.line"].with_context(
            skip_invoice_sync=True, skip_invoice_line_sync=True
        ).create(lines)
        return moves.with_env(self.env)

    def _pm_reverse(self, vals_list):
        """Reverse open bills as ``_reverse_moves(cancel=True)`` does, all at once.

        Their charges are cancelled.

        Their credit notes are made like invoices of a run, from the same lines. Where
        that does not come to the invoice (its taxes were changed since, or by hand),
        Odoo copies it line by line.

        :param vals_list: what each credit note has of its own
        """
        quick = self.filtered(lambda move: move.move_type == "out_invoice")
        own = dict(zip(self, vals_list, strict=True))
        try:
            with self.env.cr.savepoint():
                quick._pm_reverse_quickly([own[move] for move in quick])
        except AmountsDiffer:
            quick = self.browse()
        others = self - quick
        if others:
            others._reverse_moves([own[move] for move in others], cancel=True)

    def _pm_reverse_quickly(self, vals_list):
        if not self:
            return
        no_charges = self.env["pm.charge"]
        posting = BulkPosting(self.browse(), KnownKinds.of(self.env))
        credits = self.browse(
            posting.post(
                [
                    ({**move._pm_prepare_reversal(), **vals}, no_charges)
                    for move, vals in zip(self, vals_list, strict=True)
                ]
            )
        )
        pairs = list(zip(self, credits, strict=True))
        self._pm_check_mirrored(credits)
        credits._message_log_batch(
            {
                credit.id: move._get_copy_message_content(
                    {"reversed_entry_id": move.id}
                )
                for move, credit in pairs
            }
        )
        # named after posting, which would reconcile each with its invoice alone
        self.env.execute_query(
            SQL(
                """
                UPDATE account_move credit SET reversed_entry_id = pair.bill
                  FROM unnest(%s::int[], %s::int[]) AS pair(bill, credit)
                 WHERE credit.id = pair.credit
             RETURNING credit.id
                """,
                self.ids,
                credits.ids,
            )
        )
        self.env.invalidate_all()
        rest = BulkReversal(self).match(pairs)
        self.env["account.move.line"]._reconcile_plan(
            [
                lines
                for move, credit in rest
                for lines in (move + credit)
                ._pm_receivable_lines()
                .grouped("account_id")
                .values()
            ]
        )

    def _pm_prepare_reversal(self):
        """Return the values of a credit note over all of an invoice."""
        self.ensure_one()
        return {
            "move_type": "out_refund",
            "journal_id": self.journal_id.id,
            "partner_id": self.partner_id.id,
            "partner_shipping_id": self.partner_shipping_id.id,
            "fiscal_position_id": self.fiscal_position_id.id,
            "currency_id": self.currency_id.id,
            "invoice_payment_term_id": False,
            "invoice_line_ids": [
                Command.create(
                    {
                        "product_id": line.product_id.id,
                        "account_id": line.account_id.id,
                        "name": line.name,
                        "quantity": line.quantity,
                        "price_unit": line.price_unit,
                        "tax_ids": [Command.set(line.tax_ids.ids)],
                        "analytic_distribution": line.analytic_distribution,
                    }
                )
                for line in self.invoice_line_ids
            ],
        }

    def _pm_check_mirrored(self, credits):
        """See to it that credit notes take back what the invoices booked, by account
        and tax.

        :raises AmountsDiffer: naming an invoice of which one does not
        """
        self.env.flush_all()
        for (name,) in self.env.execute_query(
            SQL(
                """
                SELECT bill.name
                  FROM unnest(%s::int[], %s::int[]) AS pair(bill, credit)
                  JOIN account_move bill ON bill.id = pair.bill
                  JOIN account_move_line line
                    ON line.move_id IN (pair.bill, pair.credit)
                 GROUP BY bill.name, line.account_id, line.tax_line_id
                HAVING sum(line.balance) <> 0
                 LIMIT 1
                """,
                self.ids,
                credits.ids,
            )
        ):
            raise AmountsDiffer(name)

    def _pm_post(self):
        """Post invoices whose lines are complete, as ``_post`` does.

        They are not searched for missing lines again, and numbered in one go.
        """
        return self.with_context(skip_invoice_sync=True, pm_sequence_formats={})._post(
            soft=False
        )

    def _pm_prefetch_partners(self, vals_list):
        """Read all customers at once; Odoo would, to find their fiscal positions,
        read them one by one.
        """
        partners = self.env["res.partner"].browse(
            {vals["partner_id"] for vals in vals_list}
        )
        partners.mapped("property_account_position_id")

    def _pm_prepare_lines(self, invoice_lines):
        """Return the values of all journal items that these invoice lines make.

        What Odoo does when it synchronises a draft invoice, from the same helpers:
        amounts without tax, tax lines, and one receivable line.
        """
        self.ensure_one()
        AccountTax = self.env["account.tax"]
        base_lines = [self._pm_prepare_base_line(vals) for vals in invoice_lines]
        AccountTax._add_tax_details_in_base_lines(base_lines, self.company_id)
        AccountTax._round_base_lines_tax_details(base_lines, self.company_id)
        AccountTax._add_accounting_data_in_base_lines_tax_details(
            base_lines, self.company_id, include_caba_tags=self.always_tax_exigible
        )
        found = AccountTax._prepare_tax_lines(base_lines, self.company_id)
        lines = [
            {
                **vals,
                **amounts,
                "display_type": "product",
                "account_id": base_line["account_id"].id,
            }
            for vals, (base_line, amounts) in zip(
                invoice_lines, found["base_lines_to_update"], strict=True
            )
        ]
        lines += [{**vals, "display_type": "tax"} for vals in found["tax_lines_to_add"]]
        lines.append(
            {
                "display_type": "payment_term",
                "date_maturity": self.invoice_date_due,
                "amount_currency": -sum(line["amount_currency"] for line in lines),
                "balance": -sum(line["balance"] for line in lines),
                # Odoo writes zeros where there is no early payment discount
                "discount_amount_currency": 0.0,
                "discount_balance": 0.0,
            }
        )
        return [{**vals, "move_id": self.id} for vals in lines]

    def _pm_prepare_base_line(self, vals):
        """Return what the tax engine takes for the values of an invoice line."""
        product = self.env["product.product"].browse(vals["product_id"])
        accounts = product.product_tmpl_id.get_product_accounts(
            fiscal_pos=self.fiscal_position_id
        )
        return self.env["account.tax"]._prepare_base_line_for_taxes_computation(
            {},
            product_id=product,
            product_uom_id=product.uom_id,
            account_id=self.env["account.account"].browse(vals.get("account_id"))
            or accounts["income"]
            or self.journal_id.default_account_id,
            partner_id=self.commercial_partner_id,
            is_refund=self.move_type == "out_refund",
            currency_id=self.currency_id,
            rate=self.invoice_currency_rate,
            sign=self.direction_sign,
            tax_ids=self.env["account.tax"].browse(vals["tax_ids"][0][2]),
            price_unit=vals["price_unit"],
            quantity=vals["quantity"],
            analytic_distribution=vals["analytic_distribution"],
        )

    def _hash_moves(self, **kwargs):
        """Bills that are posted in bulk are secured together, when all are there."""
        if self._in_step("pm_secure_later"):
            return None
        return super()._hash_moves(**kwargs)

    def _pm_secure(self):
        """Secure posted entries of restricted journals as ``_hash_moves`` does, by one
        statement for all.
        """
        moves = self.filtered("restrict_mode_hash_table")
        for chain in moves._get_chains_to_hash() if moves else ():
            hashes = chain["moves"].sudo()._calculate_hashes(chain["previous_hash"])
            self.env.execute_query(
                SQL(
                    """
                    UPDATE account_move move SET inalterable_hash = row.hash
                      FROM unnest(%s::int[], %s::varchar[]) AS row(id, hash)
                     WHERE move.id = row.id
                 RETURNING move.id
                    """,
                    [move.id for move in hashes],
                    list(hashes.values()),
                )
            )
            chain["moves"].invalidate_recordset(["inalterable_hash"], flush=False)
            chain["moves"]._message_log_batch(
                bodies={
                    move.id: self.env._("This journal entry has been secured.")
                    for move in chain["moves"]
                }
            )

    def _locked_increment(self, format_string, format_values):
        """Take the number that bulk posting has set aside for this invoice."""
        numbers = self.env.context.get("pm_numbers")
        number = numbers.take(self.id) if isinstance(numbers, Numbers) else None
        if number is None:
            return super()._locked_increment(format_string, format_values)
        return format_string.format(**{**format_values, "seq": number})

    def _get_next_sequence_format(self):
        """Ask once for the format of the numbers of invoices that are posted together.

        They differ in the number alone, which Odoo takes from the sequence it holds
        locked in this transaction; the last one in the journal need not be searched
        again for each.
        """
        formats = self.env.context.get("pm_sequence_formats")
        if formats is None:
            return super()._get_next_sequence_format()
        key = (self.journal_id, self.date, self.move_type)
        if key not in formats:
            formats[key] = super()._get_next_sequence_format()
        template, values = formats[key]
        return template, dict(values)
