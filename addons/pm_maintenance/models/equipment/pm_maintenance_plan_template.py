from odoo import Command, fields, models
from odoo.exceptions import UserError

UNITS = [("day", "Days"), ("week", "Weeks"), ("month", "Months"), ("year", "Years")]


class PmMaintenancePlanTemplate(models.Model):
    """A service that many machines need, with its interval and where that is from.

    The intervals of the law are shipped here as data, and are changed here where a
    place has stricter ones.
    """

    _name = "pm.maintenance.plan.template"
    _description = "Maintenance Plan Template"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    fault_category_id = fields.Many2one("pm.fault.category", ondelete="restrict")
    permit = fields.Selection(
        related="fault_category_id.permit",
        string="Permit Needed",
        help="The fault category asks for it: work begins when it is issued.",
    )
    schedule_unit = fields.Selection(UNITS, "Unit", required=True)
    schedule_every = fields.Integer("Every", required=True, default=1, aggregator=None)
    lead_days = fields.Integer("Made Ahead (Days)", default=14)
    counts_from = fields.Selection(
        [("plan", "The Planned Day"), ("done", "The Day It Was Done")],
        "Counts from",
        required=True,
        default="plan",
    )
    is_statutory = fields.Boolean("Asked for by Law")
    source = fields.Char(translate=True, help="Law or standard that sets the interval.")
    includes_ids = fields.Many2many(
        "pm.maintenance.plan.template",
        "pm_maintenance_plan_template_includes_rel",
        "template_id",
        "included_id",
        domain="[('id', '!=', id)]",
        help="Shorter services that need not be done when this one is.",
    )
    instructions = fields.Html(translate=True)
    item_ids = fields.One2many(
        "pm.maintenance.item",
        "template_id",
        "Checklist",
        copy=True,
        help="What is ticked, or measured, before the work is done.",
    )
    paper_type_id = fields.Many2one(
        "pm.document.type",
        "Paper That Proves It",
        domain="[('applies_to', '=', 'equipment')]",
        ondelete="restrict",
        help="Before its order is closed, a new one is among the papers of the "
        "machine. Without a machine, any paper of the order will do.",
    )

    _every_positive = models.Constraint(
        "CHECK (schedule_every > 0)", "An interval is 1 or more."
    )

    def _apply(self, machines=None, places=None, start=None):
        """Make plans of these templates for machines, or for places without one.

        A machine that has a plan of the same template keeps it.

        :param machines: ``maintenance.equipment`` with a place
        :param places: ``pm.property``
        :param start: first day, today by default
        :return: the plans made
        """
        machines = machines or self.env["maintenance.equipment"]
        places = places or self.env["pm.property"]
        for machine in machines.filtered(lambda machine: not machine.property_id):
            raise UserError(
                self.env._(
                    "%s has no place. Enter where it stands first.",
                    machine.display_name,
                )
            )
        pairs = [(machine.property_id, machine) for machine in machines]
        pairs += [(place, self.env["maintenance.equipment"]) for place in places]
        Plan = self.env["pm.maintenance.plan"]
        there = Plan.search(
            [
                ("template_id", "in", self.ids),
                ("property_id", "in", [place.id for place, _machine in pairs]),
            ]
        )
        known = {
            (plan.template_id, plan.property_id, plan.equipment_id) for plan in there
        }
        start = start or fields.Date.context_today(self)
        plans = Plan.create(
            [
                template._plan_values(place, machine, start)
                for template in self
                for place, machine in pairs
                if (template, place, machine) not in known
            ]
        )
        self._link_included(plans)
        return plans

    def _link_included(self, plans):
        """Plans include those of the same machine or place that their templates do,
        whichever of them was made first.
        """
        related = plans.template_id | plans.template_id.includes_ids
        related |= self.search([("includes_ids", "in", plans.template_id.ids)])
        mates = plans | plans.search(
            [
                ("template_id", "in", related.ids),
                ("property_id", "in", plans.property_id.ids),
            ]
        )
        by_key = {
            (plan.template_id, plan.property_id, plan.equipment_id): plan
            for plan in mates
        }
        for plan in mates.filtered("template_id.includes_ids"):
            included = [
                by_key.get((template, plan.property_id, plan.equipment_id))
                for template in plan.template_id.includes_ids
            ]
            ids = {one.id for one in included if one and (plan | one) & plans}
            if ids - set(plan.includes_ids.ids):
                plan.includes_ids = [Command.link(one) for one in sorted(ids)]

    def _plan_values(self, place, machine, start):
        return {
            "template_id": self.id,
            "name": self.name,
            "property_id": place.id,
            "equipment_id": machine.id,
            "fault_category_id": self.fault_category_id.id,
            "schedule_start": start,
            "schedule_unit": self.schedule_unit,
            "schedule_every": self.schedule_every,
            "counts_from": self.counts_from,
            "lead_days": self.lead_days,
            "is_statutory": self.is_statutory,
            "source": self.source,
            "instructions": self.instructions,
            "paper_type_id": self.paper_type_id.id,
            "item_ids": [
                Command.create(values) for values in self.item_ids._copy_values()
            ],
        }

    def _take_category(self, category):
        """From now on of ``category``; plans too, where they had the template's.

        What has to be safe is not left to whoever opens the plan next. Orders that are
        made already stay, and the plan says what was changed.
        """
        plans = (
            self.env["pm.maintenance.plan"]
            .sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("template_id", "in", self.ids),
                    ("fault_category_id", "in", self.fault_category_id.ids),
                ]
            )
        )
        self.fault_category_id = category
        plans.fault_category_id = category
        text = self.env._(
            "Of the category %s from now on: the work begins with a permit.",
            category.display_name,
        )
        plans._message_log_batch(bodies=dict.fromkeys(plans.ids, text))
