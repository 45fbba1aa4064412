"""Invoices that are posted in bulk are those that Odoo would have made, in every
stored column of every table, or they are made by Odoo.
"""

import copy
import json
from unittest.mock import patch

from markupsafe import Markup

from odoo import Command, fields
from odoo.tests import tagged

from ...models.ledger import bulk_posting, bulk_samples
from ...models.ledger.bulk_posting import BulkPosting, KnownKinds
from ..common import BillingCase

QUERIES = {
    "account_move": "SELECT to_jsonb(t)::text FROM account_move t"
    " WHERE id = ANY(%(moves)s) ORDER BY sequence_number",
    "account_move_line": "SELECT to_jsonb(t)::text FROM account_move_line t"
    " WHERE move_id = ANY(%(moves)s) ORDER BY move_name, id",
    "account_analytic_line": "SELECT to_jsonb(t)::text FROM account_analytic_line t"
    " JOIN account_move_line l ON l.id = t.move_line_id"
    " WHERE l.move_id = ANY(%(moves)s) ORDER BY l.move_name, t.id",
    "mail_message": "SELECT to_jsonb(t)::text FROM mail_message t"
    " WHERE model = 'account.move' AND res_id = ANY(%(moves)s) ORDER BY id",
    "mail_followers": "SELECT to_jsonb(t)::text FROM mail_followers t"
    " WHERE res_model = 'account.move' AND res_id = ANY(%(moves)s) ORDER BY id",
    "taxes": "SELECT to_jsonb(r)::text FROM account_move_line_account_tax_rel r"
    " JOIN account_move_line l ON l.id = r.account_move_line_id"
    " WHERE l.move_id = ANY(%(moves)s) ORDER BY l.move_name, l.id, account_tax_id",
    "tags": "SELECT to_jsonb(r)::text FROM account_account_tag_account_move_line_rel r"
    " JOIN account_move_line l ON l.id = r.account_move_line_id"
    " WHERE l.move_id = ANY(%(moves)s) ORDER BY l.move_name, l.id, 1",
    "res_partner": "SELECT to_jsonb(t)::text FROM res_partner t"
    " WHERE id IN (SELECT partner_id FROM account_move WHERE id = ANY(%(moves)s))"
    " ORDER BY id",
    "pm_charge": "SELECT to_jsonb(t)::text FROM pm_charge t"
    " WHERE move_id = ANY(%(moves)s) ORDER BY id",
}
# Ids of rows that each way makes anew; they are compared by their order.
MADE = {
    "id",
    "matching_number",
    "move_id",
    "move_line_id",
    "account_move_line_id",
    "message_id",
}


@tagged("post_install", "-at_install")
class TestBulkPosting(BillingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for number in range(4, 9):
            cls.units += cls.make_unit(cls.building, f"1-{number}")
            cls.owners += cls.make_partner(f"Owner {number}")
            cls.make_occupancy(cls.units[-1], cls.owners[-1])
        cls.Move = (
            cls.env["account.move"]
            .with_context(
                mail_create_nosubscribe=True, mail_create_nolog=True, lang="en_US"
            )
            .sudo()
            ._as_step()
        )
        cls.known_account = cls.company_data["default_account_revenue"]

    # ------------------------------------------------------------------
    # Both ways
    # ------------------------------------------------------------------

    def dump(self, moves):
        """All that is stored of invoices, ids of new rows by their order."""
        self.env.flush_all()
        found, numbers = {}, {}
        for table, query in QUERIES.items():
            self.env.cr.execute(query, {"moves": moves.ids})
            rows = [json.loads(text) for (text,) in self.env.cr.fetchall()]
            for row in rows:
                for column in MADE.intersection(row):
                    key = "id" if column == "id" else column
                    # a row refers to lines and invoices that were read before
                    if key == "id":
                        known = numbers.setdefault(table, {})
                    else:
                        known = numbers.setdefault(column, {})
                    row[column] = known.setdefault(row[column], len(known))
            found[table] = rows
        return found

    def assertSameBothWays(self, pairs, in_bulk=None):
        """Post by Odoo and in bulk, from the same state, and compare.

        :param in_bulk: so many are posted in bulk; by default all of them
        """
        self.env.flush_all()
        savepoint = self.env.cr.savepoint()
        moves = self.Move.create([copy.deepcopy(vals) for vals, _charges in pairs])
        for move, (_vals, charges) in zip(moves, pairs, strict=True):
            charges.sudo()._as_step().write({"move_id": move.id, "state": "posted"})
        moves._post(soft=False)
        wanted = self.dump(moves)
        names = moves.mapped("name")
        savepoint.close(rollback=True)
        posting = BulkPosting(self.Move, KnownKinds())
        moves = self.Move.browse(posting.post(pairs))
        self.assertEqual(
            posting.in_bulk,
            len(pairs) if in_bulk is None else in_bulk,
            posting.reasons,
        )
        self.assertEqual(moves.mapped("name"), names)
        found = self.dump(moves)
        for table, rows in wanted.items():
            self.assertEqual(len(found[table]), len(rows), table)
            for row, other in zip(rows, found[table], strict=True):
                self.assertEqual(other, row, table)
        self.assertTrue(wanted["account_move_line"])
        return posting, moves

    def pairs(self, run):
        """Values and charges of the invoices of a run that is prepared."""
        groups = run.charge_ids.sorted("id").grouped("property_id").values()
        bills = sorted(groups, key=run._bill_reference)
        return [(run._prepare_invoice(charges), charges) for charges in bills]

    def prepared(self, **vals):
        run = self.make_run(**vals)
        run.action_prepare()
        return run

    def invoices(self, prices=(11.37, 250.0), head=None, line=None):
        """Values of one invoice for each owner, without charges."""
        no_charges = self.env["pm.charge"]
        product = self.service.product_id
        return [
            (
                {
                    "move_type": "out_invoice",
                    "partner_id": owner.id,
                    "pm_property_id": unit.id,
                    "invoice_date": "2026-11-01",
                    "invoice_date_due": "2026-11-16",
                    "invoice_payment_term_id": False,
                    "ref": unit.code,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "product_id": product.id,
                                "name": f"{unit.code} {number}",
                                "quantity": 1.0,
                                "price_unit": price + place,
                                "tax_ids": [Command.set(self.tax.ids)],
                                "analytic_distribution": False,
                                **(line or {}),
                            }
                        )
                        for number, price in enumerate(prices)
                    ],
                    **(head or {}),
                },
                no_charges,
            )
            for place, (unit, owner) in enumerate(
                zip(self.units, self.owners, strict=True)
            )
        ]

    # ------------------------------------------------------------------
    # Charges of runs
    # ------------------------------------------------------------------

    def test_area_and_fixed(self):
        self.make_fees()
        self.assertSameBothWays(self.pairs(self.prepared()))

    def test_quarters_with_a_part(self):
        """Fees that begin within a period, and several periods on one invoice."""
        item = self.make_item("quarter", price=1.23, cycle="3")
        for unit in self.units:
            self.make_fee(unit, item, "2026-10-17")
        self.assertSameBothWays(self.pairs(self.prepared(date_to="2027-01-31")))

    def test_whole_run(self):
        """Prepare and confirm: the run says how its invoices were posted."""
        self.make_fees()
        run = self.prepared()
        run.action_confirm()
        self.assertEqual(run.posting_report, {"bulk": 8, "plain": {}})
        self.assertEqual(run.state, "done")
        self.assertEqual(set(run.charge_ids.mapped("state")), {"posted"})
        self.assertLedgerTies()
        names = run.move_ids.sorted("ref").mapped("sequence_number")
        self.assertEqual(names, list(range(names[0], names[0] + 8)))
        # what follows in the journal goes on from there
        other = self.init_invoice(
            "out_invoice", invoice_date=run.date_invoice, amounts=[10.0], post=True
        )
        self.assertEqual(other.sequence_number, names[-1] + 1)
        self.assertFalse(other.made_sequence_gap)
        run.action_undo()
        self.assertEqual(run.state, "undone")
        self.assertEqual(self.receivable(), other.amount_total)

    # ------------------------------------------------------------------
    # Taxes, discounts, currencies, analytics
    # ------------------------------------------------------------------

    def test_price_included(self):
        self.assertSameBothWays(self.invoices())

    def test_tax_on_top(self):
        tax = self.tax.copy({"name": "on top", "price_include_override": False})
        self.assertSameBothWays(self.invoices(line={"tax_ids": [Command.set(tax.ids)]}))

    def test_several_taxes_with_tags(self):
        tag = self.env["account.account.tag"].create(
            {"name": "Base 6", "applicability": "taxes"}
        )
        self.tax.invoice_repartition_line_ids.tag_ids = tag
        second = self.tax.copy({"name": "3% included", "amount": 3.0})
        taxes = self.tax + second
        self.assertSameBothWays(
            self.invoices(line={"tax_ids": [Command.set(taxes.ids)]})
        )

    def test_no_tax(self):
        self.assertSameBothWays(self.invoices(line={"tax_ids": [Command.set([])]}))

    def test_rounded_globally(self):
        self.company.tax_calculation_rounding_method = "round_globally"
        self.tax.amount = 21.0
        self.assertSameBothWays(self.invoices((21.53, 21.53, 0.33)))

    def test_discount(self):
        self.assertSameBothWays(self.invoices(line={"discount": 12.5}))

    def test_quantity(self):
        self.assertSameBothWays(self.invoices(line={"quantity": 3.25}))

    def test_foreign_currency(self):
        currency = self.setup_other_currency("EUR")
        self.assertSameBothWays(self.invoices(head={"currency_id": currency.id}))

    def test_analytic_accounts(self):
        plan = self.env["account.analytic.plan"].create({"name": "Second"})
        accounts = self.env["account.analytic.account"].create(
            [
                {"name": f"A{number}", "plan_id": plan.id, "company_id": False}
                for number in range(3)
            ]
        )
        estate = self.estate.analytic_account_id
        one, two, three = accounts.mapped(lambda account: str(account.id))
        for distribution in (
            {str(estate.id): 100},
            {one: 33.33, two: 33.33, three: 33.34},
            {f"{estate.id},{one}": 60, f"{estate.id},{two}": 40},
        ):
            with self.subTest(distribution=distribution):
                savepoint = self.env.cr.savepoint()
                self.assertSameBothWays(
                    self.invoices(
                        (10.01, 99.99), line={"analytic_distribution": distribution}
                    )
                )
                savepoint.close(rollback=True)

    # ------------------------------------------------------------------
    # Customers
    # ------------------------------------------------------------------

    def test_customers_of_several_kinds(self):
        """Each fiscal position, language and account is a kind of its own."""
        position = self.env["account.fiscal.position"].create(
            {
                "name": "Other income account",
                "account_ids": [
                    Command.create(
                        {
                            "account_src_id": self.known_account.id,
                            "account_dest_id": self.known_account.copy().id,
                        }
                    )
                ],
            }
        )
        self.owners[:4].property_account_position_id = position
        self.owners[4:].property_payment_term_id = self.env.ref(
            "account.account_payment_term_30days"
        )
        receivable = self.company_data["default_account_receivable"]
        self.owners[4:].property_account_receivable_id = receivable.copy()
        _posting, moves = self.assertSameBothWays(self.invoices())
        self.assertEqual(len(moves.line_ids.account_id), 5)

    def test_position_by_address(self):
        """A fiscal position that Odoo finds by itself, for one country."""
        self.env["account.fiscal.position"].create(
            {
                "name": "Abroad",
                "auto_apply": True,
                "country_id": self.env.ref("base.fr").id,
                "tax_ids": [Command.set(self.tax.copy({"name": "Other"}).ids)],
            }
        )
        self.owners[:4].country_id = self.env.ref("base.fr")
        self.owners[4:].country_id = self.env.ref("base.cn")
        _posting, moves = self.assertSameBothWays(self.invoices())
        self.assertEqual(moves[0].fiscal_position_id.name, "Abroad")
        self.assertNotEqual(moves[-1].fiscal_position_id.name, "Abroad")

    def test_who_was_a_customer_before(self):
        self.owners[:3]._increase_rank("customer_rank", 2)
        self.assertSameBothWays(self.invoices())

    def test_contact_of_a_firm(self):
        """Goes the plain way alone, and has the number of its place."""
        self.owners[2].parent_id = self.make_partner("Firm")
        posting, moves = self.assertSameBothWays(self.invoices(), in_bulk=7)
        self.assertEqual(list(posting.reasons), ["Customers with contacts or a firm"])
        self.assertFalse(any(moves.mapped("made_sequence_gap")))

    def test_first_one_goes_the_plain_way(self):
        self.owners[0].parent_id = self.make_partner("Firm")
        self.assertSameBothWays(self.invoices(), in_bulk=7)

    def test_without_tax_because_it_is_so_little(self):
        pairs = self.invoices()
        for _command, _id, line in pairs[3][0]["invoice_line_ids"]:
            line["price_unit"] = 0.01
        # were it drawn as a sample, all of its kind would go the plain way
        last = patch.object(bulk_samples.random, "sample", lambda rest, n: rest[-n:])
        with last:
            self.assertSameBothWays(pairs, in_bulk=7)

    # ------------------------------------------------------------------
    # Journals and terms
    # ------------------------------------------------------------------

    def test_restricted_journal(self):
        """Posted in bulk, then secured in one go: the chain holds."""
        self.company_data["default_journal_sale"].restrict_mode_hash_table = True
        self.owners[2].parent_id = self.make_partner("Firm")
        posting = BulkPosting(self.Move, KnownKinds())
        moves = self.Move.browse(posting.post(self.invoices()))
        self.assertEqual(posting.in_bulk, 7)
        self.assertTrue(all(moves.mapped("inalterable_hash")))
        self.assertFalse(any(moves.mapped("is_manually_modified")))
        self.assertEqual(
            set(moves.message_ids.mapped("preview")),
            {"This journal entry has been secured."},
        )
        report = self.company._check_hash_integrity()["results"]
        statuses = {row["status"] for row in report} - {"no_data"}
        self.assertEqual(statuses, {"verified"})

    def test_instalments(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Half and half",
                "line_ids": [
                    Command.create({"value_amount": 50, "nb_days": days})
                    for days in (0, 30)
                ],
            }
        )
        posting, _moves = self.assertSameBothWays(
            self.invoices(head={"invoice_payment_term_id": term.id}), in_bulk=0
        )
        self.assertIn("display_type", next(iter(posting.reasons)))

    def test_credit_notes(self):
        self.assertSameBothWays(self.invoices(head={"move_type": "out_refund"}))

    def test_credits_go_the_plain_way(self):
        fees = self.make_fees()
        self.bill()
        fees[0].date_to = "2026-11-14"
        run = self.prepared(date_from="2026-12-01", date_to="2026-12-31")
        self.assertSameBothWays(self.pairs(run), in_bulk=7)

    # ------------------------------------------------------------------
    # What other addons add
    # ------------------------------------------------------------------

    def test_unknown_addon(self):
        with patch.object(bulk_posting, "unknown_addons", return_value=["strange"]):
            posting, _moves = self.assertSameBothWays(self.invoices(), in_bulk=0)
        self.assertEqual(list(posting.reasons), ["Extended by: strange"])

    def test_automation(self):
        self.env["base.automation"].create(
            {
                "name": "On posting",
                "model_id": self.env.ref("account.model_account_move").id,
                "trigger": "on_create_or_write",
            }
        )
        posting, _moves = self.assertSameBothWays(self.invoices(), in_bulk=0)
        self.assertEqual(list(posting.reasons), ["Extended by: On posting"])

    def sabotage(self, statement):
        """Whenever Odoo posts, something else happens that nobody told us of."""
        Move = self.registry["account.move"]
        original = Move._post

        def _post(moves, soft=True):
            posted = original(moves, soft)
            moves.env.flush_all()
            for move in moves:
                moves.env.cr.execute(statement, {"move": move.id})
            moves.env.invalidate_all(flush=False)
            return posted

        return patch.object(Move, "_post", _post)

    def assertNotInBulk(self, statement, reason):
        posting = BulkPosting(self.Move, KnownKinds())
        with self.sabotage(statement):
            posting.post(self.invoices())
        self.assertEqual(posting.in_bulk, 0)
        self.assertIn(reason, next(iter(posting.reasons)))

    def test_column_for_each_customer(self):
        self.assertNotInBulk(
            "UPDATE account_move SET narration = partner_id WHERE id = %(move)s",
            "account_move.narration",
        )

    def test_column_of_items(self):
        self.assertNotInBulk(
            "UPDATE account_move_line SET date_maturity = date + (move_id %% 7)"
            " WHERE move_id = %(move)s AND display_type = 'tax'",
            "account_move_line.date_maturity",
        )

    def test_constant_column_is_copied(self):
        """What is the same for all is copied, whoever added it."""
        with self.sabotage(
            "UPDATE account_move SET narration = 'Pay at the desk' WHERE id = %(move)s"
        ):
            posting = BulkPosting(self.Move, KnownKinds())
            moves = self.Move.browse(posting.post(self.invoices()))
        self.assertEqual(posting.in_bulk, 8)
        self.assertEqual(set(moves.mapped("narration")), {Markup("Pay at the desk")})

    def test_column_of_customers(self):
        self.assertNotInBulk(
            "UPDATE res_partner SET comment = 'billed' WHERE id IN"
            " (SELECT partner_id FROM account_move WHERE id = %(move)s)",
            "res_partner.comment",
        )

    def test_other_table(self):
        self.assertNotInBulk(
            "INSERT INTO ir_config_parameter (key, value)"
            " VALUES ('pm.test.' || %(move)s, '1')",
            "ir_config_parameter",
        )

    def test_nothing_is_left_of_samples(self):
        """No row, no rank, no number."""
        self.owners[:2]._increase_rank("customer_rank", 1)
        before = self.Move.search_count([])
        ranks = dict(self.env.cr.postcommit.data.get(bulk_samples.RANKS, {}))
        pairs = self.invoices()
        posting = BulkPosting(self.Move, KnownKinds())
        posting.post(pairs)
        self.assertEqual(self.Move.search_count([]), before + 8)
        after = self.env.cr.postcommit.data.get(bulk_samples.RANKS, {})
        for owner in self.owners[:2]:
            self.assertEqual(after[owner.id] - ranks.get(owner.id, 0), 1)
        self.assertEqual(self.owners[2:].mapped("customer_rank"), [1] * 6)
        numbers = self.Move.search([("pm_property_id", "in", self.units.ids)])
        self.assertLess(max(numbers.mapped("sequence_number")), bulk_samples.FAR)

    def test_due_date_of_charges(self):
        self.make_fees()
        run = self.prepared()
        run.action_confirm()
        self.assertEqual(set(run.charge_ids.mapped("date_due")), {run.date_due})
        self.assertEqual(run.amount_residual, run.amount_total)
        self.assertEqual(
            fields.Date.to_date(run.move_ids[0].invoice_date_due), run.date_due
        )
