from odoo import models
from odoo.fields import Domain

# states of what is over: nobody has to do anything about it
OVER = {
    "answered",
    "kept",
    "done",
    "cancelled",
    "declined",
    "replaced",
    "withdrawn",
    "void",
    "read",
    "renewed",
    "terminated",
    "ended",
    "applied",
    "met",
    "late",
    "breached",
    "waived",
    "published",
    "held",
    "undone",
    "dismissed",
    "passed",
    "closed",
}
# names of records that are listed before their count says the rest
LISTED = 10


class ResUsers(models.Model):
    """When somebody leaves, others learn what they were responsible for."""

    _inherit = "res.users"

    def write(self, vals):
        leaving = self.browse()
        if not vals.get("active", True):
            leaving = self.filtered(lambda user: user.active and not user.share)
        result = super().write(vals)
        if leaving:
            self.env["mail.activity"]._pm_pass_on(leaving)
            for user in leaving:
                user._pm_tell_of_work_left()
        return result

    def _pm_responsible_fields(self):
        """Yield (model, field) by which a person is responsible for our records."""
        for name, model in sorted(self.env.registry.items()):
            if not name.startswith("pm.") or model._abstract or model._transient:
                continue
            for field in model._fields.values():
                if (
                    field.type == "many2one"
                    and field.comodel_name == "res.users"
                    and field.store
                    and not field.readonly
                    and not field.related
                ):
                    yield name, field.name

    def _pm_work_left(self):
        """Return {estate: {kind: records}} of what is open and has this user."""
        self.ensure_one()
        left = {}
        for name, field in self._pm_responsible_fields():
            model = self.env[name].sudo()
            domain = Domain(field, "=", self.id)
            if model._fields.get("state") and model._fields["state"].store:
                domain &= Domain("state", "not in", list(OVER))
            records = model.search(domain)
            no_estate = self.env["pm.property"]
            by_estate = {no_estate: records}
            if "estate_id" in model._fields:
                by_estate = records.grouped("estate_id")
            for estate, own in by_estate.items():
                if own:
                    left.setdefault(estate, {})[name] = own
        return left

    def _pm_tell_of_work_left(self):
        """Send each estate's managers the list of what has nobody now."""
        for estate, kinds in self._pm_work_left().items():
            group = "estate" if estate else "company"
            managers = self.env.ref(f"pm_core.group_pm_{group}_manager")._pm_members(
                estate or None
            )
            if not managers:
                continue
            lines = [
                self.env._(
                    "%(kind)s (%(count)s): %(names)s",
                    kind=self.env["ir.model"]._get(name).name,
                    count=len(records),
                    names=", ".join(records[:LISTED].mapped("display_name"))
                    + ("…" if len(records) > LISTED else ""),
                )
                for name, records in kinds.items()
            ]
            (estate.sudo() or self.sudo().partner_id).message_notify(
                partner_ids=managers.partner_id.ids,
                subject=self.env._("%s has left: who takes this on?", self.name),
                body="\n".join(lines),
            )
