from odoo import fields, models

# news of the same work, of which the last one says it all
PROGRESS = ("accept", "travel", "pause", "resume", "redo", "urge")


class PmOrderMessage(models.Model):
    """What somebody outside is told about an order: one message for each change.

    Steps only put it down here. A job sends what is due, and whatever else waits for
    the same recipient goes along in the same message: ten reports on one evening, or a
    pause and its end, are not ten messages. What was sent, by which way, and what could
    not be sent stays on the order.
    """

    _name = "pm.order.message"
    _description = "Message about an Order"
    _inherit = ["pm.outgoing.mixin"]
    _document = "request_id"
    _order = "id desc"
    _rec_name = "text"

    request_id = fields.Many2one(
        "maintenance.request", "Order", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="request_id.company_id", store=True, index=True, precompute=True
    )
    kind = fields.Selection(
        [
            ("report", "Received"),
            ("accept", "Taken on"),
            ("travel", "On the Way"),
            ("pause", "Paused"),
            ("resume", "Goes on"),
            ("urge", "Asked Again"),
            ("quote", "Cost"),
            ("done", "Done"),
            ("redo", "To Be Redone"),
            ("cancel", "Cancelled"),
            ("merge", "Merged"),
            ("rate", "How Was It"),
            ("given", "Given to the Contractor"),
        ],
        "What",
        required=True,
    )

    _waiting_idx = models.Index("(due_at) WHERE state = 'outgoing'")
    _recipient_idx = models.Index(
        "(company_id, channel, address) WHERE state = 'outgoing'"
    )

    def _worth_saying(self):
        """Without news that a later one of the same order has overtaken."""
        last = {
            one.request_id: one.id for one in self.sorted("id") if one.kind in PROGRESS
        }
        final = {one.request_id for one in self if one.kind in ("done", "cancel")}
        return self.filtered(
            lambda one: (
                one.kind not in PROGRESS
                or (one.id == last[one.request_id] and one.request_id not in final)
            )
        )

    def _said(self):
        """With the secret link of the question how it was."""
        if self.kind != "rate":
            return self.text
        order = self.request_id
        return f"{self.text} {order.get_base_url()}/order/rate/{order.rate_token}"

    def _is_secret(self):
        return self.kind == "rate"

    def _page(self):
        return f"{self.request_id.get_base_url()}/my/repairs/{self.request_id.id}"
