import base64

from odoo import Command

from ..common import PropertyCase


class AmendmentCase(PropertyCase):
    """A contract in force, and amendments of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["tier.definition"].search([]).active = False
        cls.party = cls.make_partner("Owners' Association")
        cls.estate.tz = "Asia/Shanghai"
        cls.contract = cls.make_contract(
            cls.estate,
            kind="owners",
            partner_id=cls.party.id,
            date_to="2028-12-31",
            line_ids=[
                Command.create({"name": "Flats", "price": 2.5}),
                Command.create({"name": "Lift", "method": "fixed", "surcharge": 12.0}),
            ],
        )
        cls.activate(cls.contract)
        cls.flats, cls.lift = cls.contract.line_ids
        cls.manager = cls.make_user(
            "pm_amend_manager", "pm_core.group_pm_estate_manager", cls.estate
        )

    def amend(self, **vals):
        return (
            self.env["pm.contract.amendment"]
            .with_user(self.manager)
            .create(
                {
                    "contract_id": self.contract.id,
                    "reason": "Agreed at the meeting",
                    "date_effective": "2027-01-01",
                    **vals,
                }
            )
        )

    def price(self, amendment, price, line=None):
        amendment.write(
            {
                "fee_ids": [
                    Command.update(fee.id, {"price": price})
                    for fee in amendment.fee_ids
                    if fee.line_id == (line or self.flats)
                ]
            }
        )
        return amendment

    def agree(self, amendment):
        amendment.action_submit()
        self.sign(amendment)
        return amendment

    def sign(self, amendment):
        """Register the signatures, with the scan."""
        amendment.write(
            {
                "signed_file": base64.b64encode(b"%PDF-1.4 signed"),
                "signed_filename": "signed.pdf",
            }
        )
        amendment.action_sign()

    def run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("pm_core.ir_cron_contract_amendment").method_direct_trigger()
