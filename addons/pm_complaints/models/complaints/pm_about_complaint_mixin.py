from odoo import api, models
from odoo.fields import Domain

# what is hidden with a complaint, and has mails of its own
HIDDEN = (
    "pm.complaint",
    "pm.complaint.reply",
    "pm.rectification",
    "pm.follow.up",
)


class PmAboutComplaintMixin(models.AbstractModel):
    """Odoo shows the mails that leave to whole roles, whatever they are about.

    Those of a complaint are found by who may read it.
    """

    _name = "pm.about.complaint.mixin"
    _inherit = ["pm.about.mixin"]
    _description = "Is Found with Its Complaint"
    # column with the name of the model; that with the id is ``res_id``
    _about = "res_model"

    @api.model
    def _domain_about_readable(self, domain):
        known = Domain.TRUE
        for name in HIDDEN:
            model = self.env[name]
            other = Domain(self._about, "!=", name)
            if model.has_access("read"):
                other |= Domain("res_id", "in", model._search(Domain.TRUE))
            known &= other
        return known

    def _unreadable_about(self, operation):
        about = {
            one.id: (one[self._about], one.res_id)
            for one in self.sudo()
            if one[self._about] in HIDDEN
        }
        return self._about_unreadable(about, may_be_gone=True)
