from odoo import api, fields, models
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

    cause_hint = fields.Char(compute="_compute_cause_hint")

    @api.depends("building_id", "category_id")
    def _compute_cause_hint(self):
        """What it was the last times in this building: one query for all."""
        known = self.filtered(lambda one: one.building_id and one.category_id)
        year = fields.Datetime.subtract(fields.Datetime.now(), years=1)
        rows = self._read_group(
            Domain("building_id", "in", known.building_id.ids)
            & Domain("category_id", "in", known.category_id.ids)
            & Domain("cause_id", "!=", False)
            & Domain("received_at", ">=", year),
            ["building_id", "category_id", "cause_id"],
            ["__count"],
        )
        often = {}
        for building, category, cause, count in rows:
            often.setdefault((building, category), []).append((count, cause))
        for complaint in self:
            found = often.get((complaint.building_id, complaint.category_id), ())
            count, cause = max(found, key=lambda row: row[0], default=(0, None))
            complaint.cause_hint = count > 1 and self.env._(
                "Within a year it was here %(count)s times: %(cause)s.",
                count=count,
                cause=cause.name,
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
