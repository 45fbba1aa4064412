from odoo import Command, api, fields, models


class PmFeeItem(models.Model):
    """What can be charged, and how: the price list of an estate or the company.

    Prices are in company currency, tax included.
    """

    _name = "pm.fee.item"
    _description = "Fee Item"
    _inherit = ["pm.price.mixin", "mail.thread"]
    _order = "sequence, code, id"
    _rec_names_search = ["name", "code"]
    _check_company_auto = True

    name = fields.Char(required=True)
    code = fields.Char(required=True, copy=False)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    category = fields.Char(help="For example property fee, parking, public facilities.")
    estate_id = fields.Many2one(
        "pm.property",
        domain="[('kind', '=', 'estate')]",
        check_company=True,
        index="btree_not_null",
        help="Empty: for all estates of the company.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    price = fields.Float(
        tracking=True,
        help="Company currency per m² of gross area and month, tax included.",
    )
    surcharge = fields.Float(tracking=True)
    cycle = fields.Integer(
        "Cycle (Months)", required=True, default=1, help="Months billed at once."
    )
    timing = fields.Selection(
        [("advance", "In Advance"), ("arrears", "In Arrears")],
        "Billed When",
        required=True,
        default="advance",
    )
    proration = fields.Selection(
        [
            ("days", "By Days of the Month"),
            ("full", "Whole Month"),
            ("next", "From the Next Month"),
        ],
        "Part of a Month",
        required=True,
        default="days",
        help="What a month costs in which the fee begins or ends. From the next "
        "month: nothing in the month of the start, the whole month of the end.",
    )
    payer = fields.Selection(
        [("owner", "Owner"), ("occupant", "Occupant, else Owner")],
        required=True,
        default="owner",
        help="Who pays when the fee itself names nobody.",
    )
    product_id = fields.Many2one(
        "product.product",
        check_company=True,
        help="Carries the income account; made from the fee item when left empty.",
    )
    tax_ids = fields.Many2many(
        "account.tax",
        string="Taxes",
        domain="[('type_tax_use', '=', 'sale')]",
        check_company=True,
        default=lambda self: self.env.company._pm_get_fee_tax(),
        help="Prices include the tax: choose a tax that is included in the price.",
    )
    fee_ids = fields.One2many("pm.fee", "fee_item_id", "Fees")
    fee_count = fields.Integer(compute="_compute_fee_count")

    _code_unique = models.UniqueIndex(
        "(company_id, COALESCE(estate_id, 0), code)",
        "There is a fee item with this code already.",
    )
    _never_zero = models.Constraint(
        "CHECK (COALESCE(surcharge, 0) > 0"
        " OR (method = 'area' AND COALESCE(price, 0) > 0))",
        "This fee would always be zero: enter a price or a fixed amount.",
    )
    _cycle_positive = models.Constraint(
        "CHECK (cycle BETWEEN 1 AND 12)", "A cycle has 1 to 12 months."
    )

    @api.depends("fee_ids")
    def _compute_fee_count(self):
        counts = dict(
            self.env["pm.fee"]._read_group(
                [("fee_item_id", "in", self.ids)], ["fee_item_id"], ["__count"]
            )
        )
        for item in self:
            item.fee_count = counts.get(item._origin, 0)

    @api.model_create_multi
    def create(self, vals_list):
        items = super().create(vals_list)
        for item in items.filtered(lambda item: not item.product_id):
            # price list staff need not be product managers
            item.product_id = (
                self.env["product.product"].sudo().create(item._prepare_product())
            )
        return items

    def write(self, vals):
        """A fee item moves only to an estate that the user may see."""
        if vals.get("estate_id"):
            self.env["pm.property"].browse(vals["estate_id"]).check_access("read")
        return super().write(vals)

    def _prepare_product(self):
        self.ensure_one()
        return {
            "name": self.name,
            "default_code": self.code,
            "type": "service",
            "list_price": 0.0,
            "purchase_ok": False,
            "taxes_id": [Command.set(self.tax_ids.ids)],
            "company_id": self.company_id.id,
        }

    def action_view_fees(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("pm_billing.pm_fee_action"),
            "domain": [("fee_item_id", "=", self.id)],
            "context": {"default_fee_item_id": self.id},
        }
