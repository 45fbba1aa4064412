from odoo import api, fields, models
from odoo.exceptions import UserError


class PmSlaTarget(models.Model):
    """A step that a policy promises within so many hours: response, arrival, finish.

    The target is reached when the document fits its condition, or when a program
    says so by the code.
    """

    _name = "pm.sla.target"
    _description = "Service Level Target"
    _order = "policy_id, sequence, id"

    policy_id = fields.Many2one(
        "pm.sla.policy",
        "Service Level Policy",
        required=True,
        index=True,
        ondelete="cascade",
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
    code = fields.Char(help="For programs that report the target as reached.")
    model = fields.Char(related="policy_id.model")
    hours = fields.Float(
        "Within (h)", required=True, help="Hours of the time that the policy counts."
    )
    warn_hours = fields.Float(
        "Warn Before (h)", help="The clock is shown as due soon so long before."
    )
    reach_domain = fields.Char(
        "Reached When", help="The target is reached when a document is like this."
    )

    _hours_positive = models.Constraint(
        "CHECK (hours > 0 AND warn_hours >= 0 AND warn_hours < hours)",
        "A target takes more than 0 hours, and the warning comes before its end.",
    )
    _code_unique = models.UniqueIndex(
        "(policy_id, code) WHERE code IS NOT NULL",
        "The policy has a target with this code already.",
    )

    @api.constrains("reach_domain", "policy_id")
    def _check_reach_domain(self):
        for target in self:
            target.policy_id._check_domain(
                target.reach_domain, self._fields["reach_domain"], target.name
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_use(self):
        clock = (
            self.env["pm.sla.clock"]
            .sudo()
            .search([("target_id", "in", self.ids)], limit=1)
        )
        if clock:
            raise UserError(
                self.env._(
                    "Clocks run for the target %(target)s, or have run. Archive the "
                    "policy and make a new one instead.",
                    target=clock.target_id.name,
                )
            )

    def _reached_by(self, documents):
        """Return which of ``documents`` are where this target wants them."""
        if not self.policy_id._is_rule(self.reach_domain):
            return documents.browse()
        return documents.filtered_domain(self.policy_id._read_domain(self.reach_domain))
