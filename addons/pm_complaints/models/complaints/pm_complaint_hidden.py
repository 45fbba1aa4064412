from odoo import Command, api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from .pm_complaint_steps import MANAGER


class PmComplaint(models.Model):
    """From whom a complaint is hidden: whom it concerns, whatever their role.

    The record rules say it for lists, forms, files, activities and exports; here is
    what is not a matter of reading the record: who is told, who is asked, whose inbox
    has something of it already.
    """

    _inherit = "pm.complaint"

    concerned_user_ids = fields.Many2many(
        "res.users",
        "pm_complaint_concerned_rel",
        "complaint_id",
        "user_id",
        "About",
        copy=False,
        domain="[('share', '=', False)]",
        help="Members of the staff whom it is about. They see nothing of it.",
    )
    concerned_name = fields.Char(
        "About Others", help="Whom it is about who has no login here."
    )
    is_confidential = fields.Boolean(
        "Confidential",
        compute="_compute_is_confidential",
        store=True,
        readonly=False,
        precompute=True,
        help="Seen by who handles it and by managers only.",
    )

    def _event_told(self):
        """What is about somebody of the staff, or confidential, is told to no group
        and no system."""
        return self - self.sudo().filtered(lambda one: one._is_kept_inside())

    def _is_kept_inside(self):
        return bool(
            self.concerned_user_ids or self.concerned_name or self.is_confidential
        )

    def _drop_events(self):
        """What waits to be told to others, of this or of its promises, stays here."""
        for complaint in self.filtered(lambda one: one._is_kept_inside()):
            number = complaint._event_number()
            self.env["pm.event.delivery"].search(
                Domain("company_id", "=", complaint.company_id.id)
                & Domain("state", "in", ("outgoing", "failed"))
                & Domain("event_id.subject", "in", ("complaint", "alert"))
                & (
                    Domain("number", "=", number)
                    | Domain("number", "=like", f"{number} · %")
                )
            )._as_step().write({"state": "dropped"})

    @api.depends("category_id", "kind")
    def _compute_is_confidential(self):
        """Praise is for those whom it names, whatever it is about."""
        for complaint in self:
            complaint.is_confidential = complaint.is_confidential or (
                complaint.kind != "praise" and complaint.category_id.is_confidential
            )

    def write(self, vals):
        """Who hides it from whom: managers, or who handles it."""
        hides = {"concerned_user_ids", "is_confidential"} & vals.keys()
        if hides and not self._writes_freely():
            user = self.env.user
            for complaint in self:
                if complaint.user_id != user and not user.has_group(MANAGER):
                    raise AccessError(
                        self.env._(
                            "Whom %s is about is changed by who handles it, or by a "
                            "manager.",
                            complaint.number,
                        )
                    )
        other_kind = self.filtered(
            lambda one: "kind" in vals and one.kind != vals["kind"]
        )
        result = super().write(vals)
        tells_whom = hides or {"description", "category_id", "kind"} & vals.keys()
        if tells_whom and not self._in_step("pm_hiding"):
            self.sudo()._as_step()._hide(other_kind)
        if tells_whom or "concerned_name" in vals:
            self.sudo()._drop_events()
        return result

    def _hide(self, other_kind=()):
        """Find whom it is about by the names in it, and take from them what they have.

        A name in the text is enough: whoever it is wrong about is put back by a
        manager, and has lost nothing but the sight of a letter. Praise is for those
        whom it names.

        :param other_kind: those of which it has just been said what they are
        """
        unread = self.filtered(lambda one: one.state == "new" or one in other_kind)
        for estate, some in unread.grouped("estate_id").items():
            staff = self._staff_of(estate)
            for complaint in some:
                complaint._link_named(complaint.description, staff)
        self.filtered("concerned_user_ids")._take_away()

    def _link_named(self, text, staff):
        """Whom of the staff a text names is concerned.

        :return: those who were not before
        """
        self.ensure_one()
        if self.kind == "praise":
            return self.env["res.users"]
        named = self._named_in(text, staff)
        new = named - self.concerned_user_ids
        if new:
            self._as_step("pm_hiding").write(
                {"concerned_user_ids": [Command.link(user.id) for user in new]}
            )
        return new

    @api.model
    def _named_in(self, text, staff):
        """Those of the staff whose name is in a text."""
        return staff.filtered(
            lambda user: len(user.name or "") > 1 and user.name in (text or "")
        )

    @api.model
    def _all_staff(self):
        group = self.env.ref("pm_core.group_pm_user").sudo()
        return group.all_user_ids.filtered(lambda user: user.active and not user.share)

    @api.model
    def _staff_of(self, estate):
        return self._all_staff().filtered(lambda user: user._pm_sees(estate))

    def _take_away(self):
        """What those whom it concerns have of it: a task, a place among the
        followers, a line in the inbox, the case itself."""
        for complaint in self:
            hidden = complaint.concerned_user_ids
            complaint.message_unsubscribe(hidden.partner_id.ids)
            complaint.activity_ids.filtered(
                lambda activity, hidden=hidden: activity.user_id in hidden
            ).unlink()
            self.env["mail.notification"].search(
                [
                    ("mail_message_id", "in", complaint.message_ids.ids),
                    ("res_partner_id", "in", hidden.partner_id.ids),
                ]
            ).unlink()
            complaint.message_ids.filtered(
                lambda message, hidden=hidden: hidden.partner_id & message.partner_ids
            ).write(
                {"partner_ids": [Command.unlink(one.id) for one in hidden.partner_id]}
            )
            complaint.rectification_ids._take_away(hidden)
            if complaint.user_id in hidden:
                complaint.user_id = False
                complaint._assign_by_rules()

    # who is told

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """Nobody follows what is hidden from them."""
        hidden = set(self.sudo().concerned_user_ids.partner_id.ids)
        kept = [one for one in partner_ids or [] if one not in hidden]
        return super().message_subscribe(kept, subtype_ids)

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """No mail and no line in the inbox of whom it concerns."""
        recipients = super()._notify_get_recipients(message, msg_vals, **kwargs)
        hidden = set(self.sudo().concerned_user_ids.partner_id.ids)
        return [one for one in recipients if one["id"] not in hidden]

    def _hidden_from(self):
        """Users who are not to be asked or told anything of it."""
        return self.sudo().concerned_user_ids

    @api.model
    def _domain_of_readable(self, ids=None):
        """Records of other models about complaints that the user may read.

        :param ids: of the complaints, where no others are asked for
        """
        if not self.has_access("read"):
            return Domain("res_model", "!=", self._name)
        mine = self._search(Domain.TRUE if ids is None else Domain("id", "in", ids))
        return Domain("res_model", "!=", self._name) | Domain("res_id", "in", mine)
