from odoo import api, fields, models
from odoo.exceptions import AccessError


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

    def write(self, vals):
        self._pm_check_login(vals)
        return super().write(vals)

    def _pm_check_login(self, vals):
        """Whose login an employee has says what they sign, score and read as their own.

        HR gives one who has none a login; taking it away or exchanging it would let
        somebody act for another, or judge their own work under no name.

        :raises AccessError: naming the employee
        """
        if not {"user_id", "work_contact_id", "resource_id"} & vals.keys():
            return
        if self.env["res.partner"]._pm_changes_identities():
            return
        for employee in self.sudo():
            login = employee.user_id
            other_login = "user_id" in vals and login.id != (vals["user_id"] or False)
            contact = employee.work_contact_id
            other_contact = (
                "work_contact_id" in vals
                and contact.id != (vals["work_contact_id"] or False)
                and contact.user_ids
            )
            other_resource = (
                "resource_id" in vals and employee.resource_id.id != vals["resource_id"]
            )
            if (login and other_login) or other_contact or other_resource:
                raise AccessError(
                    self.env._(
                        "%s has a login. An administrator takes it away or gives "
                        "another.",
                        employee.name,
                    )
                )
            if other_login and vals["user_id"] == self.env.uid:
                raise AccessError(
                    self.env._("You cannot make yourself another employee.")
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
        self.check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "pm_core.pm_appraisal_action"
            ),
            "domain": [("employee_id", "in", self.ids)],
            "context": {},
        }

    def _filtered_told(self):
        """Who may not open employees is shown their public side, under the same ids."""
        told = super()._filtered_told()
        rest = self.env["hr.employee.public"].browse((self - told).ids)
        return told | self.browse(rest._filtered_access("read").ids)
