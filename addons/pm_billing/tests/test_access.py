"""Who may do what with money: every model of the addon, for every role.

``r`` read, ``w`` write, ``c`` create, ``d`` delete; a role that is not listed has
no right. The rights hold for records of the user's own estates; company managers
and accountants work with all estates of their company; nobody reaches another
company, and residents reach nothing here.
"""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user
from odoo.tools import mute_logger

from odoo.addons.pm_core.tests import access, doors
from odoo.addons.pm_core.tests.menus import MenuCase

from .access_records import AccessRecords
from .common import BillingCase

OPERATIONS = {"read": "r", "write": "w", "create": "c", "unlink": "d"}
ROLES = {
    "employee": "base.group_user",
    "staff": "pm_core.group_pm_user",
    "service": "pm_core.group_pm_service",
    "manager": "pm_core.group_pm_estate_manager",
    "cashier": "pm_billing.group_pm_cashier",
    "clerk": "pm_billing.group_pm_billing_clerk",
    "accountant": "account.group_account_invoice,account.group_account_readonly",
    "company": "pm_core.group_pm_company_manager",
}
ALL_ESTATES = ("company", "accountant")
READERS = ("service", "manager", "cashier", "accountant")
RIGHTS = {
    "pm.fee.item": {**dict.fromkeys(READERS, "r"), "clerk": "rwcd", "company": "rwcd"},
    "pm.fee.item.tax": {
        **dict.fromkeys(READERS, "r"),
        "clerk": "rwcd",
        "company": "rwcd",
    },
    "pm.fee": {**dict.fromkeys(READERS, "r"), "clerk": "rwcd", "company": "rwcd"},
    # charges and receipts come about by bill runs and payments only
    "pm.charge": {**dict.fromkeys(READERS, "r"), "clerk": "rd", "company": "rd"},
    "pm.bill.run": {
        **dict.fromkeys(("manager", "accountant"), "r"),
        **dict.fromkeys(("clerk", "company"), "rwcd"),
    },
    "pm.bill.run.exception": dict.fromkeys(
        ("manager", "accountant", "clerk", "company"), "r"
    ),
    "pm.receipt": {
        **dict.fromkeys(("service", "manager", "clerk", "accountant"), "r"),
        **dict.fromkeys(("cashier", "company"), "rw"),
    },
    "pm.receipt.cancellation": {
        **dict.fromkeys(("service", "manager", "clerk", "accountant"), "r"),
        **dict.fromkeys(("cashier", "company"), "rwcd"),
    },
    # counted by whose day it is: see test_cash_close.py
    **dict.fromkeys(
        ("pm.cash.close", "pm.cash.close.line", "pm.cash.close.count"),
        dict.fromkeys(("manager", "accountant", "company"), "r"),
    ),
    "pm.receipt.line": dict.fromkeys((*READERS, "clerk", "company"), "r"),
    # checks come about by checking, lines of a sample by drawing it
    "pm.ledger.check": dict.fromkeys(ALL_ESTATES, "r"),
    "pm.ledger.check.line": dict.fromkeys(ALL_ESTATES, "r"),
    "pm.ledger.check.balance": dict.fromkeys(ALL_ESTATES, "r"),
    "pm.ledger.check.difference": dict.fromkeys(ALL_ESTATES, "r"),
    # an accountant reviews, but does not read the register that is drawn from
    "pm.audit.sample": {"accountant": "rw", "company": "rwcd"},
    "pm.audit.sample.line": dict.fromkeys(ALL_ESTATES, "rw"),
    "pm.collection.report": dict.fromkeys(
        ("manager", "cashier", "clerk", "accountant", "company"), "r"
    ),
    "pm.arrears.report": dict.fromkeys(
        ("manager", "cashier", "clerk", "accountant", "company"), "r"
    ),
    "pm.dunning": {
        **dict.fromkeys(("service", "accountant"), "r"),
        "manager": "rw",
        **dict.fromkeys(("clerk", "company"), "rwcd"),
    },
    # lines come about by preparing a round only
    "pm.dunning.line": {
        **dict.fromkeys(("service", "accountant"), "r"),
        **dict.fromkeys(("manager", "clerk", "company"), "rw"),
    },
    "pm.dunning.item": dict.fromkeys(
        ("service", "manager", "clerk", "accountant", "company"), "r"
    ),
    "pm.dunning.message": dict.fromkeys(
        ("service", "manager", "clerk", "accountant", "company"), "r"
    ),
    "pm.payment.promise": {
        **dict.fromkeys(("cashier", "accountant"), "r"),
        **dict.fromkeys(("service", "manager", "clerk", "company"), "rwcd"),
    },
    "pm.payment.promise.line": {
        **dict.fromkeys(("cashier", "accountant"), "r"),
        **dict.fromkeys(("service", "manager", "clerk", "company"), "rwcd"),
    },
    "pm.statement": {
        **dict.fromkeys(("clerk", "accountant"), "r"),
        **dict.fromkeys(("manager", "company"), "rwcd"),
    },
    "crossovered.budget": {
        **dict.fromkeys(("manager", "accountant"), "r"),
        "company": "rwcd",
    },
    "crossovered.budget.lines": {
        **dict.fromkeys(("manager", "accountant"), "r"),
        "company": "rwcd",
    },
}
WIZARDS = {
    "pm.counter": ("cashier", "company"),
    "pm.counter.payment": ("cashier", "company"),
    "pm.counter.line": ("cashier", "company"),
    "pm.counter.late": ("cashier", "company"),
    "pm.fee.item.own": ("clerk", "company"),
    "pm.collection.export": ("manager", "clerk", "accountant", "company"),
    "pm.public.sheet": ("manager", "clerk", "accountant", "company"),
    "pm.budget.override": ("company",),
    "pm.charge.dispute": ("service", "manager", "clerk", "company"),
}


@freeze_time("2026-11-10")
class TestAccess(
    AccessRecords, access.GuardWalk, MenuCase, BillingCase, doors.DoorWalk
):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.records = {
            "own": cls._make_records(cls.estate),
            "other estate": cls._make_records(cls.make_estate("Other Garden")),
            "other company": cls._make_far_records(),
        }
        cls.users = {
            role: cls.make_staff(f"pm_billing_{role}", groups)
            for role, groups in ROLES.items()
        }

    @classmethod
    def _make_far_records(cls):
        """The same in another company, with a ledger of its own."""
        data = cls.setup_other_company(name="Second Company")
        cls.other_company = data["company"]
        here, cash = cls.env, cls.cash
        cls.env = here(
            context={**here.context, "allowed_company_ids": cls.other_company.ids}
        )
        cls.cash = data["default_journal_cash"].with_env(cls.env)
        cls.other_company.with_env(cls.env).pm_fee_tax_id = False
        estate = cls.make_estate("Far Garden", company_id=cls.other_company.id)
        made = cls._make_records(estate)
        cls.env, cls.cash = here, cash
        return {model: record.with_env(here) for model, record in made.items()}

    @classmethod
    def _make_records(cls, estate):
        """One record of each model that belongs to ``estate``."""
        unit = cls.make_unit(estate, "access")
        payer = cls.make_partner(f"Payer of {estate.name}")
        cls.make_occupancy(unit, payer)
        item = cls.make_item("access", price=1, estate_id=estate.id)
        fee = cls.make_fee(unit, item)
        cls.make_fee(cls.make_unit(estate, "nobody"), item)
        run = cls.bill(scope=estate)
        receipt = cls.receive(payer, 10.0)
        request = cls.env["pm.receipt.cancellation"].create(
            {"receipt_id": receipt.id, "reason": "A slip"}
        )
        charge = run.charge_ids[:1]
        check = cls.env["pm.ledger.check"]._run(estate.company_id)
        balance = (
            cls.env["pm.ledger.check.balance"]
            .sudo()
            ._as_step()
            .create({"check_id": check.id, "estate_id": estate.id})
        )
        difference = (
            cls.env["pm.ledger.check.difference"]
            .sudo()
            ._as_step()
            .create(
                {
                    "check_id": check.id,
                    "estate_id": estate.id,
                    "kind": "open",
                    "move_id": charge.move_id.id,
                }
            )
        )
        sample = cls.env["pm.audit.sample"].create(
            {
                "name": "Sample",
                "property_id": estate.id,
                "date_from": "2026-11-01",
                "date_to": "2026-12-31",
            }
        )
        sample.action_draw()
        dunning = cls._make_dunning(estate, charge)
        promise = cls.env["pm.payment.promise"].create(
            {
                "partner_id": payer.id,
                "property_id": unit.id,
                "charge_ids": charge.ids,
                "line_ids": [Command.create({"date": "2026-12-01", "amount": 1.0})],
            }
        )
        budget = cls._make_budget(estate)
        close = cls._make_close(estate)
        cls.env.flush_all()
        return {
            "pm.fee.item": item,
            "pm.fee.item.tax": cls.env["pm.fee.item.tax"].create(
                {"fee_item_id": item.id, "date_from": "2027-01-01"}
            ),
            "pm.fee": fee,
            "pm.charge": charge,
            "pm.bill.run": run,
            "pm.bill.run.exception": run.exception_ids,
            "pm.ledger.check": check,
            "pm.ledger.check.line": check.line_ids.filtered(
                lambda line: line.estate_id == estate
            ),
            "pm.ledger.check.balance": balance.with_env(cls.env),
            "pm.ledger.check.difference": difference.with_env(cls.env),
            "pm.audit.sample": sample,
            "pm.audit.sample.line": sample.line_ids[:1],
            "pm.receipt": receipt,
            "pm.receipt.line": receipt.line_ids,
            "pm.receipt.cancellation": request,
            "pm.cash.close": close.with_env(cls.env),
            "pm.cash.close.line": close.line_ids,
            "pm.cash.close.count": close.line_ids.count_ids[:1],
            "pm.collection.report": cls.env["pm.collection.report"].browse(charge.id),
            "pm.arrears.report": cls.env["pm.arrears.report"].browse(charge.id),
            "pm.dunning": dunning,
            "pm.dunning.line": dunning.line_ids,
            "pm.dunning.item": dunning.line_ids.item_ids,
            "pm.dunning.message": dunning.line_ids.message_to_ids,
            "pm.payment.promise": promise,
            "pm.payment.promise.line": promise.line_ids,
            "pm.statement": cls.env["pm.statement"].create(
                {
                    "property_id": estate.id,
                    "report_id": cls.env.ref("pm_billing.mis_report_income").id,
                }
            ),
            "crossovered.budget": budget,
            "crossovered.budget.lines": budget.crossovered_budget_line_ids,
        }

    def test_every_model_is_listed(self):
        listed = {*RIGHTS, *WIZARDS, "pm.dunning.level", *access.listed_models()}
        self.assertFalse(access.models_of(self.env, "pm_billing") - listed)

    def rights(self, record, user):
        return "".join(
            letter
            for operation, letter in OPERATIONS.items()
            if record.with_user(user).has_access(operation)
        )

    def test_menus_open(self):
        """What shows money opens for every role, with records to show."""
        self.open_menus({*RIGHTS, *WIZARDS})

    def test_matrix(self):
        for place, records in self.records.items():
            for model, record in records.items():
                self.assertEqual(len(record), 1, (place, model))
                for role, user in self.users.items():
                    allowed = RIGHTS[model].get(role, "")
                    if place == "other company" or (
                        place == "other estate" and role not in ALL_ESTATES
                    ):
                        allowed = ""
                    with self.subTest(place=place, model=model, role=role):
                        self.assertEqual(self.rights(record, user), allowed)

    def test_lists_show_the_own_estates_only(self):
        for model, rights in RIGHTS.items():
            for role in rights:
                with self.subTest(model=model, role=role):
                    found = self.env[model].with_user(self.users[role]).search([])
                    self.assertIn(self.records["own"][model], found)
                    self.assertEqual(
                        self.records["other estate"][model] in found,
                        role in ALL_ESTATES,
                    )
                    self.assertNotIn(self.records["other company"][model], found)

    def test_wizards(self):
        for model, roles in WIZARDS.items():
            for role, user in self.users.items():
                with self.subTest(model=model, role=role):
                    self.assertEqual(
                        self.env[model].with_user(user).has_access("create"),
                        role in roles,
                    )

    def test_another_company(self):
        company = self.env["res.company"].create({"name": "Third Company"})
        user = new_test_user(
            self.env,
            login="pm_billing_second",
            groups="pm_core.group_pm_company_manager,account.group_account_readonly",
            company_id=company.id,
        )
        for model, record in self.records["own"].items():
            with self.subTest(model=model):
                self.assertEqual(self.rights(record, user), "")
                self.assertFalse(self.env[model].with_user(user).search([]))

    def test_dunning_levels_are_the_company_s(self):
        """They belong to no estate: read by those who dun, set by company managers."""
        level = self.env["pm.dunning.level"].search([], limit=1)
        granted = {
            **dict.fromkeys(
                ("service", "manager", "cashier", "clerk", "accountant"), "r"
            ),
            "company": "rwcd",
        }
        for role, user in self.users.items():
            with self.subTest(role=role):
                self.assertEqual(self.rights(level, user), granted.get(role, ""))

    def test_residents(self):
        user = new_test_user(
            self.env, login="pm_billing_resident", groups="base.group_portal"
        )
        self.make_occupancy(self.unit, user.partner_id, role="family")
        for model, record in self.records["own"].items():
            with self.subTest(model=model):
                self.assertEqual(self.rights(record, user), "")

    def test_a_price_list_of_the_company_is_for_all(self):
        item = self.make_item("company", price=1, estate_id=False)
        for role in ("clerk", "cashier", "service"):
            self.assertTrue(item.with_user(self.users[role]).has_access("read"))

    # -- the work itself -----------------------------------------------------

    def test_a_clerk_runs_bills(self):
        """From price list to posted invoices, with no right in accounting."""
        clerk = self.users["clerk"]
        self.assertFalse(clerk.has_group("account.group_account_invoice"))
        item = (
            self.env["pm.fee.item"]
            .with_user(clerk)
            .create(
                {
                    "name": "Water",
                    "code": "water",
                    "price": 1.0,
                    "estate_id": self.estate.id,
                }
            )
        )
        self.assertTrue(item.product_id)
        self.env["pm.fee"].with_user(clerk).create(
            {
                "property_id": self.unit.id,
                "fee_item_id": item.id,
                "date_from": "2026-12-01",
            }
        )
        run = (
            self.env["pm.bill.run"]
            .with_user(clerk)
            .create(
                {
                    "property_id": self.unit.id,
                    "date_from": "2026-12-01",
                    "date_to": "2026-12-31",
                }
            )
        )
        run.action_prepare()
        run.action_confirm()
        self.assertEqual((run.posted_count, run.amount_total), (1, 100.0))
        run.action_undo()
        self.assertEqual(run.state, "undone")

    def test_a_cashier_takes_payments(self):
        """With no right in accounting."""
        cashier = self.users["cashier"]
        self.assertFalse(cashier.has_group("account.group_account_invoice"))
        charge = self.records["own"]["pm.charge"]
        receipt = (
            self.env["pm.receipt"]
            .with_user(cashier)
            ._receive(
                charge.partner_id, charge.with_user(cashier), 500.0, self.cash.sudo()
            )
        )
        self.assertEqual(receipt.amount_applied, 90.0)
        self.assertEqual(charge.payment_state, "paid")
        receipt._cancel("Test")
        self.assertEqual(receipt.state, "cancelled")
        self.assertLedgerTies()

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_duties_are_apart(self):
        """Who bills takes no money, and who takes money does not bill."""
        run = self.records["own"]["pm.bill.run"]
        charge = self.records["own"]["pm.charge"]
        for role in ("cashier", "service", "manager", "accountant"):
            for action in ("action_prepare", "action_confirm", "action_undo"):
                with self.subTest(role=role, action=action):
                    with self.assertRaises(AccessError):
                        getattr(run.with_user(self.users[role]), action)()
        for role in ("clerk", "service", "manager", "accountant"):
            user = self.users[role]
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.env["pm.receipt"].with_user(user)._receive(
                    charge.partner_id, charge, 1.0, self.cash
                )
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.records["own"]["pm.receipt"].with_user(user)._cancel("Test")

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_nothing_in_an_estate_of_others(self):
        other = self.records["other estate"]
        unit = other["pm.fee"].property_id
        with self.assertRaises(AccessError):
            self.env["pm.bill.run"].with_user(self.users["clerk"]).create(
                {
                    "property_id": unit.id,
                    "date_from": "2026-12-01",
                    "date_to": "2026-12-31",
                }
            )
        with self.assertRaises(AccessError):
            other["pm.bill.run"].with_user(self.users["clerk"]).action_undo()
        with self.assertRaises(AccessError):
            self.env["pm.receipt"].with_user(self.users["cashier"])._receive(
                other["pm.charge"].partner_id, other["pm.charge"], 1.0, self.cash
            )
        with self.assertRaises(AccessError):
            other["pm.receipt"].with_user(self.users["cashier"])._cancel("Test")

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_a_receipt_is_not_made_or_changed_by_hand(self):
        """Only money that is booked is receipted: no RPC call goes around it."""
        cashier = self.users["cashier"]
        vals = {
            "name": "RC/FAKE",
            "partner_id": self.owner.id,
            "amount": 1000.0,
            "estate_id": self.estate.id,
        }
        with self.assertRaises(AccessError):
            self.env["pm.receipt"].with_user(cashier).create(vals)
        receipt = self.records["own"]["pm.receipt"].with_user(cashier)
        for change in ({"amount": 1.0}, {"state": "cancelled"}, {"partner_id": 1}):
            with self.subTest(change=change), self.assertRaises(AccessError):
                receipt.write(change)
        receipt.memo = "checked"

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_a_charge_is_not_made_or_changed_by_hand(self):
        clerk = self.users["clerk"]
        charge = self.records["own"]["pm.charge"].with_user(clerk)
        for change in ({"amount": 1.0}, {"state": "cancelled"}, {"partner_id": 1}):
            with self.subTest(change=change), self.assertRaises(AccessError):
                charge.write(change)
