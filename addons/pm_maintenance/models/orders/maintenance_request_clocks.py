from odoo import models

# What an appointment is about; that somebody answers is promised from the report on.
BY_APPOINTMENT = ("arrival", "finish")


class MaintenanceRequest(models.Model):
    """From when on the promised times of an order run."""

    _inherit = "maintenance.request"

    def _sla_begins(self, target):
        """From the appointment, unless it is urgent: nobody is late before it.

        An order of a plan is made weeks ahead, and nobody waits for an answer.
        """
        if target.code not in BY_APPOINTMENT and not self.plan_id:
            return super()._sla_begins(target)
        moments = [self.reported_at]
        if self.urgency not in ("danger", "urgent"):
            moments.append(self.appointment)
        return max(filter(None, moments), default=None)
