from datetime import timedelta

from odoo import api, fields, models

# codes that open nothing, from one address within an hour
PER_ADDRESS = 30


class PmGateTry(models.Model):
    """A code that opened nothing, counted so that nobody guesses them.

    Kept for a day; nobody but the system reads it. In the database, so that all
    workers count together.
    """

    _name = "pm.gate.try"
    _description = "Wrong Code of a Pass"

    address = fields.Char(required=True, index=True)

    @api.model
    def _is_too_often(self, address):
        since = fields.Datetime.now() - timedelta(hours=1)
        tries = self.sudo().search_count(
            [("create_date", ">=", since), ("address", "=", address)],
            limit=PER_ADDRESS,
        )
        return tries >= PER_ADDRESS

    @api.model
    def _note(self, address):
        self.sudo().create({"address": address})

    @api.autovacuum
    def _gc_tries(self):
        day = fields.Datetime.now() - timedelta(days=1)
        self.sudo().search([("create_date", "<", day)]).unlink()
