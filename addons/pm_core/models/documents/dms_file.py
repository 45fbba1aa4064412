import re

from odoo import api, fields, models

from odoo.addons.dms.tools.file import unique_name

# programs and what starts them, where no other list is set
FORBIDDEN = (
    "exe com bat cmd msi scr pif dll ps1 vbs js jse wsf hta lnk reg jar apk sh app"
).split()


class DmsFile(models.Model):
    _inherit = "dms.file"

    pm_record_name = fields.Char("Belongs to", compute="_compute_pm_record_name")
    pm_subject = fields.Selection(
        selection=lambda self: (
            self.env["pm.document.type"]
            ._fields["applies_to"]
            ._description_selection(self.env)
        ),
        string="Kept for",
        compute="_compute_pm_subject",
        store=True,
    )
    pm_document_names = fields.Char("Document", compute="_compute_pm_document_names")

    @api.depends("mimetype", "content")
    def _compute_image_1920(self):
        """No copies of a picture in five sizes, nor a refusal of one that is broken.

        A file of a record is the attachment, which shows itself.
        """
        of_records = self.filtered("attachment_id")
        of_records.image_1920 = False
        return super(DmsFile, self - of_records)._compute_image_1920()

    @api.depends("directory_id.res_model", "directory_id.res_id")
    def _compute_pm_record_name(self):
        names = {}
        for model, files in self.grouped("res_model").items():
            if model and model in self.env:
                # who may see a file may see what it belongs to
                records = self.env[model].sudo().browse(files.mapped("res_id"))
                for record in records.exists():
                    names[model, record.id] = record.display_name
        for file in self:
            file.pm_record_name = names.get((file.res_model, file.res_id))

    @api.depends("directory_id.res_model")
    def _compute_pm_subject(self):
        Document = self.env["pm.document"]
        for file in self:
            model = file.directory_id.res_model
            file.pm_subject = (
                Document._is_archived(model) and self.env[model]._document_subject
            )

    @api.depends("attachment_id")
    @api.depends_context("lang")
    def _compute_pm_document_names(self):
        names = {}
        documents = (
            self.env["pm.document"]
            .sudo()
            .search([("attachment_ids", "in", self.sudo().attachment_id.ids)])
        )
        for document in documents:
            for attachment in document.attachment_ids:
                names.setdefault(attachment.id, []).append(document.display_name)
        for file in self:
            file.pm_document_names = ", ".join(
                names.get(file.sudo().attachment_id.id, ())
            )

    @api.model_create_multi
    def create(self, vals_list):
        """People send two files of one name, and names that no folder allows."""
        Attachment = self.env["ir.attachment"].sudo()
        for vals in vals_list:
            if vals.get("attachment_id") and vals.get("directory_id"):
                vals["name"] = self._pm_free_name(vals["name"], vals["directory_id"])
                vals["size"] = Attachment.browse(vals["attachment_id"]).file_size
        return super().create(vals_list)

    @api.model
    def _get_forbidden_extensions(self):
        return [ext.lower() for ext in super()._get_forbidden_extensions() if ext] or (
            FORBIDDEN
        )

    @api.model
    def _pm_free_name(self, name, directory_id):
        name = re.sub(r"[/\\\x00-\x1f]", "_", name).strip(" .") or "_"
        # the longest that file systems take, in bytes
        stem, dot, extension = name.rpartition(".")
        if not dot or len(extension) > 10:
            stem, dot, extension = name, "", ""
        stem = stem.encode()[: 230 - len(extension)].decode(errors="ignore")
        taken = (
            self.sudo()
            .with_context(active_test=False)
            .search_fetch([("directory_id", "=", directory_id)], ["name"])
            .mapped("name")
        )
        return unique_name(f"{stem}{dot}{extension}", taken, escape_suffix=True)

    def action_pm_open_record(self):
        """Open what the file belongs to."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
        }
