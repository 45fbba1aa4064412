from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools.i18n import format_list


class PmImprovement(models.Model):
    """What worked becomes the rule: a new version of a standard or policy."""

    _inherit = "pm.improvement"

    standard_id = fields.Many2one(
        "pm.service.standard",
        "Standard to Change",
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        domain="[('state', '=', 'in_force'), ('estate_id', 'in', (estate_id, False))]",
    )
    policy_id = fields.Many2one(
        "pm.policy",
        "Policy to Change",
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        domain="[('state', '=', 'in_force')]",
    )
    new_standard_id = fields.Many2one(
        "pm.service.standard",
        "New Version of the Standard",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    new_policy_id = fields.Many2one(
        "pm.policy",
        "New Version of the Policy",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    def action_new_version(self):
        """Draft the next version of the standard and policy that are to be changed.

        A shared standard, which holds elsewhere too, is left as it is by who may not
        change it: the estate gets its own of that code. The version is approved and
        comes into force as any other.

        :returns: the action that opens the draft
        :raises UserError: neither standard nor policy is named, or it did not work
        """
        self.ensure_one()
        self._check_lead()
        self._check_in_state("checking")
        if self.effect != "worked":
            raise UserError(
                self.env._(
                    "%s has not been found to work: what did not is no standard.",
                    self.display_name,
                )
            )
        if not (self.standard_id or self.policy_id):
            raise UserError(
                self.env._(
                    "%s: choose the standard or policy that is to be changed.",
                    self.display_name,
                )
            )
        drafts = {}
        if self.standard_id and not self.new_standard_id:
            drafts["new_standard_id"] = self._draft_standard()
        if self.policy_id and not self.new_policy_id:
            drafts["new_policy_id"] = self._draft_of(self.policy_id)
        for draft in drafts.values():
            if draft.state == "draft" and not draft.change_reason:
                draft.change_reason = self.display_name
        if drafts:
            names = format_list(
                self.env, [draft.display_name for draft in drafts.values()]
            )
            self._take_step(
                "version",
                note=names,
                **{name: draft.id for name, draft in drafts.items()},
            )
        return (self.new_standard_id or self.new_policy_id)._form()

    def _draft_standard(self):
        standard = self._in_force(self.standard_id)
        if self.estate_id and not standard.estate_id:
            if not standard.has_access("write"):
                return standard._adapt(self.estate_id)
        return self._draft_of(standard)

    def _draft_of(self, text):
        text = self._in_force(text)
        text.check_access("write")
        return text._open_version() or text._new_version()

    def _in_force(self, text):
        """The version that holds today: another may have come since it was chosen."""
        return (
            text.search(
                [("origin_id", "=", text.origin_id.id), ("state", "=", "in_force")],
                limit=1,
            )
            or text
        )
