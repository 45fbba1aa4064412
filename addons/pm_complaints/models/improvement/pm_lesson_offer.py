from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class PmLessonOffer(models.Model):
    """A lesson offered to one estate, and what it said. Written by steps alone."""

    _name = "pm.lesson.offer"
    _description = "Lesson Offered to an Estate"
    _inherit = ["pm.state.mixin"]
    _order = "lesson_id, estate_id, id"
    _rec_name = "lesson_id"

    lesson_id = fields.Many2one(
        "pm.lesson", required=True, readonly=True, index=True, ondelete="cascade"
    )
    estate_id = fields.Many2one(
        "pm.property", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    improvement_id = fields.Many2one(
        "pm.improvement",
        "Suggestion",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    improvement_state = fields.Selection(
        related="improvement_id.state", string="How Far", compute_sudo=True
    )
    state = fields.Selection(
        [("offered", "Offered"), ("accepted", "Adopted"), ("declined", "Declined")],
        required=True,
        readonly=True,
        default="offered",
        index=True,
    )
    reason = fields.Text("Why Not", readonly=True)
    answered_by_id = fields.Many2one("res.users", "Answered by", readonly=True)
    answered_at = fields.Datetime("Answered on", readonly=True)

    _once = models.UniqueIndex(
        "(lesson_id, estate_id)", "This estate was offered the lesson already."
    )

    @api.depends("lesson_id", "estate_id")
    def _compute_display_name(self):
        for offer in self:
            offer.display_name = (
                f"{offer.lesson_id.name or ''} · {offer.estate_id.sudo().name or ''}"
            )

    def _check_manager(self):
        """:raises AccessError: the user does not manage the estate"""
        self.check_access("read")
        for offer in self:
            if not offer.improvement_id.sudo(False).has_access("write"):
                raise AccessError(
                    self.env._(
                        "The managers of %s answer for it.",
                        offer.estate_id.sudo().name,
                    )
                )

    def action_accept(self):
        """The estate takes it up: the suggestion is planned there."""
        self._check_manager()
        self._check_in_state("offered")
        self.improvement_id.sudo(False).action_accept()

    def action_decline(self, reason=None):
        """The estate does not do it.

        :param reason: why not
        """
        self._check_manager()
        self._check_in_state("offered")
        self.improvement_id.sudo(False).action_drop(reason)

    def action_ask(self):
        """Open the dialog that asks for the reason."""
        self.ensure_one()
        self._check_manager()
        return self.env["pm.improvement.act"]._open(
            {"default_improvement_id": self.improvement_id.id}
        )

    def action_open_suggestion(self):
        """Open the suggestion at the estate.

        :raises UserError: it was never made
        """
        self.ensure_one()
        self.check_access("read")
        suggestion = self.improvement_id.sudo(False)
        if not suggestion:
            raise UserError(
                self.env._("%s has no suggestion any more.", self.display_name)
            )
        suggestion.check_access("read")
        return suggestion._open_form()

    def _answer(self, state, user, reason=None):
        """Keep what the estate said; as a step of the suggestion."""
        self.filtered(lambda offer: offer.state == "offered")._as_step().write(
            {
                "state": state,
                "reason": reason,
                "answered_by_id": user.id,
                "answered_at": fields.Datetime.now(),
            }
        )
