from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class PurchaseRequest(models.Model):
    """What an estate needs and no repair brings: asked for, agreed, quoted, bought.

    Requests without an estate stay as OCA has them. Who asks does not agree, and does
    not buy: levels of approval decide, and where none fits the estate manager.
    """

    _name = "purchase.request"
    _inherit = ["purchase.request", "pm.asking.mixin"]
    _state_from = ["to_approve"]
    _state_to = ["approved"]
    _cancel_state = "rejected"
    _asking_columns = {"line_ids", "property_id", "requested_by", "description"}

    property_id = fields.Many2one(
        "pm.property",
        "Needed at",
        index="btree_not_null",
        ondelete="restrict",
        default=lambda self: self._default_property_id(),
        help="The estate that bears the cost, or a part of it.",
    )
    estate_id = fields.Many2one(
        related="property_id.estate_id", store=True, index=True, precompute=True
    )
    purchase_order_ids = fields.One2many(
        "purchase.order", "pm_purchase_request_id", "Quotations and Orders"
    )
    quote_count = fields.Integer(
        "Quotations", compute="_compute_quote_count", compute_sudo=True
    )
    asked_by_id = fields.Many2one(
        "res.users", "Agreement Asked by", readonly=True, copy=False
    )
    decided_by_id = fields.Many2one(
        "res.users", "Agreed by", readonly=True, copy=False, tracking=True
    )
    single_reason = fields.Char(
        "Why Fewer Quotations",
        tracking=True,
        help="Where fewer quotations are compared than the company asks for.",
    )

    @api.model
    def _default_property_id(self):
        """The only estate of who asks."""
        estates = self.env.user.sudo().pm_estate_ids
        return estates if len(estates) == 1 else False

    @api.model
    def _default_picking_type(self):
        # who asks need not know of warehouses
        return super(PurchaseRequest, self.sudo())._default_picking_type()

    @api.depends("purchase_order_ids.state")
    def _compute_quote_count(self):
        for request in self:
            request.quote_count = len(
                request.purchase_order_ids.filtered(lambda row: row.state != "cancel")
            )

    def write(self, vals):
        """What was agreed is not exchanged, and no state is written by hand."""
        if not self._writes_freely():
            ours = self.filtered("estate_id")
            if "state" in vals and any(row.state != vals["state"] for row in ours):
                raise AccessError(
                    self.env._(
                        "The state of %s is not set by hand: take the step for it.",
                        ours[0].display_name,
                    )
                )
            if {"line_ids", "company_id"} & vals.keys():
                ours._check_pm_state("draft")
            if "property_id" in vals:
                # of those that were agreed to as OCA has them too
                self._check_pm_state("draft")
            if "requested_by" in vals:
                ours._check_pm_state("draft")
                self._check_asks_for_oneself(vals["requested_by"])
            if vals.get("property_id"):
                self.env["pm.property"].browse(vals["property_id"]).check_access("read")
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        requests = super().create(vals_list)
        if not self._writes_freely():
            for request in requests.filtered("estate_id"):
                if request.state != "draft":
                    self._check_asks_for_oneself(None)
                self._check_asks_for_oneself(request.requested_by.id)
        return requests

    def _check_asks_for_oneself(self, user_id):
        if user_id != self.env.uid:
            raise AccessError(
                self.env._("Everybody asks in the own name, with a new request.")
            )

    def _asked_by(self):
        """Who wrote it, who asks, and who asked for agreement: they decide nothing."""
        self.ensure_one()
        return super()._asked_by() | self.requested_by | self.asked_by_id

    def _check_pm_state(self, *states):
        """:raises UserError: naming the request, its state and those needed"""
        labels = dict(self._fields["state"]._description_selection(self.env))
        for request in self:
            if request.state not in states:
                raise UserError(
                    self.env._(
                        "%(request)s is in state %(state)s; this step needs "
                        "%(wanted)s.",
                        request=request.name,
                        state=labels[request.state],
                        wanted=" / ".join(labels[state] for state in states),
                    )
                )
