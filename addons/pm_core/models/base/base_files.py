from odoo import Command, models


class Base(models.AbstractModel):
    """Files that come by a page, a message or a program are kept in one place."""

    _inherit = "base"

    def _pm_keep_files(self, field, files):
        """Keep files as they were sent, and name them in a field of the record.

        Odoo would make large pictures smaller, and turn them.

        :param field: many2many of attachments
        :param files: (name, content) of each, looked at before
        :return: the attachments, as superuser
        """
        self.ensure_one()
        kept = (
            self.env["ir.attachment"]
            .sudo()
            .with_context(image_no_postprocess=True)
            .create(
                [
                    {
                        "name": name,
                        "raw": content,
                        "res_model": self._name,
                        "res_id": self.id,
                    }
                    for name, content in files
                ]
            )
        )
        if kept:
            self.sudo()._as_step().write(
                {field: [Command.link(file.id) for file in kept]}
            )
        return kept
