from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import mute_logger

from .maintenance_request import WAITING, WORKING

# how long an alarm that became an order, or was over by itself, stays on the list
KEEP_DAYS = 365


class PmAlarm(models.Model):
    """What a source reported, once each, and what became of it.

    The source calls each event by a name of its own; the name is unique here, so that
    an event that is sent ten times is one. What cannot be matched with a machine waits
    for a person: nothing that a device reports is dropped.
    """

    _name = "pm.alarm"
    _description = "Alarm of a Machine"
    _order = "id desc"
    _rec_name = "text"
    # a person says which machine it was, as long as nobody knows
    _user_columns = {"equipment_id": ("unknown",)}

    source_id = fields.Many2one(
        "pm.alarm.source",
        "From System",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    estate_id = fields.Many2one(
        related="source_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="source_id.company_id", store=True, index=True, precompute=True
    )
    reference = fields.Char(
        required=True, readonly=True, help="What the source calls the event."
    )
    device = fields.Char(required=True, readonly=True, help="Its code of the machine.")
    code = fields.Char(readonly=True, help="What kind of alarm, as the source says.")
    text = fields.Char(required=True, readonly=True)
    equipment_id = fields.Many2one(
        "maintenance.equipment", "Machine", readonly=True, index="btree_not_null"
    )
    request_id = fields.Many2one(
        "maintenance.request", "Order", readonly=True, index="btree_not_null"
    )
    recovered_at = fields.Datetime("Over by Itself", readonly=True)
    state = fields.Selection(
        [
            ("unknown", "Machine Not Known"),
            ("order", "Order Made"),
            ("recovered", "Over"),
            ("dismissed", "Nothing to Do"),
        ],
        required=True,
        readonly=True,
        default="unknown",
        index=True,
    )

    _reference_once = models.UniqueIndex(
        "(source_id, reference)", "This event came already."
    )
    _recent_idx = models.Index("(source_id, create_date)")

    @api.model
    def _receive(self, source, reference, device, text, code=None, recovered=False):
        """Take in what a source reports; the same event again changes nothing.

        :param recovered: the alarm is over: by the name of its event, or else the last
            one of the machine and code
        :return: the alarm, or none where nothing was known of what is over
        """
        known = self.search(
            [("source_id", "=", source.id), ("reference", "=", reference)], limit=1
        )
        if recovered:
            known = known or self.search(
                [
                    ("source_id", "=", source.id),
                    ("device", "=", device),
                    ("code", "=", code or False),
                    ("recovered_at", "=", False),
                ],
                limit=1,
            )
            known._recover()
            return known
        if known:
            return known
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                alarm = self._as_step().create(
                    {
                        "source_id": source.id,
                        "reference": reference,
                        "device": device,
                        "code": code or False,
                        "text": text,
                        "equipment_id": source._machine(device).id,
                    }
                )
        except UniqueViolation:
            # the same event at the same moment: the other one makes the order
            return self
        if alarm.equipment_id:
            alarm._make_order()
        else:
            source._tell_unknown(alarm)
        return alarm

    def _make_order(self):
        """The order of the machine; an alarm of the same kind joins the open one."""
        machine, source = self.equipment_id, self.source_id
        same = self.search(
            [
                ("source_id", "=", source.id),
                ("equipment_id", "=", machine.id),
                ("code", "=", self.code),
                # what is done already has not held
                ("request_id.state", "in", (*WAITING, *WORKING)),
                ("id", "!=", self.id),
            ],
            limit=1,
        )
        order = same.request_id
        if order:
            order.message_post(
                body=self.env._("The same alarm again: %s", self.text),
                author_id=order.company_id.partner_id.id,
            )
        else:
            order = self.env["maintenance.request"]._report(
                machine.property_id,
                f"{machine.display_name}: {self.text}",
                channel="app",
                category=source.category_id,
                equipment=machine,
                reference=f"alarm-{source.id}-{self.reference}",
            )
        self._as_step().write({"state": "order", "request_id": order.id})

    def _recover(self):
        """It is over by itself: said on the order, which a person still looks at."""
        for alarm in self.filtered(lambda one: not one.recovered_at):
            alarm._as_step().write(
                {"recovered_at": fields.Datetime.now(), "state": "recovered"}
            )
            alarm.request_id.message_post(
                body=self.env._("The alarm is over: %s", alarm.text),
                author_id=alarm.company_id.partner_id.id,
            )

    def action_make_order(self):
        """Of the machine that a person has named; it is known from now on.

        :raises UserError: no machine, or one that stands elsewhere
        """
        self._check_desk_of_alarms()
        for alarm in self:
            machine = alarm.equipment_id
            if not machine.property_id:
                raise UserError(
                    self.env._(
                        "Name the machine that is meant by %s first.", alarm.device
                    )
                )
            if machine.estate_id != alarm.estate_id:
                raise UserError(
                    self.env._(
                        "%(machine)s is not in %(estate)s, where the alarm is from.",
                        machine=machine.display_name,
                        estate=alarm.estate_id.display_name,
                    )
                )
            alarm_sudo = alarm.sudo()
            if not machine.sudo().alarm_code:
                machine.sudo()._as_step().alarm_code = alarm.device
            alarm_sudo._make_order()

    def action_dismiss(self):
        """A test, or nothing that anybody has to look at."""
        self._check_desk_of_alarms()
        self.sudo()._as_step().state = "dismissed"

    def _check_desk_of_alarms(self):
        """:raises UserError: it is known what became of one"""
        self.check_access("write")
        for alarm in self:
            if alarm.state != "unknown":
                raise UserError(
                    self.env._("%s has been dealt with already.", alarm.text)
                )

    @api.autovacuum
    def _gc_alarms(self):
        before = fields.Datetime.now() - timedelta(days=KEEP_DAYS)
        self.sudo().search(
            [("create_date", "<", before), ("state", "!=", "unknown")], limit=10_000
        ).unlink()
