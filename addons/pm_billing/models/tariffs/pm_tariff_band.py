from odoo import api, fields, models

from odoo.addons.pm_core.tools.price_text import LEAST_DIGITS


class PmTariffBand(models.Model):
    """A price up to a limit, which still belongs to it."""

    _name = "pm.tariff.band"
    _description = "Band of a Tariff"
    _inherit = ["pm.part.mixin"]
    _whole = "part_id"
    _order = "part_id, sequence, id"
    _rec_name = "price"

    part_id = fields.Many2one(
        "pm.tariff.part", required=True, index=True, ondelete="cascade"
    )
    estate_id = fields.Many2one(related="part_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="part_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="part_id.currency_id")
    sequence = fields.Integer(default=10)
    up_to = fields.Float(
        digits=(16, 10),
        aggregator=None,
        help="The last unit with this price; 0: without a limit.",
    )
    price = fields.Float(
        required=True,
        digits=(16, 10),
        min_display_digits=LEAST_DIGITS,
        aggregator=None,
        help="Company currency for one unit.",
    )
    add_per_person = fields.Float(
        "Wider per Person",
        digits=(16, 10),
        aggregator=None,
        help="By how much each further person of a large household widens the limit.",
    )

    _not_negative = models.Constraint(
        "CHECK (COALESCE(up_to, 0) >= 0 AND price >= 0"
        " AND COALESCE(add_per_person, 0) >= 0)",
        "Limits and prices are not below zero.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        bands = super().create(vals_list)
        bands.part_id.version_id._check_open()
        return bands

    def write(self, vals):
        self.part_id.version_id._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_if_open(self):
        self.part_id.version_id._check_open()
