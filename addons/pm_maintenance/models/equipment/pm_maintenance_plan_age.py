from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...engine.ages import Unreadable, due_days, read_ages

AFTER = [("interval", "By the Interval"), ("none", "Not Any More")]


class PmMaintenanceAgeMixin(models.AbstractModel):
    """Is due in certain years of a machine's life, as the law wants tests of lifts."""

    _name = "pm.maintenance.age.mixin"
    _description = "Is Due by Age"

    due_ages = fields.Char(
        "In the Years of Age",
        help="Years after the machine came into operation, for example 1, 4, 7. Empty: "
        "by the interval alone.",
    )
    after_ages = fields.Selection(
        AFTER, "After the Last of Them", required=True, default="interval"
    )

    @api.constrains("due_ages")
    def _check_due_ages(self):
        for record in self.filtered("due_ages"):
            try:
                read_ages(record.due_ages)
            except Unreadable as problem:
                raise ValidationError(
                    self.env._(
                        "%(name)s: “%(text)s” is no list of years of age. Write them "
                        "rising and parted by commas, as in 1, 4, 7.",
                        name=record.display_name,
                        text=record.due_ages,
                    )
                ) from problem


class PmMaintenancePlanTemplate(models.Model):
    _name = "pm.maintenance.plan.template"
    _inherit = ["pm.maintenance.plan.template", "pm.maintenance.age.mixin"]

    def _plan_values(self, place, machine, start):
        values = super()._plan_values(place, machine, start)
        if self.due_ages and not machine:
            raise ValidationError(
                self.env._(
                    "%(template)s is due by the age of a machine. Choose the machines "
                    "of %(place)s that it is for.",
                    template=self.name,
                    place=place.display_name,
                )
            )
        return {**values, "due_ages": self.due_ages, "after_ages": self.after_ages}


class PmMaintenancePlan(models.Model):
    """A plan by age: its days follow from when the machine came into operation."""

    _name = "pm.maintenance.plan"
    _inherit = ["pm.maintenance.plan", "pm.maintenance.age.mixin"]

    _age_of_machine = models.Constraint(
        "CHECK (due_ages IS NULL OR (equipment_id IS NOT NULL"
        " AND counts_from = 'plan'))",
        "A plan by age names the machine, and counts from the planned day.",
    )

    @api.depends("due_ages", "after_ages", "equipment_id.effective_date")
    def _compute_day_to_come(self):
        return super()._compute_day_to_come()

    @api.depends("due_ages", "after_ages")
    def _compute_schedule_summary(self):
        return super()._compute_schedule_summary()

    def _schedule_planned(self, date_from, date_to):
        """In the years of the machine's age; not before the first day of the plan."""
        begun = self.equipment_id.effective_date
        if not (self.due_ages and begun and self.schedule_start):
            return super()._schedule_planned(date_from, date_to)
        goes_on = self.after_ages == "interval" and self.schedule_unit
        return list(
            due_days(
                begun,
                read_ages(self.due_ages),
                max(date_from, self.schedule_start),
                min(date_to, self.schedule_until or date_to),
                (self.schedule_unit, self.schedule_every) if goes_on else None,
            )
        )

    def _schedule_describe_rhythm(self):
        if not self.due_ages:
            return super()._schedule_describe_rhythm()
        ages = ", ".join(map(str, read_ages(self.due_ages)))
        if self.after_ages == "none" or not self.schedule_unit:
            return self.env._("in the years of age %(ages)s", ages=ages)
        units = dict(self._fields["schedule_unit"]._description_selection(self.env))
        return self.env._(
            "in the years of age %(ages)s, then every %(count)s %(unit)s",
            ages=ages,
            count=self.schedule_every,
            unit=units[self.schedule_unit].lower(),
        )
