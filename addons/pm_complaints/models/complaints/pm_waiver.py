from odoo import fields, models
from odoo.exceptions import UserError


class PmWaiver(models.Model):
    """A waiver that was asked for because somebody complained settles the dispute."""

    _inherit = "pm.waiver"

    dispute_id = fields.Many2one(
        "pm.complaint.dispute",
        "Disputed Charge",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="pm_core.group_pm_service",
    )

    def _planned(self):
        """To the cent what was agreed for the complaint: a percentage would round."""
        dispute = self.sudo().dispute_id
        if not dispute:
            return super()._planned()
        return {str(dispute.charge_id.id): dispute.amount}

    def _check_submittable(self):
        result = super()._check_submittable()
        for waiver in self.sudo().filtered("dispute_id"):
            if waiver.dispute_id.waiver_id != waiver:
                raise UserError(
                    self.env._(
                        "%(waiver)s: the dispute it was asked for, of %(complaint)s, "
                        "went another way. Make a new waiver.",
                        waiver=waiver.name,
                        complaint=waiver.dispute_id.complaint_id.number,
                    )
                )
        return result

    def _asked_by(self):
        """Who handles the complaint asks for it, whoever pressed the button."""
        dispute = self.sudo().dispute_id
        return dispute._asked_by() if dispute else super()._asked_by()

    def _kept_from_deciding(self):
        """Nor whom the complaint is about."""
        kept = super()._kept_from_deciding()
        return kept | self.sudo().dispute_id.complaint_id.concerned_user_ids

    def _approve(self):
        result = super()._approve()
        self.sudo().dispute_id._waived()
        return result

    def action_withdraw(self):
        result = super().action_withdraw()
        self.sudo().dispute_id._not_waived()
        return result

    def _rejected_tier(self, tiers=False):
        result = super()._rejected_tier(tiers)
        self.filtered(lambda one: one.state == "draft").sudo().dispute_id._not_waived()
        return result
