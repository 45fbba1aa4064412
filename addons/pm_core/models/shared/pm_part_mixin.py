from odoo import api, models
from odoo.exceptions import UserError


class PmPartMixin(models.AbstractModel):
    """A part of another record: it stays with it.

    Record rules are asked before a record is written, and what a whole allows is
    asked of the whole that the part has: without this, a part could be moved under
    one that is agreed, or that its user has no rights on. ``_whole`` names the field
    of the whole.
    """

    _name = "pm.part.mixin"
    _description = "Is Part of Another Record"
    _whole = None

    @api.model
    def _pm_copy_names(self):
        """A part is copied with its whole, and has the same name there."""
        return []

    def write(self, vals):
        if self._whole in vals and not self.env.su:
            for part in self:
                whole = part[self._whole]
                if whole and whole.id != vals[self._whole]:
                    raise UserError(
                        self.env._(
                            "%(part)s stays with %(whole)s. Delete it there, and make "
                            "a new one where it belongs.",
                            part=part.display_name,
                            whole=whole.display_name,
                        )
                    )
        return super().write(vals)
