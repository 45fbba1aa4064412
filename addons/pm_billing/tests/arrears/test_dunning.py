from datetime import datetime

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form
from odoo.tools import mute_logger

from .arrears_common import ArrearsCase


class TestDunning(ArrearsCase):
    def test_a_round(self):
        dunning = self.make_round()
        dunning.action_prepare()
        self.assertEqual(dunning.state, "prepared")
        self.assertEqual(dunning.line_ids.partner_id, self.owners)
        self.assertEqual(dunning.amount_total, 786.0)
        line = self.line_of(dunning)
        # 70 days overdue, but no letter to whom no mail was sent
        self.assertEqual(line.level_id, self.mail_level)
        self.assertEqual(line.amount, 262.0)
        self.assertEqual(line.item_ids.charge_id, self.mine)
        self.assertIn("262.00", line.text)
        self.assertIn(self.owner.name, line.text)
        with self.assertRefused(AccessError, "somebody else"):
            dunning.action_check()
        with self.assertRefused(UserError, "needs Checked"):
            dunning.action_send()
        dunning.with_user(self.manager).action_check()
        dunning.action_send()
        self.assertEqual(dunning.line_ids.mapped("state"), ["sent"] * 3)
        message = line.message_to_ids
        self.assertEqual(
            (message.channel, message.address, message.text),
            ("email", "13800000001@example.com", line.text),
        )
        dunning.action_close()
        self.assertEqual(dunning.state, "closed")

    def test_the_mail_leaves_with_its_text(self):
        line = self.line_of(self.dun())
        self.run_cron("tell")
        self.assertEqual(line.message_to_ids.state, "sent")
        posted = line.message_ids.filtered(lambda row: "262.00" in (row.body or ""))
        self.assertEqual(posted.partner_ids, self.owner)

    def test_nobody_is_told_the_same_twice(self):
        self.dun()
        again = self.make_round()
        again.action_prepare()
        self.assertFalse(again.line_ids)
        with self.assertRefused(UserError, "is for nobody"):
            again.with_user(self.manager).action_check()

    @mute_logger("odoo.sql_db")
    def test_the_database_keeps_one_letter_for_level_and_debt(self):
        item = self.line_of(self.dun()).item_ids[0]
        other = self.make_round(scope=self.units[1])
        other.action_prepare()
        line = (
            self.env["pm.dunning.line"]
            .sudo()
            ._as_step()
            .create(
                {
                    "dunning_id": other.id,
                    "partner_id": self.owner.id,
                    "property_id": self.unit.id,
                    "level_id": self.mail_level.id,
                    "text": "x",
                }
            )
        )
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.env["pm.dunning.item"].sudo()._as_step().create(
                {
                    "line_id": line.id,
                    "charge_id": item.charge_id.id,
                    "level_id": self.mail_level.id,
                }
            )
            self.env.flush_all()

    def test_the_next_level_waits_for_the_days_to_pay(self):
        self.dun("2026-11-10")
        early = self.make_round("2026-11-24")
        early.action_prepare()
        self.assertFalse(early.line_ids)
        late = self.make_round("2026-11-25")
        late.action_prepare()
        self.assertEqual(late.line_ids.level_id, self.letter_level)

    def test_a_new_debt_is_dunned_beside_an_old_one(self):
        self.dun()
        run = self.bill(
            "2026-09-01", "2026-09-30", date_invoice="2026-09-17", date_due="2026-10-01"
        )
        dunning = self.make_round("2026-11-11")
        dunning.action_prepare()
        line = self.line_of(dunning)
        self.assertEqual(line.amount, 524.0)
        new = run.charge_ids & line.item_ids.charge_id
        dunned = line.item_ids.filtered("level_id").charge_id
        self.assertEqual(dunned, new)

    def test_from_an_amount_on(self):
        self.mail_level.amount_min = 262.01
        dunning = self.make_round()
        dunning.action_prepare()
        self.assertFalse(dunning.line_ids)
        self.mail_level.amount_min = 262.0
        dunning.action_prepare()
        self.assertEqual(len(dunning.line_ids), 3)

    def test_what_is_disputed_is_not_dunned(self):
        charge = self.mine.filtered(lambda row: row.amount == 12.0)
        service = self.make_staff("arrears_service", "pm_core.group_pm_service")
        dialog = (
            self.env["pm.charge.dispute"]
            .with_user(service)
            .create({"charge_ids": charge.ids, "reason": "The lift stood still"})
        )
        dialog.action_dispute()
        self.assertTrue(charge.is_disputed)
        dunning = self.make_round()
        dunning.action_prepare()
        self.assertEqual(self.line_of(dunning).amount, 250.0)
        charge.with_user(service).action_settle_dispute()
        dunning.action_prepare()
        self.assertEqual(self.line_of(dunning).amount, 262.0)
        cashier = self.make_staff("arrears_cashier", "pm_billing.group_pm_cashier")
        with self.assertRefused(AccessError, "say which charges"):
            charge.with_user(cashier)._dispute("x")

    def test_what_was_paid_cannot_be_disputed(self):
        self.receive(self.owner, 262.0)
        with self.assertRefused(UserError, "Nothing is open"):
            self.mine._dispute("Too much")

    def test_money_since(self):
        dunning = self.dun()
        self.receive(self.owner, 100.0)
        dunning.invalidate_recordset()
        self.assertEqual(dunning.amount_received, 100.0)
        self.assertEqual(dunning.amount_open, 686.0)
        # the letter keeps what was open when it was written
        self.assertEqual(dunning.amount_total, 786.0)

    def test_a_bad_one_is_listed_and_the_others_go_on(self):
        self.owners[1].write({"email": False, "phone": False})
        dunning = self.dun()
        bad = self.line_of(dunning, self.owners[1])
        self.assertEqual(bad.state, "failed")
        self.assertIn("No address", bad.problem)
        self.assertEqual((dunning.line_ids - bad).mapped("state"), ["sent"] * 2)
        self.assertEqual(dunning.failed_count, 1)
        self.owners[1].email = "li@example.com"
        dunning.with_user(self.clerk).action_send_failed()
        self.assertEqual((bad.state, bad.problem), ("sent", False))
        self.assertEqual(len(bad.message_to_ids), 1)

    def test_an_error_of_one_stops_no_other(self):
        visit = self.make_level("Visit", 15, "visit")
        self.mail_level.active = False
        other = self.make_building(self.estate, "2")
        self.building.collector_id = self.clerk
        unit = self.make_unit(other, "2-1")
        partner = self.make_partner("Nobody's")
        self.make_occupancy(unit, partner)
        self.make_fee(unit)
        self.bill(
            "2026-08-01",
            "2026-08-31",
            scope=unit,
            date_invoice="2026-08-17",
            date_due="2026-09-01",
        )
        # the other building has nobody who collects
        real = type(self.env["pm.property"])._collectors

        def collectors(places):
            found = real(places)
            return {
                key: self.clerk
                if self.env["pm.property"].browse(key).building_id == self.building
                else self.env["res.users"]
                for key in found
            }

        self.patch(type(self.env["pm.property"]), "_collectors", collectors)
        dunning = self.make_round()
        dunning.action_prepare()
        dunning.with_user(self.env.user)._as_step().sudo().write({"state": "checked"})
        dunning.action_send()
        bad = self.line_of(dunning, partner)
        self.assertEqual(bad.level_id, visit)
        self.assertEqual(bad.state, "failed")
        self.assertIn("Nobody collects", bad.problem)
        good = dunning.line_ids - bad
        self.assertEqual(good.mapped("state"), ["sent"] * 3)
        self.assertEqual(good.activity_ids.user_id, self.clerk)

    def test_left_out_is_free_for_the_next_round(self):
        dunning = self.make_round()
        dunning.action_prepare()
        self.line_of(dunning).action_leave_out()
        self.assertEqual(dunning.line_count, 2)
        again = self.make_round()
        again.action_prepare()
        self.assertEqual(again.line_ids.partner_id, self.owner)

    def test_quiet_hours(self):
        level = self.mail_level
        for now, due in (
            ((10, 19, 59), (10, 19, 59)),
            ((10, 20, 0), (11, 9, 0)),
            ((11, 8, 59), (11, 9, 0)),
            ((11, 9, 0), (11, 9, 0)),
        ):
            with self.subTest(now=now):
                self.assertEqual(
                    level._due_at(datetime(2026, 11, *now)), datetime(2026, 11, *due)
                )
        level.write({"quiet_from": 12.0, "quiet_to": 14.5})
        self.assertEqual(
            level._due_at(datetime(2026, 11, 10, 13)), datetime(2026, 11, 10, 14, 30)
        )
        # until the end of the day, and not from its beginning
        level.write({"quiet_from": 20.0, "quiet_to": 24.0})
        self.assertEqual(
            level._due_at(datetime(2026, 11, 10, 21)), datetime(2026, 11, 11)
        )

    def test_a_message_waits_in_utc(self):
        """02:00 UTC is 10:00 in Shanghai; 15:00 is 23:00, and 9:00 there is 01:00."""
        line = self.line_of(self.dun())
        self.assertEqual(line.message_to_ids.due_at, datetime(2026, 11, 10, 2))
        values = line._message_values(
            "email", "x@example.com", datetime(2026, 11, 10, 15)
        )
        self.assertEqual(values["due_at"], datetime(2026, 11, 11, 1))

    def test_words_that_nothing_fills(self):
        with self.assertRefused(ValidationError, "nothing is filled in"):
            self.mail_level.text = "Dear {name}"

    def test_letters_have_the_code_and_the_charges(self):
        line = self.line_of(self.dun())
        for way in ("letter", "lawyer"):
            self.mail_level.way = way
            html, _kind = self.env["ir.actions.report"]._render_qweb_html(
                "pm_billing.report_dunning_letter", line.ids
            )
            text = html.decode()
            self.assertIn("262.00", text)
            self.assertIn("/report/barcode/?barcode_type=QR", text)
            self.assertEqual("Lawyer" in text, way == "lawyer")
        # who brings the letter is found by its code
        cashier = self.make_staff("arrears_cash", "pm_billing.group_pm_cashier")
        form = Form(self.env["pm.counter"].with_user(cashier))
        form.search_text = f"{line.get_base_url()}/my/reminders/{line.id}"
        self.assertEqual((form.property_id, form.partner_id), (self.unit, self.owner))
        self.assertEqual(form.amount_open, 262.0)

    def test_preparing_asks_no_more_for_more_customers(self):
        """The charges, what was said of them, and what is promised: asked for once."""
        counts = []
        for scope in (self.unit, self.estate, self.unit, self.estate):
            dunning = self.make_round(scope=scope)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            charges = dunning._open_charges()
            self.env["pm.dunning.item"]._told(charges)
            counts.append(self.env.cr.sql_log_count - before)
            dunning.action_cancel()
        self.assertEqual(counts[2], counts[3])
