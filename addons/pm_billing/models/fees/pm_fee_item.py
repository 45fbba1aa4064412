from odoo import Command, api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import float_compare

from odoo.addons.pm_core.tools.price_text import PRICE_DIGITS

from ..ledger.business_day import likely_today, today_at

# What the fees of all estates that use an item are computed by.
PRICING = {
    "method",
    "price",
    "surcharge",
    "cycle",
    "timing",
    "proration",
    "tariff_id",
    "medium",
    "formula",
    "allocation_key_id",
    "by_occupancy",
    "rounding_stage",
    "rounding_mode",
    "rounding_to",
    "payer",
    "tax_ids",
    "tax_change_ids",
    "product_id",
    "estate_id",
    "company_id",
    "active",
}


class PmFeeItem(models.Model):
    """What can be charged, and how: the price list of an estate or the company.

    Prices are in company currency, tax included. An item without an estate is shared:
    who does not answer for all estates that use it makes an item of the own estate
    instead. A new price holds from a day on; what was billed before, or fell due
    before that day, keeps the price it had.
    """

    _name = "pm.fee.item"
    _pm_copyable = True
    _description = "Fee Item"
    _inherit = ["pm.setting.mixin", "pm.price.mixin", "mail.thread"]
    _order = "sequence, code, id"
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True)
    code = fields.Char(required=True, copy=False)
    sequence = fields.Integer(default=10)
    category = fields.Char(help="For example property fee, parking, public facilities.")
    currency_id = fields.Many2one(related="company_id.currency_id")
    price = fields.Float(
        tracking=True,
        help="Company currency per m² of gross area and month, tax included.",
    )
    surcharge = fields.Float(tracking=True)
    price_since = fields.Date(
        "Prices Hold From",
        copy=False,
        tracking=True,
        help="First day of the prices. When they change without it, fees that were "
        "billed before take the new price from the first day of this month, or from "
        "the first day that is not billed; those that never were take it for all "
        "their days.",
    )
    is_pricing_mine = fields.Boolean(
        compute="_compute_is_pricing_mine",
        help="Whether the user may change the price for all who use it.",
    )
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
    _cycle_positive = models.Constraint(
        "CHECK (cycle BETWEEN 1 AND 12)", "A cycle has 1 to 12 months."
    )

    @api.depends("fee_ids")
    @api.depends_context("uid")
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
            item._as_step().product_id = (
                self.env["product.product"].sudo().create(item._prepare_product())
            )
        return items

    def write(self, vals):
        """A fee item moves only to an estate that the user may see, and its price is
        changed only by who answers for all estates that use it.
        """
        if vals.get("estate_id"):
            self.env["pm.property"].browse(vals["estate_id"]).check_access("read")
        if not self.env.su and not PRICING.isdisjoint(vals):
            self._check_pricing()
        changing = self.filtered(lambda item: item._price_changes(vals))
        day = vals.get("price_since")
        kept = [(item, *item._keep_price(day)) for item in changing]
        if changing and not day:
            vals = {**vals, "price_since": self._this_month()}
        result = super().write(vals)
        for item, fees, continued in kept:
            # the database refuses two at a time
            fees.flush_recordset()
            item.env["pm.fee"].sudo()._as_step().create(continued)
        return result

    # ------------------------------------------------------------------
    # Prices
    # ------------------------------------------------------------------

    @api.depends_context("uid")
    @api.depends("estate_id")
    def _compute_is_pricing_mine(self):
        foreign = self._used_elsewhere()
        for item in self:
            item.is_pricing_mine = item._origin not in foreign

    def _used_elsewhere(self):
        """Return the shared items that are used by estates of others."""
        shared = self._origin.filtered(lambda item: not item.estate_id)
        user = self.env.user
        if user.has_group("pm_core.group_pm_company_manager") or not shared:
            return self.browse()
        used = {}
        for model, path in [("pm.fee", "estate_id"), ("pm.contract.line", "estate_id")]:
            for item, estates in (
                self.env[model]
                .sudo()
                ._read_group(
                    [("fee_item_id", "in", shared.ids)],
                    ["fee_item_id"],
                    [f"{path}:recordset"],
                )
            ):
                used[item.id] = used.get(item.id, estates) | estates
        return shared.filtered(
            lambda item: any(
                not user.sudo()._pm_sees(estate) for estate in used.get(item.id, ())
            )
        )

    def _check_pricing(self):
        """Refuse to set prices for estates of others.

        :raises AccessError: naming the item and the way to a price of one's own
        """
        foreign = self._used_elsewhere()
        if foreign:
            raise AccessError(
                self.env._(
                    "Other estates use the fee item %(item)s too: its price is changed "
                    "by the company manager. Press Own Item to make one for your "
                    "estate, with its own price from a day on.",
                    item=foreign[0].name,
                )
            )

    def _price_changes(self, vals):
        return any(
            name in vals
            and float_compare(
                vals[name] or 0.0, self[name], precision_digits=PRICE_DIGITS[1]
            )
            for name in ("price", "surcharge")
        )

    @api.model
    def _this_month(self):
        day = today_at(self) if self.estate_id else likely_today(self.env)
        return fields.Date.start_of(day, "month")

    def _keep_price(self, day):
        """Let fees that follow the price of the item keep it until ``day``.

        Without a day: those that were billed before keep it for the past.

        :return: (fees, values of the fees that go on from that day)
        """
        self.ensure_one()
        # sudo: who may set the price for all estates sets it for their fees
        fees = (
            self.env["pm.fee"]
            .sudo()
            .search(
                [
                    ("fee_item_id", "=", self.id),
                    ("has_own_price", "=", False),
                    ("contract_line_id", "=", False),
                ]
            )
        )
        if not day:
            fees = fees._billed_until().keys()
            fees = self.env["pm.fee"].sudo().concat(*fees)
            day = self._this_month()
        return fees._keep_until(fields.Date.to_date(day), self.price, self.surcharge)

    def action_make_own(self):
        """Open the form that makes an item of an estate from a shared one."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Own Item"),
            "res_model": "pm.fee.item.own",
            "view_mode": "form",
            "target": "new",
            "context": {"default_item_id": self.id},
        }

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
        self.check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("pm_billing.pm_fee_action"),
            "domain": [("fee_item_id", "=", self.id)],
            "context": {"default_fee_item_id": self.id},
        }
