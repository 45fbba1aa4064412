from odoo import fields, models
from odoo.tools import SQL

from ..complaints.pm_complaint_closing import VERDICTS
from .pm_follow_up import STATES
from .pm_follow_up_rule import EVENTS
from .pm_follow_up_try import RESULTS


class PmFollowUpReport(models.Model):
    """Figures of follow-ups, one row each, for pivots, charts and comparisons.

    A view: rates are 100 or 0 for each, and nothing where the question does not arise,
    so that their mean over any group is the rate of the group. Called off ones are
    left out.
    """

    _name = "pm.follow.up.report"
    _description = "Figures of Follow-ups"
    _auto = False
    _order = "event_at desc, id desc"
    _rec_name = "follow_up_id"
    _depends = {
        "pm.follow.up": [
            "event",
            "rule_id",
            "property_id",
            "estate_id",
            "building_id",
            "company_id",
            "complaint_id",
            "user_id",
            "done_user_id",
            "worker_id",
            "supplier_id",
            "fault_category_id",
            "complaint_category_id",
            "state",
            "result",
            "verdict",
            "score",
            "event_at",
            "done_at",
            "deadline",
            "try_count",
            "new_complaint_id",
            "new_request_id",
        ],
    }

    follow_up_id = fields.Many2one("pm.follow.up", "Follow-up", readonly=True)
    event = fields.Selection(EVENTS, "What It Follows", readonly=True)
    rule_id = fields.Many2one("pm.follow.up.rule", "By Rule", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    estate_id = fields.Many2one("pm.property", readonly=True)
    building_id = fields.Many2one("pm.property", readonly=True)
    property_id = fields.Many2one("pm.property", readonly=True)
    complaint_id = fields.Many2one("pm.complaint", readonly=True)
    user_id = fields.Many2one("res.users", "Caller", readonly=True)
    worker_id = fields.Many2one("res.users", "Who Did the Work", readonly=True)
    supplier_id = fields.Many2one("res.partner", "Contractor", readonly=True)
    fault_category_id = fields.Many2one("pm.fault.category", readonly=True)
    complaint_category_id = fields.Many2one("pm.complaint.category", readonly=True)
    state = fields.Selection(STATES, readonly=True)
    result = fields.Selection(
        [one for one in RESULTS if one[0] != "again"], readonly=True
    )
    verdict = fields.Selection(VERDICTS, "Customer's Verdict", readonly=True)
    event_at = fields.Datetime("When It Happened", readonly=True)
    done_at = fields.Datetime("Asked on", readonly=True)
    follow_up_count = fields.Integer("Follow-ups", readonly=True)
    reach_rate = fields.Float(
        "Reached (%)",
        aggregator="avg",
        readonly=True,
        help="Of those that are over: the customer was reached, also who did not want "
        "to answer.",
    )
    satisfied_rate = fields.Float(
        "Satisfied (%)", aggregator="avg", readonly=True, help="Of all verdicts."
    )
    in_time_rate = fields.Float(
        "Asked in Time (%)",
        aggregator="avg",
        readonly=True,
        help="Over before the last day to ask; open ones count once they are late.",
    )
    try_count = fields.Float("Calls Made", aggregator="avg", readonly=True)
    score = fields.Float("Score (1 to 5)", aggregator="avg", readonly=True)
    again_rate = fields.Float(
        "Led to an Order or a Complaint (%)", aggregator="avg", readonly=True
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT one.id,
                   one.id AS follow_up_id,
                   one.event,
                   one.rule_id,
                   one.company_id,
                   one.estate_id,
                   one.building_id,
                   one.property_id,
                   one.complaint_id,
                   coalesce(one.done_user_id, one.user_id) AS user_id,
                   one.worker_id,
                   one.supplier_id,
                   one.fault_category_id,
                   one.complaint_category_id,
                   one.state,
                   one.result,
                   one.verdict,
                   one.event_at,
                   one.done_at,
                   1 AS follow_up_count,
                   CASE one.result WHEN 'missed' THEN 0.0
                                   WHEN 'reached' THEN 100.0
                                   WHEN 'refused' THEN 100.0
                   END AS reach_rate,
                   CASE WHEN one.verdict = 'satisfied' THEN 100.0
                        WHEN one.verdict IS NOT NULL THEN 0.0
                   END AS satisfied_rate,
                   CASE WHEN one.done_at <= one.deadline THEN 100.0
                        WHEN coalesce(one.done_at, now() AT TIME ZONE 'UTC')
                             > one.deadline THEN 0.0
                   END AS in_time_rate,
                   one.try_count,
                   one.score::float AS score,
                   CASE WHEN one.state = 'done' THEN
                        CASE WHEN one.new_complaint_id IS NOT NULL
                               OR one.new_request_id IS NOT NULL
                             THEN 100.0 ELSE 0.0 END
                   END AS again_rate
              FROM pm_follow_up one
             WHERE one.state <> 'cancelled'
            """
        )
