import re

from odoo import api, models
from odoo.tools import email_normalize, html2plaintext
from odoo.tools.mail import email_split_tuples

from .pm_complaint import OPEN
from .pm_complaint_report import MAX_TEXT

# what people write who only say thanks; with nothing else it is no objection
THANKS = re.compile(
    r"^(?:[\s\W]|ok|okay|thanks?|thank you|many|very|much|you|so|a lot|got it|noted|"
    r"好的?|收到|谢谢您?|多谢|感谢|非常|辛苦了?|知道了?|满意|了|您|你|们)*$",
    re.IGNORECASE,
)
QUOTED = re.compile(
    r"^(?:>|on .+ wrote:$|-{2,}\s*(?:original message|原始邮件|forwarded)|"
    r"在.+写道[:：]$|发件人[:：]|from: )",
    re.IGNORECASE,
)


class PmComplaint(models.Model):
    """Complaints that come by e-mail, and answers to ours.

    Odoo's guard against loops and auto-replies counts what one address has sent; it
    works only where a model says in which field the address stands.
    """

    _inherit = "pm.complaint"
    _primary_email = "reporter_email"

    # the mail gateway calls these, and nobody else
    @api.private
    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """A mail to the alias of an estate becomes a complaint.

        The place is known by the sender, a customer who holds one there today, or
        else it is the estate: those are listed, to be given their place.
        """
        custom_values = custom_values or {}
        estate = self.env["pm.property"].sudo().browse(custom_values["property_id"])
        sender = email_split_tuples(msg_dict.get("email_from") or "")
        name, address = sender[0] if sender else ("", "")
        partner = self.env["maintenance.request"]._customer_by_email(address, estate)
        places = partner._pm_held_properties(estate) if partner else {}
        place = places.get(partner.id) or estate
        text = self._reply_text(msg_dict.get("body") or "") or (
            msg_dict.get("subject") or ""
        )
        values = {
            **custom_values,
            "kind": "complaint",
            "property_id": place.id,
            "partner_id": partner.id,
            "reporter_name": (name or address) if not partner else partner.name,
            "reporter_email": address,
            "channel_id": self.env.ref("pm_core.pm_channel_email").id,
            "description": text or self.env._("(no text)"),
            "name": (msg_dict.get("subject") or "").strip()[:80] or False,
        }
        complaint = super().message_new(msg_dict, custom_values=values)
        complaint.sudo()._as_step().reporter_email = address
        complaint.sudo()._accept()
        return complaint

    @api.private
    def message_update(self, msg_dict, update_vals=None):
        """An answer: it goes on where it waited; after closing it is an objection,
        unless it only says thanks."""
        result = super().message_update(msg_dict, update_vals=update_vals)
        for complaint in self.sudo():
            if not complaint._is_from_customer(msg_dict.get("email_from")):
                continue
            text = self._reply_text(msg_dict.get("body") or "")
            case = complaint._that_is_open()
            if THANKS.match(text):
                continue
            if case.state in OPEN:
                case._add_words(text)
            elif case.state == "closed":
                case._object(text, case._reported_by(msg_dict.get("email_from")))
        return result

    @api.model
    def _route_of_case(self, route, sender):
        """Where a mail to a case goes: to the one that is open, if its sender is in
        it; whoever only quotes it has a case of their own.

        :param route: (model, id, values, user id, alias) as the gateway found it
        """
        model, thread_id, values, user_id, alias = route
        case = self.sudo().browse(thread_id).exists()
        if not case:
            return route
        if case._is_from_party(sender):
            return model, case._that_is_open().id, values, user_id, alias
        own = {**(values or {}), "property_id": case.estate_id.id}
        return model, False, own, user_id, alias

    def _is_from_customer(self, sender):
        return bool(self._reported_by(sender))

    def _reported_by(self, sender):
        """Of this case and those merged into it, the first that the sender reported."""
        address = email_normalize(sender or "", strict=False)
        return self._reporters_of().filtered(
            lambda one: (
                address
                and address
                in (
                    email_normalize(one.reporter_email or "", strict=False),
                    email_normalize(one.partner_id.email or "", strict=False),
                )
            )
        )[:1]

    def _is_from_party(self, sender):
        """The customers of the case, and our own people who may write it."""
        if self._is_from_customer(sender):
            return True
        address = email_normalize(sender or "", strict=False)
        users = (
            self.env["res.users"]
            .sudo()
            .search([("email_normalized", "=", address), ("share", "=", False)])
        )
        return bool(address) and any(
            self.with_user(user).sudo(False).has_access("write") for user in users
        )

    @api.model
    def _reply_text(self, body):
        """What was written now, without what it quotes."""
        lines = []
        for line in html2plaintext(body).splitlines():
            if QUOTED.match(line.strip()):
                break
            lines.append(line)
        return "\n".join(lines).strip()[:MAX_TEXT]
