from odoo import api, models


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def message_route(
        self, message, message_dict, model=None, thread_id=None, custom_values=None
    ):
        """A mail to a case goes where the case goes on, see ``pm.complaint``."""
        routes = super().message_route(
            message, message_dict, model, thread_id, custom_values
        )
        cases = self.env["pm.complaint"]
        return [
            cases._route_of_case(route, message_dict.get("email_from"))
            if route[0] == cases._name and route[1]
            else route
            for route in routes
        ]
