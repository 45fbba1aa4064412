from odoo import api, fields, models


class PmLessonOffering(models.TransientModel):
    """Asks to which estates a lesson is offered."""

    _name = "pm.lesson.offering"
    _description = "Offer a Lesson to Estates"

    lesson_id = fields.Many2one("pm.lesson", required=True, ondelete="cascade")
    estate_id = fields.Many2one(related="lesson_id.estate_id")
    estate_ids = fields.Many2many(
        "pm.property",
        "pm_lesson_offering_estate_rel",
        "offering_id",
        "estate_id",
        "Estates",
        domain="[('kind', '=', 'estate'), ('id', '!=', estate_id)]",
        help="Empty: all others of the company with the same kind of property.",
    )
    to_ask_count = fields.Integer(
        "Estates of the Same Kind", compute="_compute_to_ask_count"
    )

    @api.depends("lesson_id")
    def _compute_to_ask_count(self):
        for offering in self:
            lesson = offering.lesson_id
            offering.to_ask_count = lesson and len(
                lesson._alike() - lesson.sudo().offer_ids.estate_id
            )

    def action_apply(self):
        """Offer it."""
        self.ensure_one()
        # all that are named: those that the user may not read are refused, not left out
        self.lesson_id.action_offer(self.sudo().estate_ids.ids or None)
        return self.lesson_id.action_view_offers()
