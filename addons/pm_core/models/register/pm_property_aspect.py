from odoo import api, fields, models
from odoo.exceptions import ValidationError


class PmPropertyAspect(models.Model):
    """A kind or a use of properties, as a tag: what a standard applies to.

    Properties have exactly one kind and one use, which are selections; this makes
    several of them selectable. The name is that of the selection, in the user's
    language.
    """

    _name = "pm.property.aspect"
    _description = "Kind or Use of Properties"
    _order = "aspect, sequence, id"

    name = fields.Char(compute="_compute_name")
    aspect = fields.Selection([("kind", "Kind"), ("usage", "Use")], required=True)
    value = fields.Char(
        required=True, help="Technical name of the kind or use, for example unit."
    )
    sequence = fields.Integer(default=10)

    _value_unique = models.UniqueIndex(
        "(aspect, value)", "This kind or use is listed already."
    )

    def _values(self, aspect):
        """{technical name: label} of what the field of properties offers."""
        field = self.env["pm.property"]._fields[aspect]
        return dict(field._description_selection(self.env))

    @api.depends("aspect", "value")
    @api.depends_context("lang")
    def _compute_name(self):
        labels = {aspect: self._values(aspect) for aspect in ("kind", "usage")}
        for record in self:
            record.name = labels.get(record.aspect, {}).get(record.value, record.value)

    @api.depends("name")
    def _compute_display_name(self):
        for record in self:
            record.display_name = record.name

    @api.constrains("aspect", "value")
    def _check_value(self):
        for record in self:
            values = self._values(record.aspect)
            if record.value not in values:
                raise ValidationError(
                    self.env._(
                        "Properties have no %(value)s. Use one of: %(values)s.",
                        value=record.value,
                        values=", ".join(values),
                    )
                )
