"""Who may check the books and review samples."""

from odoo.tests import tagged

from odoo.addons.pm_core.tests import access

BOTH = ("company", "admin")


@tagged("post_install", "-at_install")
class TestAccessControl(access.AccessCase):
    RIGHTS = {
        "pm.audit.sample": dict.fromkeys(BOTH, "rwcd"),
        "pm.ledger.check.line": dict.fromkeys(BOTH, "r"),
        "pm.ledger.check.difference": dict.fromkeys(BOTH, "r"),
    }

    @classmethod
    def _make_records(cls, estate):
        sample = cls.env["pm.audit.sample"].create(
            {
                "name": "Sample",
                "property_id": estate.id,
                "date_from": "2026-11-01",
                "date_to": "2026-11-30",
            }
        )
        check = cls.env["pm.ledger.check"].create(
            {
                "company_id": estate.company_id.id,
                "line_ids": [(0, 0, {"estate_id": estate.id})],
                "difference_ids": [(0, 0, {"estate_id": estate.id, "kind": "open"})],
            }
        )
        return {
            "pm.audit.sample": sample,
            "pm.ledger.check.line": check.line_ids,
            "pm.ledger.check.difference": check.difference_ids,
        }
