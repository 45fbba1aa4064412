from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import float_repr

from ...engine.allocation import allocate


class PmReceipt(models.Model):
    """What the money of a receipt was paid for, where it is not the oldest first.

    An invoice has several charges, and what settled them is computed from the invoice.
    Money that has an aim goes to its charge before the others of the invoice.
    """

    _inherit = "pm.receipt"

    aims = fields.Json(
        readonly=True,
        copy=False,
        help="{charge: amount} that this money was paid for.",
    )

    @api.model
    def _aims_to_store(self, aims, currency):
        digits = currency.decimal_places
        return (
            {str(charge.id): float_repr(part, digits) for charge, part in aims.items()}
            if aims
            else False
        )

    @api.model
    def _aims_of_entries(self, move_ids):
        """Return {entry id: {charge id: Decimal}} of receipts that have aims."""
        if not move_ids:
            return {}
        receipts_sudo = self.sudo().search(
            [("move_id", "in", list(move_ids)), ("aims", "!=", False)]
        )
        return {
            receipt.move_id.id: {
                int(charge): Decimal(part) for charge, part in receipt.aims.items()
            }
            for receipt in receipts_sudo
            if receipt.aims
        }

    @api.model
    def _aims_by_rule(self, charges, amount, rule):
        """Return {charge: amount} of what ``amount`` settles by a rule.

        :param rule: ``oldest``, ``item`` (in the order of the fee items, the oldest of
            each first) or ``late_last`` (the oldest first, late fees after all others)
        :return: None for ``oldest``, which is what happens without aims
        """
        if rule in (False, "oldest"):
            return None
        digits = charges[:1].currency_id.decimal_places
        ordered = charges.sorted(lambda charge: charge._settle_key(rule))
        parts = allocate(
            Decimal(float_repr(amount, digits)),
            [Decimal(float_repr(charge.amount_residual, digits)) for charge in ordered],
        )
        return {
            charge: float(part)
            for charge, part in zip(ordered, parts, strict=True)
            if part
        }

    @api.model
    def _take_from_aims(self, aims, amount, currency):
        """Split aims for a part of the money: what this part settles, and the rest.

        For one payment by several methods, each of which is a receipt.
        """
        taken, left = {}, {}
        for charge, wanted in aims.items():
            part = min(wanted, max(amount, 0.0))
            amount = currency.round(amount - part)
            if not currency.is_zero(part):
                taken[charge] = part
            if not currency.is_zero(wanted - part):
                left[charge] = currency.round(wanted - part)
        return taken, left

    @api.model
    def _wanted_of_invoices(self, aims):
        """Return {invoice: amount} of aims to charges."""
        wanted = defaultdict(float)
        for charge, part in aims.items():
            wanted[charge.move_id.sudo()] += part
        return wanted
