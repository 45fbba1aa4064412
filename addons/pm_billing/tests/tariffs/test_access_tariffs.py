"""Who may do what with tariffs."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.pm_core.tests import access

READERS = ("service", "manager", "cashier")
WRITERS = ("clerk", "company", "admin")
RIGHTS = {**dict.fromkeys(READERS, "r"), **dict.fromkeys(WRITERS, "rwcd")}
MODELS = ("", ".version", ".season", ".part", ".band")


@tagged("post_install", "-at_install")
class TestAccessTariffs(access.AccessCase):
    ROLES = {
        **access.ROLES,
        "cashier": "pm_billing.group_pm_cashier",
        "clerk": "pm_billing.group_pm_billing_clerk",
    }
    RIGHTS = {f"pm.tariff{end}": RIGHTS for end in MODELS}
    SHARED_RIGHTS = {
        "pm.tariff.template": {"clerk": "r", "company": "r", "admin": "rwcd"}
    }
    WIZARDS = {
        "pm.tariff.try": (*READERS, *WRITERS),
        "pm.tariff.try.register": (*READERS, *WRITERS),
        "pm.tariff.import": WRITERS,
    }

    @classmethod
    def _make_records(cls, estate):
        tariff = cls.env["pm.tariff"].create(
            {
                "name": "Water",
                "unit": "m³",
                "estate_id": estate.id,
                "company_id": estate.company_id.id,
            }
        )
        version = cls.env["pm.tariff.version"].create(
            {
                "tariff_id": tariff.id,
                "part_ids": [
                    Command.create(
                        {"name": "Water", "band_ids": [Command.create({"price": 2})]}
                    )
                ],
                "season_ids": [
                    Command.create(
                        {"name": "Summer", "day_from": "06-01", "day_to": "09-30"}
                    )
                ],
            }
        )
        return {
            "pm.tariff": tariff,
            "pm.tariff.version": version,
            "pm.tariff.season": version.season_ids,
            "pm.tariff.part": version.part_ids,
            "pm.tariff.band": version.part_ids.band_ids,
        }

    @classmethod
    def _make_shared_records(cls):
        template = cls.env["pm.tariff.template"].create(
            {
                "name": "Published",
                "unit": "m³",
                "source": "A notice",
                "document": '{"parts": [{"bands": [{"price": "2"}]}]}',
            }
        )
        return {"pm.tariff.template": template}

    def test_what_is_confirmed_stays(self):
        """By whoever, in the version and in each of its parts; it can only be ended by
        a new version."""
        own = self.records["own"]
        own["pm.tariff.version"].with_user(self.users["clerk"]).action_confirm()
        changes = {
            "pm.tariff.version": {"minimum": 5},
            "pm.tariff.season": {"day_to": "08-31"},
            "pm.tariff.part": {"base_fee": 5},
            "pm.tariff.band": {"price": 5},
        }
        for role in WRITERS:
            for model, values in changes.items():
                mine = own[model].with_user(self.users[role])
                with self.subTest(model=model, role=role):
                    with self.assertRaisesRegex(UserError, "new version"):
                        mine.write(values)
                    with self.assertRaisesRegex(UserError, "new version"):
                        mine.unlink()
        with self.assertRaisesRegex(UserError, "new version"):
            self.env["pm.tariff.band"].with_user(self.users["clerk"]).create(
                {"part_id": own["pm.tariff.part"].id, "price": 1}
            )
