from odoo import api, fields, models


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    pm_estate_id = fields.Many2one(
        "pm.property",
        "Works at",
        index="btree_not_null",
        domain="[('kind', '=', 'estate')]",
        check_company=True,
        help="The estate where the employee works; empty: the head office.",
    )
    pm_appraisal_ids = fields.One2many(
        "pm.appraisal", "employee_id", "Appraisals", groups="hr.group_hr_user"
    )
    pm_appraisal_count = fields.Integer(
        compute="_compute_pm_appraisal_count", groups="hr.group_hr_user"
    )

    @api.depends("pm_appraisal_ids")
    @api.depends_context("uid")
    def _compute_pm_appraisal_count(self):
        counts = dict(
            self.env["pm.appraisal"]._read_group(
                [("employee_id", "in", self.ids)], ["employee_id"], ["__count"]
            )
        )
        for employee in self:
            employee.pm_appraisal_count = counts.get(employee, 0)

    def action_pm_appraisals(self):
        """Open the appraisals of these employees."""
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "pm_core.pm_appraisal_action"
            ),
            "domain": [("employee_id", "in", self.ids)],
            "context": {},
        }
