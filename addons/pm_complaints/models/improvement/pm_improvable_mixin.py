from odoo import api, fields, models
from odoo.exceptions import UserError


class PmImprovableMixin(models.AbstractModel):
    """Something that shows that a process does not work: it may lead to an improvement.

    The model says in ``_improvement_origin`` what kind of origin it is (a key of
    ``pm.improvement.origin``), and in :meth:`_improvement_values` what the improvement
    begins with.
    """

    _name = "pm.improvable.mixin"
    _description = "May Lead to an Improvement"
    _improvement_origin = None

    improvement_count = fields.Integer(
        "Number of Improvements", compute="_compute_improvement_count"
    )

    @api.depends_context("uid")
    def _compute_improvement_count(self):
        Improvement = self.env["pm.improvement"]
        counts = {}
        if Improvement.has_access("read"):
            counts = dict(
                Improvement._read_group(
                    [
                        ("origin_model", "=", self._name),
                        ("origin_res_id", "in", self.ids),
                    ],
                    ["origin_res_id"],
                    ["__count"],
                )
            )
        for record in self:
            record.improvement_count = counts.get(record.id, 0)

    def action_improve(self):
        """Open the improvement that this leads to; a new one where none is open.

        Whoever may read this may suggest it; managers of the estate lead it.

        :raises UserError: others are at it already
        """
        self.ensure_one()
        self.check_access("read")
        Improvement = self.env["pm.improvement"]
        Improvement.check_access("create")
        self._check_improvable()
        found_sudo = Improvement.sudo().search(
            [
                ("origin_model", "=", self._name),
                ("origin_res_id", "=", self.id),
                ("state", "!=", "closed"),
            ],
            limit=1,
        )
        found = found_sudo.sudo(False)
        if found and not found.has_access("read"):
            raise UserError(
                self.env._(
                    "%(record)s has led to the improvement %(number)s already, which "
                    "managers of the estate look after.",
                    record=self.display_name,
                    number=found_sudo.number,
                )
            )
        return (found or self._improve())._open_form()

    def action_view_improvements(self):
        """Open the improvements that this has led to."""
        self.ensure_one()
        self.check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "pm_complaints.pm_improvement_action"
            ),
            "domain": [
                ("origin_model", "=", self._name),
                ("origin_res_id", "=", self.id),
            ],
            "context": {},
        }

    def _check_improvable(self):
        """:raises UserError: it may not be named as the origin of an improvement"""

    def _improve(self):
        """Make the suggestion, with the rights of who makes it."""
        place = self.property_id if "property_id" in self._fields else None
        place = place or self.estate_id
        return (
            self.env["pm.improvement"]
            ._as_step()
            .create(
                {
                    "property_id": place.id,
                    "company_id": (place.company_id or self.company_id).id,
                    "origin": self._improvement_origin,
                    "origin_model": self._name,
                    "origin_res_id": self.id,
                    **self._improvement_values(),
                }
            )
        )

    def _improvement_values(self):
        """Return what the improvement begins with; a ``name`` at least."""
        return {"name": self.display_name}
