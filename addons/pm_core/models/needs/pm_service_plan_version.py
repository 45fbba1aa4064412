from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_date, html2plaintext


class PmServicePlan(models.Model):
    """The versions of a plan, and what changed between two of them."""

    _inherit = "pm.service.plan"

    # ------------------------------------------------------------------
    # Versions
    # ------------------------------------------------------------------

    def action_new_version(self):
        """Open the version that is being worked on, drafting it where there is none.

        :raises UserError: a version of the plan is accepted
        """
        self.ensure_one()
        self._check_none_accepted(including_self=True)
        version = self._open_version()
        if version == self and self.state == "approved":
            version = self._next_version()
        return (version or self._next_version())._form()

    def action_view_versions(self):
        versions = self.env.ref("pm_core.pm_service_plan_view_list_versions")
        return {
            **super().action_view_versions(),
            "name": self.env._("Versions of %s", self.name),
            "views": [(versions.id, "list"), (False, "form")],
        }

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        if self._in_step("pm_next_version"):
            return vals_list
        return [
            {**vals, "title": self.env._("%s (copy)", plan.title)}
            for plan, vals in zip(self, vals_list, strict=True)
        ]

    def _next_version(self):
        """Draft the next version of the chain as a copy of this one."""
        self.ensure_one()
        if self.state == "approved":
            # never presented: the new version takes its place at once
            self._replace()
            self.flush_recordset()
        plan = self._as_step("pm_next_version").copy(
            {
                **self._prepare_next_version(),
                "name": self.name,
                "title": self.title,
                "change_reason": self.revision_comment,
            }
        )
        needs = self.env["pm.requirement"].search(
            [("plan_id.origin_id", "=", self.origin_id.id)]
        )
        needs |= self.line_ids.requirement_id.filtered(
            lambda need: not need.plan_id and need.state == "analysed"
        )
        needs.plan_id = plan
        self.activity_feedback(
            ["pm_core.mail_activity_plan_revision"],
            feedback=self.env._("Version %s was drafted.", plan.version),
        )
        return plan.with_env(self.env)

    def _other_versions(self):
        return self.search(
            [
                ("origin_id", "in", self.origin_id.ids),
                ("id", "not in", self.ids),
                ("state", "in", ("approved", "presented")),
            ]
        )

    def _replace(self):
        """A later version holds instead."""
        self._set_state("replaced")
        self.activity_feedback(["pm_core.mail_activity_plan_revision"])

    def _check_none_accepted(self, including_self=False):
        """Refuse what would make a second accepted version.

        :raises UserError: naming the accepted version and the way out
        """
        domain = [
            ("origin_id", "in", self.origin_id.ids),
            ("state", "=", "accepted"),
        ]
        if not including_self:
            domain.append(("id", "not in", self.ids))
        accepted = self.sudo().search(domain, limit=1)
        if accepted:
            raise UserError(
                self.env._(
                    "Version %(version)s of %(plan)s has been accepted. Make its "
                    "contract and amend that, or withdraw the acceptance first.",
                    version=accepted.version,
                    plan=accepted.name,
                )
            )

    # ------------------------------------------------------------------
    # Comparison
    # ------------------------------------------------------------------

    @api.model
    def _get_all_validation_exceptions(self):
        """Whoever approves may look at what changed since any version."""
        return [*super()._get_all_validation_exceptions(), "compared_id"]

    @api.model
    def _get_under_validation_exceptions(self):
        return [*super()._get_under_validation_exceptions(), "compared_id"]

    def _comparison(self, before):
        """Compare with the version ``before``, line by line.

        :return: dict with ``before``, ``fields`` (list of (label, old, new)) and
            ``lines`` (list of dict: ``kind`` same, changed, added or removed; ``old``
            and ``new`` line; ``cells``: {field: (old text, new text, differs)})
        """
        self.ensure_one()
        heads = []
        for name in self._fixed_fields:
            if name == "line_ids":
                continue
            old, new = before._text_of(name), self._text_of(name)
            if old != new:
                label = self._fields[name]._description_string(self.env)
                heads.append((label, old, new))
        rest = before.line_ids
        lines = []
        for line in self.line_ids:
            old = line._came_from(rest)
            rest -= old
            lines.append(line._compared_with(old))
        lines += [rest.browse()._compared_with(old) for old in rest]
        return {"before": before, "fields": heads, "lines": lines}

    def _last_shown(self):
        """Return the latest earlier version that the customer has seen, or none."""
        self.ensure_one()
        return self.search(
            [
                ("origin_id", "=", self.origin_id.id),
                ("version", "<", self.version),
                ("presented_date", "!=", False),
                # a draft may have gone to another customer meanwhile
                ("partner_id", "=", self.partner_id.id),
            ],
            order="version desc",
            limit=1,
        )

    def _text_of(self, name):
        """The value of a field as people read it."""
        field, value = self._fields[name], self[name]
        if field.type in ("many2one", "many2many"):
            return ", ".join(value.mapped("display_name"))
        if field.type == "float":
            return f"{value:,.2f}"
        if not value:
            return ""
        if field.type == "date":
            return format_date(self.env, value)
        if field.type == "html":
            return html2plaintext(value, include_references=False)
        if field.type == "selection":
            return dict(field._description_selection(self.env))[value]
        return str(value)
