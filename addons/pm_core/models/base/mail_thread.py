import logging

from odoo import models
from odoo.exceptions import ValidationError

_logger = logging.getLogger(__name__)


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

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
