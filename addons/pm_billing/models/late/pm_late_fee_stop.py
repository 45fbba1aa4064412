from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..ledger.business_day import set_today, today_at


class PmLateFeeStop(models.Model):
    """Days on which some charges bear no late fee: a dispute, an agreement.

    Charges that are marked as disputed have one as long as they are, made by the job
    that books; others are entered by hand. One that is entered begins today or later,
    and stays what it is: late fees of days that are over are owed, and are let go by a
    waiver, which others approve.
    """

    _name = "pm.late.fee.stop"
    _description = "Stop of Late Fees"
    _inherit = ["pm.estate.mixin", "mail.thread"]
    _order = "date_from desc, id desc"
    _rec_name = "reason"
    _check_company_auto = True

    property_id = fields.Many2one(string="Place")
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="restrict"
    )
    charge_ids = fields.Many2many(
        "pm.charge",
        "pm_late_fee_stop_charge_rel",
        string="Charges",
        required=True,
        domain="[('partner_id', '=', partner_id), ('state', '=', 'posted')]",
    )
    reason = fields.Text(required=True, tracking=True)
    date_from = fields.Date(
        "Since",
        required=True,
        compute="_compute_date_from",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
    )
    date_to = fields.Date("Until", readonly=True, copy=False, tracking=True)
    result = fields.Text("Why It Ended", tracking=True)
    is_automatic = fields.Boolean(readonly=True, copy=False)

    _dates_in_order = models.Constraint(
        "CHECK (date_to >= date_from)", "It ends after it began."
    )

    @api.depends("property_id")
    def _compute_date_from(self):
        """The day that it is at the estate, unless said."""
        set_today(self, "date_from")

    @api.constrains("charge_ids", "partner_id", "property_id")
    def _check_charges(self):
        for stop in self:
            charges = stop.charge_ids.sudo()
            if not charges:
                raise ValidationError(
                    self.env._("Choose the charges that bear no late fee.")
                )
            if charges.partner_id != stop.partner_id or (
                charges.estate_id != stop.estate_id
            ):
                raise ValidationError(
                    self.env._(
                        "The charges are owed by somebody else than %(customer)s, or "
                        "at another estate than %(estate)s.",
                        customer=stop.partner_id.sudo().name,
                        estate=stop.estate_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        stops = super().create(vals_list)
        if not self._writes_freely() and any(
            stop.date_from < today_at(stop.estate_id) for stop in stops
        ):
            raise UserError(
                self.env._(
                    "A stop begins today or later. What is owed already is let go by a "
                    "waiver."
                )
            )
        return stops

    def write(self, vals):
        """Which days of which charges are free of late fees is said once."""
        agreed = {"property_id", "partner_id", "charge_ids", "date_from"}
        if agreed & vals.keys() and not self._writes_freely():
            raise UserError(
                self.env._("End the stop “%s”, and enter another one.", self[:1].reason)
            )
        return super().write(vals)

    def action_end(self):
        """It is over: from tomorrow late fees count again.

        :raises UserError: over already, or without a word on why
        """
        self.check_access("write")
        for stop in self:
            if stop.date_to:
                raise UserError(self.env._("This stop is over already."))
            if not (stop.result or "").strip():
                raise UserError(self.env._("Say how the matter was settled."))
            stop.sudo()._as_step().date_to = today_at(stop.estate_id)

    @api.model
    def _follow_disputes(self, charges):
        """Begin and end the stops of charges that are marked as disputed."""
        if "is_disputed" not in charges._fields:
            return
        stops = self.sudo()._as_step()
        running = stops.search(
            [
                ("charge_ids", "in", charges.ids),
                ("is_automatic", "=", True),
                ("date_to", "=", False),
            ]
        )
        over = running.filtered(
            lambda stop: not any(charge.is_disputed for charge in stop.charge_ids)
        )
        for stop in over:
            stop.date_to = today_at(stop.estate_id)
        held = (running - over).charge_ids
        stops.create(
            [
                {
                    "property_id": charge.property_id.id,
                    "partner_id": charge.partner_id.id,
                    "charge_ids": charge.ids,
                    "reason": self.env._("Disputed"),
                    "date_from": today_at(charge.estate_id),
                    "is_automatic": True,
                }
                for charge in charges
                if charge.is_disputed and charge not in held
            ]
        )
