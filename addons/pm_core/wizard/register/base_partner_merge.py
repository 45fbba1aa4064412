from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_reference_fields(self, src_partners, dst_partner):
        """The papers of merged customers go to the one that stays.

        Else they would be deleted with the contacts that go.
        """
        result = super()._update_reference_fields(src_partners, dst_partner)
        self._pm_move_documents(src_partners, dst_partner)
        self._pm_move_folders(src_partners, dst_partner)
        return result

    def _pm_move_documents(self, src_partners, dst_partner):
        Document = self.env["pm.document"].sudo().with_context(active_test=False)
        found = Document.search(
            [
                ("res_model", "=", "res.partner"),
                ("res_id", "in", (src_partners | dst_partner).ids),
            ]
        )
        moved = found.filtered(lambda line: line.res_id != dst_partner.id)
        # a checklist has one line a type: those with a file stay
        empty = found.filtered(lambda line: line.is_checklist and not line.has_file)
        filled = (found - empty).type_id
        obsolete = empty.filtered(lambda line: line.type_id in filled) | (moved & empty)
        obsolete.unlink()
        (moved - obsolete).is_checklist = False
        (moved - obsolete).res_id = dst_partner.id
        if obsolete:
            dst_partner._ensure_checklist()

    def _pm_move_folders(self, src_partners, dst_partner):
        Folder = self.env["dms.directory"].sudo()
        place = [("res_model", "=", "res.partner")]
        kept = Folder.search([*place, ("res_id", "=", dst_partner.id)], limit=1)
        for folder in Folder.search([*place, ("res_id", "in", src_partners.ids)]):
            if not kept:
                folder.res_id = dst_partner.id
                kept = folder
                continue
            for file in folder.file_ids:
                name = file._pm_free_name(file.name, kept.id)
                file.write({"directory_id": kept.id, "name": name})
            folder.invalidate_recordset(["file_ids"])
            folder.unlink()
