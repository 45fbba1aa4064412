import itertools
import re

from odoo import api, models
from odoo.exceptions import UserError

_WORD = re.compile(r"[a-z_]+")


class Base(models.AbstractModel):
    """*Duplicate*, for those kinds of our records of which a second one makes sense.

    A receipt, a duty or an occupancy says what happened: a second one of it would be
    wrong, or the database would refuse it without a word of use. A model that may be
    duplicated says so; what is its own (number, state, reviews, signatures, what was
    billed) is ``copy=False`` on its fields, and what must be unique gets a new name.
    """

    _inherit = "base"
    _pm_copyable = False

    @api.model
    def _pm_refuses_copy(self):
        return self._name.startswith("pm.") and not self._pm_copyable

    def copy(self, default=None):
        if self._pm_refuses_copy() and not self.env.su:
            raise UserError(
                self.env._(
                    "%(kind)s cannot be duplicated: each says what was entered, agreed "
                    "or done once. Make a new one.",
                    kind=self.env["ir.model"]._get(self._name).name,
                )
            )
        return super().copy(default)

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        # who copies with values of their own (a next version) names it, too
        if default or not self._pm_copyable:
            return vals_list
        for record, vals in zip(self, vals_list, strict=True):
            for name in self._pm_copy_names():
                # a required code is often left out of copies, being unique
                value = vals.get(name) or (self._fields[name].required and record[name])
                if value:
                    vals[name] = record._pm_free_name(name, value)
        return vals_list

    @api.model
    def _pm_copy_names(self):
        """The texts that must differ: those in unique indexes, and the name."""
        indexed = {
            word
            for table_object in self._table_objects.values()
            if isinstance(table_object, models.UniqueIndex)
            for word in _WORD.findall(str(table_object.get_definition(self.pool)))
        }
        names = indexed | {self._rec_name}
        return [
            name
            for name in sorted(filter(None, names))
            if name in self._fields
            and self._fields[name].type == "char"
            and self._fields[name].store
            and not self._fields[name].compute
        ]

    def _pm_free_name(self, name, value):
        """Return ``value`` with the first number behind it that nobody has."""
        records_sudo = self.sudo().with_context(active_test=False)
        # codes have no blanks: 101-2, and for people: Cleaning (2)
        is_code = value.isascii() and " " not in value
        pattern = "%s-%s" if is_code else "%s (%s)"
        for number in itertools.count(2):
            free = pattern % (value, number)
            if not records_sudo.search_count([(name, "=", free)], limit=1):
                return free
        return None

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type in ("form", "list", "kanban") and self._pm_refuses_copy():
            arch.set("duplicate", "0")
        return arch, view
