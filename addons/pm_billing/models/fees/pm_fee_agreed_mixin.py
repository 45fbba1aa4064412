from odoo import api, fields, models

from .pm_fee_item_method import METHODS, ONDELETE


class PmFeeAgreedMixin(models.AbstractModel):
    """A price that is agreed with a customer, in a contract or its amendment.

    It starts from a fee item, the price list, and may then differ. It says besides
    which properties it is charged to.

    A model puts this before what it extends, so that its fields come to be computed::

        _inherit = ["pm.fee.agreed.mixin", "pm.contract.line"]
    """

    _name = "pm.fee.agreed.mixin"
    _description = "Agreed Fee"
    _inherit = ["pm.price.mixin"]

    fee_item_id = fields.Many2one(
        "pm.fee.item",
        index="btree_not_null",
        ondelete="restrict",
        domain="['|', ('estate_id', '=', False), ('estate_id', '=', estate_id)]",
    )
    name = fields.Char(
        compute="_compute_from_item", store=True, readonly=False, precompute=True
    )
    # the fee item comes before the default
    method = fields.Selection(
        selection_add=METHODS,
        ondelete=ONDELETE,
        compute="_compute_from_item",
        store=True,
        readonly=False,
        precompute=True,
        default=None,
    )
    price = fields.Float(
        compute="_compute_from_item", store=True, readonly=False, precompute=True
    )
    surcharge = fields.Float(
        compute="_compute_from_item", store=True, readonly=False, precompute=True
    )
    property_kind = fields.Selection(
        [("unit", "Units"), ("parking", "Parking Spaces")],
        "Charged to",
        default="unit",
        required=True,
    )
    property_usage = fields.Selection(
        selection=lambda self: (
            self.env["pm.property"]._fields["usage"]._description_selection(self.env)
        ),
        string="Of Usage",
        help="Empty: whatever the usage.",
    )

    @api.depends("fee_item_id")
    def _compute_from_item(self):
        """A new fee starts from its fee item; what is agreed may differ."""
        for fee in self:
            item = fee._item_to_start_from()
            fee.name = item.name or fee.name
            fee.method = item.method or fee.method or "area"
            fee.price = item.price if item else fee.price
            fee.surcharge = item.surcharge if item else fee.surcharge

    def _item_to_start_from(self):
        """Return the fee item whose price is taken over; none to keep what is there."""
        self.ensure_one()
        return self.fee_item_id

    def _each_text(self, amount):
        if self.property_kind == "parking":
            return self.env._(
                "%(amount)s a month for each parking space", amount=amount
            )
        return super()._each_text(amount)
