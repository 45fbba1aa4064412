from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    pm_consumption_location_id = fields.Many2one(
        "stock.location",
        "Used on Work Orders",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Where materials of work orders go. An account entered there is debited "
        "when products with perpetual valuation are used.",
    )

    def _pm_consumption_location(self):
        """Where the materials of this company's orders go; made when first needed."""
        self.ensure_one()
        company = self.sudo()._as_step()
        if not company.pm_consumption_location_id:
            company.pm_consumption_location_id = (
                self.env["stock.location"]
                .sudo()
                .create(
                    {
                        "name": self.env._("Work Orders"),
                        "usage": "production",
                        "company_id": self.id,
                    }
                )
            )
        return company.pm_consumption_location_id
