from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class DmsSecurityMixin(models.AbstractModel):
    _inherit = "dms.security.mixin"

    @api.model
    def _get_domain_by_inheritance(self, operation):
        """Access that follows the linked record, as one subquery a model.

        OCA's own way loads every linked record for each search, which grows with
        the archive. Residents reach no folder: what staff keep on a unit or a
        customer is not theirs to read.
        """
        if self.env.su:
            return super()._get_domain_by_inheritance(operation)
        if self.env.user.share:
            return Domain.FALSE
        storages = (
            self.env["dms.storage"]
            .sudo()
            .search(
                [
                    ("save_type", "=", "attachment"),
                    ("inherit_access_from_parent_record", "=", True),
                ]
            )
        )
        domains = []
        for name in set(storages.model_ids.mapped("model")):
            model = self.env.get(name)
            if model is None or not model.has_access(operation):
                continue
            rules = self.env["ir.rule"]._compute_domain(name, operation)
            # of those that have a folder: they are fewer than all customers
            filed = SQL("(SELECT res_id FROM dms_directory WHERE res_model = %s)", name)
            records = (
                model.sudo()
                .with_context(active_test=False)
                ._search(Domain("id", "in", filed) & rules)
            )
            domains.append(
                Domain("res_model", "=", name)
                & (Domain("res_id", "=", False) | Domain("res_id", "in", records))
            )
        allowed = Domain.OR(domains)
        Document = self.env["pm.document"]
        if self._name == "dms.file" and not Document._sees_personal():
            allowed &= Domain(
                "attachment_id", "not in", Document._personal_attachments()
            )
        directory = "" if self._name == "dms.directory" else "directory_id."
        return Domain(f"{directory}storage_id", "in", storages.ids) & allowed

    def _check_access(self, operation):
        """Ask the rules of the database also where OCA takes each record as allowed."""
        result = super()._check_access(operation)
        if result or self.env.su or not self._ids or not all(self._ids):
            return result
        rules = self.env["ir.rule"]._compute_domain(self._name, operation)
        allowed = (
            self.sudo()
            .with_context(active_test=False)
            .search(Domain("id", "in", self.ids) & rules)
        )
        forbidden = self - allowed.sudo(False)
        if not forbidden:
            return None
        return forbidden, lambda: self.env["ir.rule"]._make_access_error(
            operation, forbidden
        )
