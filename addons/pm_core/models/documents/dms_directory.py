from odoo import api, models


class DmsDirectory(models.Model):
    _inherit = "dms.directory"

    _record_once = models.UniqueIndex(
        "(parent_id, res_model, res_id) WHERE res_id > 0",
        "The record has a folder already; try once more.",
    )

    @api.constrains("name")
    def _check_name(self):
        """Folders of records may share a name: two customers often do."""
        of_records = self.filtered(
            lambda folder: folder.res_id and folder.storage_id.save_type == "attachment"
        )
        return super(DmsDirectory, self - of_records)._check_name()
