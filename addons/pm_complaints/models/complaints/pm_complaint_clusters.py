from odoo import fields, models
from odoo.fields import Domain


class PmComplaint(models.Model):
    """The same in one building is found, and becomes one cluster."""

    _inherit = "pm.complaint"

    cluster_id = fields.Many2one(
        "pm.complaint.cluster",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )

    def _find_cluster(self):
        """Those of one building and category within the days are one problem."""
        Cluster = self.env["pm.complaint.cluster"].sudo()._as_step()
        lone = self.filtered(
            lambda one: (
                one.kind == "complaint"
                and one.building_id
                and one.category_id.cluster_count
                and not one.cluster_id
                and not one.is_confidential
                and not one.concerned_user_ids
            )
        )
        for (building, category), some in lone.grouped(
            lambda one: (one.building_id, one.category_id)
        ).items():
            newest = max(some.mapped("received_at"))
            since = fields.Datetime.subtract(newest, days=category.cluster_days)
            alike = self.sudo().search(
                Domain("building_id", "=", building.id)
                & Domain("category_id", "=", category.id)
                & Domain("kind", "=", "complaint")
                & Domain("state", "not in", ("invalid", "merged", "withdrawn"))
                & Domain("is_confidential", "=", False)
                & Domain("concerned_user_ids", "=", False)
                & Domain("received_at", ">=", since)
                & Domain("received_at", "<=", newest)
            )
            cluster = alike.cluster_id.filtered(lambda one: one.state == "open")[:1]
            if not cluster and len(alike) < category.cluster_count:
                continue
            if not cluster:
                cluster = Cluster.search(
                    [
                        ("property_id", "=", building.id),
                        ("category_id", "=", category.id),
                        ("state", "=", "open"),
                    ]
                ) or Cluster.create(
                    {"property_id": building.id, "category_id": category.id}
                )
                cluster._tell_manager()
            alike.filtered(lambda one: not one.cluster_id)._as_step().write(
                {"cluster_id": cluster.id}
            )
