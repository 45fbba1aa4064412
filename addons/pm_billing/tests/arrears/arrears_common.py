"""Bills of three flats that nobody has paid for months."""

from odoo.tests import freeze_time, tagged

from ..common import BillingCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-10 02:00:00")
class ArrearsCase(BillingCase):
    """262.00 of each flat are due on 2026-09-01."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.estate.tz = "Asia/Shanghai"
        cls.make_fees()
        run = cls.bill(
            "2026-08-01", "2026-08-31", date_invoice="2026-08-17", date_due="2026-09-01"
        )
        cls.charges = run.charge_ids
        cls.mine = cls.charges.filtered(lambda charge: charge.partner_id == cls.owner)
        for owner, phone in zip(
            cls.owners, ("13800000001", "13800000002", "13800000003"), strict=True
        ):
            owner.write({"email": f"{phone}@example.com", "phone": phone})
        cls.env["pm.dunning.level"].search([]).active = False
        cls.mail_level = cls.make_level("Mail", 15, "email")
        cls.letter_level = cls.make_level("Letter", 60, "letter", needs_previous=True)
        cls.clerk = cls.make_staff("arrears_clerk", "pm_billing.group_pm_billing_clerk")
        cls.manager = cls.make_staff(
            "arrears_manager", "pm_core.group_pm_estate_manager"
        )

    @classmethod
    def make_level(cls, name, days, way, **vals):
        return cls.env["pm.dunning.level"].create(
            {
                "name": name,
                "days": days,
                "way": way,
                "sequence": days,
                "text": "{customer} owes {amount} for {places} since {oldest}",
                **vals,
            }
        )

    @classmethod
    def make_round(cls, date="2026-11-10", scope=None, **vals):
        return (
            cls.env["pm.dunning"]
            .with_user(cls.clerk)
            .create(
                {"property_id": (scope or cls.estate).id, "date": date, **vals},
            )
        )

    @classmethod
    def dun(cls, date="2026-11-10", **vals):
        """A round that is prepared, checked by somebody else, and sent."""
        dunning = cls.make_round(date, **vals)
        dunning.action_prepare()
        dunning.with_user(cls.manager).action_check()
        dunning.action_send()
        return dunning.with_user(cls.env.user)

    @classmethod
    def line_of(cls, dunning, partner=None):
        return dunning.line_ids.filtered(
            lambda line: line.partner_id == (partner or cls.owner)
        )

    def run_cron(self, name):
        """Run what the job runs, without its commits."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref(f"pm_billing.ir_cron_arrears_{name}").method_direct_trigger()
        self.env.invalidate_all()
