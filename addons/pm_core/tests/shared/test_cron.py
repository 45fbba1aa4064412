"""Scheduled jobs go on past a bad record, and tell who is responsible once."""

from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import CRON_LOGGER, PropertyCase


@tagged("post_install", "-at_install")
class TestCron(PropertyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.make_user(
            "pm_cron_manager", "pm_core.group_pm_estate_manager", cls.estate
        )
        cls.contracts = cls.env["pm.contract"].concat(
            *(
                cls.make_contract(cls.estate, title=title, user_id=cls.manager.id)
                for title in ("One", "Two", "Three")
            )
        )
        cls.warning = cls.env.ref("mail.mail_activity_data_warning")

    def each(self, step, domain=None, time_left=1.0):
        """Run the step over the contracts; without committing, which tests cannot."""
        with patch.object(
            self.env.registry["ir.cron"], "_commit_progress", return_value=time_left
        ):
            return self.contracts._cron_each(step, domain)

    def rename(self, contract):
        contract.note = "changed"
        if contract.title == "Two":
            # pylint: disable-next=translation-required
            raise UserError("<b>Two</b> is bad")

    @mute_logger(CRON_LOGGER)
    def test_a_bad_record_stops_no_other(self):
        self.each(self.rename)
        self.assertEqual(
            [bool(contract.note) for contract in self.contracts], [True, False, True]
        )
        told = self.contracts.activity_ids
        self.assertEqual(told.res_id, self.contracts[1].id)
        self.assertEqual(told.user_id, self.manager)
        self.assertIn("&lt;b&gt;Two&lt;/b&gt; is bad", told.note)

    @mute_logger(CRON_LOGGER)
    def test_told_once_until_it_is_read(self):
        self.each(self.rename)
        self.each(self.rename)
        self.assertEqual(len(self.contracts.activity_ids), 1)
        self.contracts.activity_ids.action_feedback()
        self.each(self.rename)
        self.assertEqual(len(self.contracts[1].activity_ids), 1)

    @mute_logger(CRON_LOGGER)
    def test_what_nobody_foresaw(self):
        def fail(contract):
            raise ZeroDivisionError

        self.each(fail)
        self.assertEqual(len(self.contracts.activity_ids), 3)
        self.assertIn("ZeroDivisionError", self.contracts[0].activity_ids.note)

    def test_the_database_may_ask_for_the_transaction_again(self):
        def collide(contract):
            raise SerializationFailure

        with self.assertRaises(SerializationFailure):
            self.each(collide)
        self.assertFalse(self.contracts.activity_ids)

    def test_what_is_not_due_any_more_is_left_out(self):
        seen = []

        def take(contract):
            seen.append(contract.title)
            # the first takes the second out of the running
            self.contracts[1].title = "Done"

        self.each(take, [("title", "!=", "Done")])
        self.assertEqual(seen, ["One", "Three"])

    def test_deleted_meanwhile(self):
        seen = []

        def take(contract):
            seen.append(contract.id)
            self.contracts[1].exists().unlink()

        ids = self.contracts.ids
        self.each(take)
        self.assertEqual(seen, [ids[0], ids[2]])

    def test_it_ends_with_its_time(self):
        seen = []
        self.assertFalse(self.each(seen.append, time_left=0))
        self.assertEqual(len(seen), 1)
        self.assertTrue(self.each(seen.append))
        self.assertEqual(len(seen), 4)

    def test_in_the_language_of_who_reads_it(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.manager.lang = "zh_CN"
        langs = []
        self.each(lambda contract: langs.append(contract.env.lang))
        self.assertEqual(langs, ["zh_CN"] * 3)

    @mute_logger(CRON_LOGGER)
    def test_together_or_each_alone(self):
        sizes = []

        def take(contracts):
            sizes.append(len(contracts))
            for contract in contracts:
                self.rename(contract)

        self.contracts._try_together(take)
        self.assertEqual(sizes, [3, 1, 1, 1])
        self.assertEqual(
            [bool(contract.note) for contract in self.contracts], [True, False, True]
        )
        sizes.clear()
        (self.contracts - self.contracts[1])._try_together(take)
        self.assertEqual(sizes, [2])
