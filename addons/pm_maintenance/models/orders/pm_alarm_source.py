import hashlib
import hmac
import secrets

from odoo import fields, models

from odoo.addons.pm_core.tools.secret import same_secret


class PmAlarmSource(models.Model):
    """A building control or alarm system that reports by HTTP; see *Alarms*.

    The address names the source, the secret proves that the message is its own: either
    sent as it is in a header, or as the HMAC of the body, which never sends it.
    """

    _name = "pm.alarm.source"
    _description = "Source of Alarms"
    _inherit = ["pm.estate.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "name, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    property_id = fields.Many2one(
        "pm.property",
        "Estate or Building",
        domain="[('kind', 'in', ('estate', 'building'))]",
        help="Only machines here are found by their code.",
    )
    token = fields.Char(
        readonly=True,
        copy=False,
        default=lambda self: secrets.token_urlsafe(16),
        groups="pm_core.group_pm_admin",
        index=True,
    )
    secret = fields.Char(
        readonly=True,
        copy=False,
        default=lambda self: secrets.token_urlsafe(32),
        groups="pm_core.group_pm_admin",
    )
    url = fields.Char(
        "Address", compute="_compute_url", groups="pm_core.group_pm_admin"
    )
    category_id = fields.Many2one(
        "pm.fault.category",
        "Fault Category",
        required=True,
        ondelete="restrict",
        help="Of its orders; says how urgent they are, and who gets them.",
    )
    hourly_limit = fields.Integer(
        "Alarms an Hour",
        required=True,
        default=120,
        help="More are refused until an hour is over: something is wrong then.",
    )
    alarm_ids = fields.One2many("pm.alarm", "source_id", "Alarms")

    _token_unique = models.UniqueIndex("(token)", "This address is taken.")
    _limit_positive = models.Constraint(
        "CHECK (hourly_limit > 0)", "Let at least one alarm an hour in."
    )

    def _compute_url(self):
        for source in self:
            source.url = f"{source.get_base_url()}/pm/alarm/{source.sudo().token}"

    def action_new_secret(self):
        """Another secret; the old one opens nothing from now on."""
        self.check_access("write")
        for source in self:
            source.sudo()._as_step().secret = secrets.token_urlsafe(32)

    def _is_authentic(self, body, secret=None, signature=None):
        """Whether a message is from this source.

        :param body: as it came, in bytes
        :param secret: from the header, or none
        :param signature: HMAC-SHA256 of the body in hexadecimal, or none
        """
        known = self.sudo().secret
        if signature:
            made = hmac.new(known.encode(), body, hashlib.sha256).hexdigest()
            return same_secret(made, signature.removeprefix("sha256=").lower())
        return same_secret(known, secret)

    def _is_flooding(self):
        hour = fields.Datetime.subtract(fields.Datetime.now(), hours=1)
        came = self.env["pm.alarm"].sudo()
        return (
            came.search_count(
                [("source_id", "=", self.id), ("create_date", ">=", hour)],
                limit=self.hourly_limit,
            )
            >= self.hourly_limit
        )

    def _machine(self, device):
        """The one machine of the place with this code, if there is one."""
        machines = self.env["maintenance.equipment"].sudo()
        found = machines.search(
            [
                ("property_id", "child_of", self.property_id.id),
                "|",
                "|",
                ("alarm_code", "=", device),
                ("pm_code", "=", device),
                ("serial_no", "=", device),
            ]
        )
        # what somebody entered for alarms counts before what happens to be the same
        named = found.filtered(lambda machine: machine.alarm_code == device)
        found = named or found
        return found if len(found) == 1 else machines.browse()

    def _tell_unknown(self, alarm):
        """Dispatchers learn of an alarm of a machine that nobody knows; once each."""
        group = self.env.ref("pm_maintenance.group_pm_dispatcher")
        for user in group._pm_members(self.estate_id):
            reader = self.with_context(lang=user.lang or self.env.lang)
            summary = reader.env._("Alarm of an unknown machine: %s", alarm.device)
            waiting = (
                self.env["mail.activity"]
                .sudo()
                .search_count(
                    [
                        ("res_model", "=", self._name),
                        ("res_id", "=", self.id),
                        ("user_id", "=", user.id),
                        ("summary", "=", summary),
                    ],
                    limit=1,
                )
            )
            if not waiting:
                reader.activity_schedule(
                    "mail.mail_activity_data_warning",
                    user_id=user.id,
                    summary=summary,
                )
