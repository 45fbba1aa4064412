"""A policy and documents that follow it."""

from datetime import datetime

from odoo import Command

from ..common import PropertyCase

# Monday, nine o'clock in Shanghai
MONDAY = datetime(2026, 11, 23, 1)


class SlaCase(PropertyCase):
    """Needs of an estate that works 9-12 and 13-18 on weekdays."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["pm.sla.policy"].search([]).active = False
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "Office",
                "tz": "Asia/Shanghai",
                "attendance_ids": [
                    Command.clear(),
                    *(
                        Command.create(
                            {
                                "name": "Work",
                                "dayofweek": str(day),
                                "day_period": period,
                                "hour_from": start,
                                "hour_to": end,
                            }
                        )
                        for day in range(5)
                        for period, start, end in (
                            ("morning", 9, 12),
                            ("afternoon", 13, 18),
                        )
                    ),
                ],
            }
        )
        cls.estate.write(
            {"resource_calendar_id": cls.calendar.id, "tz": "Asia/Shanghai"}
        )
        cls.clerk = cls.make_user("sla_clerk", "pm_core.group_pm_service", cls.estate)
        cls.manager = cls.make_user(
            "sla_manager", "pm_core.group_pm_estate_manager", cls.estate
        )
        cls.stranger = cls.make_user(
            "sla_stranger",
            "pm_core.group_pm_estate_manager",
            cls.make_estate("Far Garden"),
        )
        cls.category = cls.env.ref("pm_core.service_category_security")
        cls.policy = cls.make_policy()

    @classmethod
    def make_policy(cls, **vals):
        model = cls.env["ir.model"]._get("pm.requirement")
        return cls.env["pm.sla.policy"].create(
            {
                "name": "Needs",
                "model_id": model.id,
                "pause_domain": "[('priority', '=', '1')]",
                "stop_domain": "[('state', '=', 'declined')]",
                "target_ids": [
                    Command.create(
                        {
                            "name": "Response",
                            "code": "response",
                            "hours": 4,
                            "warn_hours": 1,
                            "reach_domain": "[('state', '!=', 'new')]",
                        }
                    ),
                    Command.create(
                        {
                            "name": "Plan",
                            "code": "plan",
                            "hours": 16,
                            "warn_hours": 2,
                            "reach_domain": "[('state', 'in', ('planned', 'done'))]",
                        }
                    ),
                ],
                "level_ids": [
                    Command.create(
                        {
                            "timing": "warning",
                            "recipient": "field",
                            "field_id": cls.env["ir.model.fields"]
                            ._get("pm.requirement", "user_id")
                            .id,
                        }
                    ),
                    Command.create(
                        {
                            "timing": "overdue",
                            "hours": 2,
                            "recipient": "group",
                            "group_id": cls.env.ref(
                                "pm_core.group_pm_estate_manager"
                            ).id,
                        }
                    ),
                ],
                **vals,
            }
        )

    @classmethod
    def make_need(cls, **vals):
        return cls.env["pm.requirement"].create(
            {
                "title": "More lamps",
                "partner_id": cls.owner.id,
                "property_id": cls.unit.id,
                "category_id": cls.category.id,
                "user_id": cls.clerk.id,
                **vals,
            }
        )

    def clock(self, need, code="response"):
        return need.sla_clock_ids.filtered(lambda clock: clock.target_id.code == code)

    def watch(self):
        with self.enter_registry_test_mode():
            self.env.ref("pm_core.ir_cron_sla_watch").method_direct_trigger()
        self.env.invalidate_all()
