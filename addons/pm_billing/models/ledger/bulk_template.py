"""One stored invoice, and what each of its columns becomes for another of its kind."""

import json

from .bulk_amounts import Engine
from .bulk_rows import Differs, compare

PRODUCT, TAX, TERM = "product", "tax", "payment_term"


class Template:
    """Rows of an invoice that Odoo made, and how to work out those of others."""

    def __init__(self, env, bill, found):
        """``found``: rows of this invoice, as ``Samples`` has read them."""
        self.env = env
        self.bill = bill
        self.move, self.move_text = found["move"]
        self.lines = [row for row, _text in found["lines"]]
        self.line_texts = [text for _row, text in found["lines"]]
        self.analytic = [row for row, _text in found["analytic"]]
        self.analytic_texts = [text for _row, text in found["analytic"]]
        self.relations = found["relations"]
        self._check_form()
        company = env["res.company"].browse(self.move["company_id"])
        self.currency = env["res.currency"].browse(self.move["currency_id"])
        self.company_currency = company.currency_id
        products = self.lines[: len(bill.lines)]
        self.engine = Engine(env, self.move, products, found["taxes_of"])
        self.digits = {
            model: self._digits(model)
            for model in ("account.move", "account.move.line", "account.analytic.line")
        }
        self.amounts = self.amounts_of(bill)
        self.check(bill, found)

    # ------------------------------------------------------------------
    # What can be worked out
    # ------------------------------------------------------------------

    def _check_form(self):
        """One item for each line, then taxes, then one receivable.

        :raises Differs: the invoice is made in another way
        """
        wanted = [PRODUCT] * len(self.bill.lines)
        kinds = [line["display_type"] for line in self.lines]
        taxes = len(kinds) - len(wanted) - 1
        if taxes < 0 or kinds != [*wanted, *[TAX] * taxes, TERM]:
            raise Differs("account_move_line.display_type")
        if self.move["payment_reference"] not in (None, self.move["name"]):
            raise Differs("account_move.payment_reference")
        if self.move["payment_state"] != "not_paid":
            raise Differs("account_move.payment_state")

    def _digits(self, name):
        """Return {column: digits, or None where the number is stored as it is}."""
        digits = {}
        for column, field in self.env[name]._fields.items():
            if not field.store:
                continue
            if field.type == "monetary":
                of = field.get_currency_field(self.env[name])
                is_own = of == "currency_id" and name != "account.analytic.line"
                currency = self.currency if is_own else self.company_currency
                digits[column] = currency.decimal_places
            elif field.type == "float" and field.column_type[0] == "numeric":
                precision = field.get_digits(self.env)
                digits[column] = precision[1] if precision else None
        return digits

    def number(self, model, column, value):
        """Return a number as it is stored in a column."""
        if column not in self.digits[model]:
            return value
        digits = self.digits[model][column]
        if digits is None:
            return str(value)
        # no minus zero, as the database has none
        text = f"{value:.{digits}f}"
        return text.removeprefix("-") if not text.strip("-0.") else text

    def amounts_of(self, bill):
        """Return the amounts of an invoice of this kind.

        :raises Differs: it has other tax items, or comes to nothing
        """
        amounts = self.engine.amounts(
            (line["price_unit"], line["quantity"], line.get("discount") or 0.0)
            for line in bill.lines
        )
        if getattr(self, "amounts", amounts).keys != amounts.keys:
            raise Differs("account_move_line.tax_line_id")
        if len(self.lines) != len(amounts.lines) + len(amounts.taxes) + 1:
            raise Differs("account_move_line.tax_line_id")
        if amounts.total * self.engine.sign <= 0:
            raise Differs("account_move.amount_total")
        return amounts

    # ------------------------------------------------------------------
    # What differs from the template
    # ------------------------------------------------------------------

    def _amounts_row(self, model, **values):
        return {
            column: self.number(model, column, value)
            for column, value in values.items()
        }

    def _reference(self, name):
        """A credit note has no reference to pay by."""
        return name if self.move["payment_reference"] else None

    def move_row(self, bill, move_id, name, number):
        """Return what a stored invoice has of its own."""
        sign, amounts = self.engine.sign, bill.amounts
        untaxed = sum(row["amount_currency"] for row in amounts.lines)
        tax = sum(row["amount_currency"] for row in amounts.taxes)
        untaxed_balance = sum(row["balance"] for row in amounts.lines)
        tax_balance = sum(row["balance"] for row in amounts.taxes)
        vals, partner = bill.vals, bill.vals["partner_id"]
        row = {
            "id": move_id,
            "name": name,
            "sequence_number": number,
            "payment_reference": self._reference(name),
            "partner_id": partner,
            "commercial_partner_id": partner,
            "invoice_partner_display_name": bill.partner["name"],
            **self._amounts_row(
                "account.move",
                amount_untaxed=sign * untaxed,
                amount_tax=sign * tax,
                amount_total=sign * (untaxed + tax),
                amount_residual=sign * (untaxed + tax),
                amount_untaxed_signed=-untaxed_balance,
                amount_tax_signed=-tax_balance,
                amount_total_signed=-untaxed_balance - tax_balance,
                amount_residual_signed=-untaxed_balance - tax_balance,
                amount_untaxed_in_currency_signed=-untaxed,
                amount_total_in_currency_signed=-untaxed - tax,
            ),
        }
        if self.move["partner_shipping_id"] == self.move["partner_id"]:
            row["partner_shipping_id"] = partner
        for column in ("ref", "pm_property_id"):
            if column in vals:
                row[column] = vals[column] or None
        return row

    def line_rows(self, bill, ids, move_id, name):
        """Return what the items of an invoice have of their own."""
        amounts, model = bill.amounts, "account.move.line"
        ref = bill.vals.get("ref") or None
        rows = []
        like = iter(self.lines)
        for vals, values in zip(bill.lines, amounts.lines, strict=True):
            row = {
                "name": vals["name"],
                **self._amounts_row(
                    model,
                    price_unit=float(vals["price_unit"]),
                    quantity=float(vals["quantity"]),
                    price_subtotal=values["price_subtotal"],
                    price_total=values["price_total"],
                ),
                **self._balance(next(like), values),
            }
            if "discount" in vals:
                row["discount"] = self.number(model, "discount", vals["discount"])
            if "pm_charge_id" in vals:
                row["pm_charge_id"] = vals["pm_charge_id"]
            rows.append(row)
        for values in amounts.taxes:
            row = self._balance(next(like), values)
            row["tax_base_amount"] = self.number(
                model, "tax_base_amount", values["tax_base_amount"]
            )
            rows.append(row)
        rows.append(self._term_row(amounts, ref, name))
        own = {
            "move_id": move_id,
            "move_name": name,
            "partner_id": bill.vals["partner_id"],
            "ref": ref,
        }
        return [
            {"id": line_id, **own, **row}
            for line_id, row in zip(ids, rows, strict=True)
        ]

    def _term_row(self, amounts, ref, name):
        rows = [*amounts.lines, *amounts.taxes]
        values = {
            name: -sum(row[name] for row in rows)
            for name in ("amount_currency", "balance")
        }
        row = self._balance(self.lines[-1], values)
        row["amount_residual"] = row["balance"]
        row["amount_residual_currency"] = row["amount_currency"]
        reference = self._reference(name)
        differs = ref and reference and ref != reference
        row["name"] = f"{ref} - {reference}" if differs else reference
        return row

    def _balance(self, like, values):
        # rounded first: a sum of floats may be next to zero
        balance = self.company_currency.round(values["balance"])
        # what takes back may stand on its own side with a minus (storno)
        is_debit = (balance > 0) != bool(like["is_storno"])
        return self._amounts_row(
            "account.move.line",
            amount_currency=self.currency.round(values["amount_currency"]),
            balance=balance,
            debit=balance if is_debit else 0.0,
            credit=0.0 if is_debit else -balance,
        )

    def analytic_rows(self, bill, ids, line_ids, line_rows):
        """Return what the analytic items of an invoice have of their own."""
        rows = []
        number_of = {line["id"]: number for number, line in enumerate(self.lines)}
        by_line = {}
        for row in self.analytic:
            by_line.setdefault(number_of[row["move_line_id"]], []).append(row)
        for number, own in by_line.items():
            line = line_rows[number]
            amounts = self._split(number, -float(line["balance"]), len(own))
            for amount in amounts:
                rows.append(
                    {
                        "move_line_id": line_ids[number],
                        "partner_id": line["partner_id"],
                        "name": line.get("name", self.lines[number]["name"]),
                        "ref": line["ref"],
                        "unit_amount": float(
                            line.get("quantity", self.lines[number]["quantity"])
                        ),
                        "amount": self.number(
                            "account.analytic.line", "amount", amount
                        ),
                    }
                )
        return [{"id": row_id, **row} for row_id, row in zip(ids, rows, strict=True)]

    def _split(self, number, amount, count):
        """Spread an amount over the analytic items of a line.

        :raises Differs: the distribution makes another number of items than there are
        """
        line = self.lines[number]
        distribution = line["analytic_distribution"] or {}
        if count == 1 and [float(part) for part in distribution.values()] == [100.0]:
            return [amount]
        # Odoo's own arithmetic, on a line that is not stored
        draft = self.env["account.move.line"].new(
            {
                "company_id": line["company_id"],
                "company_currency_id": line["company_currency_id"],
                "balance": -amount,
                "analytic_distribution": json.loads(
                    json.dumps(distribution, default=float)
                ),
            }
        )
        values, done = [], {}
        for accounts, share in distribution.items():
            part = draft._prepare_analytic_distribution_line(
                float(share), accounts, done
            )
            if not self.company_currency.is_zero(part["amount"]):
                values.append({"amount": part["amount"]})
        draft._round_analytic_distribution_line(values)
        if len(values) != count:
            raise Differs("account_analytic_line.amount")
        return [value["amount"] for value in values]

    # ------------------------------------------------------------------
    # Compared with what Odoo has stored
    # ------------------------------------------------------------------

    def check(self, bill, found):
        """Compare what is predicted of a bill with what Odoo has stored of it.

        :raises Differs: naming a column that is not predicted
        """
        move = found["move"][0]
        bill.amounts = self.amounts_of(bill)
        wanted = self.move_row(bill, move["id"], move["name"], move["sequence_number"])
        # samples have numbers far from the others; it is set for each that is stored
        wanted["made_sequence_gap"] = move["made_sequence_gap"]
        compare("account_move", {**self.move, **wanted}, move)
        lines = [row for row, _text in found["lines"]]
        if len(lines) != len(self.lines):
            raise Differs("account_move_line.id")
        line_ids = [row["id"] for row in lines]
        rows = self.line_rows(bill, line_ids, move["id"], move["name"])
        for like, row, line in zip(self.lines, rows, lines, strict=True):
            compare("account_move_line", {**like, **row}, line)
        analytic = [row for row, _text in found["analytic"]]
        if len(analytic) != len(self.analytic):
            raise Differs("account_analytic_line.id")
        items = self.analytic_rows(
            bill, [row["id"] for row in analytic], line_ids, rows
        )
        for like, row, item in zip(self.analytic, items, analytic, strict=True):
            compare("account_analytic_line", {**like, **row}, item)
        if found["relations"] != self.relations:
            raise Differs(str(found["relations"] or self.relations))
