from odoo import fields, models


class PmHotline(models.Model):
    """A telephone line of the service desk, of which calls are counted.

    Its days are entered by hand, or its call centre reports every call that was
    answered or given up.
    """

    _name = "pm.hotline"
    _description = "Hotline"
    _inherit = ["pm.hook.mixin", "pm.estate.mixin", "mail.thread"]
    _order = "name, id"
    _hook_path = "/pm/hotline"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    property_id = fields.Many2one("pm.property", domain="[('kind', '=', 'estate')]")
    phone = fields.Char("Number Called")
    hourly_limit = fields.Integer("Calls an Hour", default=600)
    day_ids = fields.One2many("pm.hotline.day", "line_id", "Days")

    def _came_since(self, moment, limit):
        return (
            self.env["pm.hotline.call"]
            .sudo()
            .search_count(
                [("line_id", "=", self.id), ("create_date", ">=", moment)], limit=limit
            )
        )
