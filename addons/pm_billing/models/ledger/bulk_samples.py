"""Samples: a few invoices of each kind that Odoo makes itself, for comparison.

They are made behind a savepoint, read column by column, and taken back. What else
their making touched is counted by the database; nothing is taken for granted.
"""

import contextlib
import copy
import logging
import random

from odoo.tools import SQL

from odoo.addons.pm_core.models.shared.pm_job_mixin import PASSING

from .bulk_rows import (
    TABLES,
    Differs,
    changes_between,
    compare,
    fetch,
    relation_columns,
    rows_of,
    touched,
)
from .bulk_template import Template

_logger = logging.getLogger(__name__)

# A kind of fewer invoices is not worth samples.
FEWEST = 4
# Of many, a third one is compared.
MANY = 100
# Tables that posting may touch besides those that are replicated.
OTHERS = {"res_partner", "pm_charge"}
RANKS = "account.res.partner.increase_rank.customer_rank"
# Numbers of samples, far from those in use: nobody waits for them.
FAR = 100_000_000


class Numbers(dict):
    """Numbers that are set, by id of the invoice; no client can send one."""

    def __init__(self, first=None, **numbers):
        super().__init__(**numbers)
        self.following = first

    def take(self, move_id):
        if self.following is not None:
            self.following += 1
            return self.following
        return self.get(move_id)


@contextlib.contextmanager
def taken_back(env):
    """Undo all that is done meanwhile, also what waits for the commit."""
    postcommit = env.cr.postcommit
    functions = list(postcommit._funcs)
    ranks = dict(postcommit.data.get(RANKS, {}))
    savepoint = env.cr.savepoint()
    try:
        yield
    finally:
        savepoint.close(rollback=True)
        postcommit._funcs.clear()
        postcommit._funcs.extend(functions)
        if RANKS in postcommit.data:
            postcommit.data[RANKS].clear()
            postcommit.data[RANKS].update(ranks)


class Samples:
    """Makes templates of kinds of invoices."""

    def __init__(self, Move):
        self.Move = Move
        self.env = Move.env

    def templates(self, groups):
        """Return {kind: template, or the reason why there is none}.

        :param groups: {kind: bills of it}
        """
        chosen = {key: self._choose(bills) for key, bills in groups.items()}
        try:
            with taken_back(self.env):
                return self._make(chosen)
        except Differs as error:
            return dict.fromkeys(groups, str(error))
        except PASSING:
            raise
        except Exception as error:
            # the plain way names the one that is wrong
            _logger.info("no samples: %s", error)
            return dict.fromkeys(groups, str(error))

    def _choose(self, bills):
        first, *rest = bills
        others = random.sample(rest, 1 if len(bills) < MANY else 2)  # noqa: S311
        return [first, *others]

    def _make(self, chosen):
        """Have Odoo make the samples, and read them."""
        bills = [bill for group in chosen.values() for bill in group]
        self.env.flush_all()
        before = touched(self.env)
        partners = self._partners(bills)
        charges = {row["id"]: row for row in self._charges(bills)}
        moves = self.Move.create([copy.deepcopy(bill.vals) for bill in bills])
        for move, bill in zip(moves, bills, strict=True):
            bill.charges.sudo()._as_step().write(
                {"move_id": move.id, "state": "posted"}
            )
        numbers = Numbers(first=FAR + random.randrange(FAR))  # noqa: S311
        moves.with_context(pm_numbers=numbers)._post(soft=False)
        self.env.flush_all()
        changes = changes_between(before, touched(self.env))
        found = self._read(moves, changes)
        self._check_partners(bills, partners)
        self._check_charges(zip(moves, bills, strict=True), charges)
        read = dict(zip(bills, (found[move.id] for move in moves), strict=True))
        return {key: self._template(group, read) for key, group in chosen.items()}

    def _template(self, bills, read):
        try:
            template = Template(self.env, bills[0], read[bills[0]])
            for bill in bills[1:]:
                template.check(bill, read[bill])
        except Differs as error:
            return str(error)
        return template

    # ------------------------------------------------------------------
    # Read what was stored
    # ------------------------------------------------------------------

    def _read(self, moves, changes):
        """Return {id of the invoice: its rows}.

        :raises Differs: a table was touched that is not replicated
        """
        env = self.env
        found = {
            row["id"]: {"move": (row, text), "lines": [], "analytic": []}
            for row, text in rows_of(env, "account_move", "id", moves.ids)
        }
        lines = rows_of(env, "account_move_line", "move_id", moves.ids)
        move_of, place = {}, {}
        for row, text in lines:
            own = found[row["move_id"]]["lines"]
            move_of[row["id"]], place[row["id"]] = row["move_id"], len(own)
            own.append((row, text))
        items = rows_of(env, "account_analytic_line", "move_line_id", list(move_of))
        for row, text in items:
            found[move_of[row["move_line_id"]]]["analytic"].append((row, text))
        counts = dict(zip(TABLES, (len(found), len(lines), len(items)), strict=True))
        relations = {}
        for table, (inserted, _updated, deleted) in changes.items():
            if table in counts:
                # lines that were made and deleted again are no more than that
                if inserted - deleted != counts[table]:
                    raise Differs(f"{table}: {inserted - deleted} ≠ {counts[table]}")
            elif table not in OTHERS:
                relations[table] = inserted - deleted
        for own in found.values():
            own["relations"], own["taxes_of"] = [], {}
        for table, count in relations.items():
            self._read_relation(table, count, found, move_of, place)
        return found

    def _read_relation(self, table, count, found, move_of, place):
        """Read the rows by which samples are tied to other records.

        :raises Differs: it is another kind of table, or ties other records
        """
        columns = relation_columns(self.env, table)
        owners = {
            "account_move": {move_id: (move_id, 0) for move_id in found},
            "account_move_line": {
                line_id: (move_id, place[line_id])
                for line_id, move_id in move_of.items()
            },
        }
        owner = next((col for col, target in columns.items() if target in owners), None)
        if not owner:
            raise Differs(table)
        other = next(column for column in columns if column != owner)
        own = owners[columns[owner]]
        rows = self.env.execute_query(
            SQL(
                "SELECT %(owner)s, %(other)s FROM %(table)s"
                " WHERE %(owner)s = ANY(%(ids)s) ORDER BY 1, 2",
                owner=SQL.identifier(owner),
                other=SQL.identifier(other),
                table=SQL.identifier(table),
                ids=list(own),
            )
        )
        if len(rows) != count:
            raise Differs(table)
        for owner_id, other_id in rows:
            move_id, number = own[owner_id]
            found[move_id]["relations"].append(
                (table, owner, other, columns[owner], number, other_id)
            )
            if table == "account_move_line_account_tax_rel":
                found[move_id]["taxes_of"].setdefault(owner_id, []).append(other_id)

    # ------------------------------------------------------------------
    # What else may have changed
    # ------------------------------------------------------------------

    def _partners(self, bills):
        ids = [bill.vals["partner_id"] for bill in bills]
        self.env["res.partner"].flush_model()
        return {
            row["id"]: row for row, _text in rows_of(self.env, "res_partner", "id", ids)
        }

    def _check_partners(self, bills, before):
        """Nothing of a customer changes, but that it is one.

        :raises Differs: naming the column
        """
        for partner_id, row in self._partners(bills).items():
            wanted = dict(before[partner_id])
            if not wanted["customer_rank"]:
                count = sum(bill.vals["partner_id"] == partner_id for bill in bills)
                wanted["customer_rank"] = count
                for column in ("write_uid", "write_date"):
                    wanted[column] = row[column]
            compare("res_partner", wanted, row)

    def _charges(self, bills):
        ids = [charge_id for bill in bills for charge_id in bill.charges.ids]
        if not ids:
            return []
        self.env["pm.charge"].flush_model()
        query = SQL("SELECT to_jsonb(c)::text FROM pm_charge c WHERE id = ANY(%s)", ids)
        return [row for row, _text in fetch(self.env, query)]

    def _check_charges(self, pairs, before):
        """Charges follow their invoice as ``charge_values`` says.

        :raises Differs: naming the column
        """
        pairs = list(pairs)
        move_of = {
            charge_id: (move, bill)
            for move, bill in pairs
            for charge_id in bill.charges.ids
        }
        for row in self._charges([bill for _move, bill in pairs]):
            move, bill = move_of[row["id"]]
            own = charge_values(bill.vals)
            wanted = {
                **before[row["id"]],
                **own,
                "move_id": move.id,
                "amount_receivable": row["amount"],
                "amount_residual": row["amount"],
                "write_uid": self.env.uid,
                "write_date": row["write_date"],
            }
            for field in columns_that_follow(self.env):
                wanted[field.name] = row[field.name]
            compare("pm_charge", wanted, row)


# What ``charge_values`` and the matches say of a charge.
BILLED_COLUMNS = {
    "state",
    "move_id",
    "date_due",
    "payment_state",
    "amount_paid",
    "amount_credited",
    "amount_written_off",
    "amount_receivable",
    "amount_residual",
}


def columns_that_follow(env):
    """Return the stored fields of charges that follow from those that are billed.

    Whoever adds one has a method that works it out: it is asked for each charge.
    """
    fields = env["pm.charge"]._fields
    return [
        field
        for field in {
            dependent
            for name in BILLED_COLUMNS
            for dependent in env.registry.get_dependent_fields(fields[name])
        }
        if field.model_name == "pm.charge"
        and field.store
        and field.compute
        and field.name not in BILLED_COLUMNS
    ]


def recompute(env, charges):
    """Work out what follows from how charges are billed; they are stored by then."""
    for field in columns_that_follow(env):
        env.add_to_compute(field, charges)
    env.flush_all()


def charge_values(vals):
    """Return what a charge stores once it stands on an invoice of its own sign."""
    due = vals.get("invoice_date_due")
    return {
        "state": "posted",
        "payment_state": "open",
        "date_due": str(due) if due else None,
        "amount_paid": 0,
        "amount_credited": 0,
        "amount_written_off": 0,
    }
