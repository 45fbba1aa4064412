import codecs
import logging
from email.message import EmailMessage

from odoo import api, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import email_normalize, html2plaintext, plaintext2html

_logger = logging.getLogger(__name__)

# of what a machine wrote, as much as tells a person what it was
KEPT_TEXT = 2000


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def message_parse(self, message, save_original=False):
        """A mail in an encoding that nobody knows is read as far as it can be.

        Python refuses to read it at all, and no database takes a character zero: the
        mail would be lost.
        """
        parts = message.walk() if isinstance(message, EmailMessage) else ()
        for part in parts:
            try:
                codecs.lookup(part.get_content_charset("utf-8"))
            except LookupError:
                part.set_param("charset", "utf-8")
        parsed = super().message_parse(message, save_original)
        return {
            name: value.replace("\x00", "") if isinstance(value, str) else value
            for name, value in parsed.items()
        }

    @api.model
    def _detect_loop_sender(self, message, message_dict, routes):
        """The absence note of a customer is no report, and opens no case again.

        Odoo stops an address only after it has sent twenty mails: until then each note
        would be an order or a complaint of its own. It is kept as a note instead.
        """
        if self._pm_is_automatic_answer(message, message_dict):
            kept = [
                self._pm_keep_automatic_answer(message_dict, model, thread_id)
                for model, thread_id, *_others in routes or []
            ]
            if kept and all(kept):
                return True
        return super()._detect_loop_sender(message, message_dict, routes)

    @api.model
    def _pm_is_automatic_answer(self, message, message_dict):
        """Whether a program answered for somebody (RFC 3834, and what others write).

        What a machine sends by itself, an alarm, is *auto-generated* and none; but that
        is what Exchange calls an answer too.
        """
        said = (message.get("Auto-Submitted") or "").split(";")[0].strip().lower()
        if said == "auto-replied" or any(
            message.get(name) for name in ("X-Autoreply", "X-Autorespond")
        ):
            return True
        if (message.get("Precedence") or "").strip().lower() == "auto_reply":
            return True
        answers = message_dict.get("in_reply_to") or message_dict.get("references")
        return said == "auto-generated" and bool(answers)

    @api.model
    def _pm_keep_automatic_answer(self, message_dict, model, thread_id):
        """Write it down where people find it, and make nothing of it.

        :return: whether it is for one of ours: what somebody reports
        """
        records = self.env[model].sudo()
        if "reporter_email" not in records._fields:
            return False
        record = records.browse(thread_id or 0).exists()
        address = email_normalize(message_dict.get("email_from") or "")
        if not record and address:
            sent = [("reporter_email", "=ilike", address)]
            record = records.search(sent, order="id desc", limit=1)
        text = html2plaintext(message_dict.get("body") or "")[:KEPT_TEXT]
        _logger.info("Automatic answer from %s, kept at %s", address, record)
        if record:
            record.message_post(
                body=plaintext2html(text),
                subject=message_dict.get("subject"),
                message_type="notification",
                subtype_xmlid="mail.mt_note",
                email_from=message_dict.get("email_from"),
                author_id=message_dict.get("author_id") or False,
                message_id=message_dict.get("message_id"),
            )
        return True

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
