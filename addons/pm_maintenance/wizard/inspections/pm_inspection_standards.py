from odoo import Command, api, fields, models
from odoo.exceptions import UserError

# kinds of rounds and the chapter of the service manual that they check
CATEGORIES = {
    "cleaning": "cleaning",
    "greening": "greening",
    "security": "security",
    "patrol": "security",
    "fire": "fire",
    "lighting": "equipment",
    "water": "equipment",
    "power": "equipment",
    "lifts": "equipment",
}


class PmInspectionStandards(models.TransientModel):
    """Checks of a plan from the service standards of its estate.

    What was promised is what is looked at: each standard becomes one item, and its
    figure the limit where something is counted.
    """

    _name = "pm.inspection.standards"
    _description = "Checks from Service Standards"

    plan_id = fields.Many2one("pm.inspection.plan", required=True, ondelete="cascade")
    offered_ids = fields.Many2many(
        "pm.service.standard",
        string="Standards to Choose from",
        compute="_compute_offered_ids",
    )
    standard_ids = fields.Many2many(
        "pm.service.standard",
        "pm_inspection_standards_rel",
        "wizard_id",
        "standard_id",
        "Service Standards",
        compute="_compute_standard_ids",
        store=True,
        readonly=False,
        domain="[('id', 'in', offered_ids)]",
    )

    @api.depends("plan_id")
    def _compute_offered_ids(self):
        """Those that hold at the estate and that the plan does not check yet."""
        for page in self:
            plan = page.plan_id
            standards = self.env["pm.service.standard"]._of_estate(plan.estate_id)
            items = plan.with_context(active_test=False).item_ids
            known = set(items.standard_id.mapped("code"))
            page.offered_ids = standards.filtered(
                lambda one, known=known: one.code not in known
            )

    @api.depends("plan_id")
    def _compute_standard_ids(self):
        """The chapter that rounds of this kind are about; others can be chosen."""
        for page in self:
            code = CATEGORIES.get(page.plan_id.area)
            category = code and self.env.ref(f"pm_core.service_category_{code}")
            page.standard_ids = page.offered_ids.filtered(
                lambda one, category=category: one.category_id == category
            )

    def action_apply(self):
        """Add the checks; the rounds to come have them.

        :raises UserError: nothing is chosen that holds here and is new
        """
        self.ensure_one()
        plan, standards = self.plan_id, self.standard_ids & self.offered_ids
        if not standards:
            raise UserError(
                self.env._(
                    "Choose service standards of %s that this plan does not check yet.",
                    plan.estate_id.display_name,
                )
            )
        begin = max(plan.item_ids.mapped("sequence"), default=0)
        plan.write(
            {
                "item_ids": [
                    Command.create(self._item_values(standard, begin + 10 * number))
                    for number, standard in enumerate(standards, 1)
                ]
            }
        )
        return {"type": "ir.actions.act_window_close"}

    @api.model
    def _item_values(self, standard, sequence):
        """A count with its limits, or whether it is as the standard asks.

        A rate is none of a single point: it follows from all answers together.
        """
        values = {
            "name": standard.name,
            "note": standard.requirement,
            "standard_id": standard.id,
            "sequence": sequence,
        }
        if not standard.comparison or standard.unit == "%":
            return values
        return {
            **values,
            "name": standard.measure or standard.name,
            "kind": "number",
            "unit": standard.unit,
            "has_min": standard.comparison != "at_most",
            "has_max": standard.comparison != "at_least",
            "value_min": standard.target,
            "value_max": standard.target,
        }
