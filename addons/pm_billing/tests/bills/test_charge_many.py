from itertools import count
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ...models.bills.company_money import CompanyMoney
from ..common import BillingCase


@tagged("post_install", "-at_install")
class TestChargeMany(BillingCase):
    """Charges of a piece of a run are stored as if each were computed by itself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        other = cls.make_unit(cls.make_building(cls.estate, "2"), "2-1")
        cls.make_occupancy(other, cls.make_partner("Neighbour"))
        cls.units += other
        cls.make_fees()
        # a third of 100: an amount with digits to cut
        cls.make_fee(
            cls.unit, cls.make_item("third", method="fixed", surcharge=100 / 3)
        )

    def prepared(self):
        """Return the rows of the charges of a run, by what they are for."""
        run = self.make_run()
        run.action_prepare()
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT fee_id, (to_jsonb(t) - ARRAY['id', 'run_id', 'create_date',"
            " 'write_date'])::text FROM pm_charge t WHERE run_id = %s",
            [run.id],
        )
        rows = dict(self.env.cr.fetchall())
        run.action_undo()
        return rows

    def test_same_as_one_by_one(self):
        """Each column, digits included, is what Odoo stores of charges one by one."""
        rows = self.prepared()
        self.assertEqual(len(rows), 9)
        keys, charge = count(), self.env["pm.charge"]
        usual = fields.Monetary
        with (
            patch.object(type(charge), "_key_of_values", lambda *_args: next(keys)),
            patch.object(
                CompanyMoney, "convert_to_column_insert", usual.convert_to_column_insert
            ),
            patch.object(CompanyMoney, "convert_to_cache", usual.convert_to_cache),
        ):
            self.assertEqual(self.prepared(), rows)
        self.assertTrue(next(keys))

    def test_computed_once_for_a_place(self):
        """And nothing is written after they are inserted."""
        computed, charge = [], type(self.env["pm.charge"])
        compute = charge._compute_residual

        def counted(records):
            computed.extend(records)
            return compute(records)

        with patch.object(charge, "_compute_residual", counted):
            run = self.make_run()
            with self.assertNoUpdates():
                run.action_prepare()
                self.env.flush_all()
        self.assertEqual(len(run.charge_ids), 9)
        self.assertEqual(len(computed), 2)

    def assertNoUpdates(self):
        """No charge is written by a statement of its own."""
        execute = type(self.env.cr).execute
        case = self

        def watched(cursor, query, *args, **kwargs):
            text = getattr(query, "code", query)
            case.assertNotIn('UPDATE "pm_charge"', str(text))
            return execute(cursor, query, *args, **kwargs)

        return patch.object(type(self.env.cr), "execute", watched)

    def test_copied_where_there_are_many(self):
        """Of many alike the first is created, and the others are as it is: each column
        is what Odoo stores of charges one by one."""
        building = self.make_building(self.estate, "3")
        for number in range(9):
            unit = self.make_unit(building, f"3-{number}", gross_area=50 + number)
            self.make_occupancy(unit, self.owners[number % 3])
            self.make_fee(unit)
            self.make_fee(unit, self.facilities)
        charge = type(self.env["pm.charge"])
        created = []
        plain = charge.create

        def watched(records, vals_list):
            created.extend(vals_list)
            return plain(records, vals_list)

        with patch.object(charge, "create", watched):
            rows = self.prepared()
        self.assertEqual(len(rows), 27)
        # the first of each building with many, and the two of the one with few
        self.assertEqual(len(created), 4)
        with patch.object(charge, "_is_copied", lambda _self: False):
            self.assertEqual(self.prepared(), rows)

    def test_fees_alike_are_worked_out_once(self):
        worked = []
        fee = type(self.env["pm.fee"])
        months = fee._months

        def counted(record, *arguments):
            worked.append(record)
            return months(record, *arguments)

        with patch.object(fee, "_months", counted):
            rows = self.prepared()
        # 250.00, 12.00 and a third of 100
        self.assertEqual((len(rows), len(worked)), (9, 3))
