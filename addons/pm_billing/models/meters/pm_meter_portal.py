from odoo import models
from odoo.exceptions import UserError

from .pm_meter_reading import VALUES


class PmMeter(models.Model):
    """What residents see of their meters, and send."""

    _inherit = "pm.meter"

    def _held_by(self, customers):
        """Return {meter: first day} of the meters at what ``customers`` hold today.

        Readings from before that day are of who was there then.
        """
        rows = (
            self.env["pm.occupancy"]
            .sudo()
            .search([("partner_id", "in", customers.ids), ("is_current", "=", True)])
        )
        since = {}
        for row in rows:
            day = since.get(row.property_id)
            since[row.property_id] = min(filter(None, (day, row.date_from)))
        meters = self.sudo().search(
            [
                ("property_id", "in", rows.property_id.ids),
                ("kind", "=", "private"),
            ],
            order="date_removed desc, medium, name",
        )
        return {meter: since[meter.property_id] for meter in meters}

    def _receive_of_resident(self, partner, values, photo=None):
        """Take a reading that a resident sends, of today.

        :param values: {register: what was entered}
        :param photo: the bytes of a picture
        :raises UserError: no number, or a reading of today is there already
        """
        self.ensure_one()
        today = self.estate_id._today()
        read = {}
        for name in self._register_names():
            text = values.get(name)
            try:
                read[VALUES[name]] = self._resident_number(text)
            except ValueError:
                raise UserError(
                    self.env._(
                        "Enter what the meter shows in digits, with a point before "
                        "fractions, as in 1234.5."
                    )
                ) from None
        there = self.reading_ids.filtered(
            lambda reading: reading.date == today and reading.state != "rejected"
        )
        if there:
            raise UserError(
                self.env._("A reading of today is there already. Thank you.")
            )
        reading = (
            self.env["pm.meter.reading"]
            .sudo()
            ._as_step()
            .create(
                {
                    "meter_id": self.id,
                    "date": today,
                    "source": "portal",
                    "partner_id": partner.id,
                    "user_id": self.env.uid,
                    "hold_facts": {"resident": True}
                    if self.company_id.pm_meter_hold_portal
                    else False,
                    **read,
                }
            )
        )
        if photo:
            reading._as_step().photo = photo
        return reading

    @staticmethod
    def _resident_number(text):
        text = text.strip() if isinstance(text, str) else ""
        if not (0 < len(text) <= 16) or set(text) - set("0123456789."):
            raise ValueError(text)
        return float(text)
