from odoo import fields, models


class PmApprovalTime(models.Model):
    """How long each level of an approval took: requests, purchases, payments.

    A level that is decided after another one begins when that one decided. Hours go
    by the clock, nights and holidays included; what still waits counts until now.
    """

    _name = "pm.approval.time"
    _description = "Time of an Approval Level"
    _auto = False
    _order = "asked_on desc"
    _rec_name = "level"

    model = fields.Selection(
        [
            ("purchase.request", "Purchase Request"),
            ("purchase.order", "Purchase"),
            ("pm.payout", "Outgoing Payment"),
        ],
        "Kind of Document",
        readonly=True,
    )
    document = fields.Char("Decided on What", readonly=True)
    res_id = fields.Integer("Document ID", readonly=True, aggregator=None)
    level = fields.Char(translate=True, readonly=True)
    estate_id = fields.Many2one("pm.property", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    requested_by_id = fields.Many2one("res.users", "Asked by", readonly=True)
    done_by_id = fields.Many2one("res.users", "Decided by", readonly=True)
    status = fields.Selection(
        [
            ("waiting", "Waits for Another Level"),
            ("pending", "Waiting"),
            ("approved", "Approved"),
            ("rejected", "Rejected"),
            ("cancel", "Cancelled"),
        ],
        readonly=True,
    )
    asked_on = fields.Datetime("Begins", readonly=True)
    decided_on = fields.Datetime("Decided at", readonly=True)
    hours = fields.Float(aggregator="avg", readonly=True, digits=(16, 1))

    @property
    def _table_query(self):
        return """
            SELECT review.id, review.model, review.res_id, review.status,
                   review.requested_by AS requested_by_id,
                   review.done_by AS done_by_id,
                   review.reviewed_date AS decided_on,
                   definition.name AS level,
                   COALESCE(request.name, purchase.name, payout.reason) AS document,
                   COALESCE(request.estate_id, purchase.estate_id, payout.estate_id)
                   AS estate_id,
                   COALESCE(request.company_id, purchase.company_id,
                            payout.company_id) AS company_id,
                   level.begins AS asked_on,
                   extract(epoch FROM COALESCE(
                       review.reviewed_date, now() AT TIME ZONE 'UTC')
                       - level.begins) / 3600.0 AS hours
              FROM tier_review review
              JOIN (
                SELECT inner_review.id,
                       CASE WHEN inner_definition.approve_sequence
                            THEN greatest(
                                inner_review.create_date,
                                max(inner_review.reviewed_date) OVER (
                                    PARTITION BY inner_review.model,
                                                 inner_review.res_id
                                    ORDER BY inner_review.sequence, inner_review.id
                                    ROWS BETWEEN UNBOUNDED PRECEDING
                                             AND 1 PRECEDING))
                            ELSE inner_review.create_date END AS begins
                  FROM tier_review inner_review
                  LEFT JOIN tier_definition inner_definition
                    ON inner_definition.id = inner_review.definition_id
              ) level ON level.id = review.id
              LEFT JOIN tier_definition definition
                ON definition.id = review.definition_id
              LEFT JOIN purchase_request request
                ON review.model = 'purchase.request' AND request.id = review.res_id
              LEFT JOIN purchase_order purchase
                ON review.model = 'purchase.order' AND purchase.id = review.res_id
              LEFT JOIN pm_payout payout
                ON review.model = 'pm.payout' AND payout.id = review.res_id
             WHERE review.model IN ('purchase.request', 'purchase.order', 'pm.payout')
        """

    def action_open(self):
        """Open the document that was decided on."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": self.model,
            "res_id": self.res_id,
            "view_mode": "form",
        }
