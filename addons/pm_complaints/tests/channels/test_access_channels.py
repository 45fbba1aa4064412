"""Who may do what with messages of channels, and who takes which step."""

from odoo.tests import tagged

from odoo.addons.pm_core.tests import access

DESK = ("service", "manager", "company", "admin")


@tagged("post_install", "-at_install")
class TestAccessChannels(access.AccessCase):
    RIGHTS = {"pm.wechat.message": dict.fromkeys(DESK, "rw")}
    STEPS = dict.fromkeys(("action_take_up", "action_dismiss"), DESK)

    @classmethod
    def _make_records(cls, estate):
        here = cls.env(context={"allowed_company_ids": estate.company_id.ids})
        accounts = here["pm.wechat.account"]
        account = accounts.search([("company_id", "=", estate.company_id.id)]) or (
            accounts.create(
                {
                    "name": "Services",
                    "company_id": estate.company_id.id,
                    "app_id": f"wx{estate.company_id.id}",
                    "secret": "secret",
                    "template_id": "T",
                }
            )
        )
        message = here["pm.wechat.message"].create(
            {
                "account_id": account.id,
                "key": f"m{estate.id}",
                "openid": f"o{estate.id}",
                "kind": "text",
                "state": "held",
                "text": "The lift stands still",
                "estate_id": estate.id,
            }
        )
        return {"pm.wechat.message": message.with_env(cls.env)}
