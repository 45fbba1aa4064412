from odoo import Command, api, models

WEEKS = 8


class MisReportInstance(models.Model):
    """The cash forecast of a company, week by week."""

    _inherit = "mis.report.instance"

    def preview(self):
        """The page asks the context which report it is, whatever opened it."""
        self.check_access("read")
        action = super().preview()
        here = {"active_model": self._name, "active_id": self.id}
        return {**action, "context": {**action["context"], **here}}

    @api.model
    def _pm_cash_forecast(self):
        """Open the forecast of this company; it is made the first time.

        Today and what is overdue, eight weeks one by one, then two months.
        """
        report = self.env.ref("pm_billing.mis_report_forecast").sudo()
        company = self.env.company
        instance = self.sudo().search(
            [("report_id", "=", report.id), ("company_id", "=", company.id)], limit=1
        )
        if not instance:
            instance = self.sudo().create(self._pm_prepare_forecast(report, company))
        return instance.sudo(self.env.su).preview()

    @api.model
    def _pm_prepare_forecast(self, report, company):
        source = self.env["ir.model"]._get("mis.cash_flow").id
        columns = [(self.env._("By now"), -4000, 4001)]
        columns += [
            (self.env._("Week +%s", number), number, 1)
            for number in range(1, WEEKS + 1)
        ]
        columns += [
            (self.env._("Third month"), WEEKS + 1, 4),
            (self.env._("Fourth month"), WEEKS + 5, 4),
        ]
        return {
            "report_id": report.id,
            "company_id": company.id,
            "target_move": "posted",
            "landscape_pdf": True,
            "comparison_mode": True,
            "period_ids": [
                Command.create(
                    {
                        "name": name,
                        "source": "actuals_alt",
                        "source_aml_model_id": source,
                        "mode": "relative",
                        "type": "w",
                        "offset": offset,
                        "duration": duration,
                        "sequence": number,
                    }
                )
                for number, (name, offset, duration) in enumerate(columns)
            ],
            "name": report.name,
        }
