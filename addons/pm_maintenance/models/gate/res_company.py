from odoo import fields, models

# 保安服务管理条例, article 25: images of surveillance are kept 30 days at least
LEAST_FOOTAGE_DAYS = 30


class ResCompany(models.Model):
    _inherit = "res.company"

    pm_gate_keep_days = fields.Integer(
        "Keep Passes and Gate Log (Days)",
        default=365,
        help="After so many days names, telephone numbers, plates and photos of "
        "visitors are removed; what remains are times and numbers. 0 keeps them "
        "for ever.",
    )
    pm_footage_days = fields.Integer(
        "Camera Footage Is Stored (Days)",
        default=LEAST_FOOTAGE_DAYS,
        help="After so many days the recorder writes over it. The law asks for 30 "
        "days at least.",
    )
    pm_goods_check = fields.Selection(
        [
            ("none", "Do Not Ask"),
            ("warn", "Warn"),
            ("block", "Refuse"),
        ],
        "Goods Leaving with Open Fees",
        default="none",
        required=True,
        help="What happens when goods leave while fees or deposits of the place are "
        "open.",
    )

    _pm_gate_keep_days_sound = models.Constraint(
        "CHECK (pm_gate_keep_days = 0 OR pm_gate_keep_days >= 30)",
        "Passes and the gate log are kept for 30 days at least; 0 keeps them for ever.",
    )
    _pm_footage_days_sound = models.Constraint(
        f"CHECK (pm_footage_days >= {LEAST_FOOTAGE_DAYS})",
        "Camera footage is stored for 30 days at least: the law asks for it.",
    )
