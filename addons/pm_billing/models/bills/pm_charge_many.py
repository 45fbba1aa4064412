from odoo import api, fields, models
from odoo.tools import float_repr

from ..ledger.bulk_rows import insert, reserve_ids, rows_of

# Values that are each charge's own, and that nothing below is computed from as long
# as the charge is not billed.
OWN = {
    "fee_id",
    "fee_item_id",
    "partner_id",
    "property_id",
    "date_from",
    "date_to",
    "amount",
    "inputs",
}
PLACE = ("estate_id", "building_id", "company_id")
# What they come to is the same for all charges of a place that are not billed.
ALIKE = (
    *PLACE,
    "date_due",
    "amount_paid",
    "amount_credited",
    "amount_written_off",
    "amount_receivable",
    "amount_residual",
    "payment_state",
    "is_disputed",
    "is_rebilled",
    "date_limitation",
)
# Whose ways of creating a charge are known here.
KNOWN_ADDONS = {"base", "pm_core", "pm_maintenance", "pm_billing", "pm_complaints"}
# Fewer of a kind are made one by one.
FEW = 4


class PmCharge(models.Model):
    """Charges that are made by the thousand: what is the same is computed once."""

    _inherit = "pm.charge"

    @api.model
    def _add_precomputed_values(self, vals_list):
        """Charges that are not billed yet take what was computed for the first of
        their place. Fields that are not listed here are computed for each as ever.
        """
        alike = {}
        for vals in vals_list:
            if vals.get("state") == "draft" and not vals.get("move_id"):
                alike.setdefault(self._key_of_values(vals), []).append(vals)
        for first, *others in alike.values():
            super()._add_precomputed_values([first])
            known = {name: first[name] for name in ALIKE}
            for vals in others:
                vals.update(known)
        return super()._add_precomputed_values(vals_list)

    def _key_of_values(self, vals):
        """Charges with the same key have the same in all fields of ``ALIKE``."""
        place = self.env["pm.property"].browse(vals.get("property_id"))
        return (
            *(place[name].id for name in PLACE),
            *sorted(
                (name, repr(value)) for name, value in vals.items() if name not in OWN
            ),
        )

    @api.model
    def _create_many(self, vals_list):
        """Create charges: of many alike the first as ever, the others as copies of its
        row with their own values, in one statement.

        The row has every column, whoever added it. Where something is computed or
        checked that is not known here, all are created as ever.
        """
        kinds = {}
        for number, vals in enumerate(vals_list):
            key = self._key_of_values(vals), *sorted(OWN & vals.keys())
            kinds.setdefault(key, []).append(number)
        made = dict.fromkeys(range(len(vals_list)))
        alike = {}
        if self._is_copied():
            alike = {
                key: numbers
                for key, numbers in kinds.items()
                if len(numbers) > FEW and vals_list[numbers[0]]["state"] == "draft"
            }
        copied = {number for numbers in alike.values() for number in numbers[1:]}
        usual = [number for number in made if number not in copied]
        created = self.create([vals_list[number] for number in usual])
        made.update(zip(usual, created.ids, strict=True))
        if copied:
            self._copy_rows(vals_list, list(alike.values()), made)
        return self.browse(made.values())

    @api.model
    def _is_copied(self):
        """Whether nothing but what is known is computed or done for a new charge."""
        computed = {
            field.name
            for field in self._fields.values()
            if field.store and field.compute
        }
        ways = {
            cls._module
            for cls in type(self).mro()
            if "create" in vars(cls) and getattr(cls, "_module", None)
        }
        return (
            computed <= set(ALIKE)
            and ways <= KNOWN_ADDONS
            and not self._constraint_methods
        )

    def _copy_rows(self, vals_list, kinds, made):
        """Store the charges of each kind after the first, whose row they are like."""
        self.flush_model()
        samples = [made[numbers[0]] for numbers in kinds]
        templates = {
            row["id"]: text
            for row, text in rows_of(self.env, self._table, "id", samples)
        }
        ids = iter(
            reserve_ids(
                self.env, self._table, sum(len(numbers) - 1 for numbers in kinds)
            )
        )
        rows = []
        for index, numbers in enumerate(kinds):
            digits = self.browse(samples[index]).currency_id.decimal_places
            for number in numbers[1:]:
                made[number] = next(ids)
                rows.append(
                    (index, self._own_columns(made[number], vals_list[number], digits))
                )
        insert(self.env, self._table, [templates[row] for row in samples], rows)
        # what was read of others beside them does not know them
        self.env.invalidate_all()

    @api.model
    def _own_columns(self, charge_id, vals, digits):
        """Return the columns of a charge that are its own, as JSON has them."""
        found = {name: vals[name] for name in OWN & vals.keys()}
        found["id"] = charge_id
        found["amount"] = float_repr(vals["amount"], digits)
        for name in ("date_from", "date_to"):
            found[name] = fields.Date.to_string(vals[name])
        return found
