"""Needs and service plans, as the tests of this room make them."""

from odoo import Command

from ..common import PropertyCase, PropertyFactory


class PlanFactory(PropertyFactory):
    """An office tenant with needs, and the staff who answer them."""

    @classmethod
    def set_up_plans(cls, estate):
        cls.estate = estate
        cls.firm = cls.make_partner(
            "Office Tenant", is_company=True, email="tenant@example.com"
        )
        cls.office = cls.make_unit(cls.estate, "office", gross_area=200.0)
        cls.make_occupancy(cls.office, cls.firm, role="tenant")
        cls.cleaning = cls.env.ref("pm_core.service_category_cleaning")
        cls.security = cls.env.ref("pm_core.service_category_security")
        cls.service = cls.make_user(
            "pm_plan_service", "pm_core.group_pm_service", cls.estate
        )
        cls.manager = cls.make_user(
            "pm_plan_manager", "pm_core.group_pm_estate_manager", cls.estate
        )

    @classmethod
    def make_requirement(cls, title="Clean the office", user=None, **vals):
        Requirement = cls.env["pm.requirement"].with_user(user or cls.service)
        return Requirement.create(
            {
                "title": title,
                "partner_id": cls.firm.id,
                "category_id": cls.cleaning.id,
                **vals,
            }
        )

    @classmethod
    def make_plan(cls, **vals):
        return (
            cls.env["pm.service.plan"]
            .with_user(cls.service)
            .create(
                {
                    "title": "Service for the office",
                    "partner_id": cls.firm.id,
                    "estate_id": cls.estate.id,
                    "property_ids": [Command.set(cls.office.ids)],
                    "line_ids": [
                        Command.create(
                            {
                                "name": "Daily cleaning",
                                "category_id": cls.cleaning.id,
                                "standard": "No dust",
                                "frequency": "Every day",
                                "method": "area",
                                "price": 2.5,
                            }
                        ),
                        Command.create(
                            {
                                "name": "Reception",
                                "category_id": cls.security.id,
                                "method": "fixed",
                                "surcharge": 300,
                            }
                        ),
                    ],
                    **vals,
                }
            )
        )

    @classmethod
    def approve(cls, plan):
        plan.action_submit()
        if plan.state == "approval":
            plan.with_user(cls.manager).validate_tier()
        return plan

    @classmethod
    def present(cls, plan):
        cls.approve(plan).action_present()
        return plan


class PlanCase(PlanFactory, PropertyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_plans(cls.estate)
