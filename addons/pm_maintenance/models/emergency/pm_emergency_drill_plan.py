from datetime import timedelta

from odoo import api, fields, models


class PmEmergencyDrillPlan(models.Model):
    """Drills of one type at an estate, at the interval of the law."""

    _name = "pm.emergency.drill.plan"
    _description = "Drill Plan"
    _inherit = [
        "pm.estate.mixin",
        "pm.schedule.mixin",
        "pm.cron.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "estate_id, type_id, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, tracking=True)
    active = fields.Boolean(default=True)
    property_id = fields.Many2one(string="Estate or Place", check_company=True)
    type_id = fields.Many2one(
        "pm.emergency.type", required=True, index=True, ondelete="restrict"
    )
    template_id = fields.Many2one(
        "pm.emergency.drill.template", index="btree_not_null", ondelete="restrict"
    )
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        default=lambda self: self.env.user,
        tracking=True,
        help="Prepares the drills and leads them.",
    )
    lead_days = fields.Integer("Planned Ahead (Days)", default=30)
    is_statutory = fields.Boolean("Asked for by Law")
    source = fields.Char(help="Law or standard that sets the interval.")
    drill_ids = fields.One2many("pm.emergency.drill", "drill_plan_id", "Drills")
    last_held = fields.Date(compute="_compute_days")
    next_day = fields.Date("Next Due", compute="_compute_days")
    is_overdue = fields.Boolean(compute="_compute_days")

    _days_positive = models.Constraint(
        "CHECK (lead_days >= 0)", "Days cannot be negative."
    )
    _template_once = models.UniqueIndex(
        "(template_id, property_id) WHERE active AND template_id IS NOT NULL",
        "The place has a drill plan of this template already.",
    )

    @api.depends("drill_ids.state", "drill_ids.planned_day", "schedule_start")
    def _compute_days(self):
        today = fields.Date.context_today(self)
        for plan in self:
            drills = plan.drill_ids
            held = drills.filtered(lambda drill: drill.state == "held")
            open_days = drills.filtered(lambda drill: drill.state == "planned")
            plan.last_held = max(held.mapped("planned_day"), default=False)
            plan.next_day = min(
                open_days.mapped("planned_day"), default=False
            ) or plan._next_planned(today)
            plan.is_overdue = any(open_days.mapped("is_overdue"))

    def _next_planned(self, today):
        if not self.schedule_start:
            return False
        first = max(today, self.schedule_start)
        slots = self._schedule_planned(first, first + timedelta(days=1600))
        return slots[0][1] if slots else False

    def _generate(self, date_to=None):
        """Plan the drills up to ``date_to``; twice the same window makes none twice.

        :param date_to: last day; by default today and the days each plan is ahead
        :return: the drills made
        """
        today = fields.Date.context_today(self)
        plans = self.sudo().filtered(lambda plan: plan.active and plan.schedule_start)
        known = {(drill.drill_plan_id, drill.planned_day) for drill in plans.drill_ids}
        values = []
        for plan in plans:
            until = date_to or today + timedelta(days=plan.lead_days)
            # the planned day names the slot: numbers would move with the first day
            for _number, day in plan._schedule_planned(plan.schedule_start, until):
                if (plan, day) not in known:
                    values.append({"drill_plan_id": plan.id, "planned_day": day})
        drills = self.env["pm.emergency.drill"].sudo()._as_step().create(values)
        drills = drills.with_env(self.sudo().env)
        drills._ask_responsible()
        return drills.with_env(self.env)

    def action_generate(self):
        """Plan now what falls due."""
        self.check_access("write")
        drills = self._generate()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": self.env._("%s drills were planned.", len(drills)),
                "type": "success",
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    @api.model
    def _cron_generate(self):
        """Every night, a bad plan stopping no other."""
        # every plan may fall due
        # pylint: disable-next=no-search-all
        self.search([])._cron_each(lambda plan: plan._generate())
