import base64
import json

from odoo import fields, models
from odoo.exceptions import UserError

LARGEST = 1024 * 1024


class PmTariffImport(models.TransientModel):
    """Make a tariff from a JSON file that somebody else exported."""

    _name = "pm.tariff.import"
    _description = "Import a Tariff"

    file = fields.Binary(required=True, attachment=False)
    filename = fields.Char()
    estate_id = fields.Many2one(
        "pm.property",
        domain="[('kind', '=', 'estate')]",
        help="Empty: for all estates of the company.",
    )

    def action_import(self):
        """Make the tariff and open it.

        :raises UserError: a file that is too large, no JSON, or no tariff
        """
        self.ensure_one()
        self.estate_id.check_access("read")
        document, tariffs = self._document(), self.env["pm.tariff"]
        name = document.get("name") if isinstance(document, dict) else None
        if name and tariffs._free_name(name, self.estate_id.id) != name:
            raise UserError(
                self.env._("There is a tariff %s already. Open that one.", name)
            )
        tariff = tariffs._from_document(document, estate_id=self.estate_id.id)
        return {
            "type": "ir.actions.act_window",
            "res_model": "pm.tariff",
            "res_id": tariff.id,
            "view_mode": "form",
        }

    def _document(self):
        raw = base64.b64decode(self.file)
        if len(raw) > LARGEST:
            raise UserError(
                self.env._("%s is larger than 1 MB: this is no tariff.", self.filename)
            )
        try:
            return json.loads(raw.decode("utf-8-sig"))
        except ValueError as error:
            raise UserError(
                self.env._(
                    "%(file)s cannot be read as JSON: %(error)s",
                    file=self.filename or "",
                    error=error,
                )
            ) from error
