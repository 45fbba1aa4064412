from odoo import api, fields, models


class PmChainMixin(models.AbstractModel):
    """One of several versions of the same thing.

    Each version is a record. The versions of one thing form a chain: they share
    ``origin_id``, the first of them, and are numbered. What states a version goes
    through is for the model to say: a text comes into force (``pm.version.mixin``),
    an offer is accepted (``pm.service.plan``). ``_open_states`` are those in which a
    version is being worked on; a chain has one such version at most.

    The links of the chain cannot be declared without knowing the model, so that each
    model declares ``origin_id`` and ``previous_id`` itself.
    """

    _name = "pm.chain.mixin"
    _description = "One of Several Versions"
    _open_states = ()

    version = fields.Integer(
        default=1, required=True, readonly=True, copy=False, aggregator=None
    )
    version_count = fields.Integer(
        "Number of Versions", compute="_compute_version_count"
    )
    change_reason = fields.Text(
        "Reason for the Change", copy=False, help="Why this version was made."
    )

    _version_unique = models.UniqueIndex(
        "(origin_id, version)", "This version exists already."
    )

    @api.depends("origin_id")
    def _compute_version_count(self):
        groups = self._read_group(
            [("origin_id", "in", self.origin_id.ids)], ["origin_id"], ["__count"]
        )
        counts = {origin.id: count for origin, count in groups}
        for record in self:
            record.version_count = counts.get(record.origin_id.id, 0)

    def action_view_versions(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Versions of %s", self.display_name),
            "res_model": self._name,
            "view_mode": "list,form",
            "domain": [("origin_id", "=", self.origin_id.id)],
            "context": {"create": False},
        }

    def _open_version(self):
        """Return the version of the chain that is being worked on, or none."""
        self.ensure_one()
        return self.search(
            [
                ("origin_id", "=", self.origin_id.id),
                ("state", "in", self._open_states),
            ],
            limit=1,
        )

    def _prepare_next_version(self):
        """Return what makes a copy of this version the next one of its chain."""
        self.ensure_one()
        last = self.search(
            [("origin_id", "=", self.origin_id.id)], order="version desc", limit=1
        )
        return {
            "origin_id": self.origin_id.id,
            "previous_id": self.id,
            "version": last.version + 1,
        }

    def _form(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
