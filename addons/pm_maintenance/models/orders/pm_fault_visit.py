from odoo import api, fields, models
from odoo.tools import consteq

from odoo.addons.pm_core.tools.secret import same_secret

# reports from one address, and for one place, within an hour
PER_ADDRESS, PER_PLACE = 10, 30
# wrong codes from one address within an hour, after which no code is right
WRONG_CODES = 10


class PmFaultVisit(models.Model):
    """A report from the public page, counted so that nobody floods the desk.

    Kept for a day; nobody but the system reads it.
    """

    _name = "pm.fault.visit"
    _description = "Report from the Public Page"

    address = fields.Char(required=True, index=True)
    property_id = fields.Many2one(
        "pm.property", "Place", required=True, index=True, ondelete="cascade"
    )

    @api.model
    def _recent(self, address=None):
        """Domain of what this address did within an hour."""
        since = fields.Datetime.subtract(fields.Datetime.now(), hours=1)
        domain = [("create_date", ">=", since)]
        return [*domain, ("address", "=", address)] if address else domain

    @api.model
    def _is_too_often(self, address, place):
        """Count a report from this address for this place, unless there were too many
        of either within an hour."""
        visits = self.sudo()
        often = (
            visits.search_count(self._recent(address)) >= PER_ADDRESS
            or visits.search_count([*self._recent(), ("property_id", "=", place.id)])
            >= PER_PLACE
        )
        if not often:
            visits.create({"address": address, "property_id": place.id})
        return often

    @api.model
    def _is_right_code(self, code, right, address, place):
        """Compare in constant time; whoever guesses is soon refused any code."""
        if not right or not isinstance(code, str) or not code.isascii():
            return False
        visits, address = self.sudo(), f"code {address}"
        if visits.search_count(self._recent(address)) >= WRONG_CODES:
            return False
        if consteq(right, code):
            return True
        visits.create({"address": address, "property_id": place.id})
        return False

    @api.model
    def _opened(self, records, code, address):
        """Return which of these records the code opens, or none.

        :param records: all that have the number which was told: companies may number by
            sequences of their own
        """
        right, record = "", records[:1]
        for one in records:
            for known in one._access_codes():
                if same_secret(known, code):
                    right, record = known, one
        right = right or (record and next(iter(record._access_codes()), ""))
        right = self._is_right_code(code, right, address, record.property_id)
        return record if right else records.browse()

    @api.autovacuum
    def _gc_visits(self):
        day = fields.Datetime.subtract(fields.Datetime.now(), days=1)
        self.sudo().search([("create_date", "<", day)]).unlink()
