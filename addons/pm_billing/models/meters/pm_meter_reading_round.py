from odoo import api, fields, models
from odoo.fields import Domain


class PmMeterReading(models.Model):
    """Readings of rounds, with the photos of the visit."""

    _inherit = "pm.meter.reading"

    line_id = fields.Many2one(
        "pm.inspection.line",
        "Line of a Round",
        readonly=True,
        copy=False,
        ondelete="set null",
    )
    picture = fields.Binary(
        compute="_compute_picture",
        compute_sudo=True,
        help="The photo that was sent with it, or taken on the round.",
    )

    _line_once = models.UniqueIndex(
        "(line_id) WHERE line_id IS NOT NULL",
        "This line of a round is a reading already.",
    )

    @api.depends("photo", "line_id.answer_id.photo_ids.state")
    def _compute_picture(self):
        for reading in self:
            reading.picture = reading.photo or reading._round_photos()[:1].image

    def _round_photos(self):
        """The photos of the visit that are of this meter, else those of the place."""
        line = self.sudo().line_id
        photos = line.answer_id.photo_ids.filtered(lambda one: one.state == "stored")
        own = photos.filtered(
            lambda one: one.item_id.meter_id == self.meter_id and one.item_id
        )
        return own or photos.filtered(lambda one: not one.item_id)

    @api.model
    def _domain_of_lines(self, lines):
        return Domain("line_id", "in", lines.ids)
