"""Contracts as the tests of this room make them."""

from ..common import PropertyCase


class ContractLifeCase(PropertyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.party = cls.make_partner("Owners' Association", email="oa@example.com")
        cls.service = cls.make_user(
            "life_service", "pm_core.group_pm_service", cls.estate
        )
        cls.manager = cls.make_user(
            "life_manager", "pm_core.group_pm_estate_manager", cls.estate
        )
        cls.director = cls.make_user(
            "life_director", "pm_core.group_pm_company_manager"
        )

    @classmethod
    def make_contract(cls, estate=None, **vals):
        vals = {
            "kind": "tenant",
            "partner_id": cls.party.id,
            "date_to": "2027-12-31",
            "user_id": cls.manager.id,
            **vals,
        }
        return super().make_contract(estate or cls.estate, **vals)

    def version_of_row(self, contract):
        """Where the row of the contract is: it moves when the row is written."""
        contract.flush_recordset()
        self.env.cr.execute("SELECT ctid FROM pm_contract WHERE id = %s", contract.ids)
        return self.env.cr.fetchone()

    def run_cron(self):
        """Run what the cron runs, without its commits."""
        contracts = self.env["pm.contract"]
        with self.enter_registry_test_mode():
            self.env.ref("pm_core.ir_cron_contract_states").method_direct_trigger()
        contracts.invalidate_model()
