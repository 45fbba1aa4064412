from odoo import api, models


class PmEmergencyPlanPart(models.AbstractModel):
    """A line of an emergency plan: locked with its plan, once that is approved.

    A version fixes its lines too; without this a step could be changed by its own
    id under a plan that holds.
    """

    _name = "pm.emergency.plan.part"
    _description = "Line of an Emergency Plan"
    _inherit = ["pm.part.mixin"]
    _whole = "plan_id"
    # the field of the plan that holds the lines
    _plan_field = None

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts._check_plan_open()
        return parts

    def write(self, vals):
        self._check_plan_open()
        return super().write(vals)

    def _update_field_translations(self, field_name, *args, **kwargs):
        self._check_plan_open()
        return super()._update_field_translations(field_name, *args, **kwargs)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_approved(self):
        self._check_plan_open()

    def _check_plan_open(self):
        """:raises UserError: the plan is approved, and is changed in a new version"""
        if self._writes_freely():
            # data files and their updates, and steps: a new version, an applied plan
            return
        plans = self.plan_id
        plans.check_access("write")
        plans._check_unlocked([self._plan_field])
