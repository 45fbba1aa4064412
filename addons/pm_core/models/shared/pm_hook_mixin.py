import secrets

from odoo import fields, models

from ...tools.secret import is_signed, same_secret


class PmHookMixin(models.AbstractModel):
    """Another system that reports by HTTP: its address, secret and allowance.

    The address names the sender, the secret proves that a message is its own: either
    sent as it is in a header, or as the HMAC of the body, which never sends it. The
    controller opens a message with ``tools/hook.py``; a model says in ``_hook_path``
    where its address begins, and in :meth:`_came_since` how much it has sent.
    """

    _name = "pm.hook.mixin"
    _description = "System That Reports by HTTP"
    _hook_path = None

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
    hourly_limit = fields.Integer(
        "Messages an Hour",
        required=True,
        default=120,
        help="More are refused until an hour is over: something is wrong then.",
    )

    _token_unique = models.UniqueIndex("(token)", "This address is taken.")
    _limit_positive = models.Constraint(
        "CHECK (hourly_limit > 0)", "Let at least one message an hour in."
    )

    def _compute_url(self):
        for sender in self:
            sender.url = (
                f"{sender.get_base_url()}{self._hook_path}/{sender.sudo().token}"
            )

    def action_new_secret(self):
        """Another secret; the old one opens nothing from now on."""
        self.check_access("write")
        for sender in self:
            sender.sudo()._as_step().secret = secrets.token_urlsafe(32)

    def _is_authentic(self, body, secret=None, signature=None):
        """Whether a message is from this sender.

        :param body: as it came, in bytes
        :param secret: from the header, or none
        :param signature: HMAC-SHA256 of the body in hexadecimal, or none
        """
        known = self.sudo().secret
        if signature:
            return is_signed(known, body, signature)
        return same_secret(known, secret)

    def _is_flooding(self):
        """Whether more came within the hour than is let in."""
        hour = fields.Datetime.subtract(fields.Datetime.now(), hours=1)
        return self._came_since(hour, self.hourly_limit) >= self.hourly_limit

    def _came_since(self, moment, limit):
        """How many are kept since ``moment``; counting may end at ``limit``."""
        raise NotImplementedError
