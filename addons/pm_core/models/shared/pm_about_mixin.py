from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL, Query

from odoo.addons.base.models.ir_attachment import condition_values


class PmAboutMixin(models.AbstractModel):
    """Records that are about others: seen by who may read what they are about.

    Record rules cannot say so of records of many models, named by model and id. The ORM
    asks in two places, and so does this: a search which may be found, and whoever has
    ids in hand which of these may be read. A model answers both, for the same records.
    """

    _name = "pm.about.mixin"
    _description = "Is Seen with What It Is About"

    @api.model
    def _domain_about_readable(self, domain):
        """The records that are about something that the user may read.

        :param domain: what is looked for, for models that look through no more
        """
        return Domain.TRUE

    @api.model
    def _named_values(self, domain, name):
        """The values to which the domain restricts a field, or None."""
        values = condition_values(self, name, domain)
        if isinstance(values, (Query, SQL)) or values is None:
            return None
        return [value for value in values if value]

    def _unreadable_about(self, operation):
        """Those of these that are about something that the user may not read."""
        return self.browse()

    def _about_unreadable(self, about, operation="read", may_be_gone=False):
        """Those of which the user may not read the record that they are about.

        :param about: {id: (model, id of the record)}
        :param operation: what has to be allowed on the record
        :param may_be_gone: whether it outlives the record, which nobody reads then
        """
        ids = {}
        for model, id_ in about.values():
            ids.setdefault(model, set()).add(id_)
        readable = set()
        for model, some in ids.items():
            records = self.env[model].browse(some)
            if may_be_gone:
                records = records.exists()
            allowed = records._filtered_access(operation)
            readable |= {(model, id_) for id_ in allowed._ids}
        return self.browse(one for one, key in about.items() if key not in readable)

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
            domain = Domain(domain)
            domain &= self._domain_about_readable(domain)
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
        if rest := self - forbidden:
            forbidden += rest._unreadable_about(operation)
        if not forbidden:
            return None
        return forbidden, error or (
            lambda: self.env["ir.rule"]._make_access_error(operation, forbidden)
        )
