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

    _pm_reminder_days_positive = models.Constraint(
        "CHECK (pm_reminder_days >= 0)", "Days of notice cannot be negative."
    )
