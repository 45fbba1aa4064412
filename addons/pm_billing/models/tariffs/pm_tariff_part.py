from odoo import api, fields, models

from odoo.addons.pm_core.tools.price_text import LEAST_DIGITS

from ..fees.quantities import typed
from .prices import price_text, quantity_text


class PmTariffPart(models.Model):
    """What is priced apart: of water the water itself, the resource fee, the sewage."""

    _name = "pm.tariff.part"
    _description = "Part of a Tariff"
    _inherit = ["pm.part.mixin"]
    _whole = "version_id"
    _order = "sequence, id"

    version_id = fields.Many2one(
        "pm.tariff.version", required=True, index=True, ondelete="cascade"
    )
    estate_id = fields.Many2one(related="version_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(
        related="version_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="version_id.currency_id")
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True)
    season_id = fields.Many2one(
        "pm.tariff.season",
        index="btree_not_null",
        ondelete="cascade",
        domain="[('version_id', '=', version_id)]",
        help="Empty: on all days that are in no season.",
    )
    base_fee = fields.Float(
        digits=(16, 10), min_display_digits=LEAST_DIGITS, aggregator=None
    )
    base_daily = fields.Boolean(
        "Base Fee a Day", help="The base fee is for each day, not for the bill."
    )
    included = fields.Float(
        "First Quantity Free",
        digits=(16, 10),
        aggregator=None,
        help="What the base fee covers; limits of the bands count it.",
    )
    share_percent = fields.Float(
        "Counts (%)",
        digits=(16, 10),
        default=100.0,
        aggregator=None,
        help="Part of the quantity that counts, e.g. 90 % of the water as sewage.",
    )
    register = fields.Char(
        "Register of the Meter",
        help="Name of the register of the meter that counts here: peak, flat, valley, "
        "demand. Empty: the whole quantity.",
    )
    bands_of_total = fields.Boolean(
        "Bands Count the Whole Quantity",
        help="The limits are for all that was used; what this register, or this share "
        "of the quantity, counts lies in the bands in the same proportion. Else the "
        "limits are for what counts here alone.",
    )
    least_register = fields.Char(
        "At Least of the Register",
        help="E.g. the connected power, for a demand charge.",
    )
    least_percent = fields.Float("At Least (%)", digits=(16, 10), aggregator=None)
    band_ids = fields.One2many("pm.tariff.band", "part_id")

    _share_positive = models.Constraint(
        "CHECK (share_percent > 0 AND COALESCE(base_fee, 0) >= 0"
        " AND COALESCE(included, 0) >= 0 AND COALESCE(least_percent, 0) >= 0)",
        "A part counts more than 0 % of the quantity, and no number is below zero.",
    )

    def _summary(self):
        """The prices in a few words: ``Water ¥ 3.45 ≤ 220, ¥ 4.83 ≤ 300, ¥ 5.83``."""
        self.ensure_one()
        texts = []
        for band in self.band_ids:
            price = price_text(self.env, typed(band.price), self.currency_id)
            texts.append(
                f"{price} ≤ {quantity_text(typed(band.up_to))}" if band.up_to else price
            )
        if self.base_fee:
            texts.insert(0, self.version_id._money(self.base_fee))
        return f"{self.name} {', '.join(texts)}"

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts.version_id._check_open()
        return parts

    def write(self, vals):
        self.version_id._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_if_open(self):
        self.version_id._check_open()
