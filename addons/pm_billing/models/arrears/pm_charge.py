from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# who says that a charge is disputed, or no longer
HOLDERS = (
    "pm_billing.group_pm_billing_clerk",
    "pm_core.group_pm_service",
    "pm_core.group_pm_estate_manager",
)


class PmCharge(models.Model):
    """What holds the collection of just one charge."""

    _inherit = "pm.charge"

    dispute_note = fields.Char(
        "Why Disputed",
        readonly=True,
        copy=False,
        help="What the customer says is wrong with the charge.",
    )
    is_disputed = fields.Boolean(
        "Disputed",
        compute="_compute_is_disputed",
        store=True,
        precompute=True,
        help="It is neither dunned nor charged late fees on, until it is settled.",
    )
    dunning_item_ids = fields.One2many(
        "pm.dunning.item", "charge_id", "Dunned", readonly=True
    )

    @api.depends("dispute_note")
    def _compute_is_disputed(self):
        """Whoever has another reason to hold a charge adds it to what this says."""
        for charge in self:
            charge.is_disputed = bool(charge.dispute_note)

    def action_dispute(self):
        """Ask why these charges are disputed.

        :return: the action of the dialog
        """
        self.check_access("read")
        self._check_holder()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Disputed Charges"),
            "res_model": "pm.charge.dispute",
            "view_mode": "form",
            "target": "new",
            "context": {"default_charge_ids": self.ids},
        }

    def action_settle_dispute(self):
        """Collection goes on.

        :raises AccessError: neither clerk, customer service nor manager
        """
        self.check_access("read")
        self._check_holder()
        self.sudo()._as_step().dispute_note = False

    def _dispute(self, reason):
        """Hold the collection of these charges.

        :raises UserError: one is paid, or not billed
        """
        self._check_holder()
        for charge in self:
            if charge.state != "posted" or charge.amount_residual <= 0:
                raise UserError(
                    self.env._(
                        "Nothing is open of %s. What was paid is given back by a "
                        "credit note.",
                        charge.display_name,
                    )
                )
        self.sudo()._as_step().dispute_note = reason

    def _check_holder(self):
        user = self.env.user
        if not self.env.su and not any(user.has_group(group) for group in HOLDERS):
            raise AccessError(
                self.env._(
                    "Billing clerks, customer service and managers say which charges "
                    "are disputed."
                )
            )
