"""Who may do what with the service manual."""

from odoo.tests import tagged

from . import access


@tagged("post_install", "-at_install")
class TestAccessStandards(access.AccessCase):
    RIGHTS = {
        "pm.service.standard": access.rights("rwcd", staff="r", service="r"),
    }
    SHARED_RIGHTS = {
        "pm.property.aspect": access.rights("r", admin="rwcd"),
        "pm.service.standard": access.rights(
            "rwcd", staff="r", service="r", manager="r"
        ),
    }

    @classmethod
    def _make_standard(cls, **vals):
        return cls.env["pm.service.standard"].create(
            {
                "code": "T-01",
                "name": "Patrol at night",
                "category_id": cls.env.ref("pm_core.service_category_security").id,
                "requirement": "Walk the round.",
                "state": "in_force",
                **vals,
            }
        )

    @classmethod
    def _make_records(cls, estate):
        return {"pm.service.standard": cls._make_standard(estate_id=estate.id)}

    @classmethod
    def _make_shared_records(cls):
        return {
            "pm.property.aspect": cls.env.ref("pm_core.pm_property_aspect_kind_unit"),
            "pm.service.standard": cls._make_standard(company_id=False),
        }

    def test_staff_see_what_is_in_force(self):
        draft = self._make_standard(
            code="T-02", state="draft", estate_id=self.estate.id
        )
        for role, seen in [
            ("staff", False),
            ("service", False),
            ("hr", True),
            ("manager", True),
            ("company", True),
        ]:
            with self.subTest(role=role):
                self.assertEqual(
                    draft.with_user(self.users[role]).has_access("read"), seen
                )
