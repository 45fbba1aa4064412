from odoo import fields, models

from ...models.ledger.business_day import likely_today


class PmCollectionExport(models.TransientModel):
    """Choose what goes into the collection workbook."""

    _name = "pm.collection.export"
    _description = "Collection and Ageing Workbook"

    property_id = fields.Many2one(
        "pm.property",
        "Scope",
        required=True,
        default=lambda self: self.env["pm.property"].search(
            [("kind", "=", "estate")], limit=1
        ),
    )
    date_from = fields.Date(
        "Periods From",
        required=True,
        default=lambda self: fields.Date.start_of(likely_today(self.env), "year"),
    )
    date_to = fields.Date(
        "Periods To", required=True, default=lambda self: likely_today(self.env)
    )

    _dates_in_order = models.Constraint(
        "CHECK (date_to >= date_from)", "The period cannot end before it begins."
    )

    def action_export(self):
        """Download collection rate and ageing as XLSX.

        :raises AccessError: a place of an estate that the user does not work with
        """
        self.property_id.check_access("read")
        return self.env.ref("pm_billing.pm_collection_xlsx").report_action(
            self, config=False
        )
