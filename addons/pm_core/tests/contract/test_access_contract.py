"""Who may do what with contracts and what hangs on them."""

from odoo.tests import tagged

from .. import access

MANAGERS = ("manager", "company", "admin")


@tagged("post_install", "-at_install")
class TestContractAccess(access.AccessCase):
    RIGHTS = {
        "pm.contract.party": access.rights("rwcd", staff="r", hr="r"),
        "pm.contract.clause": access.rights("rwcd", staff="r", hr="r"),
        "pm.contract.handover": access.rights("rwcd", staff="r", hr="r", service="rw"),
    }
    SHARED_RIGHTS = {
        "pm.contract.kind": access.rights("r", admin="rwcd"),
        "pm.contract.clause.template": access.rights("r", admin="rwcd"),
        "pm.contract.handover.item": access.rights("r", admin="rwcd"),
        "pm.contract.termination.reason": access.rights("r", admin="rwcd"),
    }
    WIZARDS = dict.fromkeys(
        ("pm.contract.sign", "pm.contract.sign.line", "pm.contract.terminate"), MANAGERS
    )

    @classmethod
    def _make_records(cls, estate):
        contract = cls.make_contract(estate, partner_id=cls.owner.id)
        clause = cls.env["pm.contract.clause"].create(
            {"contract_id": contract.id, "name": "Quality", "body": "As agreed."}
        )
        handover = cls.env["pm.contract.handover"].create(
            {"contract_id": contract.id, "name": "Keys"}
        )
        return {
            "pm.contract.party": contract.party_ids[0],
            "pm.contract.clause": clause,
            "pm.contract.handover": handover,
        }

    @classmethod
    def _make_shared_records(cls):
        return {
            "pm.contract.kind": cls.env.ref("pm_core.contract_kind_owners"),
            "pm.contract.clause.template": cls.env[
                "pm.contract.clause.template"
            ].create({"name": "Clause", "body": "Text"}),
            "pm.contract.handover.item": cls.env.ref("pm_core.handover_item_rooms"),
            "pm.contract.termination.reason": cls.env.ref(
                "pm_core.termination_reason_agreement"
            ),
        }
