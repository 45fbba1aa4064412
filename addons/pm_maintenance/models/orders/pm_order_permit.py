from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from .pm_fault_category import PERMITS

# of a permit whose category says nothing
HOURS = 8


class PmOrderPermit(models.Model):
    """A permit for dangerous work: issued before it begins, closed when it is over.

    Whoever does the work does not issue the permit for it.
    """

    _name = "pm.order.permit"
    _description = "Work Permit"
    _inherit = ["pm.order.part.mixin"]
    _order = "id desc"
    _rec_name = "kind"
    # what was issued is what was checked: it is not changed under the signature
    _user_columns = dict.fromkeys(
        ("kind", "valid_from", "valid_to", "measures"), ("draft",)
    )

    request_id = fields.Many2one(
        "maintenance.request", "Order", required=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(PERMITS, required=True)
    valid_from = fields.Datetime(required=True, default=fields.Datetime.now)
    valid_to = fields.Datetime(
        "Valid until",
        required=True,
        compute="_compute_valid_to",
        store=True,
        readonly=False,
        precompute=True,
    )
    measures = fields.Text(
        required=True, help="What makes the work safe: watch, extinguisher, ropes, air."
    )
    state = fields.Selection(
        [("draft", "Draft"), ("open", "Issued"), ("closed", "Closed")],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
    )
    issued_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    issued_at = fields.Datetime(readonly=True, copy=False)
    closed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    closed_at = fields.Datetime(readonly=True, copy=False)

    _times_in_order = models.Constraint(
        "CHECK (valid_to > valid_from)", "A permit ends after it begins."
    )

    @api.depends("request_id", "valid_from")
    def _compute_valid_to(self):
        """As long as the category lets it; what was entered stays."""
        for permit in self:
            if permit.valid_from and not permit.valid_to:
                hours = permit.request_id.fault_category_id.permit_hours or HOURS
                permit.valid_to = permit.valid_from + timedelta(hours=hours)

    @api.constrains("kind", "valid_from", "valid_to")
    def _check_hours(self):
        for permit in self:
            category = permit.request_id.sudo().fault_category_id
            most = category.permit == permit.kind and category.permit_hours
            if most and permit.valid_to - permit.valid_from > timedelta(hours=most):
                raise ValidationError(
                    self.env._(
                        "A permit for %(category)s holds for %(hours)s hours at most. "
                        "Ask for the next one when they are over.",
                        category=category.display_name,
                        hours=most,
                    )
                )

    def action_issue(self):
        """:raises AccessError: a dispatcher issues it, and not for the own work"""
        self.request_id._check_dispatcher()
        for permit in self:
            if permit.state != "draft":
                raise UserError(self.env._("This permit was issued already."))
            if permit.request_id.sudo().user_id == self.env.user:
                raise AccessError(
                    self.env._(
                        "%s is your own work: somebody else issues its permit.",
                        permit.request_id.display_name,
                    )
                )
        self.sudo()._as_step().write(
            {
                "state": "open",
                "issued_by_id": self.env.uid,
                "issued_at": fields.Datetime.now(),
            }
        )

    def action_close(self):
        """The dangerous work is over and the place is safe."""
        self.request_id._check_worker()
        for permit in self:
            if permit.state != "open":
                raise UserError(self.env._("Only an issued permit is closed."))
        self.sudo()._as_step().write(
            {
                "state": "closed",
                "closed_by_id": self.env.uid,
                "closed_at": fields.Datetime.now(),
            }
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if self.filtered(lambda permit: permit.state != "draft"):
            raise UserError(self.env._("A permit that was issued stays on file."))
