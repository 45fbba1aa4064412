from odoo import models

from odoo.addons.pm_maintenance.models.gate.gate_roles import plate_key

from ...models.ledger.business_day import likely_today


class PmCounter(models.TransientModel):
    """Cars of parking spaces are found by their plates, several a space."""

    _inherit = "pm.counter"

    def _find_by_plate(self, text):
        found = super()._find_by_plate(text)
        key = plate_key(text)
        if found.places or found.partners or len(key) < 5:
            return found
        if not any(letter.isalpha() for letter in key):
            return found
        plates = self.env["pm.parking.plate"]
        lets = plates.search(
            plates._domain_plate(text, likely_today(self.env)), limit=10
        ).let_id
        return type(found)(lets.property_id, lets.partner_id)
