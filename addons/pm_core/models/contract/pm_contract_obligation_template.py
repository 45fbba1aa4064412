from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain

from .pm_contract_obligation import SIDES


class PmContractObligationTemplate(models.Model):
    """A duty that contracts of certain kinds take over when they become active."""

    _name = "pm.contract.obligation.template"
    _pm_copyable = True
    _description = "Obligation Template"
    _order = "sequence, id"

    name = fields.Char("Obligation", required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind_ids = fields.Many2many(
        "pm.contract.kind",
        "pm_contract_obligation_template_kind_rel",
        "template_id",
        "kind_id",
        "Contract Kinds",
        help="Kinds of contracts that take the duty over; empty: all.",
    )
    fee_basis = fields.Selection(
        selection=lambda self: (
            self.env["pm.contract"]
            ._fields["fee_basis"]
            ._description_selection(self.env)
        ),
        help="Only contracts on this basis take the duty over; empty: whatever it is.",
    )
    side = fields.Selection(SIDES, "Whose Duty", required=True, default="ours")
    category_id = fields.Many2one(
        "pm.service.category", "Service Category", ondelete="restrict"
    )
    description = fields.Text(translate=True, help="What to do, and by which rule.")
    evidence_required = fields.Boolean()
    evidence_note = fields.Char("Which Evidence", translate=True)
    grace_days = fields.Integer("Grace (days)", aggregator=None)
    remind_days = fields.Integer("Remind Before (days)", default=7, aggregator=None)
    first_months = fields.Integer(
        "First After (months)",
        aggregator=None,
        help="Months from the start of the contract to the first time.",
    )
    first_days = fields.Integer(
        "and (days)", aggregator=None, help="Days that are added to those months."
    )
    unit = fields.Selection(
        selection=lambda self: (
            self.env["pm.schedule.mixin"]
            ._fields["schedule_unit"]
            ._description_selection(self.env)
        ),
        string="Repeat Every",
        help="Empty: once only.",
    )
    every = fields.Integer("Interval", default=1, aggregator=None)

    _days_positive = models.Constraint(
        "CHECK (grace_days >= 0 AND remind_days >= 0 AND first_months >= 0"
        " AND first_days >= 0)",
        "Months and days of a template cannot be negative.",
    )
    _every_positive = models.Constraint(
        "CHECK (unit IS NULL OR every BETWEEN 1 AND 999)",
        "A duty repeats every 1 to 999 days, weeks, months or years.",
    )

    def _applies_to(self, contract):
        """Return the templates that ``contract`` takes over."""
        return self.filtered(
            lambda template: (
                (not template.kind_ids or contract.kind_id in template.kind_ids)
                and template.fee_basis in (False, contract.fee_basis)
            )
        )

    @api.model
    def _prepare_obligations(self, contract):
        """Return the values of the duties that ``contract`` lacks."""
        templates = self.search(
            Domain("kind_ids", "=", False)
            | Domain("kind_ids", "in", contract.kind_id.ids)
        )._applies_to(contract)
        present = contract.with_context(active_test=False).obligation_ids.template_id
        return [template._prepare(contract) for template in templates - present]

    def _prepare(self, contract):
        self.ensure_one()
        return {
            "contract_id": contract.id,
            "template_id": self.id,
            "sequence": self.sequence,
            "name": self.name,
            "side": self.side,
            "category_id": self.category_id.id,
            "description": self.description,
            "evidence_required": self.evidence_required,
            "evidence_note": self.evidence_note,
            "grace_days": self.grace_days,
            "remind_days": self.remind_days,
            "schedule_start": contract.date_from
            + relativedelta(months=self.first_months, days=self.first_days),
            "schedule_unit": self.unit,
            "schedule_every": self.every,
        }
