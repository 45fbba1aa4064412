from odoo import fields, models

from ..counter.res_partner import SEES_BILLS


class ResPartner(models.Model):
    _inherit = "res.partner"

    pm_prepay_ids = fields.One2many(
        "pm.prepay", "partner_id", "Prepaid Months", groups=SEES_BILLS
    )
