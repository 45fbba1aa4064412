from odoo import api, fields, models


class PmContractKind(models.Model):
    """What the law and the company say about contracts of one kind.

    Days are calendar days. The defaults follow the Civil Code: articles 946 and 947
    (60 days when the owners dismiss, 90 days when the manager will not renew) and
    948 (a term that passes in silence runs on, 60 days for either side).
    """

    _name = "pm.contract.kind"
    _description = "Contract Kind"
    _order = "sequence, id"
    _rec_name = "kind"

    kind = fields.Selection(
        selection=lambda self: (
            self.env["pm.contract"]._fields["kind"]._description_selection(self.env)
        ),
        required=True,
        readonly=True,
    )
    sequence = fields.Integer(default=10)
    side = fields.Selection(
        [("customer", "Customer: we serve"), ("supplier", "Supplier: we are served")],
        required=True,
        default="customer",
    )
    notice_days = fields.Integer(
        "Our Notice (days)",
        default=60,
        help="How long before the end we tell the other party that we do not go on. "
        "Civil Code, article 947: 90 days for the property manager.",
    )
    notice_days_other = fields.Integer(
        "Their Notice (days)",
        default=60,
        help="How long before the end the other party tells us. Civil Code, "
        "article 946: 60 days for the owners.",
    )
    notice_days_open = fields.Integer(
        "Notice When Open-Ended (days)",
        default=60,
        help="Notice of either side once the term has passed and the contract runs "
        "on. Civil Code, article 948: 60 days.",
    )
    lead_days = fields.Integer(
        "Decide Before (days)",
        default=30,
        help="How long before the first of the two notice days the contract counts "
        "as expiring, so that there is time to decide.",
    )
    obligation_months = fields.Integer(
        "Plan Duties Ahead (months)",
        default=6,
        help="How far ahead the due days of duties are planned.",
    )
    silent_extension = fields.Boolean(
        "Runs On in Silence",
        help="When the term passes and nobody decided, the contract goes on without "
        "an end (Civil Code, article 948) instead of ending.",
    )
    handover_days = fields.Integer(
        "Hand-over (days)",
        default=30,
        help="Days after the end by which files, rooms and money are handed over. "
        "Shanghai 10, Hangzhou 15, Beijing 30.",
    )
    handover_item_ids = fields.Many2many(
        "pm.contract.handover.item",
        "pm_contract_handover_item_kind_rel",
        "kind_id",
        "item_id",
        "Hand-over Checklist",
    )
    attribute_definition = fields.PropertiesDefinition("Attributes of the Kind")

    _kind_unique = models.UniqueIndex("(kind)", "This kind has its rules already.")
    _days_positive = models.Constraint(
        "CHECK (notice_days >= 0 AND notice_days_other >= 0 AND notice_days_open >= 0"
        " AND lead_days >= 0 AND handover_days >= 0"
        " AND obligation_months >= 1)",
        "A number of days cannot be negative.",
    )

    @api.depends("kind")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for rules in self:
            rules.display_name = labels.get(rules.kind, "")
