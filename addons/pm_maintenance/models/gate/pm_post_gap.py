from odoo import fields, models
from odoo.tools import SQL


class PmPostGap(models.Model):
    """What is missing in the logs of posts: a view over duties and logs.

    A shift that had people on duty and no log, one that nobody took over, one that
    was never handed over, one in which nothing was written.
    """

    _name = "pm.post.gap"
    _description = "Gap in a Post Log"
    _auto = False
    _order = "date desc, post_id, shift_id"
    _rec_name = "post_id"
    _depends = {
        "pm.duty": ["post_id", "shift_id", "date", "start", "stop", "state"],
        "pm.duty.post": ["keeps_log", "active"],
        "pm.duty.roster": ["state"],
        "pm.post.log": ["post_id", "shift_id", "date", "state"],
        "pm.post.log.entry": ["log_id"],
    }

    post_id = fields.Many2one("pm.duty.post", readonly=True)
    estate_id = fields.Many2one("pm.property", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    shift_id = fields.Many2one("pm.duty.shift", readonly=True)
    date = fields.Date(readonly=True)
    start = fields.Datetime("Begins", readonly=True)
    stop = fields.Datetime("Ends", readonly=True)
    log_id = fields.Many2one("pm.post.log", readonly=True)
    kind = fields.Selection(
        [
            ("none", "No Log"),
            ("untaken", "Not Taken Over"),
            ("unhanded", "Not Handed Over"),
            ("empty", "Nothing Written"),
        ],
        "What Is Missing",
        readonly=True,
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT * FROM (
                SELECT min(duty.id) AS id,
                       duty.post_id,
                       post.estate_id,
                       post.company_id,
                       duty.shift_id,
                       duty.date,
                       min(duty.start) AS start,
                       max(duty.stop) AS stop,
                       log.id AS log_id,
                       CASE WHEN log.id IS NULL THEN 'none'
                            WHEN log.state = 'waiting' THEN 'untaken'
                            WHEN log.state = 'running' THEN 'unhanded'
                            WHEN NOT EXISTS (
                                SELECT FROM pm_post_log_entry entry
                                 WHERE entry.log_id = log.id
                            ) THEN 'empty'
                       END AS kind
                  FROM pm_duty duty
                  JOIN pm_duty_post post ON post.id = duty.post_id
                   AND post.keeps_log AND post.active
                  LEFT JOIN pm_duty_roster roster ON roster.id = duty.roster_id
                  LEFT JOIN pm_post_log log ON log.post_id = duty.post_id
                   AND log.date = duty.date AND log.shift_id = duty.shift_id
                 WHERE duty.state IN ('planned', 'confirmed', 'done')
                   AND (roster.id IS NULL OR roster.state <> 'draft')
                   AND duty.start >= COALESCE(
                       (SELECT min(first.start) FROM pm_post_log first
                         WHERE first.post_id = duty.post_id),
                       duty.start)
                 GROUP BY duty.post_id, post.estate_id, post.company_id,
                          duty.shift_id, duty.date, log.id, log.state
                HAVING max(duty.stop)
                       < (now() AT TIME ZONE 'UTC') - INTERVAL '2 hours'
            ) gap WHERE gap.kind IS NOT NULL
            """
        )
