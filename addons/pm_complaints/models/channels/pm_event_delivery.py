from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

# how long the log shows what was sent
KEEP_DAYS = 90


class PmEventDelivery(models.Model):
    """One message to one listener, and what it answered."""

    _name = "pm.event.delivery"
    _description = "Message to a Listener"
    _order = "id desc"
    _rec_name = "number"

    webhook_id = fields.Many2one(
        "pm.webhook", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    robot_id = fields.Many2one(
        "pm.wecom.robot",
        "WeCom Robot",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    event_id = fields.Many2one(
        "pm.event.kind", required=True, readonly=True, ondelete="restrict"
    )
    key = fields.Char(
        "Message Number",
        required=True,
        readonly=True,
        help="The same when it is sent again, so that the other side knows it.",
    )
    number = fields.Char("Document", required=True, readonly=True)
    body = fields.Text("What Is Sent", required=True, readonly=True)
    state = fields.Selection(
        [
            ("outgoing", "To Be Sent"),
            ("sent", "Sent"),
            ("failed", "Failed"),
            ("dropped", "Not Sent"),
        ],
        required=True,
        readonly=True,
        default="outgoing",
    )
    tries = fields.Integer(readonly=True)
    sent_at = fields.Datetime(readonly=True)
    sent_with = fields.Integer(
        readonly=True,
        aggregator=None,
        help="The first of the messages that left by the same call.",
    )
    answer_code = fields.Integer(readonly=True, aggregator=None)
    answer = fields.Char("What It Answered", readonly=True)

    _key_unique = models.UniqueIndex("(key)", "This message is there already.")
    _one_listener = models.Constraint(
        "CHECK (num_nonnulls(webhook_id, robot_id) = 1)",
        "A message is for one listener.",
    )
    _webhook_waits_idx = models.Index(
        "(webhook_id, id) WHERE state IN ('outgoing', 'failed')"
    )
    _robot_waits_idx = models.Index(
        "(robot_id, id) WHERE state IN ('outgoing', 'failed')"
    )
    _robot_sent_idx = models.Index("(robot_id, sent_at) WHERE state = 'sent'")

    def _listener(self):
        return self.webhook_id or self.robot_id

    def action_try_again(self):
        """Send these now.

        :raises UserError: one was sent, or waits
        """
        self._check_failed()
        self.sudo()._as_step().write({"state": "outgoing", "tries": 0})
        for message in self.sudo():
            message._listener().action_resume()

    def action_drop(self):
        """Send these never."""
        self._check_failed()
        self.sudo()._as_step().state = "dropped"

    def _check_failed(self):
        self.check_access("write")
        for message in self:
            if message.state != "failed":
                raise UserError(
                    self.env._("The message about %s did not fail.", message.number)
                )

    @api.autovacuum
    def _gc_deliveries(self):
        before = fields.Datetime.now() - timedelta(days=KEEP_DAYS)
        self.sudo().search(
            [("create_date", "<", before), ("state", "in", ("sent", "dropped"))],
            limit=10_000,
        ).unlink()
