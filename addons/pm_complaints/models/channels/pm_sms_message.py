from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.pm_core.engine.phone import PhoneError

# the longest there is: 255 parts of 67 characters
MAX_TEXT = 255 * 67
# more than so many within an hour come from a machine, and are answered by a person
AN_HOUR = 10


class PmSmsMessage(models.Model):
    """An SMS that somebody sent us, and what became of it.

    The number says who it is where one customer has it. Machines that answer our own
    messages are not answered for ever: what one number sends within a day is one
    matter, of which the sender hears once; more than ten messages within an hour wait
    for a person, and so does what comes from no person's number.
    """

    _name = "pm.sms.message"
    _description = "SMS from Somebody"
    _inherit = ["pm.incoming.mixin"]
    _channel = "sms"
    _job = "pm_complaints.pm_sms_message_take_up"

    gateway_id = fields.Many2one(
        "pm.sms.gateway",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        related="gateway_id.company_id", store=True, index=True, precompute=True
    )
    number = fields.Char(
        "Telephone Number",
        required=True,
        readonly=True,
        index=True,
        help="As the gateway says it.",
    )

    _key_once = models.UniqueIndex("(gateway_id, key)", "This message came already.")
    _sender_idx = models.Index("(gateway_id, number, create_date)")
    _due_idx = models.Index("(due_at) WHERE state = 'new'")

    @api.model
    def _keep(self, gateway, key, number, text):
        """Put a message down, and have it taken up; the same again changes nothing.

        One statement: the database says whether it came before, as the gateway sends
        again what it believes lost, to any process.
        """
        now = fields.Datetime.now()
        values = {
            "gateway_id": gateway.id,
            "company_id": gateway.company_id.id,
            "key": key,
            "number": number,
            "text": text[:MAX_TEXT],
            "said_at": now,
            "state": "new",
            "tries": 0,
            "due_at": now,
            "create_date": now,
            "write_date": now,
        }
        kept = self.env.execute_query(
            SQL(
                "INSERT INTO pm_sms_message (%s) VALUES %s"
                " ON CONFLICT (gateway_id, key) DO NOTHING RETURNING id",
                SQL(", ").join(map(SQL.identifier, values)),
                tuple(values.values()),
            )
        )
        if kept:
            self._wake_job()

    def _same_sender(self):
        return Domain("gateway_id", "=", self.gateway_id.id) & Domain(
            "number", "=", self.number
        )

    def _e164(self):
        """The number as everybody writes it, or None where it is no person's."""
        try:
            phone = self._pm_read_phone(self.number, self.company_id.country_id)
        except PhoneError:
            return None
        return phone.e164 if phone and phone.is_mobile else None

    def _find_sender(self):
        """The one customer with this number; of several a person says which."""
        number = self._e164()
        if self.partner_id or not number:
            return
        found = (
            self.env["res.partner"]
            .sudo()
            .search(
                [
                    ("phone_sanitized", "=", number),
                    ("pm_is_customer", "=", True),
                    ("company_id", "in", [False, self.company_id.id]),
                ],
                limit=2,
            )
        )
        if len(found) == 1:
            self.partner_id = found

    def _is_machine(self):
        since = fields.Datetime.now() - timedelta(hours=1)
        came = self._same_sender() & Domain("create_date", ">", since)
        return self.search_count(came, limit=AN_HOUR + 1) > AN_HOUR

    def _place(self):
        """Where the customer lives; of strangers the estate that takes them up."""
        if not self._in_step("pm_by_a_person") and self._is_machine():
            return self.env["pm.property"]
        place = super()._place()
        if not self.partner_id and self._e164():
            place = self.gateway_id.in_estate_id
        return place

    def _why_held(self):
        if not self._e164():
            return self.env._("This is no number of a person.")
        if self._is_machine():
            return self.env._(
                "More than %s messages within an hour: it may be a machine.", AN_HOUR
            )
        if not self.partner_id:
            return self.env._("No customer has this number, or several have.")
        return super()._why_held()

    def action_take_up(self):
        return super(PmSmsMessage, self._as_step("pm_by_a_person")).action_take_up()

    def _reporter(self):
        number = self._e164()
        return {"phone": number} if number and not self.partner_id else {}

    def _reference(self):
        return f"sms-{self.gateway_id.id}-{self.key}"
