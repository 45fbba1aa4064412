from odoo import fields, models


class PmLessonTag(models.Model):
    """A word by which lessons are found: lifts, flooding, fitting-out …"""

    _name = "pm.lesson.tag"
    _description = "Tag of Lessons"
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    color = fields.Integer(aggregator=None)

    _name_unique = models.UniqueIndex("(name)", "This tag exists already.")
