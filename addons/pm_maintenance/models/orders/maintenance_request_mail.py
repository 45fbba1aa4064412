from collections import Counter

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import html2plaintext, plaintext2html
from odoo.tools.mail import email_split_tuples

# of so many orders at one moment each has a mail of its own
FEW = 3
# how many a mail about more of them names
LISTED = 50


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
        orders = self.sudo()
        orders.activity_unlink(["pm_maintenance.mail_activity_order"])
        orders._plan_activities(
            "pm_maintenance.mail_activity_order",
            [
                (order, order.user_id, order.display_name)
                for order in orders
                if order.user_id
            ],
        )

    def _tell_dispatcher(self, why, detail=None):
        """Whoever dispatches at the estate has something to do, once for each reason.

        Each reads it in the own language, whoever or whatever found it out.

        :param why: key of :meth:`_dispatcher_text`
        :param detail: words that somebody entered
        """
        rows = []
        for estate, orders in self.sudo().grouped("estate_id").items():
            for user in self._who_dispatches(estate):
                reader = self.with_context(lang=user.lang or self.env.lang)
                text = reader._dispatcher_text(why, detail)
                waiting = orders.activity_ids.filtered(
                    lambda activity, user=user, text=text: (
                        activity.user_id == user and activity.summary == text
                    )
                )
                asked = set(waiting.mapped("res_id"))
                rows += [
                    (order, user, text) for order in orders if order.id not in asked
                ]
        self._plan_activities("pm_maintenance.mail_activity_dispatch", rows)
        # whoever was told before is not told again
        asked = self.browse({order.id for order, _user, _text in rows})
        asked._raise_event("alert.dispatch", self._dispatcher_text(why, detail))

    @api.model
    def _who_dispatches(self, estate):
        """Dispatchers of the estate, or where there are none, those above.

        Where a company has nobody of all of them, whoever sets it up is told: an order
        that nobody hears of hangs in silence.
        """
        group = self.env.ref("pm_maintenance.group_pm_dispatcher")
        system = self.env.ref("base.group_system").sudo()
        return group._pm_members(estate) or system.all_user_ids.filtered(
            lambda user: (
                user.active and not user.share and estate.company_id in user.company_ids
            )
        )

    @api.model
    def _plan_activities(self, kind, rows):
        """Make the activities of many orders at once.

        Odoo sends a mail for each. Who gets more than a few at one moment gets one
        mail that lists them.

        :param rows: (order, user, summary)
        """
        if self.env.context.get("mail_activity_automation_skip"):
            return
        counts = Counter(user for _order, user, _text in rows)
        activities = self.env["mail.activity"].sudo()
        values = {
            "activity_type_id": self.env.ref(kind).id,
            "automated": True,
            "res_model_id": self.env["ir.model"]._get_id(self._name),
            "date_deadline": fields.Date.context_today(self),
        }
        for many in (False, True):
            if many:
                activities = activities.with_context(mail_activity_quick_update=True)
            activities.create(
                [
                    {
                        **values,
                        "res_id": order.id,
                        "user_id": user.id,
                        "summary": text,
                        "note": order.property_id.display_name,
                    }
                    for order, user, text in rows
                    if (counts[user] > FEW) is many
                ]
            )
        for user, count in counts.items():
            if count > FEW and user != self.env.user:
                self._tell_of_many(
                    user, [(order, text) for order, to, text in rows if to == user]
                )

    @api.model
    def _tell_of_many(self, user, rows):
        """One mail to one of our own people, of many orders.

        :param rows: (order, what it is about)
        """
        reader = self.with_context(lang=user.lang or self.env.lang)
        lines = [
            Markup("<li>%s %s</li>")
            % (
                order._get_html_link(title=order.display_name),
                text if text != order.display_name else order.property_id.display_name,
            )
            for order, text in rows[:LISTED]
        ]
        if len(rows) > LISTED:
            lines.append(
                Markup("<li>%s</li>") % reader.env._("and %s more", len(rows) - LISTED)
            )
        self.env["mail.thread"].sudo().message_notify(
            partner_ids=user.partner_id.ids,
            subject=reader.env._("%s work orders for you", len(rows)),
            body=Markup("<ul>%s</ul>") % Markup().join(lines),
        )

    def _failure_reader(self):
        """A job could not take an order on: who dispatches at the estate is told."""
        return self._who_dispatches(self.estate_id)[:1] or super()._failure_reader()

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
                "description": plaintext2html(
                    html2plaintext(msg_dict.get("body") or "")[:10000]
                ),
            }
        order = super().message_new(msg_dict, custom_values=values)
        if order.property_id:
            order.sudo().reporter_email = address
            order.sudo()._dispatch_by_rules()
            order.sudo()._tell_reporter("report")
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
