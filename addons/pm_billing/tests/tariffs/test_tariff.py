import base64
import json
from datetime import date
from decimal import Decimal

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from ..common import BillingCase

WATER = {
    "name": "Water",
    "unit": "m³",
    "accumulate": True,
    "cycle_months": 12,
    "tax_included": True,
    "household": {"persons_from": 5, "add_per_person": ["40", "40"]},
    "rounding": {"stage": "total", "mode": "half_up", "to": "0.01"},
    "validity": {"from": "2026-01-01"},
    "parts": [
        {
            "name": "Water",
            "bands": [
                {"up_to": "220", "price": "1.92"},
                {"up_to": "300", "price": "3.3"},
                {"price": "4.3"},
            ],
        },
        {
            "name": "Sewage",
            "share_of_quantity": "0.9",
            "bands": [{"price": "1.7"}],
        },
    ],
}


@tagged("post_install", "-at_install")
@freeze_time("2026-11-10")
class TestTariff(BillingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls.make_staff(
            "pm_tariff_clerk", "pm_billing.group_pm_billing_clerk"
        )
        cls.tariffs = cls.env["pm.tariff"].with_user(cls.clerk)

    def test_prices_in_words(self):
        """What people see is a table with the currency, and no document."""
        season = {
            "name": "Summer",
            "from": "06-01",
            "to": "09-30",
            "parts": [{"name": "Power", "bands": [{"price": "0.7883"}]}],
        }
        tariff = self.tariffs._from_document(
            {**WATER, "minimum": "5", "tax_percent": "9", "seasons": [season]}
        )
        version = tariff.version_ids
        html = str(version.prices).replace("&nbsp;", " ")
        for words in (
            "up to 220 m³",
            "220 – 300 m³",
            "above 300 m³",
            "$ 1.92",
            "each m³",
            "counts 90 % of the quantity",
            "$ 0.7883",
            "Summer (06-01 – 09-30)",
            "From 5 persons on each further one widens the limits by 40 / 40.",
            "since 1 January",
            "At least $ 5.00.",
            "9 % tax is included.",
        ):
            with self.subTest(words=words):
                self.assertIn(words, html)
        self.assertNotIn("{", html)
        self.assertIn("$ 1.92 ≤ 220", version.summary.replace("\xa0", " "))
        for template in self.env["pm.tariff.template"].search([]):
            with self.subTest(template=template.name):
                self.assertIn("$", template.prices)
        view = self.env["pm.tariff.template"].get_view(view_type="form")["arch"]
        self.assertLess(view.index('name="prices"'), view.index('name="document"'))
        tried = tariff._steps_table(tariff._price(250, date_from="2026-07-01"))
        self.assertIn("0.7883", tried)
        self.assertIn("$", tried)

    def test_a_document_is_read_again(self):
        """What comes out goes in, and prices the same; by a file it is refused."""
        tariff = self.tariffs._from_document(WATER)
        again = self.tariffs._from_document(tariff._to_document())
        third = self.tariffs._from_document(again._to_document())
        self.assertEqual([again.name, third.name], ["Water (2)", "Water (2) (2)"])
        for quantity in ("0", "220", "300.5"):
            self.assertEqual(
                tariff._price(quantity).amount, third._price(quantity).amount
            )
        wide = {"persons_from": 5, "add_per_person": "40"}
        flat = self.tariffs._from_document({**WATER, "name": "Wide", "household": wide})
        tiers = {
            "name": "peak",
            "register": "peak",
            "bands_of": "total",
            "bands": WATER["parts"][0]["bands"],
        }
        power = self.tariffs._from_document({"name": "Power", "parts": [tiers]})
        for made in (flat, power):
            document = made._to_document()
            back = self.tariffs._from_document(document)._to_document()
            self.assertEqual({**back, "name": made.name}, document)
        self.assertEqual(power._to_document()["parts"], [tiers])
        bare = {"parts": WATER["parts"]}
        for _time in range(2):
            self.assertEqual(
                self.tariffs._from_document(bare)._price(10).amount, Decimal("34.50")
            )
        load = self.env["pm.tariff.import"].create(
            {
                "filename": "water.json",
                "file": base64.b64encode(json.dumps(WATER).encode()),
            }
        )
        with self.assertRefused(UserError, "already"):
            load.action_import()

    def test_days_and_numbers_in_any_form(self):
        """By a call over RPC, days are text."""
        tariff = self.tariffs._from_document(WATER)
        for days in (
            {"date_from": "2026-03-01", "date_to": "2026-03-31"},
            {"date_from": date(2026, 3, 1), "date_to": date(2026, 3, 31)},
        ):
            priced = tariff._price("100", "200", "6", **days)
            # 260 of the year at 1.92 to 300, two persons more: 80 each limit
            self.assertEqual(priced.amount, Decimal("345.00"))
        with self.assertRefused(UserError, "cannot be read"):
            tariff._price("many")
        with self.assertRefused(UserError, "cannot be read"):
            self.tariffs._from_document({**WATER, "name": "W2", "accumulate": "no"})

    def test_a_document_makes_a_tariff_that_prices(self):
        """300 m³ of Shanghai water cost 220 × 3.45 + 80 × 4.83 (bkwk.cn)."""
        tariff = self.tariffs._from_document(WATER)
        priced = tariff._price("300")
        self.assertEqual(priced.amount, Decimal("1145.40"))
        self.assertEqual(sum(step.amount for step in priced.steps), priced.amount)
        # used before counts, and so do persons
        self.assertEqual(tariff._price(1, used_before=220).amount, Decimal("4.83"))
        self.assertEqual(
            tariff._price(1, used_before=220, persons=5).amount, Decimal("3.45")
        )

    def test_a_document_comes_back_as_it_was(self):
        tariff = self.tariffs._from_document(WATER)
        self.assertEqual(tariff._to_document(), WATER)
        document = json.loads(base64.b64decode(tariff.document_file))
        self.assertEqual(document, WATER)
        large = {
            "name": "Works",
            "unit": "kWh",
            "rounding": WATER["rounding"],
            "minimum": "1234567.89",
            "parts": [
                {
                    "name": "Power",
                    "bands": [
                        {"up_to": "1000000", "price": "0.12345678"},
                        {"up_to": "98765432.1", "price": "0.1"},
                        {"price": "123456.7"},
                    ],
                }
            ],
        }
        tariff = self.tariffs._from_document(large)
        self.assertEqual(tariff._to_document(), large)
        self.assertIn("≤ 1,000,000,", tariff.version_ids.summary)

    def test_seasons_registers_and_versions_come_back_too(self):
        parts = [{"name": "Peak", "register": "peak", "bands": [{"price": "1.2"}]}]
        least = {"register": "connected", "share": "0.4"}
        document = {
            "name": "Power",
            "unit": "kWh",
            "versions": [
                {
                    "validity": {"from": "2026-01-01"},
                    "rounding": {"stage": "part", "mode": "down", "to": "0.1"},
                    "quantity_rounding": {"mode": "down", "to": "1"},
                    "minimum": "5",
                    "tax_percent": "13",
                    "parts": parts,
                    "seasons": [
                        {
                            "name": "Summer",
                            "from": "06-01",
                            "to": "09-30",
                            "parts": [
                                {
                                    "name": "Demand",
                                    "base_fee": "3",
                                    "included": "2",
                                    "register": "demand",
                                    "at_least": least,
                                    "bands": [{"price": "38"}],
                                }
                            ],
                        }
                    ],
                },
                {
                    "validity": {"from": "2027-01-01"},
                    "rounding": {"stage": "total", "mode": "half_up", "to": "0.01"},
                    "parts": parts,
                },
            ],
        }
        self.assertEqual(self.tariffs._from_document(document)._to_document(), document)

    def test_published_prices_of_power_have_eight_decimals(self):
        """Nothing is rounded before the amount is; what is finer is refused."""
        bands = [{"up_to": "100.125", "price": "0.68125625"}, {"price": "0.73125625"}]
        document = {
            "name": "Power",
            "unit": "kWh",
            "parts": [{"name": "1", "share_of_quantity": "0.12345678", "bands": bands}],
        }
        tariff = self.tariffs._from_document(document)
        tariff.invalidate_recordset()
        self.assertEqual(tariff._to_document()["parts"], document["parts"])
        # 1,000,000 × 0.12345678 = 123,456.78
        # 100.125 × 0.68125625 + 123,356.655 × 0.73125625
        self.assertEqual(tariff._price(1000000).amount, Decimal("90273.54"))
        bands[1]["price"] = "0.12345678901"
        with self.assertRaisesRegex(UserError, "0.12345678901"):
            self.tariffs._from_document(document)

    def test_documents_that_are_none(self):
        for wrong, word in (
            ([], "table"),
            ({**WATER, "prices": 1}, "prices"),
            ({**WATER, "tax_percent": "six"}, "six"),
            ({**WATER, "household": {"persons_from": 5, "add_per_person": ["6"]}}, "2"),
            ({"name": "Empty"}, "prices"),
            ({"name": "Two", "versions": [], "parts": []}, "parts"),
            ({"name": "Two", "versions": "none"}, "list"),
        ):
            with self.subTest(wrong=wrong), self.assertRaisesRegex(UserError, word):
                self.tariffs._from_document(wrong)

    def test_what_holds_on_a_day(self):
        """A use across the day of new prices is split by its days."""
        tariff = self.tariffs._from_document(
            {
                "name": "Steam",
                "unit": "t",
                "versions": [
                    {
                        "validity": {"from": "2026-01-01"},
                        "parts": [{"bands": [{"price": "2"}]}],
                    },
                    {
                        "validity": {"from": "2026-12-01", "to": "2026-12-31"},
                        "parts": [{"bands": [{"price": "3"}]}],
                    },
                ],
            }
        )
        self.assertEqual(tariff._price(10).amount, 20)
        across = {"date_from": date(2026, 11, 21), "date_to": date(2026, 12, 10)}
        self.assertEqual(tariff._price(20, **across).amount, 50)
        for first, last in (
            (date(2025, 12, 31), date(2026, 1, 2)),
            (date(2026, 12, 31), date(2027, 1, 1)),
        ):
            with self.assertRaisesRegex(UserError, "no price on"):
                tariff._price(1, date_from=first, date_to=last)

    def test_the_only_version_is_asked_without_days(self):
        """Published prices that are over, or still to come, can be tried."""
        for validity in (
            {"from": "2014-05-01", "to": "2017-12-31"},
            {"from": "2027-01-01"},
        ):
            tariff = self.tariffs._from_document({**WATER, "validity": validity})
            with self.subTest(validity=validity):
                self.assertFalse(tariff.current_version_id)
                self.assertEqual(tariff._price(300).amount, Decimal("1145.40"))
                with self.assertRefused(UserError, "no price on"):
                    tariff._price(300, date_from="2020-01-01")

    def test_a_draft_prices_nothing(self):
        tariff = self.tariffs.create({"name": "Draft", "unit": "m³"})
        version = self.env["pm.tariff.version"].create({"tariff_id": tariff.id})
        with self.assertRaisesRegex(UserError, "no confirmed version"):
            tariff._price(1)
        with self.assertRaisesRegex(ValidationError, "no prices"):
            version.action_confirm()

    def test_a_new_version_starts_from_the_prices_of_the_last(self):
        tariff = self.tariffs._from_document(WATER)
        action = tariff.version_ids.action_new_version()
        draft = self.env["pm.tariff.version"].browse(action["res_id"])
        draft = draft.with_user(self.clerk)
        self.assertEqual((draft.state, draft.date_from), ("draft", False))
        draft.part_ids[1].band_ids.price = 2
        draft.date_from = "2027-01-01"
        draft.action_confirm()
        january = {"date_from": date(2027, 1, 5), "date_to": date(2027, 1, 6)}
        self.assertEqual(tariff._price(10, **january).amount, Decimal("37.20"))
        self.assertEqual(tariff._price(10).amount, Decimal("34.50"))

    @mute_logger("odoo.sql_db")
    def test_one_version_holds_from_a_day(self):
        tariff = self.tariffs._from_document(WATER)
        action = tariff.version_ids.action_new_version()
        again = self.env["pm.tariff.version"].browse(action["res_id"])
        again.date_from = "2026-01-01"
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            again.action_confirm()
            again.flush_recordset()

    def test_trying_shows_the_amount_and_each_step(self):
        tariff = self.tariffs._from_document(WATER)
        form = Form(self.env["pm.tariff.try"].with_user(self.clerk))
        form.tariff_id = tariff
        form.quantity = 300
        self.assertAlmostEqual(form.amount, 1145.40)
        self.assertIn("Sewage", form.explanation)
        self.assertFalse(form.problem)
        form.quantity = -1
        self.assertIn("below zero", form.problem)

    def test_trying_asks_for_the_registers(self):
        tariff = self.tariffs._from_document(
            {
                "name": "Power",
                "unit": "kWh",
                "parts": [
                    {"name": "Peak", "register": "peak", "bands": [{"price": "2"}]},
                    {"name": "Flat", "register": "flat", "bands": [{"price": "1"}]},
                    {"name": "Fund", "bands": [{"price": "0.5"}]},
                ],
            }
        )
        attempt = self.env["pm.tariff.try"].create({"tariff_id": tariff.id})
        self.assertEqual(attempt.register_ids.mapped("name"), ["flat", "peak"])
        attempt.register_ids[1].quantity = 3
        # the whole is the sum of the registers, unless it is entered
        self.assertEqual(attempt.amount, 7.5)
        attempt.quantity = 10
        self.assertEqual(attempt.amount, 11)

    def test_the_published_tariffs_can_be_used(self):
        templates = self.env["pm.tariff.template"].search([])
        self.assertGreaterEqual(len(templates), 8)
        for template in templates:
            with self.subTest(template=template.name):
                action = template.with_user(self.clerk).action_use()
                made = self.env["pm.tariff"].browse(action["res_id"])
                self.assertEqual(made.current_version_id.state, "confirmed")
                self.assertEqual(made.source, template.source)
                with self.assertRaisesRegex(UserError, "already"):
                    template.with_user(self.clerk).action_use()

    def test_import_of_a_file(self):
        importing = self.env["pm.tariff.import"].with_user(self.clerk)
        text = "\ufeff" + json.dumps(WATER)
        made = importing.create(
            {"file": base64.b64encode(text.encode()), "filename": "water.json"}
        ).action_import()
        self.assertEqual(self.env["pm.tariff"].browse(made["res_id"]).unit, "m³")
        for content in (b"{", b"\xff\xfe", b"[" + b" " * 1024 * 1024):
            with self.assertRaises(UserError):
                importing.create(
                    {"file": base64.b64encode(content), "filename": "x.json"}
                ).action_import()

    def test_a_copy_has_the_prices_as_drafts(self):
        copied = self.tariffs._from_document(WATER).copy()
        self.assertEqual(copied.version_ids.state, "draft")
        self.assertEqual(copied._to_document(), {**WATER, "name": copied.name})

    def test_household_widens_all_parts_alike(self):
        tariff = self.tariffs._from_document(WATER)
        action = tariff.version_ids.action_new_version()
        draft = self.env["pm.tariff.version"].browse(action["res_id"])
        draft.part_ids[1].band_ids = [
            Command.create({"sequence": -1, "up_to": 10, "price": 1})
        ]
        with self.assertRaisesRegex(UserError, "same"):
            draft.action_confirm()
