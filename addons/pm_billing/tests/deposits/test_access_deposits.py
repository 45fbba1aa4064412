"""Who may do what with deposits and outgoing payments."""

from odoo.tests import tagged

from odoo.addons.pm_core.tests import access

WORK = dict.fromkeys(("service", "manager", "cashier", "company", "admin"), "rwcd")
RIGHTS = {**WORK, "clerk": "r"}


@tagged("post_install", "-at_install")
class TestAccessDeposits(access.AccessCase):
    ROLES = {
        **access.ROLES,
        "cashier": "pm_billing.group_pm_cashier",
        "clerk": "pm_billing.group_pm_billing_clerk",
    }
    RIGHTS = {
        "pm.deposit": RIGHTS,
        "pm.deposit.deduction": RIGHTS,
        "pm.payout": RIGHTS,
    }

    @classmethod
    def _make_records(cls, estate):
        unit = cls.make_unit(estate, "access")
        partner = cls.env["res.partner"].create(
            {"name": f"Payer of {estate.name}", "pm_estate_id": estate.id}
        )
        deposit = (
            cls.env["pm.deposit"]
            .sudo()
            .create({"property_id": unit.id, "partner_id": partner.id, "amount": 100.0})
        )
        deposit._as_step().state = "held"
        deduction = (
            cls.env["pm.deposit.deduction"]
            .sudo()
            .create({"deposit_id": deposit.id, "reason": "Door", "amount": 10.0})
        )
        payout = (
            cls.env["pm.payout"]
            .sudo()
            ._as_step()
            .create(
                {
                    "partner_id": partner.id,
                    "property_id": unit.id,
                    "company_id": estate.company_id.id,
                    "amount": 1.0,
                    "reason": "Back",
                }
            )
        )
        return {
            "pm.deposit": deposit.with_env(cls.env),
            "pm.deposit.deduction": deduction.with_env(cls.env),
            "pm.payout": payout.with_env(cls.env),
        }
