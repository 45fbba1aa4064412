"""Who may do what with what all counters share; the rest is in ``test_access``."""

from odoo.tests import tagged

from odoo.addons.pm_core.tests import access

READERS = dict.fromkeys(("manager", "cashier", "company", "accountant"), "r")


@tagged("post_install", "-at_install")
class TestAccessCounter(access.AccessCase):
    ROLES = {
        **access.ROLES,
        "cashier": "pm_billing.group_pm_cashier",
        "clerk": "pm_billing.group_pm_billing_clerk",
        "accountant": "account.group_account_invoice,account.group_account_readonly",
    }
    SHARED_RIGHTS = {"pm.cash.denomination": {**READERS, "admin": "rwcd"}}

    @classmethod
    def _make_shared_records(cls):
        return {
            "pm.cash.denomination": cls.env["pm.cash.denomination"].create(
                {"value": 500, "currency_id": cls.env.ref("base.EUR").id}
            )
        }
