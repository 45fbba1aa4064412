import base64
import os

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools.mimetypes import guess_mimetype

MIB = 1024 * 1024
# beginnings of programs: Windows, Linux, macOS (four forms), scripts
PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"\xfe\xed\xfa",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"#!",
)
PROGRAM_TYPES = (
    "application/x-dosexec",
    "application/x-executable",
    "application/x-msdownload",
    "application/x-sharedlib",
    "application/x-sh",
    "application/java-archive",
    "application/vnd.android.package-archive",
    "application/vnd.microsoft.portable-executable",
    "text/x-shellscript",
    "application/javascript",
    "text/javascript",
)


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    pm_document_ids = fields.Many2many(
        "pm.document",
        "pm_document_attachment_rel",
        "attachment_id",
        "document_id",
        "Documents",
        readonly=True,
    )

    # ------------------------------------------------------------------
    # Files of personal papers are closed like the papers
    # ------------------------------------------------------------------

    @api.model
    def _search(
        self,
        domain,
        offset=0,
        limit=None,
        order=None,
        *,
        active_test=True,
        bypass_access=False,
    ):
        Document = self.env["pm.document"]
        if not (bypass_access or Document._sees_personal()):
            # not by id: Odoo shows the contents of fields to who asks for ids
            personal = Domain("type_id.is_personal", "=", True)
            domain = Domain(domain) & Domain("pm_document_ids", "not any!", personal)
        return super()._search(
            domain,
            offset,
            limit,
            order,
            active_test=active_test,
            bypass_access=bypass_access,
        )

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if not self._ids or self.env["pm.document"]._sees_personal():
            return result
        forbidden, error = result or (self.browse(), None)
        papers = (self - forbidden).sudo().with_context(active_test=False)
        personal = papers.filtered(
            lambda file: any(file.pm_document_ids.mapped("type_id.is_personal"))
        )
        if not personal:
            return result
        forbidden += personal.sudo(False)
        return forbidden, error or (
            lambda: self.env["ir.rule"]._make_access_error(operation, forbidden)
        )

    # ------------------------------------------------------------------
    # What is too large, or a program, does not come into the archive
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if self._pm_is_document(vals) and vals.get("type", "binary") == "binary":
                self._pm_check_document(vals.get("name"), self._pm_content(vals))
        return super().create(vals_list)

    def write(self, vals):
        if vals.keys() & {"raw", "datas", "name", "res_model"}:
            content = self._pm_content(vals)
            for attachment in self.sudo():
                target = {
                    "res_model": attachment.res_model,
                    "res_field": attachment.res_field,
                    **vals,
                }
                if self._pm_is_document(target) and attachment.type == "binary":
                    self._pm_check_document(
                        vals.get("name", attachment.name),
                        content or attachment.raw,
                    )
        return super().write(vals)

    @api.model
    def _pm_content(self, vals):
        raw = vals.get("raw")
        if isinstance(raw, str):
            raw = raw.encode()
        return raw or base64.b64decode(vals.get("datas") or b"")

    @api.model
    def _pm_is_document(self, vals):
        """Whether it is a paper of a record of the archive, not a field's content."""
        model = vals.get("res_model")
        return not vals.get("res_field") and (
            model == "pm.document" or self.env["pm.document"]._is_archived(model)
        )

    @api.model
    def _pm_check_document(self, name, content):
        """Refuse a file that is too large or a program.

        :raises ValidationError: naming the file, the limit and the way out
        """
        File = self.env["dms.file"]
        limit = File._get_binary_max_size()
        content = content or b""
        if len(content) > limit * MIB:
            raise ValidationError(
                self.env._(
                    "The file %(file)s has %(size)s MB; %(limit)s MB are allowed. "
                    "Make it smaller, for example by scanning at a lower resolution, "
                    "or split it.",
                    file=name,
                    size=f"{len(content) / MIB:.1f}",
                    limit=limit,
                )
            )
        extension = os.path.splitext(name or "")[1].lower().lstrip(".")
        if (
            (extension and extension in File._get_forbidden_extensions())
            or content.startswith(PROGRAMS)
            or guess_mimetype(content[:4096]) in PROGRAM_TYPES
        ):
            raise ValidationError(
                self.env._(
                    "The file %(file)s is a program or of a type that is not kept "
                    "on file. Send documents, drawings or pictures instead.",
                    file=name,
                )
            )

    # ------------------------------------------------------------------
    # Filing
    # ------------------------------------------------------------------

    def _dms_operations(self):
        """File what people attach; pictures and other fields' contents stay out."""
        attached = self.filtered(lambda attachment: not attachment.res_field)
        return super(
            IrAttachment,
            attached.sudo().with_context(
                # a file needs no history of its own; nothing is moved or mailed here
                tracking_disable=True,
                mail_create_nosubscribe=True,
                mail_create_nolog=True,
                bin_size=False,
            ),
        )._dms_operations()

    def _dms_directories_create(self):
        """Name the folder as the record wants it."""
        record = self.env[self.res_model].browse(self.res_id)
        if not self.env["pm.document"]._is_archived(self.res_model):
            return super()._dms_directories_create()
        self.env["dms.directory"].sudo().with_context(check_name=False).create(
            [
                {
                    "name": record._document_folder_name(),
                    "model_id": self.env["ir.model"]._get_id(self.res_model),
                    "res_model": self.res_model,
                    "res_id": self.res_id,
                    "parent_id": root.id,
                    "storage_id": root.storage_id.id,
                }
                for root in self.sudo()._get_dms_directories(self.res_model, False)
            ]
        )
        return None

    def unlink(self):
        """Take the file out of its folder for those who may delete the attachment.

        OCA asks for the rights of its own groups, which our users do not need.
        """
        if not self.ids or self.env.context.get("dms_file"):
            return super().unlink()
        self.check_access("unlink")
        self.env["dms.file"].sudo().with_context(active_test=False).search(
            [("attachment_id", "in", self.ids)]
        ).with_context(dms_file=True).unlink()
        return super(IrAttachment, self.with_context(dms_file=True)).unlink()
