from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

# a call centre sends again what it could not deliver; after this it has given up
KEEP_DAYS = 100


class PmHotlineCall(models.Model):
    """A call that the call centre reported: kept so that it counts once.

    Neither the number nor the name of who called is taken: only whether somebody
    answered.
    """

    _name = "pm.hotline.call"
    _description = "Call of the Hotline"
    _order = "called_at desc, id desc"
    _rec_name = "reference"

    line_id = fields.Many2one(
        "pm.hotline", required=True, readonly=True, index=True, ondelete="cascade"
    )
    reference = fields.Char(
        required=True, readonly=True, help="What the call centre calls it."
    )
    called_at = fields.Datetime("Called on", required=True, readonly=True)
    is_answered = fields.Boolean("Answered", readonly=True)

    _reference_once = models.UniqueIndex(
        "(line_id, reference)", "This call came already."
    )
    _recent_idx = models.Index("(line_id, create_date)")

    @api.model
    def _receive(self, line, reference, called_at, is_answered):
        """Count a call on its day; the same one again changes nothing.

        :param called_at: in UTC
        :return: whether it is new
        """
        columns = {
            "line_id": line.id,
            "reference": reference,
            "called_at": called_at,
            "is_answered": is_answered,
            "create_uid": self.env.uid,
            "create_date": fields.Datetime.now(),
        }
        # two at the same moment: the database lets one wait for the other
        is_new = self.env.execute_query(
            SQL(
                "INSERT INTO pm_hotline_call (%s) VALUES %s"
                " ON CONFLICT DO NOTHING RETURNING id",
                SQL(", ").join(map(SQL.identifier, columns)),
                tuple(columns.values()),
            )
        )
        if is_new:
            day = fields.Datetime.context_timestamp(
                self.with_context(tz=line.estate_id.tz or "UTC"), called_at
            ).date()
            self.env["pm.hotline.day"]._count(line, day, is_answered)
        return bool(is_new)

    @api.autovacuum
    def _gc_calls(self):
        """The days keep the numbers."""
        old = fields.Datetime.now() - timedelta(days=KEEP_DAYS)
        self.search([("create_date", "<", old)], limit=10_000).unlink()
