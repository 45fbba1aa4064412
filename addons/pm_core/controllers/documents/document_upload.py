import json

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.mail.controllers.attachment import AttachmentController
from odoo.addons.web.controllers.binary import Binary


def refusal(model, files):
    """Return why a file is not taken for a record of ``model``, or nothing.

    The upload routes of Odoo would only say that something went wrong.
    """
    Attachment = request.env["ir.attachment"]
    if not Attachment._pm_is_document({"res_model": model}):
        return None
    for file in files:
        try:
            Attachment._pm_check_document(file.filename, file.read())
        except UserError as error:
            return str(error)
        finally:
            file.seek(0)
    return None


class DocumentUpload(Binary):
    @http.route()
    def upload_attachment(self, model, id, ufile, callback=None):  # pylint: disable=redefined-builtin
        files = request.httprequest.files.getlist("ufile")
        if not callback and (error := refusal(model, files)):
            return json.dumps([{"error": error}])
        return super().upload_attachment(model, id, ufile, callback=callback)


class DocumentAttachment(AttachmentController):
    @http.route()
    def mail_attachment_upload(
        self, ufile, thread_id, thread_model, is_pending=False, **kwargs
    ):
        if error := refusal(thread_model, [ufile]):
            return request.make_json_response({"error": error})
        return super().mail_attachment_upload(
            ufile, thread_id, thread_model, is_pending=is_pending, **kwargs
        )
