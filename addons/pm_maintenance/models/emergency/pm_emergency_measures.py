from psycopg2 import OperationalError

from odoo import Command, models
from odoo.tools import plaintext2html


class PmEmergency(models.Model):
    """Work orders and notices that the plan asks for: each once, whatever is repeated.

    One that cannot be made is named in the log and keeps nothing else from being
    made; *Make What Is Missing* tries it again. In a drill nothing is made: the log
    says what would have been.
    """

    _inherit = "pm.emergency"

    def action_take_measures(self):
        """Make the orders and notices that could not be made at the alarm.

        :raises UserError: the emergency is over
        """
        self._check_staff()
        self._check_in_state("running")
        for emergency in self.sudo():
            emergency._take_measures()

    def _take_measures(self):
        made_for = (
            self.sudo().order_ids.emergency_line_id,
            self.sudo().pm_notice_ids.emergency_line_id,
        )
        for line in self.plan_id.sudo().order_ids - made_for[0]:
            self._take_measure(line.name, lambda line=line: self._make_order(line))
        for line in self.plan_id.sudo().notice_ids - made_for[1]:
            self._take_measure(line.title, lambda line=line: self._make_notice(line))

    def _take_measure(self, name, make):
        """Make one, wholly or not at all."""
        if self.is_drill:
            self._log("measure", self.env._("Drill: not made: %s", name))
            return
        try:
            with self.env.cr.savepoint():
                self._log("measure", make())
        except OperationalError:
            raise
        except Exception as error:
            why = self._error_text(error)
            self._log(
                "problem",
                self.env._("%(what)s could not be made: %(why)s", what=name, why=why),
            )

    def _make_order(self, line):
        """:return: what the log says of it"""
        order = self.env["maintenance.request"]._report(
            self.property_id,
            "\n".join(filter(None, (line.name, self.note))),
            category=line.fault_category_id,
            urgency=line.urgency,
            reporter={"name": self.started_by_id.name},
            reference=f"{self.name}/{line.id}",
        )
        order.sudo()._as_step().write(
            {"emergency_id": self.id, "emergency_line_id": line.id}
        )
        return self.env._("Work order %s", order.sudo().display_name)

    def _make_notice(self, line):
        """Publish what was approved with the plan; leave the rest as a draft."""
        notice = (
            self.env["pm.notice"].sudo()._as_step().create(self._notice_values(line))
        )
        notice = notice.with_env(self.sudo().env)
        if line.is_immediate and self.plan_id.state == "in_force":
            notice._check_submittable()
            notice._as_step()._publish()
            return self.env._("Notice published: %s", notice.display_name)
        self._ask_to_publish(notice)
        return self.env._("Notice to be published by the manager: %s", line.title)

    def _notice_values(self, line):
        place = self.property_id
        building = self.building_id or (place if place.kind != "estate" else None)
        parts = building.ids if building and line.scope == "building" else []
        text = line.body.replace("{place}", place.display_name or "")
        title = line.title.replace("{place}", place.display_name or "")
        offered = self.env["pm.wechat.account"]._of_company(self.company_id)
        return {
            "title": title,
            "body": plaintext2html(text),
            "kind_id": line.kind_id.id,
            "estate_id": self.estate_id.id,
            "property_ids": [Command.set(parts)],
            "to_tenant": True,
            "by_sms": line.by_sms,
            "by_wechat": bool(line.by_wechat and offered),
            "user_id": self.started_by_id.id,
            "emergency_id": self.id,
            "emergency_line_id": line.id,
        }

    def _ask_to_publish(self, notice):
        group = self.env.ref("pm_core.group_pm_estate_manager")
        manager = group._pm_members(self.estate_id)[:1]
        if manager:
            reader = notice.with_context(lang=manager.lang)
            notice.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=reader.env._("Emergency: check and publish at once"),
                user_id=manager.id,
            )
