from odoo import api, fields, models

from ..ledger.business_day import today_at


class PmFeeItemTax(models.Model):
    """Taxes that a fee item bears from a day on, until those of a later day.

    A law that changes a rate says from when: bills of that day and after bear the new
    one, whatever period they are for. Amounts stay, as they include the tax.
    """

    _name = "pm.fee.item.tax"
    _description = "Taxes of a Fee Item from a Day on"
    _inherit = ["pm.part.mixin"]
    _whole = "fee_item_id"
    _order = "fee_item_id, date_from desc, id"
    _rec_name = "date_from"
    _check_company_auto = True

    fee_item_id = fields.Many2one(
        "pm.fee.item", required=True, index=True, ondelete="cascade"
    )
    estate_id = fields.Many2one(
        related="fee_item_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="fee_item_id.company_id", store=True, index=True, precompute=True
    )
    date_from = fields.Date("Bills from", required=True)
    tax_ids = fields.Many2many(
        "account.tax",
        "pm_fee_item_tax_rel",
        string="Taxes",
        domain="[('type_tax_use', '=', 'sale')]",
        check_company=True,
        help="Choose taxes that are included in the price; empty: free of tax.",
    )
    note = fields.Char("Legal Basis")

    _once = models.UniqueIndex(
        "(fee_item_id, date_from)", "The item has other taxes from that day already."
    )

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows._check_pricing()
        return rows

    def write(self, vals):
        self._check_pricing()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_by_who_sets_prices(self):
        self._check_pricing()

    def _check_pricing(self):
        """:raises AccessError: estates of others use the item"""
        if not self.env.su:
            self.fee_item_id._check_pricing()


class PmFeeItem(models.Model):
    """Which taxes an item bears on a day."""

    _inherit = "pm.fee.item"

    tax_change_ids = fields.One2many(
        "pm.fee.item.tax", "fee_item_id", "Taxes from a Day on", copy=True
    )
    tax_today_ids = fields.Many2many(
        "account.tax",
        string="Taxes Today",
        compute="_compute_tax_today_ids",
        compute_sudo=True,
    )

    @api.depends("tax_ids", "tax_change_ids.date_from", "tax_change_ids.tax_ids")
    def _compute_tax_today_ids(self):
        for item in self:
            item.tax_today_ids = item._taxes_on(today_at(item.estate_id))

    def _taxes_on(self, day):
        """Return the taxes that bills of a day bear."""
        self.ensure_one()
        begun = self.tax_change_ids.filtered(
            lambda row: row.date_from and row.date_from <= day
        )
        last = begun.sorted("date_from")[-1:]
        return last.tax_ids if last else self.tax_ids
