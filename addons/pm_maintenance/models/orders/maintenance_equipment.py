from odoo import fields, models


class MaintenanceEquipment(models.Model):
    _inherit = "maintenance.equipment"

    alarm_code = fields.Char(
        "Code in Alarms",
        copy=False,
        index="btree_not_null",
        help="What the alarm system calls this machine, where it is not its code.",
    )
