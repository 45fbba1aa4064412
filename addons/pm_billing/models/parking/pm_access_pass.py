from odoo import api, fields, models

from odoo.addons.pm_maintenance.models.gate.gate_roles import plate_key

# so many signs of a plate say whose car it is
SIGNS = 4


class PmAccessPass(models.Model):
    """The gate knows the cars of the parking spaces of its estate."""

    _inherit = "pm.access.pass"

    @api.model
    def gate_find(self, text, post_id):
        found = super().gate_find(text, post_id)
        key = plate_key(text if isinstance(text, str) else "")
        if not SIGNS <= len(key) <= 20:
            return found
        return found + self._gate_cars(key, self._gate_post(post_id))

    @api.model
    def _gate_cars(self, key, post):
        """Answers for cars that have a space; guards have no right on the lets."""
        today = post.estate_id.sudo()._today()
        plates_sudo = self.env["pm.parking.plate"].sudo()
        rows = plates_sudo.search(
            [
                *plates_sudo._domain_plate(key, today),
                ("let_id.estate_id", "=", post.estate_id.id),
            ],
            limit=5,
        )
        return [
            {
                "id": False,
                "ok": True,
                "code": False,
                "reason": "",
                "car": {
                    "plate": row.plate,
                    "place": row.let_id.property_id.display_name,
                    "host": row.let_id.partner_id.name or "",
                    "until": fields.Date.to_string(row.date_to or row.let_id.date_to)
                    if row.date_to or row.let_id.date_to
                    else "",
                    "note": row.note or "",
                },
            }
            for row in rows
        ]
