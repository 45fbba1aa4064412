from odoo import api, models
from odoo.fields import Domain


class ResPartnerBank(models.Model):
    """Where a customer's money goes back to is the business of who serves the customer.

    Odoo shows the numbers to every employee who may handle contacts, and lets them
    enter one for anybody.
    """

    _name = "res.partner.bank"
    _inherit = ["res.partner.bank", "pm.about.mixin"]
    _guard_relations = True

    @api.model
    def _domain_about_readable(self, domain):
        holders = self.env["res.partner"].with_context(active_test=False)
        return Domain("partner_id", "in", holders._search(Domain.TRUE))

    def _unreadable_about(self, operation):
        return self._about_unreadable(
            {one.id: ("res.partner", one.partner_id.id) for one in self.sudo()}
        )
