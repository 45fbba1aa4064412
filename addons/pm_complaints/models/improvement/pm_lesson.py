from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools.i18n import format_list

from .pm_improvement import MANAGER

QUALITY = "pm_core.group_pm_hr"


class PmLesson(models.Model):
    """What was learnt, written down so that others need not learn it again.

    All staff of the company read and search it, whatever estate it comes from. What
    worked is offered to the other estates: each gets a suggestion once, and takes it
    up or says why not.
    """

    _name = "pm.lesson"
    _description = "Lesson Learnt"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _rec_names_search = ["name", "what_happened", "what_now", "tag_ids.name"]
    _mail_post_access = "read"
    _check_company_auto = True

    name = fields.Char(
        "Lesson", required=True, translate=True, tracking=True, index="trigram"
    )
    active = fields.Boolean(default=True)
    date = fields.Date("Learnt on", required=True, default=fields.Date.context_today)
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        help="Empty: shared by all companies.",
    )
    estate_id = fields.Many2one(
        "pm.property",
        "Learnt at",
        index="btree_not_null",
        domain="[('kind', '=', 'estate')]",
        check_company=True,
        ondelete="restrict",
        default=lambda self: self.env["pm.property"]._only_estate(),
        tracking=True,
        help="Empty: by the company.",
    )
    what_happened = fields.Text(required=True, index="trigram", translate=True)
    why = fields.Text("Why It Happened", index="trigram", translate=True)
    what_now = fields.Text(
        "What We Do Now", required=True, index="trigram", translate=True
    )
    tag_ids = fields.Many2many(
        "pm.lesson.tag", "pm_lesson_tag_rel", "lesson_id", "tag_id", "Tags"
    )
    improvement_id = fields.Many2one(
        "pm.improvement", index="btree_not_null", ondelete="set null", copy=False
    )
    emergency_id = fields.Many2one(
        "pm.emergency", index="btree_not_null", ondelete="set null", copy=False
    )
    complaint_id = fields.Many2one(
        "pm.complaint", index="btree_not_null", ondelete="set null", copy=False
    )
    offer_ids = fields.One2many("pm.lesson.offer", "lesson_id", "Offered to")
    offer_count = fields.Integer("Estates Asked", compute="_compute_offers")
    accepted_count = fields.Integer(
        "Estates That Took It Up", compute="_compute_offers"
    )

    @api.depends("estate_id")
    def _compute_company_id(self):
        for lesson in self:
            lesson.company_id = (
                lesson.estate_id.company_id or lesson.company_id or self.env.company
            )

    @api.depends("offer_ids.state")
    def _compute_offers(self):
        counts = {}
        for lesson, state, count in self.env["pm.lesson.offer"]._read_group(
            [("lesson_id", "in", self.ids)], ["lesson_id", "state"], ["__count"]
        ):
            counts.setdefault(lesson.id, {})[state] = count
        for lesson in self:
            by_state = counts.get(lesson._origin.id, {})
            lesson.offer_count = sum(by_state.values())
            lesson.accepted_count = by_state.get("accepted", 0)

    @api.constrains("complaint_id")
    def _check_complaint(self):
        """All staff read lessons: nobody learns there of what is kept from them."""
        for lesson in self:
            case_sudo = lesson.complaint_id.sudo()
            if case_sudo.is_confidential or case_sudo.concerned_user_ids:
                raise ValidationError(
                    self.env._(
                        "%(case)s is not for everybody to know of. Write “%(lesson)s” "
                        "without it.",
                        case=case_sudo.number,
                        lesson=lesson.name,
                    )
                )

    @api.model
    def _new_form(self, defaults):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Lesson Learnt"),
            "res_model": self._name,
            "view_mode": "form",
            "views": [(False, "form")],
            "context": defaults,
        }

    def action_view_offers(self):
        """Open what each estate said."""
        self.ensure_one()
        self.check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "pm_complaints.pm_lesson_offer_action"
            ),
            "domain": [("lesson_id", "=", self.id)],
        }

    def action_ask_offer(self):
        """Open the dialog that asks to which estates it is offered."""
        self.ensure_one()
        self._check_keeper()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Offer to Other Estates"),
            "res_model": "pm.lesson.offering",
            "view_mode": "form",
            "target": "new",
            "context": {"default_lesson_id": self.id},
        }

    def action_offer(self, estate_ids=None):
        """Suggest it to other estates of the company, to each once.

        :param estate_ids: ids of estates; without, all others with the same kind of
            property
        :returns: the number of estates that are asked now
        :raises UserError: all of them have been asked
        """
        self.ensure_one()
        self._check_keeper()
        if not self.active:
            raise UserError(
                self.env._("%s is not in use any more: take it back first.", self.name)
            )
        estates = self._chosen(estate_ids) if estate_ids else self._alike()
        estates -= self.sudo().offer_ids.estate_id
        if not estates:
            raise UserError(
                self.env._(
                    "There is no other estate of the same kind that has not been asked "
                    "about “%s” already.",
                    self.name,
                )
            )
        self._offer(estates)
        return len(estates)

    def _check_keeper(self):
        """:raises AccessError: neither manager nor quality of its estate"""
        user = self.env.user
        if not (self.env.su or user.has_group(MANAGER) or user.has_group(QUALITY)):
            raise AccessError(
                self.env._("Lessons are offered by managers and by quality.")
            )
        self.check_access("write")

    def _domain_others(self):
        """Other estates of the company; of one that is shared, of the present one."""
        company = self.company_id or self.env.company
        return (
            Domain("kind", "=", "estate")
            & Domain("company_id", "=", company.id)
            & Domain("id", "!=", self.estate_id.id)
        )

    def _chosen(self, estate_ids):
        estates = self.env["pm.property"].browse(estate_ids).exists()
        estates.check_access("read")
        others = estates.filtered_domain(self._domain_others())
        if others != estates:
            raise UserError(
                self.env._(
                    "“%(lesson)s” is offered to other estates of its company only: not "
                    "to %(places)s.",
                    lesson=self.name,
                    places=format_list(
                        self.env, (estates - others).mapped("display_name")
                    ),
                )
            )
        return others

    def _alike(self):
        """The other estates that have property used like that of this one."""
        estates = self.env["pm.property"].sudo().search(self._domain_others())
        mine = self.estate_id.sudo()
        uses = {}
        for estate, use in estates._read_group(
            [("estate_id", "in", (mine | estates).ids), ("usage", "!=", False)],
            ["estate_id", "usage"],
        ):
            uses.setdefault(estate, set()).add(use)
        wanted = uses.get(mine, set())
        return estates.filtered(
            lambda estate: not wanted or wanted & uses.get(estate, set())
        ).sudo(False)

    def _offer(self, estates):
        """Each estate has a suggestion, and its managers are asked."""
        suggestions = (
            self.env["pm.improvement"]
            .sudo()
            ._as_step()
            .create(
                [
                    {
                        "name": self.name,
                        "property_id": estate.id,
                        "company_id": estate.sudo().company_id.id,
                        "origin": "lesson",
                        "lesson_id": self.id,
                        "problem": self.what_happened,
                        "cause": self.why,
                        "proposal": self.what_now,
                        "suggested_by_id": self.env.uid,
                    }
                    for estate in estates
                ]
            )
        )
        self.env["pm.lesson.offer"].sudo()._as_step().create(
            [
                {
                    "lesson_id": self.id,
                    "estate_id": suggestion.estate_id.id,
                    "improvement_id": suggestion.id,
                }
                for suggestion in suggestions
            ]
        )
        return suggestions

    def write(self, vals):
        result = super().write(vals)
        if {"estate_id", "company_id"} & vals.keys():
            # record rules were asked about the estate before
            self.check_access("write")
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_offered(self):
        for lesson in self:
            if lesson.sudo().offer_ids:
                raise UserError(
                    self.env._(
                        "“%s” was offered to other estates. Archive it instead.",
                        lesson.name,
                    )
                )
