from odoo import fields, models
from odoo.exceptions import UserError


class MaintenanceEquipment(models.Model):
    """What reports know of a machine: its code in alarms, and that of its label."""

    _name = "maintenance.equipment"
    _inherit = ["maintenance.equipment", "pm.report.code.mixin"]

    alarm_code = fields.Char(
        "Code in Alarms",
        copy=False,
        index="btree_not_null",
        help="What the alarm system calls this machine, where it is not its code.",
    )

    def action_print_report_codes(self):
        """Print the QR codes of these machines, to be put up at them.

        :raises UserError: one stands nowhere: nobody would know where to go
        """
        self.check_access("read")
        for machine in self.filtered(lambda machine: not machine.property_id):
            raise UserError(
                self.env._(
                    "%s has no place. Enter where it stands first.",
                    machine.display_name,
                )
            )
        self._provide_report_token()
        return self.env.ref("pm_maintenance.report_code_machine_report").report_action(
            self
        )

    def _report_place(self):
        return self.property_id
