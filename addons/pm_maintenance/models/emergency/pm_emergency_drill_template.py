from odoo import fields, models

UNITS = [("month", "Months"), ("year", "Years")]


class PmEmergencyDrillTemplate(models.Model):
    """How often a drill has to be held, and which law says so. Shipped as data."""

    _name = "pm.emergency.drill.template"
    _description = "Drill Interval"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    type_id = fields.Many2one(
        "pm.emergency.type", required=True, index=True, ondelete="restrict"
    )
    schedule_unit = fields.Selection(UNITS, "Unit", required=True, default="month")
    schedule_every = fields.Integer("Every", required=True, default=6, aggregator=None)
    lead_days = fields.Integer("Planned Ahead (Days)", default=30)
    is_statutory = fields.Boolean("Asked for by Law")
    source = fields.Char(translate=True, help="Law or standard that sets the interval.")

    _every_positive = models.Constraint(
        "CHECK (schedule_every > 0 AND lead_days >= 0)",
        "An interval is 1 or more, and days ahead are counted from 0.",
    )

    def _apply(self, estates, start=None):
        """Plan the drills of these templates at estates; one that has it keeps it.

        :param start: day of the first drill, today by default
        :return: the drill plans made
        """
        Plan = self.env["pm.emergency.drill.plan"]
        there = Plan.search(
            [("template_id", "in", self.ids), ("property_id", "in", estates.ids)]
        )
        known = {(plan.template_id, plan.property_id) for plan in there}
        start = start or fields.Date.context_today(self)
        return Plan.create(
            [
                {
                    "name": template.name,
                    "template_id": template.id,
                    "type_id": template.type_id.id,
                    "property_id": estate.id,
                    "schedule_start": start,
                    "schedule_unit": template.schedule_unit,
                    "schedule_every": template.schedule_every,
                    "lead_days": template.lead_days,
                    "is_statutory": template.is_statutory,
                    "source": template.source,
                }
                for template in self
                for estate in estates
                if (template, estate) not in known
            ]
        )
