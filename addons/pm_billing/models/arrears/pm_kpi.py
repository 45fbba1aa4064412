from odoo import models
from odoo.fields import Domain


class PmKpi(models.Model):
    """What comes in of old arrears is measured for the days of the period."""

    _inherit = "pm.kpi"

    def _is_of_arrears(self):
        return self.model == "pm.arrears.report"

    def _grouped(self, date_from, date_to, company, narrowed=Domain.TRUE, paths=None):
        kpi = self
        if self._is_of_arrears():
            # what is entered but not written yet counts as well
            self.env.flush_all()
            kpi = self.with_context(pm_arrears_days=(date_from, date_to))
        return super(PmKpi, kpi)._grouped(date_from, date_to, company, narrowed, paths)

    def _records_domain(self, date_from, date_to, company):
        """The days are in the report; a charge's own are of an earlier year."""
        if not self._is_of_arrears():
            return super()._records_domain(date_from, date_to, company)
        return self._condition("domain") & self._company_domain(company)
