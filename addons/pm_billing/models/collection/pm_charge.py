from odoo import models


class PmCharge(models.Model):
    """Charges for which a bank is asked."""

    _inherit = "pm.charge"

    def _awaited(self):
        found = super()._awaited()
        lines_sudo = (
            self.env["pm.collection.line"]
            .sudo()
            .search(
                [
                    ("charge_ids", "in", self.ids),
                    ("state", "=", "waiting"),
                    ("batch_id.state", "=", "sent"),
                ]
            )
        )
        for line in lines_sudo:
            found.update(dict.fromkeys(line.charge_ids.ids, line.batch_id.name))
        return found
