from odoo import fields, models


class PmSurveyMessage(models.Model):
    """What somebody who was drawn is sent: the question, and once a reminder."""

    _name = "pm.survey.message"
    _description = "Message about a Campaign"
    _inherit = ["pm.outgoing.mixin"]
    _document = "invitation_id"
    _order = "id desc"
    _rec_name = "text"

    invitation_id = fields.Many2one(
        "pm.survey.invitation", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="invitation_id.company_id", store=True, index=True, precompute=True
    )
    kind = fields.Selection(
        [("invite", "Asked"), ("remind", "Reminded")], "What", required=True
    )

    _waiting_idx = models.Index("(due_at) WHERE state = 'outgoing'")
    _recipient_idx = models.Index(
        "(company_id, channel, address) WHERE state = 'outgoing'"
    )

    def _is_secret(self):
        """Whoever has the link answers as the customer."""
        return True

    def _said(self):
        return f"{self.text}\n{self._page()}"

    def _page(self):
        return self.invitation_id.user_input_id.pm_link

    def _worth_saying(self):
        """Who has answered meanwhile is left alone."""
        return self.filtered(lambda one: one.invitation_id.state != "answered")
