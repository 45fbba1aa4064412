from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...engine.tariff_document import month_day


class PmTariffSeason(models.Model):
    """Days of each year with parts of their own, such as summer."""

    _name = "pm.tariff.season"
    _description = "Season of a Tariff"
    _inherit = ["pm.part.mixin"]
    _whole = "version_id"
    _order = "day_from, id"

    version_id = fields.Many2one(
        "pm.tariff.version", required=True, index=True, ondelete="cascade"
    )
    estate_id = fields.Many2one(related="version_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(
        related="version_id.company_id", store=True, index=True
    )
    name = fields.Char(required=True)
    day_from = fields.Char("First Day", required=True, help="Month and day: 06-01")
    day_to = fields.Char("Last Day", required=True, help="Month and day: 09-30")

    @api.constrains("day_from", "day_to")
    def _check_days(self):
        for season in self:
            for day in (season.day_from, season.day_to):
                try:
                    month_day(day)
                except ValueError:
                    raise ValidationError(
                        self.env._(
                            "%(season)s: %(day)s is no day of a year. Write month and "
                            "day, such as 06-01.",
                            season=season.name,
                            day=day,
                        )
                    ) from None

    @api.model_create_multi
    def create(self, vals_list):
        seasons = super().create(vals_list)
        seasons.version_id._check_open()
        return seasons

    def write(self, vals):
        self.version_id._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_if_open(self):
        self.version_id._check_open()
