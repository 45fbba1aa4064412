"""Who may do what with amendments, obligations and renewals."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .. import access

MANAGED = access.rights("rwcd", staff="r", hr="r", service="r")


@tagged("post_install", "-at_install")
class TestAccessObligation(access.AccessCase):
    RIGHTS = {
        "pm.contract.amendment": MANAGED,
        "pm.contract.amendment.line": access.rights("r"),
        "pm.contract.amendment.fee": MANAGED,
        "pm.contract.amendment.clause": MANAGED,
        "pm.contract.obligation": MANAGED,
        "pm.contract.obligation.event": {**MANAGED, "service": "rw"},
        "pm.contract.renewal": MANAGED,
        "pm.contract.renewal.line": MANAGED,
    }
    SHARED_RIGHTS = {
        "pm.contract.obligation.template": access.rights("r", admin="rwcd"),
        "pm.contract.renewal.criterion": access.rights("r", admin="rwcd"),
        "pm.contract.renewal.band": access.rights("r", admin="rwcd"),
    }

    @classmethod
    def _make_records(cls, estate):
        contract = cls.make_contract(
            estate,
            kind="tenant",
            partner_id=cls.owner.id,
            date_to="2036-12-31",
            line_ids=[Command.create({"name": "Service", "price": 2.0})],
        )
        cls.activate(contract)
        amendment = cls.env["pm.contract.amendment"].create(
            {
                "contract_id": contract.id,
                "other_terms": "The lobby is painted.",
                "clause_ids": [Command.create({"name": "Pets", "body": "On a lead."})],
            }
        )
        duty = cls.env["pm.contract.obligation"].create(
            {"contract_id": contract.id, "name": "Report"}
        )
        renewal = cls.env["pm.contract.renewal"].create({"contract_id": contract.id})
        return {
            "pm.contract.amendment": amendment,
            "pm.contract.amendment.line": amendment.line_ids[0],
            "pm.contract.amendment.fee": amendment.fee_ids,
            "pm.contract.amendment.clause": amendment.clause_ids,
            "pm.contract.obligation": duty,
            "pm.contract.obligation.event": cls.env[
                "pm.contract.obligation.event"
            ].create(
                {
                    "obligation_id": duty.id,
                    "date_planned": "2026-12-01",
                    "date_due": "2026-12-01",
                }
            ),
            "pm.contract.renewal": renewal,
            "pm.contract.renewal.line": renewal.line_ids[0],
        }

    @classmethod
    def _make_shared_records(cls):
        return {
            "pm.contract.obligation.template": cls.env.ref(
                "pm_core.obligation_template_lift"
            ),
            "pm.contract.renewal.criterion": cls.env.ref(
                "pm_core.renewal_criterion_result"
            ),
            "pm.contract.renewal.band": cls.env.ref("pm_core.renewal_band_renew"),
        }

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_service_notes_what_was_met_in_the_own_estates(self):
        event = self.records["own"]["pm.contract.obligation.event"]
        event = event.with_user(self.users["service"])
        with self.assertRefused(UserError, "as agreed"):
            event.date_due = "2027-01-01"
        with self.assertRefused(UserError, "by hand"):
            event.state = "met"
        event.note = "Done"
        event.action_mark_met()
        self.assertEqual(event.met_by_id, self.users["service"])
        with self.assertRefused(UserError, "estate manager"):
            event.action_reopen()
        other = self.records["other estate"]["pm.contract.obligation.event"]
        with self.assertRaises(AccessError):
            other.with_user(self.users["service"]).action_mark_met()
