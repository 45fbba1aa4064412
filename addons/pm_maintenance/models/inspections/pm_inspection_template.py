from odoo import Command, api, fields, models

AREAS = [
    ("security", "Security"),
    ("patrol", "Patrol"),
    ("fire", "Fire Protection"),
    ("lighting", "Lighting"),
    ("water", "Water and Drainage"),
    ("power", "Power Distribution"),
    ("lifts", "Lifts"),
    ("meters", "Meter Rooms"),
    ("cleaning", "Cleaning"),
    ("greening", "Greening"),
    ("fitout", "Fit-out Sites"),
    ("quality", "Quality Check"),
    ("other", "Other"),
]
FAULT_GOES_TO = [
    ("order", "A Work Order"),
    ("defect", "A Defect to Rectify and Recheck"),
]


class PmInspectionTemplate(models.Model):
    """What is usually looked at on a round of some kind, and how often.

    The rounds that the law asks for, and the usual ones, come with the addon, with
    their source. A plan takes a copy: what is changed here later changes no plan.
    """

    _name = "pm.inspection.template"
    _description = "Inspection Template"
    _order = "sequence, id"
    _pm_copyable = True

    name = fields.Char(required=True, translate=True)
    code = fields.Char(copy=False, help="Short name for interfaces.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    area = fields.Selection(AREAS, "Kind of Round", required=True, default="other")
    item_ids = fields.One2many("pm.inspection.item", "template_id", "Checks", copy=True)
    schedule_unit = fields.Selection(
        [("day", "Days"), ("week", "Weeks"), ("month", "Months"), ("year", "Years")],
        "Unit",
        required=True,
        default="day",
    )
    schedule_every = fields.Integer("Every", required=True, default=1, aggregator=None)
    hour_from = fields.Float("From", help="By the clock of the estate.")
    hour_to = fields.Float("To", default=24.0, help="24:00 is the end of the day.")
    every_hours = fields.Float(
        "Again Every (Hours)", help="Several rounds within these hours; 0: one."
    )
    fault_goes_to = fields.Selection(
        FAULT_GOES_TO, "A Fault Becomes", required=True, default="order"
    )
    fault_category_id = fields.Many2one("pm.fault.category", ondelete="restrict")
    is_statutory = fields.Boolean("Asked for by Law")
    source = fields.Char(
        translate=True, help="Law, standard or practice that sets the interval."
    )

    _code_unique = models.UniqueIndex(
        "(code) WHERE code IS NOT NULL", "This code is taken by another template."
    )
    _every_positive = models.Constraint(
        "CHECK (schedule_every BETWEEN 1 AND 999)",
        "Rounds repeat every 1 to 999 days, weeks, months or years.",
    )
    _hours_of_day = models.Constraint(
        "CHECK (hour_from >= 0 AND hour_from < 24 AND hour_to > 0 AND hour_to <= 24"
        " AND every_hours >= 0)",
        "Hours are from 0:00 to 24:00.",
    )

    @api.model
    def _plan_fields(self):
        """Fields that a plan takes over as they are."""
        return (
            "name",
            "area",
            "schedule_unit",
            "schedule_every",
            "fault_goes_to",
            "fault_category_id",
            "is_statutory",
            "source",
        )

    def _plan_values(self, place, start):
        """Values of a plan at ``place`` that begins as this template says."""
        self.ensure_one()
        values = {
            name: self._fields[name].convert_to_write(self[name], self)
            for name in self._plan_fields()
        }
        return {
            **values,
            "template_id": self.id,
            "property_id": place.id,
            "schedule_start": start,
        }

    def _copy_into(self, plan):
        """Give a plan copies of the items, and the hours, of this template."""
        self.ensure_one()
        whole_day = self.hour_from == 0 and self.hour_to == 24 and not self.every_hours
        items = [
            {**values, "template_id": False, "plan_id": plan.id}
            for values in self.item_ids.copy_data()
        ]
        self.env["pm.inspection.item"].create(items)
        if not whole_day:
            plan.window_ids = [
                Command.create(
                    {
                        "hour_from": self.hour_from,
                        "hour_to": self.hour_to,
                        "every_hours": self.every_hours,
                    }
                )
            ]

    def action_make_plans(self):
        """Open the dialog that makes plans of these templates at an estate."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Make Plans"),
            "res_model": "pm.inspection.plan.apply",
            "view_mode": "form",
            "target": "new",
            "context": {"default_template_ids": self.ids},
        }
