from odoo import fields, models


class PmOutsiderMixin(models.AbstractModel):
    """A system or group outside with which a company exchanges something: at which of
    its estates, and who of us sees to it."""

    _name = "pm.outsider.mixin"
    _description = "Somebody Outside"
    _inherit = ["mail.thread", "mail.activity.mixin", "pm.cron.mixin"]
    _order = "name, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    estate_ids = fields.Many2many(
        "pm.property",
        string="Estates",
        domain="[('kind', '=', 'estate'), ('company_id', '=', company_id)]",
    )
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        required=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
