from datetime import date
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import freeze_time

from .arrears_common import ArrearsCase


class TestLimitation(ArrearsCase):
    """Civil Code, articles 188, 192 and 195: three years, and what begins them anew."""

    def test_three_years_after_the_due_date(self):
        self.assertEqual(set(self.mine.mapped("date_limitation")), {date(2029, 9, 1)})

    def test_a_demand_with_proof(self):
        self.mail_level.way = "letter"
        line = self.line_of(self.dun()).with_user(self.clerk)
        self.assertEqual(self.mine[0].date_limitation, date(2029, 9, 1))
        with self.assertRefused(UserError, "what proves"):
            line.action_delivered()
        line.proof = "EMS 1234567890"
        line.action_delivered()
        self.assertEqual(self.mine[0].date_limitation, date(2029, 11, 10))
        self.assertIn(line.number, self.mine[0].limitation_reason)
        with self.assertRefused(UserError, "noted already"):
            line.proof = "another"

    def test_a_part_payment(self):
        with freeze_time("2026-12-05 04:00:00"):
            self.receive(self.owner, 100.0)
        with freeze_time("2026-12-06 04:00:00"):
            self.run_cron("limitation")
        part = self.mine.filtered(lambda row: row.payment_state == "partial")
        self.assertEqual(part.date_limitation, date(2029, 12, 5))
        self.assertEqual((self.mine - part).date_limitation, date(2029, 9, 1))

    def test_too_late_for_a_demand_but_not_for_a_promise(self):
        charge = self.mine[0]
        charge._restart_limitation(date(2029, 9, 2), "demand")
        self.assertEqual(charge.date_limitation, date(2029, 9, 1))
        charge._restart_limitation(date(2029, 9, 2), "promise", binds_late=True)
        self.assertEqual(charge.date_limitation, date(2032, 9, 2))

    def test_an_earlier_day_changes_nothing(self):
        charge = self.mine[0]
        charge._restart_limitation(date(2026, 12, 1), "demand")
        charge._restart_limitation(date(2026, 11, 1), "demand")
        self.assertEqual(charge.date_limitation, date(2029, 12, 1))

    def test_a_warning_that_fails_is_told(self):
        self.building.collector_id = self.clerk
        charges = self.env.registry["pm.charge"]
        fails = patch.object(
            charges, "_warn_of_limitation", side_effect=UserError("No such paper.")
        )
        with freeze_time("2029-06-03 04:00:00"), fails:
            self.run_cron("limitation")
        activity = self.building.activity_ids
        self.assertEqual(activity.user_id, self.clerk)
        self.assertIn("No such paper.", activity.note)
        self.assertFalse(any(self.mine.mapped("limitation_warned")), "tried again")

    def test_the_collector_is_warned_once(self):
        self.building.collector_id = self.clerk
        with freeze_time("2029-06-01 04:00:00"):
            self.run_cron("limitation")
            self.assertFalse(self.building.activity_ids)
        with freeze_time("2029-06-03 04:00:00"):
            self.run_cron("limitation")
            self.run_cron("limitation")
        activity = self.building.activity_ids
        self.assertEqual(activity.user_id, self.clerk)
        self.assertIn("6 claims over 786.00", activity.summary)
        # begun anew, it is warned of again when its new day comes near
        self.mine._restart_limitation(date(2029, 6, 4), "promise", binds_late=True)
        with freeze_time("2032-06-01 04:00:00"):
            self.run_cron("limitation")
        self.assertEqual(len(self.building.activity_ids), 2)

    def test_the_day_of_the_estate_decides(self):
        """Ninety days before 1 September 2029: 3 June, which begins on the 2nd in the
        time of the server."""
        self.building.collector_id = self.clerk
        self.env.ref("base.user_root").tz = False
        with freeze_time("2029-06-02 15:30:00"):
            self.run_cron("limitation")
            self.assertFalse(self.building.activity_ids)
        with freeze_time("2029-06-02 16:30:00"):
            self.run_cron("limitation")
        self.assertIn("6 claims", self.building.activity_ids.summary)
