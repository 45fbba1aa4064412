"""Contracts of databases from before there was an approval."""

from datetime import date

from odoo.modules.migration import load_script
from odoo.tests import freeze_time, tagged
from odoo.tools import file_path

from .contract_common import ContractLifeCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-15")
class TestMigration(ContractLifeCase):
    def test_contracts_of_before_approval(self):
        """As version 19.0.1.0.0 left them: no kind's days, number flag or parties."""
        active = self.make_contract(kind="owners")
        ended = self.make_contract(date_to="2026-06-30")
        draft = self.make_contract()
        contracts = active | ended | draft
        contracts.party_ids.unlink()
        self.env.flush_all()
        self.env.cr.execute(
            """
            UPDATE pm_contract SET kind_id = NULL, notice_days = NULL,
                   notice_date = NULL, is_numbered = NULL, name = 'OLD/' || id,
                   state = CASE id WHEN %s THEN 'active' WHEN %s THEN 'ended'
                           ELSE 'draft' END
             WHERE id = ANY(%s)
            """,
            [active.id, ended.id, contracts.ids],
        )
        self.env.invalidate_all()
        path = file_path("pm_core/migrations/19.0.1.1.0/post-contract.py")
        script = load_script(path, "pm_core_post_contract")
        script.migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()
        self.assertRecordValues(
            contracts,
            [
                {"is_numbered": True, "closed_on": False, "notice_days": 90},
                {
                    "is_numbered": True,
                    "closed_on": date(2026, 6, 30),
                    "notice_days": 30,
                },
                {"is_numbered": False, "closed_on": False, "notice_days": 30},
            ],
        )
        self.assertEqual(active.notice_date, date(2027, 10, 2))
        for contract in contracts:
            self.assertIn(self.party, contract.party_ids.partner_id)
            self.assertEqual(len(contract.party_ids), 2)
