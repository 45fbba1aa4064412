"""Match many bills with the credit notes that take them back wholly.

As in ``bulk_samples``: Odoo matches two of each kind behind a savepoint; where what it
stored is as predicted in every column, the others are stored in the same way.
"""

import json
from dataclasses import dataclass

from odoo.tools import SQL

from odoo.addons.pm_core.models.shared.pm_job_mixin import PASSING

from .bulk_rows import (
    Differs,
    changes_between,
    compare,
    insert,
    reserve_ids,
    rows_of,
    touched,
)
from .bulk_samples import FEWEST, columns_that_follow, recompute, taken_back

PARTIAL, FULL = "account_partial_reconcile", "account_full_reconcile"
TOUCHED = {PARTIAL, FULL, "account_move", "account_move_line", "pm_charge"}


@dataclass(eq=False)
class Pair:
    """A bill and its credit note, with their only receivable items."""

    bill_id: int
    credit_id: int
    debit_id: int
    credit_line_id: int
    amount: str
    max_date: str
    kind: str


class BulkReversal:
    def __init__(self, moves):
        self.env = moves.env
        self.moves = moves

    def match(self, pairs):
        """Match bills with credit notes, and cancel the charges of the bills.

        :param pairs: ``[(bill, credit note)]``, posted, in company currency
        :return: those that have to be matched the plain way
        """
        env = self.env
        env.flush_all()
        found = self._pairs(pairs)
        kinds = {}
        for pair in found:
            kinds.setdefault(pair.kind, []).append(pair)
        done = set()
        for group in kinds.values():
            if len(group) < FEWEST:
                continue
            try:
                with taken_back(env):
                    template = self._sample(group[:2])
            except PASSING:
                raise
            except Exception:  # noqa: S112
                # the plain way says what is wrong, for the one where it is
                continue
            self._store(group, template)
            done.update(pair.bill_id for pair in group)
        env.invalidate_all(flush=False)
        recompute(env, self.moves.browse(done).sudo().pm_charge_ids)
        return [(move, credit) for move, credit in pairs if move.id not in done]

    def _pairs(self, pairs):
        """Return the pairs of whose bill nothing is settled, and whose credit note
        comes to the same.
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT bill.id, credit.id, debit.id, other.id, debit.balance::text,
                       greatest(debit.date, other.date)::text,
                       concat_ws('/', debit.account_id, bill.journal_id,
                           credit.journal_id, bill.company_id, bill.date >= credit.date,
                           bill.payment_state)
                  FROM unnest(%s::int[], %s::int[]) AS pair(bill, credit)
                  JOIN account_move bill ON bill.id = pair.bill
                  JOIN account_move credit ON credit.id = pair.credit
                  JOIN res_company company ON company.id = bill.company_id
                  JOIN account_move_line debit ON debit.move_id = bill.id
                   AND debit.display_type = 'payment_term'
                  JOIN account_move_line other ON other.move_id = credit.id
                   AND other.display_type = 'payment_term'
                   AND other.account_id = debit.account_id
                   AND other.balance = -debit.balance
                   AND other.amount_residual = other.balance
                 WHERE debit.amount_residual = debit.balance
                   AND debit.balance > 0
                   AND bill.currency_id = company.currency_id
                   AND credit.currency_id = company.currency_id
                   AND bill.amount_total = debit.balance
                """,
                [move.id for move, _credit in pairs],
                [credit.id for _move, credit in pairs],
            )
        )
        return [Pair(*row) for row in rows]

    # ------------------------------------------------------------------
    # Two of a kind, by Odoo
    # ------------------------------------------------------------------

    def _sample(self, pairs):
        """Have Odoo match two pairs; return what there is to store for the others.

        :raises Differs: it stores anything else than what is predicted
        """
        env = self.env
        before, counts = self._read(pairs), touched(env)
        Line = env["account.move.line"]
        Line._reconcile_plan(
            [Line.browse((pair.debit_id, pair.credit_line_id)) for pair in pairs]
        )
        moves = self.moves.browse([pair.bill_id for pair in pairs])
        moves.pm_charge_ids.write({"state": "cancelled"})
        env.flush_all()
        changes = changes_between(counts, touched(env))
        if set(changes) - TOUCHED or changes.get("account_move", (0,))[0]:
            raise Differs(", ".join(set(changes) - TOUCHED) or "account_move")
        lines = [pair.debit_id for pair in pairs]
        partials = rows_of(env, PARTIAL, "debit_move_id", lines)
        fulls = rows_of(
            env, FULL, "id", [row["full_reconcile_id"] for row, _text in partials]
        )
        if len(partials) != len(pairs) or len(fulls) != len(pairs):
            raise Differs(PARTIAL)
        after = self._read(pairs)
        template = {
            "partial": partials[0],
            "full": fulls[0],
            "logged": self._logged(before, after),
            "states": {
                kind: {
                    column: after["account_move"][getattr(pairs[0], kind)][column]
                    for column in ("payment_state", "is_manually_modified")
                }
                for kind in ("bill_id", "credit_id")
            },
        }
        by_line = {row["debit_move_id"]: row for row, _text in partials}
        full_of = {row["id"]: row for row, _text in fulls}
        for pair in pairs:
            partial = by_line[pair.debit_id]
            full = full_of[partial["full_reconcile_id"]]
            wanted = self._partial_row(pair, partial["id"], full["id"])
            compare(PARTIAL, {**partials[0][0], **wanted}, partial)
            compare(FULL, {**fulls[0][0], "id": full["id"]}, full)
            self._check(pair, full["id"], before, after, template)
        return template

    def _read(self, pairs):
        """Return {table: {id: row}} of what a match changes."""
        moves = [i for pair in pairs for i in (pair.bill_id, pair.credit_id)]
        bills = [pair.bill_id for pair in pairs]
        found = {
            "account_move": rows_of(self.env, "account_move", "id", moves),
            "account_move_line": rows_of(
                self.env, "account_move_line", "move_id", moves
            ),
            "pm_charge": rows_of(self.env, "pm_charge", "move_id", bills),
        }
        return {
            table: {row["id"]: row for row, _text in rows}
            for table, rows in found.items()
        }

    def _logged(self, before, after):
        """Return the tables in which a match says who changed the row."""
        logged = set()
        for table, rows in after.items():
            for row_id, row in rows.items():
                old = before[table][row_id]
                if row["write_date"] != old["write_date"]:
                    logged.add(table)
        return logged

    def _check(self, pair, full_id, before, after, template):
        """Compare what changed with what ``_store`` will write."""
        own = {pair.debit_id, pair.credit_line_id}
        moves = {pair.bill_id: "bill_id", pair.credit_id: "credit_id"}
        for table, rows in after.items():
            for row_id, row in rows.items():
                wanted = dict(before[table][row_id])
                if table == "account_move_line" and row_id in own:
                    wanted |= {
                        "amount_residual": "0.00",
                        "amount_residual_currency": "0.00",
                        "reconciled": True,
                        "full_reconcile_id": full_id,
                        "matching_number": str(full_id),
                    }
                elif table == "account_move" and row_id in moves:
                    wanted |= {
                        "amount_residual": "0.00",
                        "amount_residual_signed": "0.00",
                        **template["states"][moves[row_id]],
                    }
                elif table == "pm_charge" and row["move_id"] == pair.bill_id:
                    wanted |= {"state": "cancelled", "payment_state": "cancelled"}
                    for column in (
                        "amount_paid",
                        "amount_credited",
                        "amount_written_off",
                        "amount_receivable",
                        "amount_residual",
                    ):
                        wanted[column] = "0.00"
                    for field in columns_that_follow(self.env):
                        wanted[field.name] = row[field.name]
                elif row["move_id" if table != "account_move" else "id"] not in moves:
                    continue
                if row != before[table][row_id] and table in template["logged"]:
                    wanted["write_uid"] = self.env.uid
                    wanted["write_date"] = row["write_date"]
                zero = {c: v for c, v in wanted.items() if v == "0.00"}
                for column in zero:
                    # digits are those of the currency
                    wanted[column] = before[table][row_id][column] * 0
                compare(table, wanted, row)

    # ------------------------------------------------------------------
    # The others, as rows
    # ------------------------------------------------------------------

    def _partial_row(self, pair, partial_id, full_id):
        return {
            "id": partial_id,
            "debit_move_id": pair.debit_id,
            "credit_move_id": pair.credit_line_id,
            "full_reconcile_id": full_id,
            "amount": pair.amount,
            "debit_amount_currency": pair.amount,
            "credit_amount_currency": pair.amount,
            "pm_amount_credited": pair.amount,
            "max_date": pair.max_date,
        }

    def _store(self, pairs, template):
        env = self.env
        partials = reserve_ids(env, PARTIAL, len(pairs))
        fulls = reserve_ids(env, FULL, len(pairs))
        insert(env, FULL, [template["full"][1]], [(0, {"id": i}) for i in fulls])
        insert(
            env,
            PARTIAL,
            [template["partial"][1]],
            [
                (0, self._partial_row(pair, partial_id, full_id))
                for pair, partial_id, full_id in zip(
                    pairs, partials, fulls, strict=True
                )
            ],
        )
        lines = [
            {"id": line_id, "full_id": full_id}
            for pair, full_id in zip(pairs, fulls, strict=True)
            for line_id in (pair.debit_id, pair.credit_line_id)
        ]
        self._update(
            "account_move_line",
            SQL(
                """
                amount_residual = 0 * t.amount_residual,
                amount_residual_currency = 0 * t.amount_residual_currency,
                reconciled = TRUE,
                full_reconcile_id = row.full_id,
                matching_number = row.full_id::varchar
                """
            ),
            lines,
            template,
        )
        moves = [
            {"id": getattr(pair, kind), **states}
            for kind, states in template["states"].items()
            for pair in pairs
        ]
        self._update(
            "account_move",
            SQL(
                """
                amount_residual = 0 * t.amount_residual,
                amount_residual_signed = 0 * t.amount_residual_signed,
                payment_state = row.payment_state,
                is_manually_modified = row.is_manually_modified
                """
            ),
            moves,
            template,
        )
        self._update(
            "pm_charge",
            SQL(
                """
                state = 'cancelled', payment_state = 'cancelled',
                amount_paid = 0 * t.amount, amount_credited = 0 * t.amount,
                amount_written_off = 0 * t.amount, amount_receivable = 0 * t.amount,
                amount_residual = 0 * t.amount
                """
            ),
            [{"id": pair.bill_id} for pair in pairs],
            template,
            by="move_id",
        )

    def _update(self, table, values, rows, template, by="id"):
        logged = SQL()
        if table in template["logged"]:
            logged = SQL(
                ", write_uid = %s, write_date = %s", self.env.uid, self.env.cr.now()
            )
        self.env.cr.execute(
            SQL(
                """
                UPDATE %s t SET %s %s
                  FROM jsonb_to_recordset(%s::jsonb)
                       AS row(id int, full_id int, payment_state varchar,
                              is_manually_modified boolean)
                 WHERE %s = row.id
                """,
                SQL.identifier(table),
                values,
                logged,
                json.dumps(rows),
                SQL.identifier("t", by),
            )
        )
