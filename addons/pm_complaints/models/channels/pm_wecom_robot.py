from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from odoo.addons.pm_core.tools import wecom

from .pm_event_listener import NotNow, Refused

MINUTE = timedelta(minutes=1)


class PmWecomRobot(models.Model):
    """A robot in a WeCom group of staff, which says what they should look at now.

    The platform takes 20 messages a minute of a robot. What waits is put together
    into as few messages as hold it, and the rest waits for the minute to be over.
    """

    _name = "pm.wecom.robot"
    _description = "WeCom Robot"
    _inherit = ["pm.event.listener"]
    _delivery_field = "robot_id"

    address = fields.Char(
        required=True,
        copy=False,
        groups="pm_core.group_pm_admin",
        help="The webhook address that WeCom shows for the robot. Whoever has it "
        "speaks in the group.",
    )
    delivery_ids = fields.One2many("pm.event.delivery", "robot_id", "Messages Sent")

    @api.constrains("address")
    def _check_address(self):
        for robot in self:
            if not wecom.read_key(robot.sudo().address):
                raise ValidationError(
                    self.env._(
                        "%(robot)s: copy the webhook address of the robot from WeCom. "
                        "It begins with %(begin)s.",
                        robot=robot.name,
                        begin=f"{wecom.ADDRESS}?key=",
                    )
                )

    def _told_of(self, record, kind, key, why):
        lang = self.company_id.partner_id.lang or self.env.lang
        reader = record.with_context(lang=lang)
        return reader._event_line(kind.with_context(lang=lang), why, self.with_details)

    def _batch(self, deliveries):
        """As many as one message holds."""
        size, batch = 0, self.env["pm.event.delivery"]
        for one in deliveries:
            size += len(one.body.encode()) + 2
            if batch and size > wecom.MAX_TEXT:
                break
            batch |= one
        return batch

    def _post(self, deliveries):
        return self._say("\n\n".join(deliveries.mapped("body")))

    def _post_test(self):
        return self._say(self.env._("This is a test of %s.", self.company_id.name))

    def _say(self, text):
        try:
            wecom.say(wecom.read_key(self.sudo().address), text)
        except wecom.WecomError as error:
            if error.kind in (wecom.TOO_OFTEN, wecom.TEMPORARY, wecom.WRONG_KEY):
                raise NotNow(str(error)) from None
            raise Refused(str(error)) from None
        return 0, "ok"

    def _must_wait(self):
        """Until the minute is over in which 20 messages were said."""
        now = fields.Datetime.now()
        self.env["pm.event.delivery"].flush_model()
        ((said, first),) = self.env.execute_query(
            SQL(
                "SELECT count(DISTINCT sent_with), min(sent_at) FROM pm_event_delivery"
                " WHERE robot_id = %s AND state = 'sent' AND sent_at > %s",
                self.id,
                now - MINUTE,
            )
        )
        return first + MINUTE if said >= wecom.A_MINUTE else None
