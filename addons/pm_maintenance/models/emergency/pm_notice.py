from odoo import fields, models


class PmNotice(models.Model):
    _inherit = "pm.notice"

    emergency_id = fields.Many2one(
        "pm.emergency",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    emergency_line_id = fields.Many2one(
        "pm.emergency.plan.notice",
        "Line of the Emergency Plan",
        readonly=True,
        copy=False,
        ondelete="set null",
    )

    _emergency_once = models.UniqueIndex(
        "(emergency_id, emergency_line_id) WHERE emergency_line_id IS NOT NULL",
        "The emergency has this notice already.",
    )
