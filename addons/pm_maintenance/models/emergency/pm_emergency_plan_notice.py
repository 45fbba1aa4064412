from odoo import fields, models


class PmEmergencyPlanNotice(models.Model):
    """What residents are told when the plan is activated, once.

    The text is approved with the plan, so that it goes out without another approval.
    """

    _name = "pm.emergency.plan.notice"
    _description = "Notice of an Emergency Plan"
    _inherit = ["pm.emergency.plan.part"]
    _order = "plan_id, sequence, id"
    _rec_name = "title"
    _plan_field = "notice_ids"

    plan_id = fields.Many2one(
        "pm.emergency.plan", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    title = fields.Char("Subject", required=True, translate=True)
    body = fields.Text(
        "Text",
        required=True,
        translate=True,
        help="{place} stands for the place of the emergency.",
    )
    kind_id = fields.Many2one("pm.notice.kind", required=True, ondelete="restrict")
    scope = fields.Selection(
        [
            ("building", "The Building Concerned"),
            ("estate", "The Whole Estate"),
        ],
        "Told Are",
        required=True,
        default="building",
    )
    by_sms = fields.Boolean("By SMS", default=True)
    by_wechat = fields.Boolean("By WeChat", default=True)
    is_immediate = fields.Boolean(
        "Published at Once",
        default=True,
        help="Otherwise it is made as a draft that somebody checks and publishes.",
    )

    def _version_text(self):
        return f"{self.title}: {self.body}"
