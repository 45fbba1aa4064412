import io
from datetime import date, timedelta
from unittest.mock import patch

from openpyxl import load_workbook

from ..common import BillingCase


class TestCollectionReport(BillingCase):
    """The view counts from the day at the estate, by the database's clock."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        zone = cls.estate.tz or "UTC"
        cls.env.cr.execute("SELECT (now() AT TIME ZONE %s)::date", [zone])
        cls.today = cls.env.cr.fetchone()[0]
        cls.month = (cls.today - timedelta(days=40)).replace(day=1)
        cls.make_fees()
        cls.bill_run = cls.bill(
            cls.month,
            cls.month + timedelta(days=27),
            date_invoice=cls.month,
            date_due=cls.today - timedelta(days=10),
        )
        cls.receive(cls.owner, 262.0)
        cls.receive(cls.owners[1], 100.0)

    def groups(self, *groupby):
        self.env.flush_all()
        return {
            tuple(row[: len(groupby)]): row[len(groupby) :]
            for row in self.env["pm.collection.report"]._read_group(
                [("estate_id", "=", self.estate.id)],
                groupby,
                [
                    "amount:sum",
                    "amount_paid:sum",
                    "amount_residual:sum",
                    "amount_overdue:sum",
                    "collection_rate:avg",
                ],
            )
        }

    def test_the_rate_is_weighted(self):
        """362.00 of 786.00; the mean of the charges' own rates would be another."""
        (figures,) = self.groups().values()
        self.assertEqual(figures[:4], (786.0, 362.0, 424.0, 424.0))
        self.assertAlmostEqual(figures[4], 362 / 786, 6)
        mean = sum(row.amount_paid / row.amount for row in self.bill_run.charge_ids) / 6
        self.assertNotAlmostEqual(figures[4], mean, 2)

    def test_by_fee_item_and_building(self):
        found = self.groups("building_id", "fee_item_id")
        service = found[self.building, self.service]
        facilities = found[self.building, self.facilities]
        self.assertEqual(service[:3], (750.0, 350.0, 400.0))
        self.assertEqual(facilities[:3], (36.0, 12.0, 24.0))
        self.assertAlmostEqual(service[4], 350 / 750, 6)

    def test_groups_are_in_order_and_added_up_first(self):
        """Odoo would join what orders a group to each of a million rows."""
        second = self.make_unit(self.make_building(self.estate, "0"), "0-1")
        self.make_occupancy(second, self.owner)
        self.make_fee(second, date_from=self.month)
        self.bill(self.month, self.month + timedelta(days=27), date_invoice=self.month)
        self.env.flush_all()
        Report = self.env["pm.collection.report"]
        domain = [("company_id", "=", self.company.id)]
        asked = (["building_id", "fee_item_id", "bucket"], ["amount:sum"])
        sets = [["estate_id", "building_id"], ["building_id"], ["date_due:month"], []]

        def groups():
            return (
                Report.formatted_read_group(domain, *asked),
                Report.formatted_read_grouping_sets(domain, sets, asked[1]),
            )

        with patch.object(type(Report), "_sums_first", False):
            usual = groups()
        statements = []
        execute = type(self.env.cr).execute

        def watched(cursor, query, *args, **kwargs):
            statements.append(str(getattr(query, "code", query)))
            return execute(cursor, query, *args, **kwargs)

        with patch.object(type(self.env.cr), "execute", watched):
            self.assertEqual(groups(), usual)
        self.assertGreater(len(usual[0]), 2)
        sums = [text for text in statements if "pm_collection_report" in text]
        self.assertTrue(sums)
        self.assertFalse([text for text in sums if "code_sort" in text])

    def test_a_row_opens_its_charge(self):
        charge = self.bill_run.charge_ids[0]
        row = self.env["pm.collection.report"].search([("charge_id", "=", charge.id)])
        action = row.action_open_charge()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("pm.charge", charge.id)
        )

    def test_what_is_not_billed_does_not_count(self):
        run = self.make_run("2020-01-01", "2020-01-31")
        self.make_fee(
            self.unit,
            self.make_item("old", method="fixed", surcharge=99),
            date_from="2020-01-01",
            date_to="2020-01-31",
        )
        run.action_prepare()
        self.assertEqual(run.charge_count, 1)
        (figures,) = self.groups().values()
        self.assertEqual(figures[0], 786.0)
        run.action_confirm()
        (figures,) = self.groups().values()
        self.assertEqual(figures[0], 885.0)
        run.action_undo()
        (figures,) = self.groups().values()
        self.assertEqual(figures[0], 786.0)

    def test_ages(self):
        charge = self.bill_run.charge_ids.filtered(
            lambda row: row.partner_id == self.owners[2]
        )[0]
        self.env.flush_all()
        for days, bucket in [
            (-5, "0_not_due"),
            (0, "0_not_due"),
            (1, "1_30"),
            (30, "1_30"),
            (31, "2_60"),
            (60, "2_60"),
            (61, "3_90"),
            (90, "3_90"),
            (91, "4_180"),
            (180, "4_180"),
            (181, "5_365"),
            (365, "5_365"),
            (366, "6_730"),
            (731, "7_1095"),
            (1095, "7_1095"),
            (1096, "8_older"),
        ]:
            with self.subTest(days=days):
                self.env.cr.execute(
                    "UPDATE pm_charge SET date_due = %s WHERE id = %s",
                    [self.today - timedelta(days=days), charge.id],
                )
                self.env.invalidate_all()
                row = self.env["pm.collection.report"].browse(charge.id)
                self.assertEqual(row.bucket, bucket)
                self.assertEqual(row.days_overdue, max(days, 0))
                overdue = charge.amount if days > 0 else 0.0
                self.assertEqual(row.amount_overdue, overdue)

    def test_what_is_paid_has_no_age(self):
        paid = self.bill_run.charge_ids.filtered(
            lambda row: row.partner_id == self.owner
        )
        self.env.flush_all()
        rows = self.env["pm.collection.report"].browse(paid.ids)
        self.assertEqual(set(rows.mapped("bucket")), {False})

    def test_workbook(self):
        export = self.env["pm.collection.export"].create(
            {
                "property_id": self.estate.id,
                "date_from": self.month,
                "date_to": self.today,
            }
        )
        action = export.action_export()
        self.assertEqual(action["report_type"], "xlsx")
        self.env.flush_all()
        content, kind = self.env["ir.actions.report"]._render_xlsx(
            "pm_billing.pm_collection_xlsx", export.ids, {}
        )
        self.assertEqual(kind, "xlsx")
        book = load_workbook(io.BytesIO(content), data_only=True)
        collection, ageing = book.worksheets
        self.assertEqual((collection.title, ageing.title), ("Collection", "Ageing"))
        rows = list(collection.iter_rows(values_only=True))
        self.assertIn("Test Garden", rows[0][0])
        self.assertEqual(
            rows[2][3:],
            (
                "Billed",
                "Credited",
                "Receivable",
                "Received",
                "Written Off",
                "Open",
                "Collection Rate",
            ),
        )
        figures = {row[2]: row[3:] for row in rows[3:-1]}
        self.assertEqual(
            {name: row[:6] for name, row in figures.items()},
            {
                "Service": (750, 0, 750, 350, 0, 400),
                "Facilities": (36, 0, 36, 12, 0, 24),
            },
        )
        self.assertEqual(rows[-1][0], "Total")
        self.assertEqual(rows[-1][3:9], (786, 0, 786, 362, 0, 424))
        self.assertAlmostEqual(rows[-1][9], 362 / 786, 6)
        # the totals are formulas, so that they follow when a row is taken out
        formulas = load_workbook(io.BytesIO(content)).worksheets[0]
        self.assertEqual(formulas.cell(len(rows), 4).value, "=SUM(D4:D5)")
        self.assertEqual(formulas.cell(len(rows), 10).value, "=IF(F6=0,0,G6/F6)")
        debts = {row[1]: row for row in ageing.iter_rows(min_row=4, values_only=True)}
        self.assertEqual(set(debts), {"李丽", "张伟"})
        self.assertEqual(debts["李丽"][-1], 162)
        # ten days over: in the column of 1 to 30 days
        self.assertEqual(debts["张伟"][4], 262)

    def test_a_name_is_no_formula(self):
        formula = '=HYPERLINK("https://example.com","Pay here")'
        self.owners[2].name = formula
        export = self.env["pm.collection.export"].create(
            {
                "property_id": self.estate.id,
                "date_from": self.month,
                "date_to": self.today,
            }
        )
        self.env.flush_all()
        content, _kind = self.env["ir.actions.report"]._render_xlsx(
            "pm_billing.pm_collection_xlsx", export.ids, {}
        )
        ageing = load_workbook(io.BytesIO(content)).worksheets[1]
        cells = [cell for row in ageing.iter_rows() for cell in row]
        cell = next(cell for cell in cells if cell.value == formula)
        self.assertEqual(cell.data_type, "s")

    def test_workbook_of_nothing(self):
        export = self.env["pm.collection.export"].create(
            {
                "property_id": self.estate.id,
                "date_from": date(2001, 1, 1),
                "date_to": date(2001, 12, 31),
            }
        )
        content, _kind = self.env["ir.actions.report"]._render_xlsx(
            "pm_billing.pm_collection_xlsx", export.ids, {}
        )
        book = load_workbook(io.BytesIO(content))
        self.assertEqual(book.worksheets[0].max_row, 3)

    def test_reads_what_it_shows(self):
        """Over a million charges each table beside them counts: those are left out
        of which nothing is shown.
        """
        self.env.cr.execute(
            "EXPLAIN SELECT estate_id, sum(amount_paid) FROM pm_collection_report"
            " GROUP BY estate_id"
        )
        plan = "\n".join(row for (row,) in self.env.cr.fetchall())
        self.assertIn("pm_charge", plan)
        self.assertNotIn("res_company", plan)
        self.assertNotIn("pm_property", plan)
