"""Make and post many customer invoices at once, as Odoo stores them.

Going through the ORM for each invoice costs about a thousand times what storing it
does. Here a few of each kind are made by Odoo (``bulk_samples``), what it stored is
predicted from one of them (``bulk_template``) and compared, column by column; only
where everything is as predicted are the others of that kind stored as rows. The rest
goes the plain way, and the reason is kept.
"""

import json
import logging
import re
from collections import Counter

from odoo.tools import SQL

from .bulk_rows import TABLES, Differs, insert, refresh_statistics, reserve_ids
from .bulk_samples import FEWEST, Numbers, Samples, charge_values, recompute
from .bulk_shape import Bill, automations, key_of, partners_of, unknown_addons

_logger = logging.getLogger(__name__)


class KnownKinds(dict):
    """Templates of kinds of invoices, or why one has none; no client can send it."""

    @classmethod
    def of(cls, env):
        """Return those of the work under way, else none."""
        known = env.context.get("pm_known_kinds")
        return known if isinstance(known, cls) else cls()


class BulkPosting:
    """Posts the bills of a run. ``Move`` is the model as the plain way uses it."""

    def __init__(self, Move, known):
        # a chain of hashes is made when all are there
        self.Move = Move._as_step("pm_secure_later")
        self.env = Move.env
        # kinds that are known, as long as nobody can have changed a setting
        self.known = known
        self.reasons = Counter()
        self.in_bulk = 0

    def post(self, pairs):
        """Post one invoice for each ``(values, charges)``; return their ids in order.

        Numbers follow the order. Values are those that ``create`` takes.
        """
        bills = [Bill(vals, charges) for vals, charges in pairs]
        self._find_kinds(bills)
        numbered = {}
        for bill in bills:
            numbered.setdefault(self._sequence_of(bill.vals), []).append(bill)
        for group in numbered.values():
            self._post_in_order(group)
        ids = [bill.move_id for bill in bills]
        self.Move.browse(ids)._pm_secure()
        return ids

    def _sequence_of(self, vals):
        """Return what decides in which sequence an invoice is numbered."""
        names = ("journal_id", "move_type", "invoice_date", "date")
        return tuple(str(vals.get(name)) for name in names)

    def _post_in_order(self, bills):
        """Post bills of one sequence; their numbers follow each other."""
        self._last = len(bills) - 1
        for position, bill in enumerate(bills):
            bill.position = position
        quick = [bill for bill in bills if self._is_predicted(bill)]
        plain = [bill for bill in bills if not bill.amounts]
        self.in_bulk += len(quick)
        if not quick:
            self._post_plainly(plain, None)
        elif bills[0].amounts:
            self._store(quick, None)
            self._post_plainly(plain, self._start)
        else:
            self._post_plainly(plain[:1], None)
            self._store(quick, self._start)
            self._post_plainly(plain[1:], self._start)

    # ------------------------------------------------------------------
    # Kinds
    # ------------------------------------------------------------------

    def _find_kinds(self, bills):
        """Give each bill its kind, and see to it that kinds have templates."""
        addons = unknown_addons(self.env)
        rules = automations(self.env)
        if addons or rules:
            reason = self.env._("Extended by: %s", ", ".join([*addons, *rules]))
            self.reasons[reason] += len(bills)
            return
        company = self.Move.env.company
        partners = partners_of(
            self.env, {bill.vals["partner_id"] for bill in bills}, company
        )
        places = self.env["pm.property"].browse(
            {bill.vals.get("pm_property_id") or 0 for bill in bills} - {0}
        )
        estates = {place.id: place.estate_id.id for place in places}
        groups = {}
        for bill in bills:
            bill.partner = partners.get(bill.vals["partner_id"])
            if not bill.partner:
                self.reasons[self.env._("Customers with contacts or a firm")] += 1
                continue
            if any(charge.origin_id for charge in bill.charges):
                self.reasons[self.env._("Credits")] += 1
                continue
            bill.estate_id = estates.get(bill.vals.get("pm_property_id"), 0)
            bill.key = key_of(bill)
            groups.setdefault(bill.key, []).append(bill)
        new = {}
        for key, group in groups.items():
            if key in self.known:
                continue
            if len(group) < FEWEST:
                self.reasons[self.env._("Few of a kind")] += len(group)
            else:
                new[key] = group
        if new:
            self.known.update(Samples(self.Move).templates(new))

    def _is_predicted(self, bill):
        """Work out the amounts of a bill, if its kind is known."""
        bill.amounts = None
        template = self.known.get(bill.key)
        if template is None:
            return False
        try:
            if isinstance(template, str):
                raise Differs(template)
            amounts = template.amounts_of(bill)
            billed = sum(bill.charges.mapped("amount"))
            if bill.charges and template.currency.compare_amounts(
                template.engine.sign * amounts.total, billed
            ):
                raise Differs("account_move.amount_total")
        except Differs as error:
            self.reasons[self.env._("Stored in another way: %s", error)] += 1
            return False
        bill.amounts = amounts
        return True

    # ------------------------------------------------------------------
    # The plain way
    # ------------------------------------------------------------------

    def _post_plainly(self, bills, start):
        """Post bills by the ORM, with the numbers of their places from ``start`` on."""
        if not bills:
            return
        values = [bill.vals for bill in bills]
        if any(vals.get("invoice_payment_term_id") for vals in values):
            moves = self.Move.create(values)
        else:
            moves = self.Move._pm_create_invoices(values)
        for move, bill in zip(moves, bills, strict=True):
            bill.move_id = move.id
            bill.charges.sudo()._as_step().write(
                {"move_id": move.id, "state": "posted"}
            )
        if start is None:
            moves._pm_post()
            self._start = moves[0].sequence_number - bills[0].position
            self._like = moves[0]
        else:
            numbers = Numbers()
            numbers.update({bill.move_id: start + bill.position for bill in bills})
            moves.with_context(pm_numbers=numbers)._pm_post()
            if moves.mapped("sequence_number") != list(numbers.values()):
                raise Differs("account_move.name")

    # ------------------------------------------------------------------
    # Rows
    # ------------------------------------------------------------------

    def _store(self, bills, start):
        """Store the rows of bills that are predicted."""
        env = self.env
        env.flush_all()
        templates = list(dict.fromkeys(self.known[bill.key] for bill in bills))
        place = {template: number for number, template in enumerate(templates)}
        ids = reserve_ids(env, "account_move", len(bills))
        for bill, move_id in zip(bills, ids, strict=True):
            bill.move_id = move_id
        texts = [template.move_text for template in templates]
        rest = bills
        if start is None:
            self._lock_number(bills[0], texts, place)
            rest = bills[1:]
        name_of = self._names(self._like, self._last)
        moves, lines, items, relations = [], [], [], {}
        line_texts, item_texts, line_place, item_place = [], [], {}, {}
        for template in templates:
            line_place[template], item_place[template] = (
                len(line_texts),
                len(item_texts),
            )
            line_texts += template.line_texts
            item_texts += template.analytic_texts
        line_ids = iter(
            reserve_ids(
                env,
                "account_move_line",
                sum(len(self.known[bill.key].lines) for bill in bills),
            )
        )
        item_ids = iter(
            reserve_ids(
                env,
                "account_analytic_line",
                sum(len(self.known[bill.key].analytic) for bill in bills),
            )
        )
        for bill in bills:
            template = self.known[bill.key]
            number = self._start + bill.position
            name = name_of(number)
            row = template.move_row(bill, bill.move_id, name, number)
            row["sequence_prefix"] = self._prefix
            row["made_sequence_gap"] = False
            moves.append((place[template], row))
            own_ids = [next(line_ids) for _line in template.lines]
            rows = template.line_rows(bill, own_ids, bill.move_id, name)
            first = line_place[template]
            lines += [(first + number, row) for number, row in enumerate(rows)]
            first = item_place[template]
            own_items = [next(item_ids) for _item in template.analytic]
            items += [
                (first + number, row)
                for number, row in enumerate(
                    template.analytic_rows(bill, own_items, own_ids, rows)
                )
            ]
            for table, owner, other, kind, number, other_id in template.relations:
                owner_id = bill.move_id if kind == "account_move" else own_ids[number]
                relations.setdefault((table, owner, other), []).append(
                    (owner_id, other_id)
                )
        insert(env, "account_move", texts, moves[len(bills) - len(rest) :])
        insert(env, "account_move_line", line_texts, lines)
        insert(env, "account_analytic_line", item_texts, items)
        for (table, owner, other), pairs in relations.items():
            self._relate(table, owner, other, pairs)
        self._bill_charges(bills)
        self._rank(bills)
        refresh_statistics(env, *TABLES, "pm_charge")
        env.invalidate_all(flush=False)
        charge_ids = [charge_id for bill in bills for charge_id in bill.charges.ids]
        recompute(env, env["pm.charge"].sudo().browse(charge_ids))

    def _lock_number(self, bill, texts, place):
        """Store the first invoice and have Odoo number it, which locks the sequence.

        Who numbers another invoice in this journal waits until this one is committed.
        """
        template = self.known[bill.key]
        row = template.move_row(bill, bill.move_id, "/", 0)
        insert(self.env, "account_move", texts, [(place[template], row)])
        move = self.Move.browse(bill.move_id)
        name = move._locked_increment(*move._get_next_sequence_format())
        own = self._format(move, name)
        self._start = own["number"] - bill.position
        row = template.move_row(bill, bill.move_id, name, own["number"])
        self.env.cr.execute(
            SQL(
                """
                UPDATE account_move move
                   SET name = %(name)s,
                       payment_reference = %(reference)s,
                       sequence_number = %(number)s,
                       sequence_prefix = %(prefix)s,
                       made_sequence_gap = %(number)s > 1 AND NOT EXISTS (
                           SELECT FROM account_move other
                            WHERE other.journal_id = move.journal_id
                              AND other.sequence_prefix = %(prefix)s
                              AND other.sequence_number = %(number)s - 1)
                 WHERE id = %(id)s
                """,
                name=name,
                reference=row["payment_reference"],
                number=own["number"],
                prefix=own["prefix"],
                id=bill.move_id,
            )
        )
        move.invalidate_recordset(flush=False)
        self._like = move

    def _format(self, move, name):
        """Return what a number consists of, as Odoo splits it."""
        template, values = move._get_sequence_format_param(name)
        number = values.pop("seq")
        digits = move._make_regex_non_capturing(
            move._sequence_fixed_regex.replace(r"?P<seq>", "")
        )
        return {
            "number": number,
            "template": template,
            "values": values,
            "prefix": name[: re.match(digits, name).start(1)],
        }

    def _names(self, move, last):
        """Return the function that names an invoice by its place in the sequence.

        Odoo holds the sequence locked in this transaction; it is told the last number.
        """
        own = self._format(move, move.name)
        self._prefix = own["prefix"]
        template, values = own["template"], own["values"]
        key = (template.format(**values, seq=0), move.journal_id)
        move._get_sequence_cache()[key] = self._start + last
        return lambda number: template.format(**values, seq=number)

    def _relate(self, table, owner, other, pairs):
        self.env.cr.execute(
            SQL(
                "INSERT INTO %s (%s, %s) SELECT * FROM unnest(%s::int[], %s::int[])",
                SQL.identifier(table),
                SQL.identifier(owner),
                SQL.identifier(other),
                [row[0] for row in pairs],
                [row[1] for row in pairs],
            )
        )

    def _bill_charges(self, bills):
        """Charges follow their invoices, as ``Samples`` has compared."""
        rows = [
            {
                "charge": charge_id,
                "move_id": bill.move_id,
                **charge_values(bill.vals),
            }
            for bill in bills
            for charge_id in bill.charges.ids
        ]
        self.env.cr.execute(
            SQL(
                """
                UPDATE pm_charge charge
                   SET move_id = row.move_id,
                       state = row.state,
                       payment_state = row.payment_state,
                       date_due = row.date_due,
                       amount_paid = 0 * charge.amount,
                       amount_credited = 0 * charge.amount,
                       amount_written_off = 0 * charge.amount,
                       amount_receivable = charge.amount,
                       amount_residual = charge.amount,
                       write_uid = %s,
                       write_date = %s
                  FROM jsonb_to_recordset(%s::jsonb) AS row(
                       charge int, move_id int, state varchar,
                       payment_state varchar, date_due date)
                 WHERE charge.id = row.charge
                """,
                self.env.uid,
                self.env.cr.now(),
                json.dumps(rows),
            )
        )

    def _rank(self, bills):
        """Who has an invoice is a customer."""
        counts = Counter(bill.vals["partner_id"] for bill in bills)
        new = {bill.vals["partner_id"] for bill in bills if not bill.partner["rank"]}
        self.env.cr.execute(
            SQL(
                """
                UPDATE res_partner partner
                   SET customer_rank = coalesce(customer_rank, 0) + row.count,
                       write_uid = %s, write_date = %s
                  FROM unnest(%s::int[], %s::int[]) AS row(id, count)
                 WHERE partner.id = row.id
                """,
                self.env.uid,
                self.env.cr.now(),
                list(new),
                [counts[partner_id] for partner_id in new],
            )
        )
        self.env["res.partner"].invalidate_model(["customer_rank"], flush=False)
        Partner = self.env["res.partner"]
        by_count = {}
        for partner_id, count in counts.items():
            if partner_id not in new:
                by_count.setdefault(count, []).append(partner_id)
        for count, ids in by_count.items():
            Partner.browse(ids)._increase_rank("customer_rank", count)
