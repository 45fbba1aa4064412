from datetime import timedelta

from odoo import fields, models

# news that may wait a little, so that several become one message
PATIENT = ("accept", "pause", "resume", "urge")
WAIT = timedelta(minutes=10)


class MaintenanceRequest(models.Model):
    """What reporters and contractors are told, when, and by which way."""

    _name = "maintenance.request"
    _inherit = ["maintenance.request", "pm.reported.mixin"]

    message_to_ids = fields.One2many(
        "pm.order.message", "request_id", "Told", readonly=True
    )

    def _tell_reporter(self, kind, detail=None):
        """One message for each change, to everybody who reported this.

        :param kind: of :class:`PmOrderMessage`; what is said is in
            :meth:`_reporter_text`
        :param detail: words, an amount or a link that belong to it
        """
        told = (
            self.sudo()
            ._reporters_orders()
            .filtered(
                lambda order: (
                    order.partner_id or order.reporter_email or order.reporter_phone
                )
            )
        )
        ways = told._ways_of_companies()
        told._put_down(
            [
                (order, order.partner_id, *order._reporter_way(ways), kind, detail)
                for order in told
            ]
        )

    def _tell_contractor(self):
        """The firm learns of an order by one message, with the link to its page."""
        orders = self.sudo().filtered("supplier_id")
        ways = orders._ways_of_companies()
        orders._put_down(
            [
                (order, order.supplier_id, *order._supplier_way(ways), "given", None)
                for order in orders
            ]
        )

    def _put_down(self, rows):
        now = fields.Datetime.now()
        self.env["pm.order.message"].sudo()._as_step().create(
            [
                {
                    "request_id": order.id,
                    "partner_id": partner.id,
                    "kind": kind,
                    "text": order.with_context(
                        lang=partner.lang or self.env.lang
                    )._reporter_text(kind, detail),
                    "channel": way,
                    "address": address,
                    "state": "outgoing" if way else "unreachable",
                    "due_at": now + WAIT if kind in PATIENT else now,
                }
                for order, partner, way, address, kind, detail in rows
            ]
        )

    def _supplier_way(self, ways):
        firm = self.supplier_id
        for way in ("sms", "email"):
            if way in ways[self.company_id] and (
                address := self._address_of(way, firm, firm.email, firm.phone)
            ):
                return way, address
        return False, False

    def _reporter_text(self, kind, detail=None):
        """What is said, in the reader's language, with the number of the order."""
        number, promise = self.number, self.promise or ""
        who = self.user_id.name or self.supplier_id.name or ""
        text = {
            "report": self.env._("We have your report %s.", number),
            "accept": self.env._(
                "%(number)s: %(who)s takes care of it.", number=number, who=who
            ),
            "travel": self.env._(
                "%(number)s: %(who)s is on the way.", number=number, who=who
            ),
            "pause": self.env._(
                "%(number)s waits: %(why)s.",
                number=number,
                why=self.pause_reason_id.name or "",
            ),
            "resume": self.env._("%s goes on.", number),
            "urge": self.env._("%s: we have told whoever is responsible.", number),
            "quote": self.env._(
                "%(number)s: the work costs %(amount)s. Please agree to it on the "
                "portal, or sign with the technician.",
                number=number,
                amount=detail,
            ),
            "done": self.env._(
                "%s is done. Please accept the work, or tell us what is missing.",
                number,
            ),
            "redo": self.env._("%s will be done again.", number),
            "cancel": self.env._(
                "%(number)s was cancelled: %(why)s", number=number, why=detail
            ),
            "merge": self.env._(
                "%(number)s: somebody has reported the same. We go on under %(other)s.",
                number=number,
                other=detail,
            ),
            "rate": self.env._("%s: how was it? One tap tells us:", number),
            "given": self.env._(
                "Order %(number)s for you: %(name)s, %(place)s. %(link)s",
                number=number,
                name=self.name,
                place=self.property_id.display_name,
                link=f"{self.get_base_url()}/my/work-orders/{self.id}",
            ),
        }[kind]
        if kind in ("report", "accept", "resume", "given") and promise:
            text = f"{text} {promise}"
        return text

    def _tell_step(self, step):
        """Which steps the reporter hears of; others say it themselves, or nothing."""
        if step in ("accept", "grab"):
            self._tell_reporter("accept")
        elif step in ("travel", "pause", "resume", "redo", "urge"):
            self._tell_reporter(step)
