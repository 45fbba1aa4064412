from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError

# so long after the arrival a phone may take to find out where it is
FOUND_WITHIN = timedelta(minutes=10)


class MaintenanceRequest(models.Model):
    """Where the phone was at the arrival, if it says so.

    Nobody waits for it: the step is taken first, and the position comes after.
    """

    _inherit = "maintenance.request"

    def _ask_position(self):
        """Has the web client send the position of the phone, if its user lets it."""
        if not self or self.env.user.share:
            return None
        return {
            "type": "ir.actions.client",
            "tag": "pm_order_position",
            "params": {"order_ids": self.ids},
        }

    def action_tell_position(self, latitude, longitude):
        """The position at which the user arrived just now; once, and not later.

        :return: whether there was an arrival that it belongs to
        :raises UserError: no such place on earth
        """
        self._check_worker()
        place = self._read_position(latitude, longitude)
        since = fields.Datetime.now() - FOUND_WITHIN
        arrivals = self.env["pm.order.step"].sudo()
        for order in self.sudo():
            arrivals |= order.step_ids.filtered(
                lambda step: (
                    step.step == "arrive"
                    and step.user_id == self.env.user
                    and step.at >= since
                    and not (step.latitude or step.longitude)
                )
            )[-1:]
        if not (place and arrivals):
            return False
        arrivals._as_step().write(place)
        return True

    def _read_position(self, latitude, longitude):
        """What the phone says, as values of the step; nothing where it says nothing.

        :raises UserError: no such place on earth
        """
        if latitude in (None, "") or longitude in (None, ""):
            return {}
        try:
            place = {"latitude": float(latitude), "longitude": float(longitude)}
        except (TypeError, ValueError):
            place = {}
        # written so that "not a number" is refused too
        if not (
            place and abs(place["latitude"]) <= 90 and abs(place["longitude"]) <= 180
        ):
            raise UserError(
                self.env._(
                    "%(latitude)s, %(longitude)s is no position: degrees, with a "
                    "point.",
                    latitude=latitude,
                    longitude=longitude,
                )
            )
        return place
