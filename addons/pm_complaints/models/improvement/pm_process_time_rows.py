from odoo import api, models
from odoo.tools import SQL

from .pm_process_time import MODELS, STEP_ROOM


class PmProcessTime(models.Model):
    """Where the rows come from: a part of the view for each process."""

    _inherit = "pm.process.time"

    @property
    def _table_query(self):
        parts = [
            *self._sql_orders(),
            *self._sql_complaints(),
            *self._sql_purchases(),
            *self._sql_contracts(),
            *self._sql_approvals(),
        ]
        return SQL(
            """
            SELECT row.*, row.date_to IS NULL AS is_open, taken.hours,
                   taken.hours AS median_hours, taken.hours AS p90_hours
              FROM (%s) row,
           LATERAL (SELECT extract(
                        epoch FROM coalesce(row.date_to, now() AT TIME ZONE 'UTC')
                                   - row.date_from
                    )::float8 / 3600 AS hours) taken
             WHERE row.date_to IS NULL OR row.date_to >= row.date_from
            """,
            SQL(" UNION ALL ").join(SQL("(%s)", part) for part in parts),
        )

    @api.model
    def _sql_part(self, process, model, record, still, stages, **more):
        """The steps of a process: a row for each that a record has begun.

        :param process: key of the process
        :param model: name of the model of the records
        :param record: SQL of table and joins; the record is called ``one``
        :param still: SQL of whether what has no end waits still; else the times of
            the record do not say how long it took, and there is no row
        :param stages: tuples of a number of the step that no other has, its key, and
            SQL of the moments at which it began and was over and of who has it
        :param more: SQL of other columns, by their names
        """
        values = {
            "id": SQL("one.id"),
            "review": SQL("NULL::int"),
            "definition": SQL("NULL::int"),
            **more,
        }
        numbers = SQL(", ").join(SQL("(%s)", stage[0]) for stage in stages)
        step, start, end, user = (
            SQL(
                "CASE stage.number %s END",
                SQL(" ").join(
                    SQL("WHEN %s THEN %s", stage[0], stage[column]) for stage in stages
                ),
            )
            for column in range(1, 5)
        )
        return SQL(
            """
            SELECT part.id::bigint * %(step_bits)s + part.number AS id,
                   part.id AS source_id, %(process)s AS process, part.step,
                   %(model)s AS res_model, part.res_id, part.review_id,
                   part.definition_id, part.estate_id, part.company_id,
                   part.date_from, part.date_to, part.user_id::int AS user_id
              FROM (SELECT %(id)s AS id, stage.number, %(step)s AS step,
                           one.id AS res_id, %(review)s AS review_id,
                           %(definition)s AS definition_id, one.estate_id,
                           one.company_id, %(start)s AS date_from, %(end)s AS date_to,
                           %(user)s AS user_id, %(still)s AS still
                      FROM %(record)s
                     CROSS JOIN (VALUES %(numbers)s) AS stage (number)
                     WHERE one.estate_id IS NOT NULL) part
             WHERE part.date_from IS NOT NULL
               AND (part.date_to IS NOT NULL OR part.still)
            """,
            step_bits=STEP_ROOM,
            process=process,
            model=model,
            record=record,
            numbers=numbers,
            step=step,
            start=start,
            end=end,
            user=user,
            still=still,
            **values,
        )

    @api.model
    def _sql_orders(self):
        """Each stage lasts until the next that has a time: orders may skip some."""
        stamps = ("reported", "dispatched", "accepted", "arrived", "done", "verified")
        names = ("dispatch", "accept", "arrive", "work", "verify", "close")
        columns = [SQL("one.%s", SQL.identifier(f"{name}_at")) for name in stamps]
        columns.append(SQL("one.closed_at"))
        nobody, somebody = SQL("NULL::int"), SQL("one.user_id")
        yield self._sql_part(
            "order",
            MODELS["order"],
            SQL("maintenance_request one"),
            SQL("one.state NOT IN ('closed', 'cancelled')"),
            [
                (
                    number,
                    f"order_{name}",
                    columns[number],
                    SQL("coalesce(%s)", SQL(", ").join(columns[number + 1 :])),
                    nobody if name in ("dispatch", "close") else somebody,
                )
                for number, name in enumerate(names)
            ],
        )
        over = SQL(
            """(SELECT min(next.at) FROM pm_order_step next
                 WHERE next.request_id = pause.request_id AND next.id > pause.id
                   AND next.step IN ('resume', 'done', 'cancel', 'close'))"""
        )
        yield self._sql_part(
            "order",
            MODELS["order"],
            SQL(
                """pm_order_step pause
                   JOIN maintenance_request one
                     ON one.id = pause.request_id AND pause.step = 'pause'"""
            ),
            SQL("one.state = 'paused'"),
            [(6, "order_pause", SQL("pause.at"), over, somebody)],
            id=SQL("pause.id"),
        )

    @api.model
    def _sql_complaints(self):
        """Replying and putting right come in either order."""
        closed = SQL("one.closed_at")
        first = SQL("least(one.replied_at, one.verified_at)")
        # when there are both; greatest() of one and nothing is that one
        second = SQL(
            "CASE WHEN one.replied_at IS NOT NULL AND one.verified_at IS NOT NULL"
            " THEN greatest(one.replied_at, one.verified_at) END"
        )
        received, accepted, assigned = (
            SQL("one.%s", SQL.identifier(name))
            for name in ("received_at", "accepted_at", "assigned_at")
        )
        stages = (
            ("accept", received, (accepted, assigned, first, closed)),
            ("assign", accepted, (assigned, first, closed)),
            ("reply", assigned, (first, closed)),
            ("right", first, (second, closed)),
            ("close", second, (closed,)),
        )
        nobody, somebody = SQL("NULL::int"), SQL("one.user_id")
        yield self._sql_part(
            "complaint",
            MODELS["complaint"],
            SQL("pm_complaint one"),
            SQL(
                "one.state NOT IN"
                " ('closed', 'withdrawn', 'invalid', 'forwarded', 'merged')"
            ),
            [
                (
                    number,
                    f"complaint_{name}",
                    start,
                    SQL("coalesce(%s)", SQL(", ").join(ends)),
                    nobody if name == "accept" else somebody,
                )
                for number, (name, start, ends) in enumerate(stages, 7)
            ],
        )
        over = SQL(
            """(SELECT min(next.at) FROM pm_complaint_step next
                 WHERE next.complaint_id = wait.complaint_id AND next.id > wait.id
                   AND next.step IN ('go_on', 'close', 'withdraw', 'invalid',
                                     'forward', 'merge'))"""
        )
        yield self._sql_part(
            "complaint",
            MODELS["complaint"],
            SQL(
                """pm_complaint_step wait
                   JOIN pm_complaint one
                     ON one.id = wait.complaint_id AND wait.step = 'wait'"""
            ),
            SQL("one.is_waiting"),
            [(12, "complaint_wait", SQL("wait.at"), over, nobody)],
            id=SQL("wait.id"),
        )

    @api.model
    def _sql_purchases(self):
        ordered = SQL("one.date_approve")
        yield self._sql_part(
            "purchase",
            MODELS["purchase"],
            SQL("purchase_order one"),
            SQL(
                """CASE WHEN one.date_approve IS NULL
                        THEN one.state IN ('draft', 'sent', 'to approve')
                        ELSE one.state = 'purchase' AND one.receipt_status <> 'full'
                    END"""
            ),
            [
                (
                    13,
                    "purchase_approve",
                    SQL("one.create_date"),
                    ordered,
                    SQL("one.user_id"),
                ),
                (
                    14,
                    "purchase_deliver",
                    ordered,
                    SQL("one.effective_date"),
                    SQL("NULL::int"),
                ),
            ],
        )

    @api.model
    def _sql_contracts(self):
        """What was taken over from another system was signed before it came here."""
        # signed on a day: what was signed on the day of the approval took no time
        signed = SQL(
            "CASE WHEN one.date_signed IS NOT NULL"
            " THEN greatest(one.date_signed::timestamp, one.approval_date) END"
        )
        approved = SQL("one.approval_date")
        yield self._sql_part(
            "contract",
            MODELS["contract"],
            SQL("pm_contract one"),
            SQL("one.state IN ('draft', 'approval', 'approved')"),
            [
                (
                    15,
                    "contract_approve",
                    SQL(
                        "CASE WHEN one.taken_over IS NOT TRUE THEN one.create_date END"
                    ),
                    approved,
                    SQL("one.user_id"),
                ),
                (
                    16,
                    "contract_sign",
                    SQL("CASE WHEN one.taken_over IS NOT TRUE THEN %s END", approved),
                    signed,
                    SQL("NULL::int"),
                ),
            ],
        )

    @api.model
    def _sql_approvals(self):
        """A level begins when it was asked, or when the one before has decided."""
        names = self.env["tier.definition"]._get_tier_validation_model_names()
        for name in sorted(set(names)):
            model = self.env.get(name)
            if model is None or not self._has_place(model):
                continue
            yield self._sql_part(
                "approval",
                name,
                SQL(
                    """tier_review review
                       JOIN %s one ON one.id = review.res_id AND review.model = %s""",
                    SQL.identifier(model._table),
                    name,
                ),
                SQL("review.status = 'pending'"),
                [
                    (
                        17,
                        "approval_level",
                        SQL(
                            """greatest(review.create_date,
                               (SELECT max(before.reviewed_date)
                                  FROM tier_review before
                                 WHERE before.model = review.model
                                   AND before.res_id = review.res_id
                                   AND before.sequence < review.sequence))"""
                        ),
                        SQL("review.reviewed_date"),
                        SQL("review.done_by"),
                    )
                ],
                id=SQL("review.id"),
                review=SQL("review.id"),
                definition=SQL("review.definition_id"),
            )

    @api.model
    def _has_place(self, model):
        """Whether a model is a table that says of which estate and company it is."""
        return (
            not model._abstract
            and model._auto
            and all(
                name in model._fields and model._fields[name].store
                for name in ("estate_id", "company_id")
            )
        )
