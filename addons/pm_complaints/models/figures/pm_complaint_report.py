from odoo import fields, models
from odoo.tools import SQL

# How the clocks of a promise stand: of one that runs, whether it is over already.
_STANDS = """
    max(CASE WHEN clock.state IN ('met', 'missed') THEN clock.state
             WHEN clock.state IN ('running', 'paused')
              AND clock.deadline < now() AT TIME ZONE 'UTC' THEN 'missed'
        END) FILTER (WHERE clock.target_id = ANY(%s))
"""
_RATE = "CASE stand.%s WHEN 'met' THEN 100.0 WHEN 'missed' THEN 0.0 END"
CLOCKS = {
    "acknowledged": ["acknowledge"],
    "replied": ["reply", "hotline"],
    "closed": ["close"],
}
STANDS = [("met", "In Time"), ("missed", "Late")]


class PmComplaintReport(models.Model):
    """Figures of what customers told us, one row each, for pivots and charts.

    A view: rates are 100 or 0 for each, and nothing where the question does not
    arise, so that their mean over any group is the rate of the group. Its record
    rules are those of complaints: whom one is about does not find it in any number.
    """

    _name = "pm.complaint.report"
    _description = "Figures of Complaints"
    _auto = False
    _order = "received_at desc, id desc"
    _rec_name = "complaint_id"
    _depends = {
        "pm.complaint": [
            "property_id",
            "estate_id",
            "building_id",
            "company_id",
            "kind",
            "state",
            "severity",
            "category_id",
            "cause_id",
            "liability",
            "channel_id",
            "user_id",
            "cluster_id",
            "level",
            "received_at",
            "replied_at",
            "closed_at",
            "urge_count",
            "reopen_count",
            "verdict",
        ],
        "pm.rectification": ["complaint_id", "request_id"],
        "maintenance.request": ["supplier_id"],
        "pm.sla.clock": ["res_model", "res_id", "target_id", "state", "deadline"],
        "pm.sla.target": ["code"],
    }

    complaint_id = fields.Many2one("pm.complaint", readonly=True)
    # a row has the id of its complaint, and so the same people
    concerned_user_ids = fields.Many2many(
        "res.users",
        "pm_complaint_concerned_rel",
        "complaint_id",
        "user_id",
        "About",
        readonly=True,
        help="For the rule that hides it from them: asked of the complaint, each "
        "figure would look through all complaints.",
    )
    company_id = fields.Many2one("res.company", readonly=True)
    estate_id = fields.Many2one("pm.property", readonly=True)
    building_id = fields.Many2one("pm.property", readonly=True)
    property_id = fields.Many2one("pm.property", "Place", readonly=True)
    kind = fields.Selection(
        lambda self: self._choices("kind"), "Kind of Message", readonly=True
    )
    state = fields.Selection(lambda self: self._choices("state"), readonly=True)
    severity = fields.Selection(lambda self: self._choices("severity"), readonly=True)
    liability = fields.Selection(lambda self: self._choices("liability"), readonly=True)
    verdict = fields.Selection(
        lambda self: self._choices("verdict"), "Customer's Verdict", readonly=True
    )
    level = fields.Selection(lambda self: self._choices("level"), readonly=True)
    category_id = fields.Many2one("pm.complaint.category", readonly=True)
    cause_id = fields.Many2one("pm.complaint.cause", readonly=True)
    channel_id = fields.Many2one("pm.channel", readonly=True)
    cluster_id = fields.Many2one("pm.complaint.cluster", readonly=True)
    user_id = fields.Many2one("res.users", "Handled by", readonly=True)
    supplier_id = fields.Many2one(
        "res.partner",
        "Contractor",
        readonly=True,
        help="Who had the work order by which it was put right.",
    )
    received_at = fields.Datetime(readonly=True)
    closed_at = fields.Datetime(readonly=True)
    is_open = fields.Boolean("Open", readonly=True)
    is_closed_once = fields.Boolean("Has Been Closed", readonly=True)
    is_reopened = fields.Boolean("Taken Up Again", readonly=True)
    complaint_count = fields.Integer("Number of Complaints", readonly=True)
    days_open = fields.Float(readonly=True, aggregator="avg")
    hours_to_reply = fields.Float(
        "Hours until First Reply", readonly=True, aggregator="avg"
    )
    days_to_close = fields.Float("Days until Closed", readonly=True, aggregator="avg")
    acknowledged = fields.Selection(STANDS, readonly=True)
    replied = fields.Selection(STANDS, "First Reply", readonly=True)
    closed = fields.Selection(STANDS, "Closure", readonly=True)
    acknowledged_rate = fields.Float(
        "Acknowledged in Time (%)", aggregator="avg", readonly=True
    )
    replied_rate = fields.Float("Replied in Time (%)", aggregator="avg", readonly=True)
    closed_rate = fields.Float("Closed in Time (%)", aggregator="avg", readonly=True)
    reopened_rate = fields.Float(
        "Reopened (%)",
        aggregator="avg",
        readonly=True,
        help="Of those that had been closed.",
    )
    satisfied_rate = fields.Float(
        "Satisfied (%)",
        aggregator="avg",
        readonly=True,
        help="Of those whose customers gave a verdict.",
    )
    clustered_rate = fields.Float("In a Cluster (%)", aggregator="avg", readonly=True)
    urge_count = fields.Integer("Urged", readonly=True)

    def _choices(self, name):
        """Choices of complaints, in the language of the user."""
        return self.env["pm.complaint"]._fields[name]._description_selection(self.env)

    @property
    def _table_query(self):
        targets = dict(
            self.env.execute_query(
                SQL("SELECT code, array_agg(id) FROM pm_sla_target GROUP BY code")
            )
        )
        stands = {
            name: [one for code in codes for one in targets.get(code, ())]
            for name, codes in CLOCKS.items()
        }
        return SQL(
            """
            SELECT complaint.id,
                   complaint.id AS complaint_id,
                   1 AS complaint_count,
                   complaint.company_id,
                   complaint.estate_id,
                   complaint.building_id,
                   complaint.property_id,
                   complaint.kind,
                   complaint.state,
                   complaint.severity,
                   complaint.liability,
                   complaint.verdict,
                   complaint.level,
                   complaint.category_id,
                   complaint.cause_id,
                   complaint.channel_id,
                   complaint.cluster_id,
                   complaint.user_id,
                   (SELECT request.supplier_id
                      FROM pm_rectification measure
                      JOIN maintenance_request request
                        ON request.id = measure.request_id
                     WHERE measure.complaint_id = complaint.id
                       AND request.supplier_id IS NOT NULL
                     ORDER BY measure.id DESC
                     LIMIT 1) AS supplier_id,
                   complaint.received_at,
                   complaint.closed_at,
                   complaint.closed_at IS NULL AS is_open,
                   complaint.reopen_count > 0 AS is_reopened,
                   complaint.state = 'closed' OR complaint.reopen_count > 0
                       AS is_closed_once,
                   CASE WHEN complaint.closed_at IS NULL THEN
                        extract(epoch FROM now() AT TIME ZONE 'UTC'
                                         - complaint.received_at) / 86400
                   END AS days_open,
                   extract(epoch FROM complaint.replied_at - complaint.received_at)
                        / 3600 AS hours_to_reply,
                   CASE WHEN complaint.state = 'closed' THEN
                        extract(epoch FROM complaint.closed_at - complaint.received_at)
                        / 86400
                   END AS days_to_close,
                   stand.acknowledged,
                   stand.replied,
                   stand.closed,
                   %(acknowledged_rate)s AS acknowledged_rate,
                   %(replied_rate)s AS replied_rate,
                   %(closed_rate)s AS closed_rate,
                   CASE WHEN complaint.reopen_count > 0 THEN 100.0
                        WHEN complaint.state = 'closed' THEN 0.0
                   END AS reopened_rate,
                   CASE WHEN complaint.verdict = 'satisfied' THEN 100.0
                        WHEN complaint.verdict IS NOT NULL THEN 0.0
                   END AS satisfied_rate,
                   CASE WHEN complaint.cluster_id IS NULL THEN 0.0 ELSE 100.0
                   END AS clustered_rate,
                   coalesce(complaint.urge_count, 0) AS urge_count
              FROM pm_complaint complaint
              -- all promises by one look at the clocks, in their index alone; where no
              -- figure asks for them the database leaves this out
              LEFT JOIN LATERAL (
                   SELECT %(stands)s
                     FROM pm_sla_clock clock
                    WHERE clock.res_model = 'pm.complaint'
                      AND clock.res_id = complaint.id
                   ) stand ON TRUE
             WHERE complaint.state <> 'merged'
            """,
            stands=SQL(", ").join(
                SQL("%s AS %s", SQL(_STANDS, ids), SQL.identifier(name))
                for name, ids in stands.items()
            ),
            **{f"{name}_rate": SQL(_RATE, SQL.identifier(name)) for name in stands},
        )
