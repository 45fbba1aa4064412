from odoo import api, fields, models


class PmContractAmendmentFee(models.Model):
    _inherit = "pm.contract.amendment.fee"

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
        selection=lambda self: self._line_selection("property_kind"),
        string="Charged to",
        default="unit",
        required=True,
    )
    property_usage = fields.Selection(
        selection=lambda self: self._line_selection("property_usage"),
        string="Of Usage",
        help="Empty: whatever the usage.",
    )

    @api.model
    def _line_selection(self, name):
        field = self.env["pm.contract.line"]._fields[name]
        return field._description_selection(self.env)

    @api.depends("fee_item_id")
    def _compute_from_item(self):
        """A new fee starts from its fee item; what is agreed may differ."""
        for row in self:
            item = row.fee_item_id if not row.line_id else row.fee_item_id.browse()
            row.name = item.name or row.name
            row.method = item.method or row.method or "area"
            row.price = item.price if item else row.price
            row.surcharge = item.surcharge if item else row.surcharge

    def _each_text(self, amount):
        if self.property_kind == "parking":
            return self.env._(
                "%(amount)s a month for each parking space", amount=amount
            )
        return super()._each_text(amount)

    @api.model
    def _fee_fields(self):
        return [
            *super()._fee_fields(),
            *("fee_item_id", "property_kind", "property_usage"),
        ]
