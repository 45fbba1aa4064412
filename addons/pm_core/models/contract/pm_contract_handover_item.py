from odoo import fields, models


class PmContractHandoverItem(models.Model):
    """A point of the hand-over checklist, by kind of contract."""

    _name = "pm.contract.handover.item"
    _description = "Hand-over Checklist Item"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind_ids = fields.Many2many(
        "pm.contract.kind",
        "pm_contract_handover_item_kind_rel",
        "item_id",
        "kind_id",
        "Kinds",
        required=True,
    )
    note = fields.Char(translate=True, help="What exactly, and where it says so.")
