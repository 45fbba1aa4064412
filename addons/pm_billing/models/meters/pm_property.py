from odoo import fields, models


class PmProperty(models.Model):
    """The meters of a place."""

    _inherit = "pm.property"

    meter_ids = fields.One2many(
        "pm.meter",
        "property_id",
        "Meters",
        groups="pm_core.group_pm_service,pm_billing.group_pm_cashier,"
        "pm_billing.group_pm_billing_clerk,pm_maintenance.group_pm_inspector",
    )
