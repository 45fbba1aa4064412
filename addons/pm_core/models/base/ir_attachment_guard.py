from odoo import api, models
from odoo.exceptions import AccessError

from ..shared.pm_guard import is_ours

# what a file is, and what it belongs to
_FILE = {"raw", "datas", "db_datas", "type", "url", "mimetype", "public"}
_PLACE = {"res_model", "res_id", "res_field"}


class IrAttachment(models.Model):
    """Files are columns, too: the contents of fields, and what was put on file.

    Odoo asks of a file whether its record may be written. A signature, though, is a
    column that a step sets, whose file would be one call away; and a photo that proves
    something would prove something else tomorrow, under the same name and date. What
    is wrong is attached anew.
    """

    _inherit = "ir.attachment"

    @api.model_create_multi
    def create(self, vals_list):
        files = super().create(vals_list)
        files._pm_check_no_field()
        return files

    def write(self, vals):
        if vals.keys() & (_FILE | _PLACE):
            self._pm_check_as_attached()
        result = super().write(vals)
        if vals.keys() & _PLACE:
            self._pm_check_no_field()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_of_field(self):
        self._pm_check_no_field()

    def _pm_is_code(self):
        """Whether code works on files, as the fields do whose contents they are."""
        return self.env.su or self._writes_freely()

    @api.model
    def _pm_is_ours(self, model, field=None):
        """Whether a file is of a model of ours, or of a field of ours in another."""
        if model not in self.env:
            return False
        known = self.env[model]
        if is_ours(known._original_module):
            return True
        known = known._fields.get(field)
        return bool(known and known._modules and is_ours(known._modules[0]))

    def _pm_check_no_field(self):
        """:raises AccessError: the contents of a field, which writes them itself"""
        if self._pm_is_code():
            return
        for file in self.sudo():
            if file.res_field and self._pm_is_ours(file.res_model, file.res_field):
                raise AccessError(
                    self.env._(
                        "“%s” is what a field of a record holds. It is changed there.",
                        file.name,
                    )
                )

    def _pm_check_as_attached(self):
        """:raises AccessError: on file already, or the contents of a field"""
        self._pm_check_no_field()
        if self._pm_is_code():
            return
        for file in self.sudo():
            if file.res_id and self._pm_is_kept_as_attached(file.res_model):
                raise AccessError(
                    self.env._(
                        "The file “%s” stays as it was attached. Attach another one "
                        "instead.",
                        file.name,
                    )
                )

    @api.model
    def _pm_is_kept_as_attached(self, model):
        """Whether files of a model's records are not exchanged.

        Models of ours, and those of Odoo whose records belong to estates.
        """
        return self._pm_is_ours(model) or (
            model in self.env and self.env[model]._guard_private
        )
