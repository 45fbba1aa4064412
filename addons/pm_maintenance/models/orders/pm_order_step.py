from odoo import fields, models

from .maintenance_request import STATES


class PmOrderStep(models.Model):
    """Who took which step of an order, and when. Written by the steps alone."""

    _name = "pm.order.step"
    _description = "Step of a Work Order"
    _order = "id"
    _rec_name = "step"

    request_id = fields.Many2one(
        "maintenance.request", "Order", required=True, index=True, ondelete="cascade"
    )
    step = fields.Selection(
        [
            ("report", "Reported"),
            ("dispatch", "Dispatched"),
            ("offer", "Offered to the Team"),
            ("grab", "Taken"),
            ("accept", "Accepted"),
            ("refuse", "Given Back"),
            ("transfer", "Handed Over"),
            ("travel", "On the Way"),
            ("arrive", "Arrived"),
            ("quote", "Quoted"),
            ("consent", "Consent"),
            ("pause", "Paused"),
            ("resume", "Resumed"),
            ("done", "Done"),
            ("verify", "Work Accepted"),
            ("redo", "Refused, to Be Redone"),
            ("follow_up", "Follow-up"),
            ("close", "Closed"),
            ("cancel", "Cancelled"),
            ("urge", "Urged"),
            ("merge", "Merged"),
            ("slip", "Question Handed Out"),
        ],
        required=True,
        readonly=True,
    )
    state = fields.Selection(STATES, "State After", readonly=True)
    user_id = fields.Many2one("res.users", "By", required=True, readonly=True)
    at = fields.Datetime("When", required=True, readonly=True)
    note = fields.Text(readonly=True)
    latitude = fields.Float(digits=(10, 7), readonly=True, aggregator=None)
    longitude = fields.Float(digits=(10, 7), readonly=True, aggregator=None)
