"""Amounts of many invoices that are alike, by Odoo's own tax engine."""

from dataclasses import dataclass

from odoo.tools import frozendict


@dataclass
class Amounts:
    """What the items of an invoice amount to: ``lines`` and ``taxes`` in their order.

    ``keys`` tells tax items apart; invoices with other tax items are not alike.
    """

    lines: list
    taxes: list
    keys: tuple
    total: float


class Engine:
    """Works out the amounts of invoices like one that Odoo has stored."""

    def __init__(self, env, move, lines, taxes_of):
        """``move`` and ``lines`` are stored rows; ``taxes_of`` their taxes, by line."""
        self.env = env
        self.company = env["res.company"].browse(move["company_id"])
        self.currency = env["res.currency"].browse(move["currency_id"])
        self.include_caba_tags = move["always_tax_exigible"]
        self.sign = -1 if move["move_type"] == "out_invoice" else 1
        self.bases = [
            {
                "product_id": env["product.product"].browse(line["product_id"]),
                "product_uom_id": env["uom.uom"].browse(line["product_uom_id"]),
                "account_id": env["account.account"].browse(line["account_id"]),
                "partner_id": env["res.partner"].browse(move["commercial_partner_id"]),
                "is_refund": move["move_type"] == "out_refund",
                "currency_id": self.currency,
                "rate": float(move["invoice_currency_rate"]),
                "sign": self.sign,
                "tax_ids": env["account.tax"].browse(taxes_of.get(line["id"], [])),
                "analytic_distribution": line["analytic_distribution"],
            }
            for line in lines
        ]
        # A line is rounded alone, or with the others of its invoice: then only
        # invoices with the same figures have the same amounts.
        self.alone = (
            self.company.tax_calculation_rounding_method == "round_per_line"
            and self.currency == self.company.currency_id
        )
        self.remembered = {}

    def amounts(self, figures):
        """Return the amounts of ``[(price, quantity, discount)]``."""
        figures = tuple(figures)
        found = self.remembered.get(figures)
        if not found:
            if self.alone:
                parts = [
                    part
                    for number, row in enumerate(figures)
                    for part in self._remember_line(number, row)
                ]
            else:
                parts = self._parts(list(enumerate(figures)))
                # what a line says of itself is rounded alone in any case
                for number, row in enumerate(figures):
                    own = self._remember_line(number, row)[0][0]
                    for name in ("price_subtotal", "price_total"):
                        parts[number][0][name] = own[name]
            found = self.remembered[figures] = self._add_up(parts)
        return found

    def _remember_line(self, number, row):
        if (number, row) not in self.remembered:
            self.remembered[number, row] = self._parts([(number, row)])
        return self.remembered[number, row]

    def _parts(self, rows):
        """Return ``[(amounts of the line, [(key, amounts of a tax item)])]``."""
        AccountTax = self.env["account.tax"]
        base_lines = [
            AccountTax._prepare_base_line_for_taxes_computation(
                {},
                **self.bases[number],
                price_unit=price,
                quantity=quantity,
                discount=discount,
            )
            for number, (price, quantity, discount) in rows
        ]
        AccountTax._add_tax_details_in_base_lines(base_lines, self.company)
        AccountTax._round_base_lines_tax_details(base_lines, self.company)
        AccountTax._add_accounting_data_in_base_lines_tax_details(
            base_lines, self.company, include_caba_tags=self.include_caba_tags
        )
        parts = []
        for base_line in base_lines:
            details = base_line["tax_details"]
            sign = base_line["sign"]
            line = {
                "amount_currency": sign
                * (
                    details["total_excluded_currency"]
                    + details["delta_total_excluded_currency"]
                ),
                "balance": sign
                * (details["total_excluded"] + details["delta_total_excluded"]),
                "price_subtotal": details["total_excluded_currency"],
                "price_total": details["total_included_currency"],
            }
            taxes = [
                (
                    frozendict(rep["grouping_key"]),
                    {
                        "tax_base_amount": sign * data["base_amount"],
                        "amount_currency": sign * rep["tax_amount_currency"],
                        "balance": sign * rep["tax_amount"],
                    },
                )
                for data in details["taxes_data"]
                for rep in data["tax_reps_data"]
            ]
            parts.append((line, taxes))
        return parts

    def _add_up(self, parts):
        """As ``_prepare_tax_lines`` does: one item a key, none where it is zero."""
        company_currency = self.company.currency_id
        sums = {}
        for _line, taxes in parts:
            for key, values in taxes:
                found = sums.setdefault(key, dict.fromkeys(values, 0.0))
                for name, value in values.items():
                    found[name] += value
        sums = {
            key: values
            for key, values in sums.items()
            if key["__keep_zero_line"]
            or not self.currency.is_zero(values["amount_currency"])
            or not company_currency.is_zero(values["balance"])
        }
        lines = [line for line, _taxes in parts]
        total = sum(row["amount_currency"] for row in [*lines, *sums.values()])
        return Amounts(
            lines, list(sums.values()), tuple(sums), self.currency.round(total)
        )
