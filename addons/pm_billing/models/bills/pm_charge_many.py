from odoo import api, models

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
