from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo import Command, api, fields, models
from odoo.fields import Domain

from .pm_follow_up import OPEN
from .pm_follow_up_rule import OF_COMPLAINTS, OF_ORDERS

# new customers are looked for so many days back beyond the day of their call, so
# that a job that did not run, or a rule that is new, loses few and calls nobody late
BACK = 14


class PmFollowUp(models.Model):
    """How follow-ups are opened, wait for rain, and are given to somebody."""

    _inherit = "pm.follow.up"

    @api.model
    def _open(self, event, documents, event_at=None):
        """Open follow-ups after an event, as the rules say; once for each event.

        Runs as superuser: it is called by the steps of orders and complaints.

        :param event: key of ``EVENTS``
        :param documents: orders, complaints, or occupancies of new customers
        :param event_at: moment in UTC at which it happened; now by default
        :return: the follow-ups that were opened
        """
        rules = self.env["pm.follow.up.rule"]._of_event(event)
        chosen = []
        for document in documents.sudo():
            rule = next((rule for rule in rules if rule._fits(document)), None)
            if rule and self._is_reachable(document) and rule._draws(document):
                chosen.append((document, rule))
        known = self._known(event, [document for document, _rule in chosen])
        follow_ups = self.sudo()._as_step()
        made = follow_ups.create(
            [
                follow_ups._opening_values(
                    event, document, rule, event_at or fields.Datetime.now()
                )
                for document, rule in chosen
                if self._event_key(event, document) not in known
            ]
        )
        made._see_whether_it_rained()
        made._assign()
        return made

    @api.model
    def _is_reachable(self, document):
        if document._name == "pm.occupancy":
            return bool(document.partner_id)
        return bool(document.partner_id or document.reporter_phone)

    @api.model
    def _event_key(self, event, document):
        """What tells one event of a kind from another."""
        if event in OF_ORDERS:
            return document.id, document.redo_count
        if event in OF_COMPLAINTS:
            return document.id, document.reopen_count
        return document.estate_id.id, document.partner_id.id

    @api.model
    def _known(self, event, documents):
        """Keys of the events that have a follow-up; called off ones do not count."""
        if not documents:
            return set()
        domain = Domain("event", "=", event) & Domain("state", "!=", "cancelled")
        if event in OF_ORDERS:
            name = "request_id"
        elif event in OF_COMPLAINTS:
            name = "complaint_id"
        else:
            partners = [document.partner_id.id for document in documents]
            found = self.sudo().search(domain & Domain("partner_id", "in", partners))
            return {(one.estate_id.id, one.partner_id.id) for one in found}
        ids = [document.id for document in documents]
        found = self.sudo().search(domain & Domain(name, "in", ids))
        return {(one[name].id, one.round) for one in found}

    def _opening_values(self, event, document, rule, event_at):
        vals = {
            "event": event,
            "rule_id": rule.id,
            "property_id": document.property_id.id,
            "partner_id": document.partner_id.id,
            "contact_name": document.partner_id.name,
            "phone": document.partner_id.phone,
            "event_at": event_at,
            "is_low": event.endswith("_low"),
            "hour_from": rule.hour_from,
            "hour_to": rule.hour_to,
            "days_off": rule.days_off,
            "max_tries": rule.max_tries,
            "retry_hours": rule.retry_hours,
            "answer_ids": [
                Command.create({"question_id": question.id})
                for question in rule.question_ids
            ],
        }
        if event in OF_ORDERS:
            vals |= {
                "request_id": document.id,
                "round": document.redo_count,
                "worker_id": document.user_id.id,
                "supplier_id": document.supplier_id.id,
                "fault_category_id": document.fault_category_id.id,
                "state": "waiting"
                if event == "order" and (rule.after_rain or document.waits_for_rain)
                else "todo",
            }
        elif event in OF_COMPLAINTS:
            vals |= {
                "complaint_id": document.id,
                "round": document.reopen_count,
                "worker_id": document.user_id.id,
                "complaint_category_id": document.category_id.id,
            }
        else:
            vals["occupancy_id"] = document.id
        if document._name != "pm.occupancy":
            vals["contact_name"] = document.reporter_name or vals["contact_name"]
            vals["phone"] = document.reporter_phone or vals["phone"]
        if vals.get("state") != "waiting":
            wanted = vals["event_at"] + timedelta(days=rule.days_after)
            latest = event == "order" and document.follow_up_due
            vals |= self._dates(document.estate_id, rule, wanted, latest or None)
        return vals

    @api.model
    def _dates(self, estate, rule, wanted, latest=None):
        """When the first call is due, and until when the customer is asked.

        :param wanted: moment in UTC
        :param latest: until when somebody promised to call
        """
        if latest and latest < wanted:
            wanted = latest
        due = self._moment_by(estate, rule, wanted)
        deadline = latest or due + timedelta(days=rule.days_within)
        return {"due_at": due, "next_at": due, "deadline": max(due, deadline)}

    # new customers

    @api.model
    def _cron_open(self):
        """Find new customers whose days are over, and give calls of who has left to
        somebody else."""
        self._find_new_customers()
        lost = Domain("state", "in", OPEN) & (
            Domain("user_id", "=", False) | Domain("user_id.active", "=", False)
        )
        follow_ups = self.with_context(active_test=False)
        follow_ups.search(lost)._cron_each(lambda one: one._assign(), lost)

    @api.model
    def _find_new_customers(self):
        """Open a follow-up for each customer who moved in so many days ago."""
        rules = self.env["pm.follow.up.rule"]._of_event("customer")
        if not rules:
            return self
        today = fields.Date.context_today(self)
        longest = max(rules.mapped("days_after")) + BACK
        occupancies = self.env["pm.occupancy"].sudo()
        moved_in = occupancies.search(
            Domain("date_from", ">=", today - timedelta(days=longest))
            & Domain("date_from", "<=", today)
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", today))
            & Domain("role", "in", ("owner", "tenant")),
            order="date_from, id",
        )
        before = {
            (estate.id, partner.id): first
            for estate, partner, first in occupancies._read_group(
                [("partner_id", "in", moved_in.partner_id.ids)],
                ["estate_id", "partner_id"],
                ["date_from:min"],
            )
        }
        opened, new = [], {}
        for one in moved_in:
            key = (one.estate_id.id, one.partner_id.id)
            if before.get(key) == one.date_from:
                new.setdefault(key, one)
        for one in new.values():
            rule = next((rule for rule in rules if rule._fits(one)), None)
            days = (today - one.date_from).days
            if rule and rule.days_after <= days <= rule.days_after + BACK:
                noon = datetime.combine(one.date_from, time(12))
                one._try_step(
                    lambda one, noon=noon: opened.append(
                        self._open("customer", one, noon)
                    )
                )
        return self.union(*opened)

    def _tell_failure(self, message):
        """The log has the reason; the call stays on the list of those without a
        caller, where managers see it."""

    # rain

    def _see_whether_it_rained(self):
        """What waits for rain goes on where it has rained since, by what was
        entered."""
        waiting = self.filtered(lambda one: one.state == "waiting")
        if not waiting:
            return
        rains = self.env["pm.rain.day"].sudo()
        for estate, some in waiting.grouped("estate_id").items():
            days = rains.search([("estate_id", "=", estate.id)]).mapped("day")
            for one in some:
                since = fields.Datetime.context_timestamp(
                    one.with_context(tz=estate.tz or "UTC"), one.event_at
                ).date()
                fitting = [day for day in days if day >= since]
                if fitting:
                    one._it_rained(min(fitting))

    def _it_rained(self, day):
        """It rained on ``day``: these are called so many days after it."""
        for one in self.sudo()._as_step():
            zone = one.estate_id._zone()
            rule = one.rule_id
            opening = datetime.combine(
                day + timedelta(days=rule.days_after or 1), time(0), zone
            )
            wanted = opening.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)
            one.write(
                {
                    "state": "todo",
                    "rain_day": day,
                    **one._dates(one.estate_id, rule, wanted),
                }
            )

    # who calls

    def _assign(self):
        """Give each to who has the fewest calls of those whom the rule names, and who
        did not do the work; managers of the estate where there is nobody else."""
        if not self:
            return
        loads = {
            user.id: count
            for user, count in self.sudo()._read_group(
                [("state", "in", OPEN), ("user_id", "!=", False)],
                ["user_id"],
                ["__count"],
            )
        }
        people = {}
        managers = self.env.ref("pm_core.group_pm_estate_manager")
        for one in self.sudo()._as_step():
            key = (one.rule_id, one.estate_id)
            if key not in people:
                people[key] = one.rule_id._users(one.estate_id)
            users = one._may_call(people[key]) or one._may_call(
                managers._pm_members(one.estate_id)
            )
            user = min(
                users,
                key=lambda user: (loads.get(user.id, 0), user.id),
                default=self.env["res.users"],
            )
            if user:
                loads[user.id] = loads.get(user.id, 0) + 1
            one.user_id = user
