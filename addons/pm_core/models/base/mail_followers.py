from odoo import api, models
from odoo.fields import Domain


class MailFollowers(models.Model):
    """Who follows a record is seen by who may read it.

    Odoo shows all followers to all employees. Who follows a contract or a bill is the
    customer whose it is, at whichever estate.
    """

    _name = "mail.followers"
    _inherit = ["mail.followers", "pm.about.mixin"]

    @api.model
    def _domain_about_readable(self, domain):
        env = self.with_context(active_test=False).env
        ids = self._named_values(domain, "res_id")
        readable = []
        for name in self._followed_models(domain):
            if name in env and env[name].has_access("read"):
                among = Domain.TRUE if ids is None else Domain("id", "in", ids)
                records = env[name]._search(among)
                readable.append(
                    Domain("res_model", "=", name) & Domain("res_id", "in", records)
                )
        return Domain.OR(readable)

    @api.model
    def _followed_models(self, domain):
        """The models that a domain is about, as far as it says so."""
        models_ = self._named_values(domain, "res_model")
        if models_ is not None:
            return models_
        ids = self._named_values(domain, "id")
        asked = Domain.TRUE if ids is None else Domain("id", "in", ids)
        return [name for (name,) in self.sudo()._read_group(asked, ["res_model"])]

    def _unreadable_about(self, operation):
        about = {
            one.id: (one.res_model, one.res_id)
            for one in self.sudo()
            if one.res_model in self.env
        }
        lost = self.filtered(lambda one: one.id not in about)
        return lost + self._about_unreadable(about, may_be_gone=True)
