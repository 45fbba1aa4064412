from odoo import fields, models


class PmDunningMessage(models.Model):
    """What a customer was told by mail, SMS or WeChat, with its text."""

    _name = "pm.dunning.message"
    _description = "Dunning Message"
    _inherit = ["pm.outgoing.mixin"]
    _document = "line_id"
    _order = "id desc"
    _rec_name = "text"

    line_id = fields.Many2one(
        "pm.dunning.line", required=True, index=True, ondelete="cascade"
    )
    estate_id = fields.Many2one(
        related="line_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="line_id.company_id", store=True, index=True, precompute=True
    )
    kind = fields.Selection([("dunning", "Dunning")], default="dunning", required=True)

    _waiting_idx = models.Index("(due_at) WHERE state = 'outgoing'")
    _recipient_idx = models.Index(
        "(company_id, channel, address) WHERE state = 'outgoing'"
    )

    def _page(self):
        return f"{self.line_id.get_base_url()}/my/reminders/{self.line_id.id}"
