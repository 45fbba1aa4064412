from odoo import api, models
from odoo.tools import html2plaintext
from odoo.tools.mail import email_split_tuples


class MaintenanceRequest(models.Model):
    """Whom of our own people an order tells what, and orders that come by e-mail.

    Odoo's guard against loops and auto-replies counts what one address has sent; it
    works only where a model says in which field the address stands.
    """

    _inherit = "maintenance.request"
    _primary_email = "reporter_email"

    def _tell_assigned(self):
        """Whose order it is now learns of it: by one activity, or one message."""
        self._tell_contractor()
        for order in self.sudo():
            order.activity_unlink(["pm_maintenance.mail_activity_order"])
            if order.user_id:
                order.activity_schedule(
                    "pm_maintenance.mail_activity_order",
                    user_id=order.user_id.id,
                    summary=order.display_name,
                    note=order.property_id.display_name,
                )

    def _tell_dispatcher(self, why, detail=None):
        """Whoever dispatches at the estate has something to do, once for each reason.

        Those of the group who work there, or where there are none, those above; each
        reads it in the own language, whoever or whatever found it out.

        :param why: key of :meth:`_dispatcher_text`
        :param detail: words that somebody entered
        """
        group = self.env.ref("pm_maintenance.group_pm_dispatcher")
        members = {
            estate: group._pm_members(estate) for estate in self.sudo().estate_id
        }
        for order in self.sudo():
            for user in members[order.estate_id]:
                reader = order.with_context(lang=user.lang or self.env.lang)
                text = reader._dispatcher_text(why, detail)
                waiting = order.activity_ids.filtered(
                    lambda activity, user=user, text=text: (
                        activity.user_id == user and activity.summary == text
                    )
                )
                if not waiting:
                    order.activity_schedule(
                        "pm_maintenance.mail_activity_dispatch",
                        user_id=user.id,
                        summary=text,
                    )

    def _failure_reader(self):
        """A job could not take an order on: who dispatches at the estate is told."""
        group = self.env.ref("pm_maintenance.group_pm_dispatcher")
        return group._pm_members(self.estate_id)[:1] or super()._failure_reader()

    def _dispatcher_text(self, why, detail=None):
        """Why the dispatcher is asked, in a few words."""
        return {
            "nobody": self.env._("Nobody is found for this order."),
            "pool": self.env._("Nobody of the team has taken this order."),
            "refused": self.env._("Given back: %s", detail),
            "urged": self.env._("The customer asks where we are."),
            "quote": self.env._("What it costs: %s. Agree to it, or ask.", detail),
            "low": self.env._("The customer is not content: %s", detail),
        }[why]

    # the mail gateway calls it, and nobody else
    @api.private
    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """A mail to the alias of a team becomes an order where the place is known.

        It is known by the sender, a customer who holds one place today, or else is
        the estate of the team. Without either it stays a request as Odoo has it.
        """
        values = dict(custom_values or {})
        team = self.env["maintenance.team"].browse(values.get("maintenance_team_id"))
        sender = email_split_tuples(msg_dict.get("email_from") or "")
        name, address = sender[0] if sender else ("", "")
        estate = team.sudo().pm_estate_id
        partner = self._customer_by_email(address, estate) if estate else None
        if estate:
            places = partner._pm_held_properties() if partner else {}
            place = places.get(partner.id) if partner else None
            channel = self.env["pm.channel"].sudo().search([("code", "=", "email")])
            values |= {
                "property_id": (place or estate).id,
                "partner_id": partner.id if partner else False,
                "channel_id": channel[:1].id,
                "reporter_name": name or address,
                "reporter_email": address,
                "company_id": estate.company_id.id,
                "description": html2plaintext(msg_dict.get("body") or "")[:10000],
            }
        order = super().message_new(msg_dict, custom_values=values)
        if order.property_id:
            order.sudo().reporter_email = address
            order.sudo()._dispatch_by_rules()
        return order

    @api.model
    def _customer_by_email(self, address, estate):
        """The one customer of the estate's company with this address, if it is one."""
        if not address:
            return self.env["res.partner"]
        found = (
            self.env["res.partner"]
            .sudo()
            .search(
                [
                    ("email_normalized", "=", address.lower()),
                    ("pm_is_customer", "=", True),
                    ("company_id", "in", [False, estate.company_id.id]),
                ],
                limit=2,
            )
        )
        return found if len(found) == 1 else self.env["res.partner"]
