from odoo import fields, models


class PmNoticeKind(models.Model):
    """What notices are about: water or power cut, safety, activity, fees."""

    _name = "pm.notice.kind"
    _description = "Notice Kind"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    days = fields.Integer(
        "Shown for (Days)",
        default=30,
        help="How long a notice of this kind is current after its publication, unless "
        "the notice says otherwise. 0: without an end.",
    )
    by_email = fields.Boolean("By E-mail", help="New notices are sent by e-mail too.")
    by_sms = fields.Boolean("By SMS", help="New notices are sent by SMS too.")
    by_wechat = fields.Boolean(
        "By WeChat",
        help="New notices are sent by WeChat too, where the company has an account.",
    )

    _days_not_negative = models.Constraint(
        "CHECK (days >= 0)", "A notice is shown for 0 or more days."
    )
