from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import format_amount

from ...engine.bookings import cancel_fee


class PmFacilityBooking(models.Model):
    """What a booking is charged, deposited, and given back when it is cancelled."""

    _inherit = "pm.facility.booking"

    charge_id = fields.Many2one(
        "pm.charge", readonly=True, copy=False, index="btree_not_null"
    )
    credit_id = fields.Many2one(
        "pm.charge", "Given Back", readonly=True, copy=False, index="btree_not_null"
    )
    payment_state = fields.Selection(related="charge_id.payment_state")
    deposit_id = fields.Many2one(
        "pm.deposit",
        "Deposit Taken",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    deposit_state = fields.Selection(
        related="deposit_id.state", string="State of the Deposit"
    )
    amount_if_cancelled = fields.Monetary(
        "Due if Cancelled Now", compute="_compute_amount_if_cancelled"
    )

    @api.depends("state", "amount", "start", "facility_id.cancel_percent")
    def _compute_amount_if_cancelled(self):
        for booking in self:
            booking.amount_if_cancelled = booking.sudo()._due_when_cancelled()

    def _due_when_cancelled(self):
        """What stays due when it is cancelled now: by the rule of the facility."""
        self.ensure_one()
        facility = self.facility_id
        if self.state != "confirmed" or not self.start:
            return 0.0
        free_until = self.start - timedelta(hours=facility.cancel_hours)
        if fields.Datetime.now() <= free_until:
            return 0.0
        return float(
            cancel_fee(Decimal(str(self.amount)), Decimal(str(facility.cancel_percent)))
        )

    def _charge(self):
        """Charge the price once; free use is no charge."""
        self.ensure_one()
        if self.currency_id.compare_amounts(self.amount, 0.0) <= 0:
            return
        facility = self.facility_id
        day = facility._local(self.start).date()
        # the last night of whole days ends at midnight
        last = facility._local(self.stop - timedelta(seconds=1)).date()
        self.charge_id = self.env["pm.bill.run"]._bill_at_once(
            "single",
            facility.property_id,
            [
                {
                    "kind": "single",
                    "request_key": f"booking/{self.id}",
                    "name": facility.name,
                    "fee_item_id": facility.fee_item_id.id,
                    "property_id": facility.property_id.id,
                    "partner_id": self.partner_id.id,
                    "date_from": day,
                    "date_to": last,
                    "amount": self.amount,
                    "inputs": {
                        "text": self.why,
                        "steps": [],
                        "booking": {
                            "facility": facility.name,
                            "customers": self.customers,
                            "steps": self.inputs,
                        },
                    },
                }
            ],
        )

    def _ask_for_deposit(self):
        """A deposit that cashiers take; it is there once."""
        self.ensure_one()
        if not self.deposit or self.deposit_id:
            return
        self.deposit_id = self.env["pm.deposit"].create(
            {
                "kind": "facility",
                "property_id": self.property_id.id,
                "partner_id": self.partner_id.id,
                "amount": self.deposit,
                "date": self.facility_id.estate_id._today(),
                "agreement": self.display_name,
            }
        )

    def _give_back(self, due):
        """Credit what was charged, less what stays due; no deposit is asked for.

        What was waived or given back of it before is not given back again.
        """
        self.ensure_one()
        charge = self.charge_id
        credits = charge.credit_ids.filtered(lambda row: row.state == "posted")
        back = charge.amount + sum(credits.mapped("amount")) - due
        if charge and self.currency_id.compare_amounts(back, 0.0) > 0:
            self.credit_id = self.env["pm.bill.run"]._bill_at_once(
                "correction",
                charge.property_id,
                [
                    {
                        "kind": charge.kind,
                        "request_key": f"booking/{self.id}/cancelled",
                        "correction": "booking",
                        "origin_id": charge.id,
                        "name": charge.name,
                        "fee_item_id": charge.fee_item_id.id,
                        "property_id": charge.property_id.id,
                        "partner_id": charge.partner_id.id,
                        "date_from": charge.date_from,
                        "date_to": charge.date_to,
                        "amount": -back,
                        "inputs": {
                            "text": self.env._(
                                "cancelled, %s stays due",
                                format_amount(self.env, due, self.currency_id),
                            ),
                            "steps": [],
                        },
                    }
                ],
            )
        if self.deposit_id.state == "draft":
            self.deposit_id._as_step().state = "cancelled"

    def action_view_charge(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "pm.charge",
            "res_id": self.charge_id.id,
            "view_mode": "form",
        }

    def action_view_deposit(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "pm.deposit",
            "res_id": self.deposit_id.id,
            "view_mode": "form",
        }


class PmCharge(models.Model):
    """Why the use of a facility costs what it does."""

    _inherit = "pm.charge"

    correction = fields.Selection(
        selection_add=[("booking", "Booking Cancelled")],
    )

    def _why_more(self):
        rows = super()._why_more()
        booking = (self.inputs or {}).get("booking")
        if not booking:
            return rows
        Booking = self.env["pm.facility.booking"]
        kinds = dict(Booking._fields["customers"]._description_selection(self.env))
        shown = Booking.new(
            {"inputs": booking["steps"], "currency_id": self.currency_id}
        )
        rows.append(
            {
                "label": booking["facility"],
                "detail": kinds.get(booking["customers"], ""),
                "amount": "",
            }
        )
        rows += [
            {"label": when, "detail": detail, "amount": self._money(amount)}
            for when, detail, amount in shown._why_rows()
        ]
        return rows
