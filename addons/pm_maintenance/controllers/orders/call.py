import re

from odoo import http
from odoo.http import request

NUMBER = re.compile(r"[0-9+() -]{3,30}")


class CallPage(http.Controller):
    """The address that a telephone system opens for a call: ``/pm/call?phone=…``.

    Odoo hands no other words of an address to a form, so the page of the call is made
    here and shown by its number.
    """

    @http.route("/pm/call", type="http", auth="user", sitemap=False)
    def call(self, phone="", **kw):
        calls = request.env["pm.order.call"]
        if request.env.user.share or not calls.has_access("create"):
            return request.not_found()
        call = calls.create({"query": phone if NUMBER.fullmatch(phone) else False})
        return request.redirect(
            f"/odoo/action-pm_maintenance.pm_order_call_action/{call.id}"
        )
