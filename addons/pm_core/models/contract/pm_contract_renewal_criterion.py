from odoo import fields, models


class PmContractRenewalCriterion(models.Model):
    """What an assessment looks at, how much it weighs, and what earns its points."""

    _name = "pm.contract.renewal.criterion"
    _description = "Renewal Criterion"
    _order = "sequence, id"

    name = fields.Char("Renewal Criterion", required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind_ids = fields.Many2many(
        "pm.contract.kind",
        "pm_contract_renewal_criterion_kind_rel",
        "criterion_id",
        "kind_id",
        "Contract Kinds",
        help="Kinds of contracts that are assessed by it; empty: all.",
    )
    source = fields.Selection(
        [
            ("kpi", "KPI"),
            ("obligations", "Obligations Met in Time (%)"),
            ("manual", "Judged by Hand"),
        ],
        required=True,
        default="manual",
        help="Where the figure comes from.",
    )
    kpi_id = fields.Many2one(
        "pm.kpi",
        "KPI",
        index="btree_not_null",
        ondelete="restrict",
        help="Taken for the estate of the contract, over its last twelve months.",
    )
    weight = fields.Float(default=10, digits=(5, 1), required=True, aggregator=None)
    worst = fields.Float(
        "Worth 0 Points",
        aggregator=None,
        help="The figure that earns nothing; above the one that earns everything "
        "where less is better.",
    )
    best = fields.Float(
        "Worth 100 Points",
        default=100,
        aggregator=None,
        help="The figure that earns everything; between the two in proportion.",
    )

    _weight_positive = models.Constraint(
        "CHECK (weight >= 0)", "A weight cannot be negative."
    )

    _kpi_named = models.Constraint(
        "CHECK (source != 'kpi' OR kpi_id IS NOT NULL)",
        "Choose the KPI that the criterion is measured by.",
    )

    def _prepare_line(self):
        """Return the values of the line of an assessment."""
        self.ensure_one()
        return {
            "criterion_id": self.id,
            "sequence": self.sequence,
            "name": self.name,
            "source": self.source,
            "kpi_id": self.kpi_id.id,
            "weight": self.weight,
            "worst": self.worst,
            "best": self.best,
        }
