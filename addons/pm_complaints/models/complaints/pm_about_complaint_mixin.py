from odoo import api, models
from odoo.fields import Domain

# what is hidden with a complaint, and has followers and mails of its own
HIDDEN = (
    "pm.complaint",
    "pm.complaint.reply",
    "pm.rectification",
    "pm.follow.up",
)


class PmAboutComplaintMixin(models.AbstractModel):
    """Odoo shows these records to whole roles, whatever they are about: who follows
    what, and the mails that leave. Of a complaint they are found by who may read it."""

    _name = "pm.about.complaint.mixin"
    _description = "Is Found with Its Complaint"
    # column with the name of the model; that with the id is ``res_id``
    _about = "res_model"

    @api.model
    def _search(
        self,
        domain,
        offset=0,
        limit=None,
        order=None,
        *,
        active_test=True,
        bypass_access=False,
    ):
        if not (self.env.su or bypass_access):
            domain = Domain(domain) & self._domain_about_readable()
        return super()._search(
            domain,
            offset,
            limit,
            order,
            active_test=active_test,
            bypass_access=bypass_access,
        )

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if self.env.su or not self._ids:
            return result
        forbidden, error = result or (self.browse(), None)
        found = self.sudo().filtered(lambda one: one[self._about] in HIDDEN)
        for model, some in found.grouped(self._about).items():
            about = self.env[model].browse({one.res_id for one in some})
            readable = set(about.exists()._filtered_access("read")._ids)
            forbidden += self.browse(
                one.id for one in some if one.res_id not in readable
            )
        if not forbidden:
            return None
        return forbidden, error or (
            lambda: self.env["ir.rule"]._make_access_error(operation, forbidden)
        )

    @api.model
    def _domain_about_readable(self):
        known = Domain.TRUE
        for name in HIDDEN:
            model = self.env[name]
            other = Domain(self._about, "!=", name)
            if model.has_access("read"):
                other |= Domain("res_id", "in", model._search(Domain.TRUE))
            known &= other
        return known
