from odoo import fields, models

KINDS = [("tick", "Done or Not"), ("number", "Number")]


class PmMaintenanceItem(models.Model):
    """One thing that a service has to do, of a template or of a plan.

    A plan has copies of its own, which its estate changes as it likes; each order has
    copies again (``pm.order.check``), so that what was asked for stays what it was.
    """

    _name = "pm.maintenance.item"
    _description = "Item of a Service"
    _inherit = ["pm.part.mixin"]
    _whole = "plan_id"
    _order = "plan_id, template_id, sequence, id"
    _pm_copyable = True

    plan_id = fields.Many2one(
        "pm.maintenance.plan", index="btree_not_null", ondelete="cascade"
    )
    template_id = fields.Many2one(
        "pm.maintenance.plan.template", index="btree_not_null", ondelete="cascade"
    )
    name = fields.Char("What Has to Be Done", required=True, translate=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        KINDS,
        required=True,
        default="tick",
        help="A number is entered where something is measured.",
    )
    unit = fields.Char(translate=True)

    _one_whole = models.Constraint(
        "CHECK ((plan_id IS NULL) <> (template_id IS NULL))",
        "An item belongs to a plan or to a template.",
    )

    def _copy_values(self):
        """Values of these items as they are copied to a plan or an order."""
        return [
            {
                "name": item.name,
                "sequence": item.sequence,
                "kind": item.kind,
                "unit": item.unit,
            }
            for item in self
        ]
