from odoo import api, models


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        """A mail to a case goes where the case goes on, see ``pm.complaint``."""
        cases = self.env["pm.complaint"]
        sender = message_dict.get("email_from")
        routes = [
            cases._route_of_case(route, sender)
            if route[0] == cases._name and route[1]
            else route
            for route in routes
        ]
        return super()._message_route_process(message, message_dict, routes)
