"""A company with a chart of accounts, which the classes of tests have in common.

Odoo's own fixture loads a chart for every class, and makes products, partners and
taxes beside it that no test of ours uses: three seconds of work each time.
"""

import os

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tests.common import get_db_name

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.product.tests.common import ProductCommon

# Set where the database is for one run of the tests only: what they share stays in it.
SHARED = "PM_TEST_SHARED"
COMPANY = "__test__.company"
USER = "__test__.accountant"


class CompanyCase(AccountTestInvoicingCommon):
    """A company of its own with accounts and journals, and its accountant.

    In a database that is for this run only they are made once, by the first class, and
    what a class changes goes with its transaction. Elsewhere each class makes its own.
    """

    @classmethod
    def setUpClass(cls):
        if os.environ.get(SHARED):
            cls._make_shared()
        # without what Odoo's fixtures of products and of accounts add for each class
        super(ProductCommon, cls).setUpClass()
        cls.company_data = cls.collect_company_accounting_data(cls.company)
        # what the methods of Odoo's fixture take when nothing else is given
        cls.partner_a = cls.partner
        cls.product_category = cls.env["product.category"]
        cls.tax_number = 0

    @classmethod
    def setup_independent_user(cls):
        user = cls.env.ref(USER, raise_if_not_found=False)
        if not user:
            return super().setup_independent_user()
        if missing := cls.get_default_groups() - user.group_ids:
            user.group_ids += missing
        return user

    @classmethod
    def setup_independent_company(cls, **values):
        company = cls.env.ref(COMPANY, raise_if_not_found=False)
        if not company:
            company = super().setup_independent_company(**values)
            cls._set_payment_accounts(company)
        return company

    @classmethod
    def _set_payment_accounts(cls, company):
        """What is paid by bank waits on accounts of its own, as in Odoo's fixture."""
        Journal = cls.env["account.journal"].with_company(company)
        bank = Journal.search(
            [*Journal._check_company_domain(company), ("type", "=", "bank")], limit=1
        )
        for lines, name in (
            (bank.inbound_payment_method_line_ids, "debit"),
            (bank.outbound_payment_method_line_ids, "credit"),
        ):
            lines[0].payment_account_id = (
                cls.env["account.chart.template"]
                .with_company(company)
                .ref(
                    f"account_journal_payment_{name}_account_id",
                    raise_if_not_found=False,
                )
            )

    @classmethod
    def _make_shared(cls):
        """Make user and company for all classes, in a transaction of their own."""
        registry = Registry(get_db_name())
        with registry.cursor() as cr:
            cls.env = api.Environment(cr, SUPERUSER_ID, cls.default_env_context())
            if cls.env.ref(COMPANY, raise_if_not_found=False):
                return
            user = cls.setup_independent_user()
            cls.env = cls.env(user=user)
            company = cls.setup_independent_company()
            user.company_id = company
            user.company_ids = company
            cls.env["ir.model.data"].sudo()._update_xmlids(
                [
                    {"xml_id": COMPANY, "record": company},
                    {"xml_id": USER, "record": user},
                ]
            )
        registry.signal_changes()
