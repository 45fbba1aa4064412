"""What proves an order beside photos: checklist, readings, papers, permits."""

import base64
from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time

from ..common import OrderCase, picture


class TestProof(OrderCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.machine = cls.env["maintenance.equipment"].create(
            {"name": "Generator", "property_id": cls.building.id}
        )
        cls.plan = cls.env["pm.maintenance.plan"].create(
            {
                "name": "Monthly run",
                "equipment_id": cls.machine.id,
                "fault_category_id": cls.category.id,
                "schedule_start": fields.Date.today(),
                "schedule_unit": "month",
                "item_ids": [
                    Command.create({"name": "Oil at level"}),
                    Command.create({"name": "Battery", "kind": "number", "unit": "V"}),
                ],
            }
        )

    def at_work(self, order=None):
        order = self.given_to(self.technician, order or self.plan._generate())
        order.action_accept()
        order.action_arrive()
        return order

    def test_checklist_comes_from_the_plan(self):
        order = self.plan._generate()
        self.assertEqual(order.check_ids.mapped("name"), ["Oil at level", "Battery"])
        self.plan.item_ids.unlink()
        self.assertEqual(len(order.check_ids), 2, "what was asked for stays")

    def test_who_ticked_and_when(self):
        order = self.at_work()
        oil, battery = order.check_ids
        with self.assertRefused(UserError, "checklist: Oil at level, Battery"):
            order.action_done()
        with self.assertRefused(AccessError, "Ask the dispatcher"):
            oil.with_user(self.colleague).is_done = True
        oil.is_done = True
        self.assertEqual(oil.user_id, self.technician)
        self.assertTrue(oil.at)
        for entry in ("12,5", "much"):
            with self.assertRefused(ValidationError, "Battery"):
                battery.value = entry
        battery.value = "１２.5"
        self.assertEqual((battery.value, battery.is_done), ("12.5", True))
        battery.value = False
        self.assertFalse(battery.is_done)
        self.assertFalse(battery.at)
        with self.assertRefused(UserError, "checklist: Battery"):
            order.action_done()
        battery.note = "No meter here"
        order.action_done()
        with self.assertRefused(UserError, "worked on"):
            oil.is_done = False

    def test_one_tap_ticks(self):
        """As on the phone: done, and not done after all; by who does the order."""
        order = self.at_work()
        oil, battery = order.check_ids
        oil.action_tick()
        self.assertEqual((oil.is_done, oil.user_id), (True, self.technician))
        oil.action_tick()
        self.assertEqual((oil.is_done, oil.at), (False, False))
        with self.assertRefused(UserError, "Battery: enter what was measured"):
            battery.action_tick()
        with self.assertRefused(AccessError, "Ask the dispatcher"):
            oil.with_user(self.colleague).action_tick()

    def test_ticks_are_not_written_for_others(self):
        """Who and when follow from the tick; nobody changes what is asked for."""
        order = self.at_work()
        oil = order.check_ids[0]
        for values in (
            {"user_id": self.colleague.id},
            {"at": "2026-01-01 00:00:00"},
            {"name": "Nothing"},
        ):
            with self.assertRaises(AccessError):
                oil.write(values)

    def test_page_on_which_work_is_finished(self):
        self.plan.write({"meter_kind": "hours", "meter_every": 100})
        order = self.at_work()
        page = (
            self.env["pm.order.finish"]
            .with_user(self.technician)
            .create({"request_id": order.id, "result": "Ran well", "reading": 120})
        )
        self.assertTrue(page.needs_reading)
        self.assertIn("counter reading", page.missing)
        page.check_ids = [
            Command.update(page.check_ids[0].id, {"is_done": True}),
            Command.update(page.check_ids[1].id, {"value": "12.6"}),
        ]
        page.action_apply()
        self.assertEqual(order.state, "done")
        self.assertEqual(order.check_ids.user_id, self.technician)
        self.assertEqual(self.machine.reading_ids.value, 120)

    def test_ticked_on_the_page_itself(self):
        """As the web client saves a page: all at once, with its lines."""
        order = self.at_work()
        oil, battery = order.check_ids
        pages = self.env["pm.order.finish"].with_user(self.technician)
        page = pages.create(
            {
                "request_id": order.id,
                "check_ids": [
                    Command.update(oil.id, {"is_done": True}),
                    Command.update(battery.id, {"note": "No meter here"}),
                ],
            }
        )
        page.action_apply()
        self.assertEqual(order.state, "done")
        self.assertEqual(order.check_ids, oil | battery)
        self.assertEqual(oil.user_id, self.technician)

    def test_reading_of_before_is_none(self):
        self.category.needs_reading = True
        self.env["pm.equipment.reading"].create(
            {"equipment_id": self.machine.id, "value": 1, "at": "2026-01-01 00:00:00"}
        )
        order = self.at_work(self.make_order(equipment_id=self.machine.id))
        with self.assertRefused(UserError, "counter reading"):
            order.action_done()
        self.env["pm.equipment.reading"].with_user(self.technician).create(
            {"equipment_id": self.machine.id, "value": 2}
        )
        order.action_done()

    def accepted(self, order):
        order.check_ids.write({"note": "seen"})
        order.action_done()
        order.with_user(self.dispatcher).action_verify()
        return order.with_user(self.dispatcher)

    def file(self, order, name="sheet.pdf"):
        return self.env["ir.attachment"].create(
            {
                "name": name,
                "datas": base64.b64encode(b"%PDF-1.4 sheet"),
                "res_model": order._name,
                "res_id": order.id,
            }
        )

    def test_papers_are_asked_for_at_closing(self):
        self.category.needs_paper = True
        order = self.accepted(self.at_work())
        with self.assertRefused(UserError, "paper: service sheet"):
            order.action_close()
        order.paper_ids = [Command.link(self.file(order).id)]
        order.action_close()
        self.assertEqual(order.state, "closed")

    def test_paper_of_the_kind_that_the_plan_names(self):
        kind = self.env.ref("pm_maintenance.document_type_test_report")
        self.plan.paper_type_id = kind
        order = self.accepted(self.at_work())
        order.paper_ids = [Command.link(self.file(order).id)]
        with self.assertRefused(UserError, kind.name):
            order.action_close()
        paper = self.env["pm.document"].create(
            {
                "res_model": self.machine._name,
                "res_id": self.machine.id,
                "type_id": kind.id,
                "attachment_ids": [Command.link(self.file(self.machine).id)],
            }
        )
        self.assertTrue(paper.has_file)
        order.action_close()
        self.assertEqual(order.state, "closed")

    def test_silence_closes_nothing_that_lacks_papers(self):
        self.category.write({"needs_paper": True, "silent_days": 1})
        order = self.at_work()
        order.check_ids.write({"note": "seen"})
        order.action_done()
        orders = self.env["maintenance.request"]
        with freeze_time(fields.Datetime.now() + timedelta(days=3)):
            orders._cron_accept_in_silence()
            self.assertEqual(order.state, "verified")
            order.sudo()._add_papers([("sheet.jpg", picture())])
            orders._cron_accept_in_silence()
        self.assertEqual(order.state, "closed")

    def test_what_is_no_paper(self):
        order = self.at_work()
        with self.assertRefused(UserError, "no photo"):
            order.sudo()._add_papers([("sheet.pdf", b"MZ program")])
        order.sudo()._add_papers([("sheet.pdf", b"%PDF-1.7 text")])
        self.assertEqual(order.paper_ids.name, "sheet.pdf")

    # permits

    def permit(self, order, **vals):
        return self.env["pm.order.permit"].create(
            {
                "request_id": order.id,
                "kind": "hot",
                "measures": "Watch",
                "valid_to": fields.Datetime.now() + timedelta(hours=4),
                **vals,
            }
        )

    def test_dangerous_work_begins_with_a_permit(self):
        self.category.permit = "hot"
        order = self.given_to(self.technician, self.make_order())
        order.action_accept()
        asked = order.sudo().activity_ids.filtered(
            lambda activity: activity.user_id == self.dispatcher
        )
        self.assertIn("permit", " ".join(asked.mapped("summary")))
        with self.assertRefused(UserError, "Hot Work"):
            order.action_arrive()
        for vals in ({"kind": "height"}, {}):
            permit = self.permit(order, **vals)
            with self.assertRefused(UserError, "Hot Work"):
                order.action_arrive()
            permit.with_user(self.dispatcher).action_issue()
        order.action_arrive()
        self.assertEqual(order.state, "on_site")
        # it has run out during the pause
        order.action_pause(self.reason.id)
        with freeze_time(fields.Datetime.now() + timedelta(hours=5)):
            with self.assertRefused(UserError, "Hot Work"):
                order.action_resume()

    def test_a_permit_holds_as_long_as_the_category_lets_it(self):
        self.category.write({"permit": "confined", "permit_hours": 24})
        order = self.make_order()
        permits = self.env["pm.order.permit"].with_user(self.technician)
        permit = permits.create(
            {"request_id": order.id, "kind": "confined", "measures": "Air, measured"}
        )
        self.assertEqual(permit.valid_to - permit.valid_from, timedelta(hours=24))
        with self.assertRefused(ValidationError, "24 hours"):
            permit.valid_to += timedelta(minutes=1)
        permit.valid_to -= timedelta(hours=20)
        # of what the category does not ask for it says nothing
        other = self.permit(
            order, kind="hot", valid_to=fields.Datetime.now() + timedelta(hours=30)
        )
        self.assertTrue(other)

    def test_dangerous_work_is_shipped_with_its_permit_and_source(self):
        found = self.env["pm.fault.category"].search([("permit", "!=", False)])
        found = found.filtered(lambda one: one.get_external_id()[one.id])
        self.assertEqual(
            set(found.mapped("permit")), {"confined", "height", "hot", "power"}
        )
        self.assertEqual(
            {one.permit: one.permit_hours for one in found},
            {"hot": 8, "confined": 24, "height": 168, "power": 360},
        )
        for category in found:
            self.assertIn("GB 30871-2022", category.permit_source)
            # the public page offers the kinds above only
            self.assertTrue(category.parent_id)

    def test_nobody_issues_the_permit_of_the_own_work(self):
        """Nor before it was theirs."""
        self.category.permit = "hot"
        both = self.make_technician("pm_tech_dispatcher")
        both.group_ids += self.env.ref("pm_maintenance.group_pm_dispatcher")
        order = self.make_order()
        permit = self.permit(order)
        permit.with_user(both).action_issue()
        order = self.given_to(both, order)
        order.action_accept()
        with self.assertRefused(UserError, "Hot Work"):
            order.action_arrive()
        permit.with_user(both).action_close()
        with self.assertRefused(UserError, "issued and closed"):
            order.action_done()
        self.permit(order).with_user(self.dispatcher).action_issue()
        order.action_arrive()
        self.assertEqual(order.state, "on_site")

    # transfer

    def test_who_gets_it_accepts_anew(self):
        order = self.at_work(self.make_order())
        clock = order.sudo().sla_clock_ids.filtered(
            lambda clock: clock.target_id.code == "response"
        )
        before = clock.state, clock.reached
        self.assertEqual(before[0], "met")
        order.action_transfer(self.colleague.id, "Shift ends")
        order = order.with_user(self.colleague)
        self.assertEqual((order.state, order.accepted_at), ("dispatched", False))
        self.assertFalse(order.sudo().work_ids.filtered(lambda work: not work.stop))
        order.action_accept()
        self.assertTrue(order.accepted_at)
        self.assertEqual((clock.state, clock.reached), before)

    # how long it is kept

    def test_kept_as_long_as_the_category_says(self):
        self.category.keep_years = 3
        order = self.accepted(self.at_work(self.make_order()))
        photo = self.make_photo(order)
        order.sudo().photo_after_ids = [Command.link(photo.id)]
        order.action_close()
        manager = self.make_user(
            "pm_manager", "pm_core.group_pm_estate_manager", self.estate
        )
        with self.assertRefused(UserError, "stays on file"):
            order.with_user(manager).unlink()
        with self.assertRefused(UserError, "photos and papers"):
            photo.with_user(manager).unlink()
        with freeze_time(fields.Datetime.now() + timedelta(days=3 * 366)):
            with self.assertRefused(AccessError, "estate manager"):
                order.with_user(self.technician).unlink()
            self.category.keep_years = 0
            with self.assertRefused(UserError, "stays on file"):
                order.with_user(manager).unlink()
            self.category.keep_years = 3
            order.with_user(manager).unlink()
        self.assertFalse(order.exists())
        self.assertFalse(photo.exists())
