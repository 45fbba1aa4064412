"""A small estate with fees, on a company with a chart of accounts."""

from odoo import Command
from odoo.modules.migration import load_script
from odoo.tests import tagged
from odoo.tools import file_path

from odoo.addons.pm_core.tests.common import PropertyFactory

from .company import CompanyCase


@tagged("post_install", "-at_install")
class BillingCase(PropertyFactory, CompanyCase):
    """Three flats of 100 m² at 2.50 a m² and 12.00 a month, each with its owner."""

    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.env.ref("pm_core.group_pm_admin")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context={
                **cls.env.context,
                "queue_job__no_delay": True,
                "tracking_disable": True,
            }
        )
        cls.company = cls.env.company
        cls.tax = cls.company.account_sale_tax_id.copy(
            {
                "name": "6% included",
                "amount": 6.0,
                "price_include_override": "tax_included",
            }
        )
        cls.company.pm_fee_tax_id = cls.tax
        # else the first print of an administrator asks for the layout
        cls.company.external_report_layout_id = cls.env.ref(
            "web.external_layout_standard"
        )
        cls.estate = cls.make_estate("Test Garden")
        cls.building = cls.make_building(cls.estate)
        cls.units = cls.env["pm.property"].concat(
            *(cls.make_unit(cls.building, f"1-{number}") for number in (1, 2, 3))
        )
        cls.unit = cls.units[0]
        cls.owners = cls.env["res.partner"].concat(
            *(cls.make_partner(name) for name in ("王小明", "李丽", "张伟"))
        )
        cls.owner = cls.owners[0]
        for unit, owner in zip(cls.units, cls.owners, strict=True):
            cls.make_occupancy(unit, owner)
        cls.service = cls.make_item("service", price=2.5, sequence=1)
        cls.facilities = cls.make_item("facilities", method="fixed", surcharge=12.0)
        cls.cash = cls.company_data["default_journal_cash"]

    @classmethod
    def make_item(cls, code, **vals):
        vals = {"estate_id": cls.estate.id, "name": code.title(), **vals}
        return cls.env["pm.fee.item"].create({"code": code, **vals})

    @classmethod
    def make_fee(cls, unit, item=None, date_from="2026-01-01", **vals):
        return cls.env["pm.fee"].create(
            {
                "property_id": unit.id,
                "fee_item_id": (item or cls.service).id,
                "date_from": date_from,
                **vals,
            }
        )

    @classmethod
    def make_fees(cls, units=None):
        """Both fees for each unit: 262.00 a month."""
        fees = cls.env["pm.fee"]
        for unit in units or cls.units:
            fees += cls.make_fee(unit) + cls.make_fee(unit, cls.facilities)
        return fees

    @classmethod
    def make_run(cls, date_from="2026-11-01", date_to="2026-11-30", scope=None, **vals):
        return cls.env["pm.bill.run"].create(
            {
                "property_id": (scope or cls.estate).id,
                "date_from": date_from,
                "date_to": date_to,
                **vals,
            }
        )

    @classmethod
    def bill(cls, *arguments, **vals):
        """A run that is prepared and confirmed."""
        run = cls.make_run(*arguments, **vals)
        run.action_prepare()
        run.action_confirm()
        return run

    @classmethod
    def receive(cls, partner, amount, charges=None, **extra):
        """Take ``amount`` in cash for what ``partner`` owes."""
        if charges is None:
            charges = cls.open_charges(partner)
        return cls.env["pm.receipt"]._receive(
            partner, charges, amount, cls.cash, **extra
        )

    @classmethod
    def open_charges(cls, partner):
        return cls.env["pm.charge"].search(
            [("partner_id", "=", partner.id), ("amount_residual", ">", 0)],
            order="date_due, date_from, id",
        )

    @classmethod
    def receivable(cls):
        """The balance of the receivable account."""
        lines = cls.env["account.move.line"].search(
            [
                ("company_id", "=", cls.company.id),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
            ]
        )
        return cls.company.currency_id.round(sum(lines.mapped("balance")))

    @classmethod
    def prepaid(cls):
        """The balance of the account of prepayments, as a liability."""
        lines = cls.env["account.move.line"].search(
            [
                ("account_id", "=", cls.company.pm_prepayment_account_id.id),
                ("parent_state", "=", "posted"),
            ]
        )
        return cls.company.currency_id.round(-sum(lines.mapped("balance")))

    @staticmethod
    def days_of(charges):
        """First and last day of each charge, in order."""
        return sorted((str(row.date_from), str(row.date_to)) for row in charges)

    def assertLedgerTies(self):
        """What the accounts say is what the charges say."""
        charges = self.env["pm.charge"].search([("company_id", "=", self.company.id)])
        self.assertEqual(
            self.receivable(),
            self.company.currency_id.round(sum(charges.mapped("amount_residual"))),
        )
        for move in charges.move_id:
            parts = charges.filtered(
                lambda charge, move=move: (
                    charge.move_id == move and charge.state == "posted"
                )
            )
            if parts:
                self.assertAlmostEqual(
                    sum(parts.mapped("amount_residual")), move.amount_residual_signed, 2
                )

    def migrate(self, addon, script):
        """Run a migration script, as an update does."""
        self.env.flush_all()
        path = file_path(f"{addon}/migrations/{script}.py")
        load_script(path, path).migrate(self.env.cr, "19.0.1.2.0")
        self.env.invalidate_all()

    @classmethod
    def make_line(cls, contract, item, **vals):
        return cls.env["pm.contract.line"].create(
            {"contract_id": contract.id, "fee_item_id": item.id, **vals}
        )

    @classmethod
    def make_staff(cls, login, groups, estates=None, **vals):
        """A user of the company with the accounts."""
        return cls.make_user(
            login,
            groups,
            estates if estates is not None else cls.estate,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
            **vals,
        )
