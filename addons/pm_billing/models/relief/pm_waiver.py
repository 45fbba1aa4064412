from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_round

from ..fees.quantities import exact


class PmWaiver(models.Model):
    """Something that is owed is let go, with a reason and the agreement of others.

    What is approved is booked as a credit note against just those charges: neither
    received nor written off.
    """

    _name = "pm.waiver"
    _description = "Waiver"
    _inherit = [
        "pm.estate.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "pm.second.person.mixin",
    ]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name", store=True, precompute=True)
    property_id = fields.Many2one(string="Place")
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="restrict"
    )
    charge_ids = fields.Many2many(
        "pm.charge",
        "pm_waiver_charge_rel",
        string="Charges",
        domain="[('partner_id', '=', partner_id), ('property_id', '=', property_id),"
        " ('amount_residual', '>', 0)]",
    )
    percent = fields.Float(
        "Waived (%)",
        default=100.0,
        digits=(16, 4),
        aggregator=None,
        help="Of what is open of each charge.",
    )
    reason = fields.Text(required=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(
        compute="_compute_amount", store=True, help="What is let go in all."
    )
    amounts = fields.Json(readonly=True, copy=False)
    credit_ids = fields.One2many("pm.charge", "waiver_id", "Credits", readonly=True)
    state = fields.Selection(
        [
            ("draft", "New"),
            ("approval", "Waiting for Approval"),
            ("approved", "Waived"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
    )

    _percent_in_range = models.Constraint(
        "CHECK (percent > 0 AND percent <= 100)", "Waive more than 0 and 100 % at most."
    )

    @api.depends("partner_id.name", "property_id.display_name")
    def _compute_name(self):
        for waiver in self:
            place = waiver.property_id.sudo().display_name
            waiver.name = " ".join(filter(None, (place, waiver.partner_id.sudo().name)))

    @api.depends("charge_ids", "percent", "amounts")
    def _compute_amount(self):
        # not on what is open: each charge that is posted would look for its waivers
        for waiver in self:
            planned = waiver.amounts or waiver._planned()
            waiver.amount = sum(float(value) for value in planned.values())

    def _planned(self):
        """Return {charge id: amount} of what would be let go now."""
        rounding = self.currency_id.rounding or 0.01
        return {
            str(charge.id): float_round(
                float(exact(charge.amount_residual) * exact(self.percent) / 100),
                precision_rounding=rounding,
            )
            for charge in self.charge_ids
        }

    def write(self, vals):
        """What the levels decide on is not exchanged afterwards."""
        agreed = {"property_id", "partner_id", "charge_ids", "percent", "reason"}
        if agreed & vals.keys() and not self._writes_freely():
            self._check_in_state("draft")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        self._check_in_state("draft")

    def _check_submittable(self):
        result = super()._check_submittable()
        for waiver in self:
            if not waiver.charge_ids or waiver.amount <= 0:
                raise UserError(
                    self.env._(
                        "%s: choose charges of which something is open.", waiver.name
                    )
                )
            if waiver.charge_ids.partner_id != waiver.partner_id or (
                waiver.charge_ids.property_id != waiver.property_id
            ):
                raise UserError(
                    self.env._(
                        "%s: the charges are of another customer or place.", waiver.name
                    )
                )
        return result

    def action_submit(self):
        """What is asked for is what is let go, whatever is paid meanwhile."""
        self._check_submittable()
        self.check_access("write")
        for waiver in self:
            waiver.sudo()._as_step().amounts = waiver._planned()
        return super().action_submit()

    def _approve(self):
        result = super()._approve()
        for waiver in self:
            waiver._book()
        return result

    def _book(self):
        """Credit each charge with what was approved, no more than is open of it."""
        self.ensure_one()
        vals_list = []
        for charge in self.charge_ids.sudo():
            planned = float((self.amounts or {}).get(str(charge.id), 0.0))
            amount = min(planned, charge.amount_residual)
            if charge.currency_id.compare_amounts(amount, 0.0) > 0:
                vals_list.append(
                    {
                        "kind": charge.kind,
                        "request_key": f"waiver/{self.id}/{charge.id}",
                        "correction": "waiver",
                        "waiver_id": self.id,
                        "origin_id": charge.id,
                        "late_of_id": charge.late_of_id.id,
                        "fee_id": charge.fee_id.id,
                        "fee_item_id": charge.fee_item_id.id,
                        "name": charge.name,
                        "property_id": charge.property_id.id,
                        "partner_id": charge.partner_id.id,
                        "date_from": charge.date_from,
                        "date_to": charge.date_to,
                        "amount": -amount,
                        "inputs": {"text": self.env._("waived"), "steps": []},
                    }
                )
        if vals_list:
            self.env["pm.bill.run"]._bill_at_once(
                "correction", self.property_id, vals_list
            )


class PmCharge(models.Model):
    _inherit = "pm.charge"

    waiver_id = fields.Many2one(
        "pm.waiver",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
