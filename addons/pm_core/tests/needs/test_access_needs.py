"""Who may do what with customers' needs and service plans."""

from odoo import Command

from .. import access


class TestAccessNeeds(access.AccessCase):
    RIGHTS = {
        "pm.requirement": access.rights("rwcd", staff="r", hr="r", service="rwc"),
        "pm.service.plan": access.rights("rwcd", staff="r", hr="r", service="rwc"),
        "pm.service.plan.line": access.rights("rwcd", staff="r", hr="r"),
    }

    WIZARDS = {"pm.questionnaire.send": ("service", "manager", "company", "admin")}

    @classmethod
    def _make_records(cls, estate):
        plan = cls.env["pm.service.plan"].create(
            {
                "title": "Service plan",
                "partner_id": cls.owner.id,
                "estate_id": estate.id,
                "line_ids": [
                    Command.create(
                        {
                            "name": "Lobby cleaning",
                            "category_id": cls.env.ref(
                                "pm_core.service_category_cleaning"
                            ).id,
                        }
                    )
                ],
            }
        )
        return {
            "pm.service.plan": plan,
            "pm.service.plan.line": plan.line_ids,
            "pm.requirement": cls.env["pm.requirement"].create(
                {
                    "title": "Lobby cleaned twice a day",
                    "prospect_name": "A firm",
                    "property_id": estate.id,
                }
            ),
        }
