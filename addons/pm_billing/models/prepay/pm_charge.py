from decimal import Decimal

from odoo import fields, models
from odoo.fields import Domain

from ...engine.rounding import round_to
from ..fees.quantities import exact


class PmCharge(models.Model):
    """Discounts for months that were paid ahead: credits beside their charge."""

    _inherit = "pm.charge"

    correction = fields.Selection(selection_add=[("discount", "Discount")])
    prepay_line_id = fields.Many2one(
        "pm.prepay.line",
        "Prepaid Months",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    _discounted_once = models.UniqueIndex(
        "(origin_id) WHERE correction = 'discount' AND state <> 'cancelled'",
        "The discount of this charge is given already.",
    )

    def _add_discounts(self):
        """Put beside each of these charges the discount that was agreed for it."""
        running = Domain("state", "=", "active") & Domain("discount", ">", 0)
        agreed = self.env["pm.prepay.line"].sudo()
        # where nobody has paid ahead the charges need not be read for it
        if not agreed.search_count(running, limit=1):
            return
        charges = self.filtered(
            lambda row: row.kind == "fee" and not row.origin_id and row.amount > 0
        )
        lines = charges and agreed.search(
            running
            & Domain("property_id", "in", charges.property_id.ids)
            & Domain("partner_id", "in", charges.partner_id.ids)
        )
        if not lines:
            return
        vals_list = []
        for charge in charges:
            line = lines.filtered(lambda row, charge=charge: row._covers(charge))[:1]
            amount = line and line._discount_of(charge)
            if amount:
                vals_list.append(charge._prepare_discount(line, amount))
        self.sudo()._as_step().create(vals_list)

    def _prepare_discount(self, line, amount):
        self.ensure_one()
        return {
            "kind": "fee",
            "run_id": self.run_id.id,
            "origin_id": self.id,
            "correction": "discount",
            "prepay_line_id": line.id,
            "fee_id": self.fee_id.id,
            "fee_item_id": self.fee_item_id.id,
            "property_id": self.property_id.id,
            "partner_id": self.partner_id.id,
            "date_from": self.date_from,
            "date_to": self.date_to,
            "amount": -float(amount),
            "inputs": {"text": line.prepay_id.rule_id.name or "", "steps": []},
        }

    def _prepare_invoice_line(self):
        """A discount has an account of its own, and so has taking it back."""
        vals = super()._prepare_invoice_line()
        if not self.prepay_line_id:
            return vals
        account = self.company_id._pm_get_discount_account()
        vals["account_id"] = account.id
        if self.correction == "discount":
            vals["name"] = self.env._(
                "Discount for prepaying, %(rule)s: %(charge)s",
                rule=self.prepay_line_id.sudo().prepay_id.rule_id.name,
                charge=self._period_label(),
            )
        return vals

    def _prepare_credits(self):
        """Of a discounted charge no more is given back than was to be paid."""
        vals_list = super()._prepare_credits()
        kept = []
        for vals in vals_list:
            charge = self.browse(vals["origin_id"])
            discounts = charge.credit_ids.filtered(
                lambda row: row.correction == "discount" and row.state == "posted"
            )
            off = -sum(discounts.mapped("amount"))
            if off:
                share = 1 - exact(off) / exact(charge.amount)
                amount = round_to(
                    exact(vals["amount"]) * share, Decimal("0.01"), "half_up"
                )
                vals = {**vals, "amount": float(amount)}
            if vals["amount"]:
                kept.append(vals)
        return kept
