from odoo.http import request

from odoo.addons.account.controllers.portal import PortalAccount


class BillPortal(PortalAccount):
    """What residents owe is called a bill, on each page."""

    def _get_account_searchbar_filters(self):
        filters = super()._get_account_searchbar_filters()
        for name, label in (
            ("overdue_invoices", request.env._("Overdue Bills")),
            ("invoices", request.env._("My Bills")),
            ("bills", request.env._("Bills to Us")),
        ):
            if name in filters:
                filters[name]["label"] = label
        return filters
