from odoo import fields, models


class PmChannel(models.Model):
    """The way by which something reached the company; every intake records one."""

    _name = "pm.channel"
    _description = "Channel"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True,
        help="Used by what takes things in automatically: counter, phone, email, "
        "portal, wechat, app, inspection, survey, visit.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex(
        "(code)", "This code is taken by another channel."
    )
