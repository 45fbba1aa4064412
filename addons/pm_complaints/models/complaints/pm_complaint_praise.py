from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.i18n import format_list


class PmComplaint(models.Model):
    """Praise: whom it names, whether the customer agrees to have it shown, and the
    notice that shows it."""

    _name = "pm.complaint"
    # people without rights on employees may name them
    _inherit = ["pm.complaint", "hr.mixin"]

    praised_employee_ids = fields.Many2many(
        "hr.employee",
        "pm_complaint_praised_employee_rel",
        "complaint_id",
        "employee_id",
        "Praised",
        copy=False,
        help="Whoever is named sees it, and it counts in their appraisal.",
    )
    praised_user_ids = fields.Many2many(
        "res.users",
        "pm_complaint_praised_rel",
        "complaint_id",
        "user_id",
        "Praised Who Have a Login",
        compute="_compute_praised_user_ids",
        compute_sudo=True,
        store=True,
        copy=False,
    )
    may_be_shown = fields.Boolean(
        readonly=True,
        copy=False,
        tracking=True,
        help="The customer agrees that the praise is put up.",
    )
    consent_name = fields.Char(
        "Who Agreed", copy=False, help="Empty: the customer who praises."
    )
    consent_at = fields.Datetime("Agreed on", readonly=True, copy=False)
    consent_user_id = fields.Many2one(
        "res.users",
        "Consent Noted by",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Empty: the customer agreed in writing, on our page.",
    )
    praise_notice_ids = fields.One2many(
        "pm.notice", "praise_id", "Notices That Show It", readonly=True
    )

    @api.depends("praised_employee_ids.user_id", "kind")
    def _compute_praised_user_ids(self):
        for complaint in self:
            named = complaint.praised_employee_ids
            complaint.praised_user_ids = (
                named.user_id if complaint.kind == "praise" else False
            )

    def write(self, vals):
        """Who agreed stays as it was noted."""
        if "consent_name" in vals and not self._writes_freely():
            for praise in self.filtered("may_be_shown"):
                raise UserError(
                    self.env._(
                        "%(praise)s: %(who)s agreed. Take the consent back before you "
                        "note another one.",
                        praise=praise.display_name,
                        who=praise.consent_name,
                    )
                )
        return super().write(vals)

    def action_note_consent(self, name=None):
        """The customer agrees that the praise is shown; who agreed and when is kept.

        :param name: who agreed; the customer
        :raises UserError: no praise, or nobody is known who could agree
        """
        self._check_desk()
        for praise in self:
            praise._check_praise()
            who = (
                (name or praise.consent_name or "").strip()
                or praise.partner_id.name
                or praise.reporter_name
            )
            praise._need(who, self.env._("who agreed that it is shown"))
            praise._agree(who, self.env.user)

    def _agree(self, name, user=None):
        """:param user: who noted it; none where the customer wrote it"""
        self.sudo()._as_step().write(
            {
                "may_be_shown": True,
                "consent_name": name,
                "consent_at": fields.Datetime.now(),
                "consent_user_id": user.id if user else False,
            }
        )

    def _agree_on_page(self, ticked):
        """Who praises on a page of ours agrees there, or does not."""
        for praise in self.sudo():
            if ticked and praise.kind == "praise":
                who = praise.partner_id.name or praise.reporter_name
                praise._agree(who or self.env._("Whoever wrote it"))

    def action_take_back_consent(self):
        """The customer does not agree any more; notices that are not out yet go.

        :raises UserError: a notice shows it
        """
        self._check_desk()
        for praise in self:
            notices = praise.sudo().praise_notice_ids
            shown = notices.filtered(
                lambda one: one.state in ("published", "scheduled")
            )
            if shown:
                raise UserError(
                    self.env._(
                        "%(notice)s shows %(praise)s. Take that notice back first.",
                        notice=shown[0].display_name,
                        praise=praise.display_name,
                    )
                )
            notices.filtered(lambda one: one.state == "draft")._as_step().unlink()
            praise.sudo()._as_step().write(
                {"may_be_shown": False, "consent_at": False, "consent_user_id": False}
            )

    def action_show_on_board(self):
        """Make the draft of a notice of it, once, and show it.

        :raises UserError: no praise, or the customer has not agreed
        """
        self.ensure_one()
        self._check_desk()
        self._check_praise()
        if not self.may_be_shown:
            raise UserError(
                self.env._(
                    "%s: ask the customer first, and note who agreed that it is shown.",
                    self.display_name,
                )
            )
        notices = self.praise_notice_ids.filtered(lambda one: one.state != "cancelled")
        if not notices:
            self.env["pm.notice"].check_access("create")
            board = self.env["pm.notice"].sudo()._as_step()
            notices = board.create(self._notice_values())
        return {
            "type": "ir.actions.act_window",
            "res_model": "pm.notice",
            "res_id": notices[:1].id,
            "view_mode": "form",
        }

    def _notice_values(self):
        named = format_list(self.env, self.sudo().praised_employee_ids.mapped("name"))
        title = self.env._("Thank you from a resident")
        if named:
            title = self.env._("Praise for %s", named)
        where = (self.building_id or self.estate_id).display_name
        return {
            "title": title,
            "kind_id": self.env.ref("pm_complaints.notice_kind_praise").id,
            "estate_id": self.estate_id.id,
            "praise_id": self.id,
            "body": Markup("<p>%s</p><blockquote>%s</blockquote>")
            % (
                self.env._("A resident of %s writes:", where),
                self.description,
            ),
        }

    def _check_praise(self):
        if self.kind != "praise":
            raise UserError(self.env._("%s is no praise.", self.display_name))
