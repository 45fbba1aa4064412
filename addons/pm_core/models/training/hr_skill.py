from dateutil.relativedelta import relativedelta

from odoo import fields, models


class HrSkill(models.Model):
    _inherit = "hr.skill"

    pm_reminder_days = fields.Integer(
        "Remind before Expiry (Days)",
        default=60,
        help="How many days before a certificate of this kind expires its holder and "
        "HR are reminded. Renewal courses have waiting times.",
    )
    pm_authority = fields.Char(
        "Issuing Authority", translate=True, help="Who usually issues the certificate."
    )
    pm_validity_months = fields.Integer(
        "Valid for (Months)",
        help="How long a certificate given by a training is valid; 0: without an end.",
        aggregator=None,
    )

    _pm_reminder_days_positive = models.Constraint(
        "CHECK (pm_reminder_days >= 0)", "Days of notice cannot be negative."
    )
    _pm_validity_months_positive = models.Constraint(
        "CHECK (pm_validity_months >= 0)", "A validity cannot be negative."
    )

    def _pm_valid_to(self, day):
        """Return the last day of a certificate that begins on ``day``, or None."""
        if not self.pm_validity_months:
            return None
        return day + relativedelta(months=self.pm_validity_months, days=-1)
