import codecs
import logging
from email.message import EmailMessage

from odoo import api, models
from odoo.exceptions import AccessError, ValidationError

_logger = logging.getLogger(__name__)


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def message_parse(self, message, save_original=False):
        """A mail in an encoding that nobody knows is read as far as it can be.

        Python refuses to read it at all, and the mail would be lost.
        """
        parts = message.walk() if isinstance(message, EmailMessage) else ()
        for part in parts:
            try:
                codecs.lookup(part.get_content_charset("utf-8"))
            except LookupError:
                part.set_param("charset", "utf-8")
        return super().message_parse(message, save_original)

    def message_post(self, **kwargs):
        self._pm_check_recipients(kwargs.get("partner_ids"))
        return super().message_post(**kwargs)

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        self._pm_check_recipients(partner_ids)
        return super().message_subscribe(partner_ids, subtype_ids)

    @api.model
    def _pm_check_recipients(self, partner_ids):
        """Nobody writes to whom one may not read, or lets them follow.

        Messages and lists of followers show names to whoever reads them.

        :raises AccessError: it does not tell whom
        """
        if self.env.su or not partner_ids:
            return
        told = self.env["res.partner"].browse(
            [id_ for id_ in partner_ids if isinstance(id_, int)]
        )
        # people who are gone are left out by Odoo
        if told.exists() - told._filtered_access("read"):
            raise AccessError(
                self.env._(
                    "Among the recipients is somebody whom you may not read. Choose "
                    "people whom you can open."
                )
            )

    def _process_attachments_for_post(
        self, attachments, attachment_ids, message_values
    ):
        """Of an e-mail, leave out what the archive refuses: the text must arrive."""
        model = message_values.get("model") or self._name
        if (
            attachments
            and message_values.get("message_type") == "email"
            and self.env["pm.document"]._is_archived(model)
        ):
            attachments = [
                attachment
                for attachment in attachments
                if self._pm_may_be_filed(attachment[0], attachment[1])
            ]
        return super()._process_attachments_for_post(
            attachments, attachment_ids, message_values
        )

    def _pm_may_be_filed(self, name, content):
        try:
            self.env["ir.attachment"]._pm_check_document(
                name, self.env["ir.attachment"]._pm_content({"raw": content})
            )
        except ValidationError as error:
            _logger.warning("Left out of an e-mail: %s", error)
            return False
        return True
