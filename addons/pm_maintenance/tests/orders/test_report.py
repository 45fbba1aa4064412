from odoo import Command, fields
from odoo.exceptions import UserError

from ..common import OrderCase, picture


class TestReport(OrderCase):
    """One method for every channel; what is the same is merged, nothing is lost."""

    def report(self, text="Water drips", **kwargs):
        kwargs.setdefault("category", self.category)
        return self.env["maintenance.request"]._report(self.unit, text, **kwargs)

    def test_values(self):
        order = self.report(
            "Water drips\nsince yesterday",
            channel="portal",
            partner=self.owner,
            photos=[("a.jpg", picture()), ("b.jpg", picture("blue"))],
        )
        self.assertEqual(order.name, "Water drips")
        self.assertIn("Water drips<br>", order.description.replace("<br/>", "<br>"))
        self.assertEqual(order.channel_id.code, "portal")
        self.assertEqual(order.partner_id, self.owner)
        self.assertEqual(len(order.photo_before_ids), 2)
        self.assertEqual(order.photo_before_ids[0].raw, picture())

    def test_large_photo_is_kept_as_it_is(self):
        content = picture(size=(3000, 2200))
        order = self.report(photos=[("big.jpg", content)])
        self.assertEqual(order.photo_before_ids.raw, content)

    def test_no_photo(self):
        before = self.env["maintenance.request"].search_count([])
        for name, content in (
            ("a.jpg", b"no picture"),
            ("b.svg", b"<svg/>"),
            ("c.jpg", b""),
            ("d.jpg", picture()[:40]),
        ):
            with self.assertRefused(UserError, name):
                self.report(photos=[(name, content)])
        with self.assertRefused(UserError, "huge.jpg is larger than 20 MB"):
            self.report(photos=[("huge.jpg", picture() + bytes(50 * 1024 * 1024))])
        self.assertEqual(self.env["maintenance.request"].search_count([]), before)

    def test_photo_of_an_apple(self):
        content = b"\x00\x00\x00\x18ftypheic" + bytes(20)
        order = self.report(photos=[("a.heic", content)])
        self.assertEqual(order.photo_before_ids.raw, content)

    def test_what_is_no_photo_proves_nothing(self):
        order = self.given_to(self.technician)
        order.action_accept()
        order.action_arrive()
        wrong = self.make_photo(order)
        wrong.write({"raw": b"done, believe me", "name": "after.jpg"})
        with self.assertRefused(UserError, "after.jpg"):
            order.photo_after_ids = wrong
        order.photo_after_ids = self.make_photo(order)
        self.assertEqual(len(order.photo_after_ids), 1)

    def test_no_text(self):
        for text in ("", "  ", None):
            with self.assertRefused(UserError, "what is wrong"):
                self.report(text)

    def test_where_what_photo(self):
        """Three taps are a report."""
        order = self.report("", photos=[("a.jpg", picture())])
        self.assertEqual(order.name, self.category.name)

    def test_text_is_no_markup(self):
        order = self.report("It reads <b>E5</b> & blinks")
        self.assertIn("&lt;b&gt;E5", order.description)

    def test_message_that_comes_ten_times(self):
        orders = {self.report(reference="alarm-17").id for _time in range(10)}
        self.assertEqual(len(orders), 1)

    def test_many_reports_and_one_of_them_twice(self):
        reports = [
            {"place": place, "text": "Water drips", "reference": f"alarm-{number}"}
            for place, number in (
                (self.unit, 1),
                (self.other_unit, 2),
                (self.unit, 1),
                (self.unit, None),
            )
        ]
        reports[-1]["reference"] = None
        known = self.env["maintenance.request"]._report_many(reports[1:2])
        orders = self.env["maintenance.request"]._report_many(reports)
        self.assertEqual(orders[0], orders[2])
        self.assertEqual(orders[1], known[0])
        self.assertEqual(orders[3].property_id, self.unit)
        self.assertEqual(len({order.number for order in orders}), 3)

    def test_numbers_run_on(self):
        many = self.env["maintenance.request"]._report_many(
            [{"place": self.unit, "text": "Water drips"} for _time in range(3)]
        )
        numbers = [order.number for order in (*many, self.report())]
        counts = [int(number.rsplit("/", 1)[1]) for number in numbers]
        self.assertEqual(counts, list(range(counts[0], counts[0] + 4)))

    def test_one_of_many_says_nothing(self):
        reports = [{"place": self.unit, "text": text} for text in ("Leak", " ")]
        before = self.env["maintenance.request"].search_count([])
        with self.assertRefused(UserError, "what is wrong"):
            self.env["maintenance.request"]._report_many(reports)
        self.assertEqual(self.env["maintenance.request"].search_count([]), before)

    def test_duplicates_are_offered(self):
        first, second = self.report(), self.report("Leak")
        self.assertEqual(second.likely_duplicate_ids, first)
        self.assertFalse(
            self.make_order(property_id=self.other_unit.id).likely_duplicate_ids
        )

    def test_a_planned_service_is_no_duplicate_of_a_fault(self):
        service = self.make_order(maintenance_type="preventive")
        fault = self.make_order()
        self.assertFalse(fault.likely_duplicate_ids)
        self.assertFalse(service.likely_duplicate_ids)

    def test_merge_loses_nothing(self):
        neighbour = self.make_partner("Neighbour", email="n@example.com")
        first = self.report(partner=self.owner, urgency="ordinary")
        second = self.report(
            "Ceiling wet",
            partner=neighbour,
            urgency="danger",
            photos=[("a.jpg", picture())],
        )
        second.with_user(self.service).action_merge(first.id)
        self.assertEqual(second.state, "cancelled")
        self.assertEqual(second.duplicate_of_id, first)
        self.assertEqual(first.urgency, "danger")
        self.assertEqual(first.photo_before_ids, second.photo_before_ids)
        self.assertIn("Ceiling wet", "".join(first.message_ids.mapped("body")))
        first._tell_reporter("done")
        told = second.message_to_ids.filtered(lambda one: one.kind == "done")
        self.assertEqual(told.partner_id, neighbour)
        self.assertEqual(told.address, "n@example.com")

    def test_merge_takes_files_quotes_and_links_along(self):
        machine = self.env["maintenance.equipment"].create(
            {"name": "Pump", "property_id": self.building.id}
        )
        first, second = self.report(), self.report("Ceiling wet", equipment=machine)
        waits, came = self.report("Paint it"), self.report("Short circuit")
        waits.blocked_by_id = came.caused_by_id = second
        first.blocked_by_id = second
        second.caused_by_id = cause = self.report("Frost")
        mail = self.env["ir.attachment"].create(
            {
                "name": "letter.txt",
                "raw": b"Since Monday",
                "res_model": second._name,
                "res_id": second.id,
            }
        )
        # pylint: disable-next=translation-required
        second.message_post(body="See the letter", attachment_ids=mail.ids)
        second.quote_line_ids = [Command.create({"name": "Pipe", "price": 50})]
        second.with_user(self.dispatcher).action_quote_ask()
        alarm_source = self.env["pm.alarm.source"].create(
            {
                "name": "Pumps",
                "property_id": self.building.id,
                "category_id": self.category.id,
            }
        )
        alarm = self.env["pm.alarm"].create(
            {
                "source_id": alarm_source.id,
                "reference": "1",
                "device": "PUMP-1",
                "text": "Pressure low",
                "request_id": second.id,
            }
        )
        second.with_user(self.service).action_merge(first.id)
        self.assertEqual(first.equipment_id, machine)
        self.assertEqual(waits.blocked_by_id, first)
        self.assertEqual(came.caused_by_id, first)
        self.assertEqual(first.caused_by_id, cause)
        self.assertFalse(first.blocked_by_id, "it waits for no order that it is")
        self.assertEqual(alarm.request_id, first)
        self.assertEqual(first.quote_line_ids.name, "Pipe")
        self.assertEqual((first.quote_amount, first.quote_state), (50, "none"))
        self.assertFalse(second.quote_line_ids)
        note = first.message_ids.filtered("attachment_ids")
        self.assertEqual(note.attachment_ids.raw, b"Since Monday")
        self.assertIn("agreed to anew", note.body)
        self.assertEqual(second.message_ids.attachment_ids, mail)

    def test_merge_changes_no_quote_that_was_shown(self):
        first, second = self.report(), self.report("Ceiling wet")
        for order, price in ((first, 20), (second, 50)):
            order.quote_line_ids = [Command.create({"name": "Pipe", "price": price})]
        first.with_user(self.dispatcher).action_quote_ask()
        second.with_user(self.service).action_merge(first.id)
        self.assertEqual((first.quote_amount, first.quote_state), (20, "asked"))
        self.assertEqual(second.quote_amount, 50)
        words = "".join(first.message_ids.mapped("body"))
        self.assertIn("stays there", words)

    def test_merge_of_a_service_brings_its_checklist(self):
        plan = self.env["pm.maintenance.plan"].create(
            {
                "name": "Service",
                "property_id": self.building.id,
                "schedule_start": fields.Date.today(),
                "item_ids": [Command.create({"name": "Oil"})],
            }
        )
        service, fault = plan._generate(), self.make_order()
        service.with_user(self.dispatcher).action_merge(fault.id)
        self.assertEqual(fault.check_ids.name, "Oil")

    def test_merge_is_refused(self):
        first = self.report()
        elsewhere = self.make_order(property_id=self.make_estate("Other Estate").id)
        desk = self.service
        with self.assertRefused(UserError, "open order"):
            first.with_user(desk).action_merge(first.id)
        desk.pm_estate_ids |= elsewhere.estate_id
        with self.assertRefused(UserError, "different estates"):
            first.with_user(desk).action_merge(elsewhere.id)
