from odoo import api, models
from odoo.tools import float_compare

BATCH = 500


class PmSyncMixin(models.AbstractModel):
    """Bring records up to date with what a file says: write only what differs."""

    _name = "pm.sync.mixin"
    _description = "Brings Records Up to Date"
    _inherit = ["pm.progress.mixin"]

    def _figure_label(self, name):
        """Return the label of a kind of record, for progress and results."""
        return name

    def _add_figures(self, name, created, changed, same):
        """Note how many records were new, changed and unchanged."""

    def _sync(self, name, existing, key_field, wanted, only_new=()):
        """Create what is missing and write what differs.

        :param str name: key of ``_figure_labels``, for counts and progress
        :param existing: the records that are there
        :param str key_field: field that identifies a record among them
        :param dict wanted: values by key
        :param only_new: fields that are set on new records only
        :return: all wanted records by key
        """
        records = {record[key_field]: record for record in existing}
        known = [key for key in wanted if key in records]
        missing = [vals for key, vals in wanted.items() if key not in records]
        for start in range(0, len(missing), BATCH):
            self._report_progress(start, len(wanted), self._figure_label(name))
            for record in existing.create(missing[start : start + BATCH]):
                records[record[key_field]] = record
        changed = 0
        for key in known:
            difference = self._difference(records[key], wanted[key], only_new)
            if difference:
                changed += 1
                records[key].write(difference)
        self._add_figures(
            name,
            created=len(missing),
            changed=changed,
            same=len(wanted) - len(missing) - changed,
        )
        return {key: records[key] for key in wanted}

    @api.model
    def _difference(self, record, vals, only_new=()):
        """Return the part of ``vals`` that ``record`` does not have yet.

        An empty cell never wipes out what was entered by hand.
        """
        difference = {}
        for name, value in vals.items():
            if name in only_new or value is None:
                continue
            field = record._fields[name]
            current = record[name]
            if field.type == "many2one":
                same = current.id == value
            elif field.type in ("float", "monetary"):
                digits = field.get_digits(self.env) if field.type == "float" else None
                precision = digits[1] if digits else 2
                same = not float_compare(current, value, precision_digits=precision)
            else:
                same = current == value
            if not same:
                difference[name] = value
        return difference
