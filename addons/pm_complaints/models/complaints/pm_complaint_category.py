from odoo import api, fields, models

from .pm_complaint import SEVERITIES


class PmComplaintCategory(models.Model):
    """What a complaint is about: a tree, with what is usual for each branch."""

    _name = "pm.complaint.category"
    _description = "Complaint Category"
    _parent_store = True
    _order = "complete_name, id"
    _rec_name = "complete_name"

    name = fields.Char(required=True, translate=True)
    complete_name = fields.Char(
        "Full Name", compute="_compute_complete_name", store=True, recursive=True
    )
    parent_id = fields.Many2one(
        "pm.complaint.category", index=True, ondelete="restrict"
    )
    parent_path = fields.Char(index=True)
    active = fields.Boolean(default=True)
    severity = fields.Selection(SEVERITIES, "Usually")
    is_confidential = fields.Boolean(
        "Confidential", help="Seen by who handles it and by managers only."
    )
    cluster_count = fields.Integer(
        "Cluster From",
        default=3,
        help="So many in one building within the days are one problem. 0: never.",
    )
    cluster_days = fields.Integer("Within (days)", default=30)

    _cluster_sound = models.Constraint(
        "CHECK (cluster_count >= 0 AND cluster_count <> 1 AND cluster_days > 0)",
        "A cluster needs two or more within some days, or 0 for none.",
    )

    @api.depends("name", "parent_id.complete_name")
    def _compute_complete_name(self):
        for category in self:
            above = category.parent_id.complete_name
            category.complete_name = (
                f"{above} / {category.name}" if above else category.name
            )

    @api.depends("name", "parent_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for category in self:
            above = category.parent_id.display_name
            category.display_name = (
                f"{above} / {category.name}" if above else category.name
            )
