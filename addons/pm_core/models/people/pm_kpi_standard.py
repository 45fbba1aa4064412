from odoo import api, fields, models
from odoo.exceptions import ValidationError


class PmKpi(models.Model):
    """The target of a figure is what a service standard promises, where one does."""

    _inherit = "pm.kpi"

    standard_id = fields.Many2one(
        "pm.service.standard",
        "Target from the Standard",
        domain="[('comparison', '!=', False), ('state', '=', 'in_force')]",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="The target is that of the standard, and follows its next version when "
        "that comes into force.",
    )
    target = fields.Float(
        compute="_compute_target", store=True, readonly=False, precompute=True
    )

    @api.depends("standard_id", "standard_id.target")
    def _compute_target(self):
        for kpi in self:
            kpi.target = kpi.standard_id.target if kpi.standard_id else kpi.target

    @api.constrains("standard_id", "unit", "direction", "target")
    def _check_standard(self):
        """Only a standard of the same unit says what the figure should be."""
        for kpi in self.filtered("standard_id"):
            standard = kpi.standard_id.sudo()
            # units are words that are translated; those of one language are compared
            units = [
                (record.with_context(lang="en_US").unit or "").strip()
                for record in (kpi, standard)
            ]
            better = {"at_most": "lower", "at_least": "higher"}.get(standard.comparison)
            if units[0] != units[1] or (better and better != kpi.direction):
                raise ValidationError(
                    self.env._(
                        "The target of %(standard)s (%(target)s) is not one of "
                        "%(kpi)s: unit and direction have to be the same.",
                        standard=standard.display_name,
                        target=standard.target_text or "—",
                        kpi=kpi.name,
                    )
                )
            if kpi.target != standard.target:
                raise ValidationError(
                    self.env._(
                        "The target of %(kpi)s is that of %(standard)s. Change the "
                        "standard, or take it off.",
                        kpi=kpi.name,
                        standard=standard.display_name,
                    )
                )

    def _take_over_standard(self, standard):
        """A new version of the standard is in force; who measures otherwise than it
        does keeps the target, and no link.
        """
        for kpi in self:
            try:
                with self.env.cr.savepoint():
                    kpi.standard_id = standard
            except ValidationError:
                kpi.standard_id = False
