"""What accountants may do to bills does not depend on how these were posted."""

from unittest.mock import patch

from odoo.tests import tagged

from ...models.ledger import bulk_posting, bulk_reversal
from . import test_accountant


@tagged("post_install", "-at_install")
class TestAccountantBulk(test_accountant.TestAccountant):
    @classmethod
    def setUpClass(cls):
        # three flats are enough of a kind here
        for module in (bulk_posting, bulk_reversal):
            cls.startClassPatcher(patch.object(module, "FEWEST", 2))
        super().setUpClass()

    def test_posted_in_bulk(self):
        self.assertEqual(self.bill_run.posting_report, {"bulk": 3, "plain": {}})
