"""How long processes take, where they wait, and who sees it."""

from datetime import datetime

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import SQL

from .improvement_common import ImprovementCase


@tagged("post_install", "-at_install")
class TestProcessTime(ImprovementCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.here = cls.make_estate("Clock Garden")
        cls.place = cls.make_unit(cls.here, "C1")
        cls.boss = cls.make_user(
            "pm_manager_c", "pm_core.group_pm_estate_manager", cls.here
        )

    @staticmethod
    def at(day, hour):
        return datetime(2026, 3, day, hour)

    def rows(self, user=None, **conditions):
        return (
            self.env["pm.process.time"]
            .with_user(user or self.boss)
            .search([(name, "=", value) for name, value in conditions.items()])
        )

    def order(self, **values):
        order = self.env["maintenance.request"]._report(self.place, "It drips")
        order = order.sudo()._as_step()
        order.write(values)
        return order

    def case(self, **values):
        case = self.make_complaint(property_id=self.place.id, category_id=False)
        case.sudo()._as_step().write(values)
        return case

    def test_stages_of_an_order(self):
        order = self.order(
            reported_at=self.at(1, 8),
            dispatched_at=self.at(1, 10),
            accepted_at=False,
            arrived_at=self.at(1, 13),
            done_at=False,
            state="on_site",
            user_id=self.worker.id,
        )
        rows = self.rows(process="order", res_id=order.id)
        hours = {row.step: row.hours for row in rows if not row.is_open}
        # nobody said that it was taken on: it waited for that until the arrival
        self.assertEqual(hours, {"order_dispatch": 2, "order_accept": 3})
        waits = rows.filtered("is_open")
        self.assertEqual(
            (waits.step, waits.waits_for), ("order_work", self.worker.name)
        )
        self.assertEqual(waits.res_name, order.display_name)
        self.assertEqual(waits.action_open()["res_id"], order.id)
        order.state = "cancelled"
        self.env.flush_all()
        self.assertFalse(self.rows(process="order", is_open=True, res_id=order.id))

    def test_working_hours_beside_those_of_the_clock(self):
        """From Friday at three to Monday at ten: 67 hours, 4 of them worked."""
        self.here.tz = "UTC"
        self.here.resource_calendar_id = self.env["resource.calendar"].create(
            {
                "name": "Office",
                "attendance_ids": [
                    Command.create(
                        {
                            "name": str(day),
                            "dayofweek": str(day),
                            "hour_from": 8,
                            "hour_to": 17,
                        }
                    )
                    for day in range(5)
                ],
            }
        )
        order = self.order(
            reported_at=self.at(6, 15), dispatched_at=self.at(9, 10), state="dispatched"
        )
        row = self.rows(process="order", res_id=order.id, step="order_dispatch")
        self.assertEqual((row.hours, row.work_hours), (67, 4))

    def test_stages_of_a_complaint_in_either_order(self):
        case = self.case(
            state="closed",
            received_at=self.at(2, 8),
            accepted_at=self.at(2, 9),
            assigned_at=self.at(2, 11),
            verified_at=self.at(3, 11),
            replied_at=self.at(4, 11),
            closed_at=self.at(4, 15),
        )
        rows = self.rows(process="complaint", res_id=case.id)
        self.assertEqual(
            {row.step: row.hours for row in rows},
            {
                "complaint_accept": 1,
                "complaint_assign": 2,
                "complaint_reply": 24,
                "complaint_right": 24,
                "complaint_close": 4,
            },
        )

    def test_contracts_and_levels(self):
        level = self.env["tier.definition"].create(
            {
                "name": "Managers agree",
                "model_id": self.env["ir.model"]._get_id("pm.contract"),
                "review_type": "individual",
                "reviewer_id": self.boss.id,
                "definition_domain": f"[('estate_id', '=', {self.here.id})]",
            }
        )
        contract = self.make_contract(self.here, partner_id=self.owner.id)
        contract.action_submit()
        self.env.flush_all()
        row = self.rows(process="approval", definition_id=level.id)
        self.assertTrue(row.is_open)
        self.assertEqual(row.waits_for, row.review_id.todo_by)
        waits = self.rows(process="contract", res_id=contract.id)
        self.assertEqual((waits.step, waits.is_open), ("contract_approve", True))
        contract.with_user(self.boss).validate_tier()
        self.env.flush_all()
        row.invalidate_recordset()
        self.assertFalse(row.is_open)
        self.assertEqual(row.user_id, self.boss)

    def test_purchases(self):
        purchase = self.env["purchase.order"].create(
            {"partner_id": self.owner.id, "state": "draft"}
        )
        purchase.sudo()._as_step().write(
            {"estate_id": self.here.id, "date_approve": False}
        )
        self.env.flush_all()
        row = self.rows(process="purchase", res_id=purchase.id)
        self.assertEqual((row.step, row.is_open), ("purchase_approve", True))

    def test_median_and_percentile_of_groups(self):
        for hours in (1, 2, 3, 4, 10):
            self.case(
                state="closed",
                received_at=self.at(5, 0),
                accepted_at=self.at(5, hours),
                assigned_at=self.at(5, hours),
                closed_at=self.at(5, hours),
            )
        self.env.flush_all()
        found = (
            self.env["pm.process.time"]
            .with_user(self.boss)
            .formatted_read_group(
                [("process", "=", "complaint"), ("estate_id", "=", self.here.id)],
                ["step"],
                ["hours:avg", "median_hours:avg", "p90_hours:avg", "__count"],
            )
        )
        row = next(one for one in found if one["step"] == "complaint_accept")
        self.assertEqual(row["__count"], 5)
        self.assertAlmostEqual(row["hours:avg"], 4)
        self.assertAlmostEqual(row["median_hours:avg"], 3)
        # between the fourth and the fifth: 4 + 0.6 * 6
        self.assertAlmostEqual(row["p90_hours:avg"], 7.6)

    def test_who_sees_it(self):
        self.case(state="closed", received_at=self.at(6, 1), accepted_at=self.at(6, 2))
        self.env.flush_all()
        self.assertTrue(self.rows(estate_id=self.here.id))
        self.assertFalse(self.rows(self.manager, estate_id=self.here.id))
        for user in (self.worker, self.clerk):
            with self.assertRaises(AccessError):
                self.rows(user)

    def test_what_is_hidden_is_not_counted(self):
        case = self.case(
            state="closed", received_at=self.at(7, 1), accepted_at=self.at(7, 2)
        )
        self.env.flush_all()
        row = self.rows(process="complaint", res_id=case.id)
        self.assertTrue(row)
        case.sudo().concerned_user_ids = self.boss
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertFalse(self.rows(process="complaint", res_id=case.id))
        with self.assertRaises(AccessError):
            row.with_user(self.boss).read(["hours"])
        self.assertTrue(self.rows(self.company_manager, res_id=case.id))

    def test_every_step_is_named_and_every_row_has_its_own_id(self):
        self.case(state="closed", received_at=self.at(8, 1), accepted_at=self.at(8, 2))
        self.order(reported_at=self.at(8, 1), dispatched_at=self.at(8, 2))
        self.env.flush_all()
        table = self.env["pm.process.time"]._table_query
        rows = self.env.execute_query(
            SQL(
                "SELECT count(*), count(DISTINCT id), array_agg(DISTINCT step)"
                " FROM (%s) t",
                table,
            )
        )
        count, distinct, steps = rows[0]
        self.assertEqual(count, distinct)
        labels = dict(self.env["pm.process.time"]._fields["step"].selection)
        self.assertLessEqual(set(steps), set(labels))
