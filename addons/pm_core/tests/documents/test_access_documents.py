"""Who may do what with documents; their files are tested in test_archive."""

from odoo.tests import tagged

from .. import access


@tagged("post_install", "-at_install")
class TestAccessArchive(access.AccessCase):
    RIGHTS = {
        "pm.document": access.rights("rwcd", staff="r", hr="r", service="rwc"),
    }
    SHARED_RIGHTS = {
        "pm.document.type": access.rights("r", admin="rwcd"),
    }

    @classmethod
    def _make_records(cls, estate):
        contract = cls.make_contract(estate)
        return {"pm.document": contract.pm_document_ids[:1]}

    @classmethod
    def _make_shared_records(cls):
        return {
            "pm.document.type": cls.env.ref("pm_core.document_type_contract_signed"),
        }
