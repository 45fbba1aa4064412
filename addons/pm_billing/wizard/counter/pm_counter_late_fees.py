from decimal import Decimal

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_repr

from ...engine.allocation import allocate
from ...models.ledger.business_day import today_at


class PmCounter(models.TransientModel):
    """Late fees at the counter: what is shown is what is booked.

    Until the payment they are a promise on the screen. They are part of what the window
    shows of the debt (``shown_debt``): past midnight, or after another payment, they
    come to something else, and then nothing is booked. Booked are those of the charges
    that the payment reaches; the others go on counting.
    """

    _inherit = "pm.counter"

    amount_late = fields.Monetary(
        "Late Fees until Today",
        compute="_compute_amount_late",
        help="Owed for paying late, and not booked yet: it is booked with the payment. "
        "It is let go by an approved waiver only.",
    )
    late_line_ids = fields.One2many(
        "pm.counter.late",
        "counter_id",
        "Late Fees",
        compute="_compute_late_line_ids",
        compute_sudo=False,
        store=True,
    )

    @api.depends("charge_ids")
    def _compute_amount_late(self):
        for counter in self:
            counter.amount_late = float(
                sum((fee.amount for fee in counter._late_owed().values()), Decimal())
            )

    @api.depends("charge_ids")
    def _compute_late_line_ids(self):
        for counter in self:
            counter.late_line_ids = [
                Command.clear(),
                *(
                    Command.create(
                        {
                            "charge_id": charge.id,
                            "date_from": fee.date_from,
                            "date_to": fee.date_to,
                            "amount": float(fee.amount),
                        }
                    )
                    for charge, fee in counter._late_owed().items()
                ),
            ]

    def _today(self):
        """Return the day that it is at the place that pays."""
        return today_at(self.property_id._origin or self.charge_ids._origin.property_id)

    def _late_owed(self):
        """Return {charge: late fee} of what the open charges owe until today."""
        self.ensure_one()
        return self.charge_ids._origin._late_fees(self._today())

    def _late_shown(self):
        """Return what stands for the late fees in the fingerprint of the debt."""
        return sorted(
            (charge.id, str(fee.amount)) for charge, fee in self._late_owed().items()
        )

    def _book_late(self, paid):
        """Book the late fees of the charges that ``paid`` reaches.

        :param paid: money and prepayment that is used now
        :return: {charge: its late fee, as a charge}
        """
        self.ensure_one()
        owed = self._late_owed()
        reached = self._reached(owed, paid) if owed else ()
        charges = self.charge_ids._origin.filtered(
            lambda charge: charge in owed and charge in reached
        )
        if not charges:
            return {}
        late = charges._book_late_fees(
            self._today(),
            {charge.id: owed[charge].amount for charge in charges},
        )
        return {fee.late_of_id: fee for fee in late}

    def _reached(self, owed, paid):
        """Return the charges of which ``paid`` settles something, or their late fee."""
        charges = self.charge_ids._origin
        if self.settle_rule == "hand":
            lines = self.line_ids.filtered(
                lambda line: self.currency_id.compare_amounts(line.amount, 0) > 0
            )
            return lines.charge_id
        digits = self.currency_id.decimal_places
        by_wallet = self._dedicated_parts() if self.use_prepayment else {}
        rows = [
            (
                charge._settle_key(self.settle_rule),
                charge,
                charge.amount_residual - by_wallet.get(charge, 0.0),
            )
            for charge in charges
        ]
        rows += [
            (charge._late_key(self.settle_rule), charge, float(fee.amount))
            for charge, fee in owed.items()
        ]
        rows.sort(key=lambda row: row[0])
        parts = allocate(
            Decimal(float_repr(paid - sum(by_wallet.values()), digits)),
            [Decimal(float_repr(amount, digits)) for _key, _charge, amount in rows],
        )
        return charges.browse().concat(
            *by_wallet, *(row[1] for row, part in zip(rows, parts, strict=True) if part)
        )

    def action_waive_late(self):
        """Book the late fees that are shown, and ask that they be let go.

        :raises UserError: nobody chosen, or no late fees
        """
        self.ensure_one()
        if not self.partner_id:
            raise UserError(self.env._("Pick the unit or the person who pays first."))
        self.partner_id.check_access("read")
        self.charge_ids.check_access("read")
        self.env["pm.receipt"].check_access("write")
        self._check_shown_debt()
        owed = self._late_owed()
        if not owed:
            raise UserError(
                self.env._(
                    "%s owes no late fees that are not booked. Those that are booked "
                    "are waived by a waiver of their charge.",
                    self.partner_id.display_name,
                )
            )
        charges = self.charge_ids._origin.filtered(owed.__contains__)
        late = charges._book_late_fees(
            self._today(),
            {charge.id: fee.amount for charge, fee in owed.items()},
        )
        place = self.property_id or late.property_id[:1]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Waiver"),
            "res_model": "pm.waiver",
            "view_mode": "form",
            "target": "current",
            "context": {
                "default_property_id": place.id,
                "default_partner_id": self.partner_id.id,
                "default_charge_ids": late.filtered(
                    lambda charge: (
                        charge.property_id == place
                        and charge.partner_id == self.partner_id
                    )
                ).ids,
            },
        }
