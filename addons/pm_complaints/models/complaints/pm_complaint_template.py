from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.i18n import format_list

WORDS = ("number", "customer", "place", "category", "handler", "promise", "action")


class PmComplaintTemplate(models.Model):
    """A reply to begin with; words in braces are filled in, and nothing is run."""

    _name = "pm.complaint.template"
    _description = "Template of a Reply"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    category_ids = fields.Many2many(
        "pm.complaint.category", string="Categories", help="Empty: for all."
    )
    body = fields.Text(
        required=True,
        translate=True,
        help="{number} {customer} {place} {category} {handler} {promise} {action}",
    )

    @api.constrains("body")
    def _check_body(self):
        for template in self:
            rest = template.body or ""
            for word in WORDS:
                rest = rest.replace(f"{{{word}}}", "")
            if "{" in rest or "}" in rest:
                raise ValidationError(
                    self.env._(
                        "%(template)s: only these words stand in braces: %(words)s.",
                        template=template.name,
                        words=format_list(self.env, [*WORDS]),
                    )
                )

    def _text_for(self, complaint):
        """The text, in the customer's language."""
        self.ensure_one()
        lang = complaint.sudo().partner_id.lang or self.env.lang
        case = complaint.sudo().with_context(lang=lang)
        values = {
            "number": case.number,
            "customer": case.reporter_name or case.partner_id.name or "",
            "place": case.property_id.display_name,
            "category": case.category_id.name or "",
            "handler": case.user_id.name or "",
            "promise": case.promise or "",
            "action": case.action_taken or "",
        }
        text = self.with_context(lang=lang).body
        for word, value in values.items():
            text = text.replace(f"{{{word}}}", value)
        return text

    @api.model
    def _for(self, complaint):
        """The first for the category of the complaint, else the first for all."""
        templates = self.search([])
        path = complaint.category_id.parent_path or ""
        return (
            templates.filtered(
                lambda one: any(
                    path.startswith(above.parent_path) for above in one.category_ids
                )
            )
            or templates.filtered(lambda one: not one.category_ids)
        )[:1]
