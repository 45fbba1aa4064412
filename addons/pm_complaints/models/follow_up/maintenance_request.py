from odoo import Command, fields, models
from odoo.exceptions import UserError

from .pm_follow_up import OPEN


class MaintenanceRequest(models.Model):
    """Customers are asked about orders; a low rating is one more reason to."""

    _inherit = "maintenance.request"

    follow_up_state = fields.Selection(
        selection_add=[("missed", "Not Reached")], ondelete={"missed": "set default"}
    )
    pm_follow_up_ids = fields.One2many(
        "pm.follow.up",
        "request_id",
        "Follow-ups",
        readonly=True,
        groups="pm_core.group_pm_service",
    )

    def action_pm_view_follow_ups(self):
        """Open what the customer was asked about this order."""
        self.ensure_one()
        self.check_access("read")
        return self.env["pm.follow.up"]._list_about("request_id", self)

    def _open_follow_ups(self):
        return self.sudo().pm_follow_up_ids.filtered(lambda one: one.state in OPEN)

    def _accept(self, how, **values):
        """The rules say who of the customers is called."""
        result = super()._accept(how, **values)
        # whoever was not content has been put on the list by that
        left = self.filtered(lambda order: not order._open_follow_ups())
        self.env["pm.follow.up"]._open("order", left)
        return result

    def _redo(self, reason):
        """What is done again is asked about when it is done."""
        self._open_follow_ups()._call_off_all(self.env._("It is done again."))
        return super()._redo(reason)

    def _it_rained(self, day):
        """The call of an order begins with the order."""
        waiting = self.filtered(lambda order: order.waits_for_rain)
        result = super()._it_rained(day)
        calls = waiting._open_follow_ups()
        calls.filtered(lambda one: one.state == "waiting")._it_rained(day)
        return result

    def _rate(self, rating, text=None):
        """Who has answered by link is not called for the same, unless it was low."""
        kept = self._keeps_from_worker(rating, text)
        result = super()._rate(rating, None if kept else text)
        if kept:
            self._file_words(text, "web")
        if not self._is_rated_low():
            self._open_follow_ups()._call_off_all(
                self.env._("The customer has rated it by link.")
            )
        return result

    def _accept_by_customer(self, name, signature=None, rating=None, text=None):
        """What is about whoever did the work is not written on the order."""
        kept = self._keeps_from_worker(rating, text)
        result = super()._accept_by_customer(
            name, signature, rating, None if kept else text
        )
        if kept:
            self._file_words(text, "portal")
        return result

    def _keeps_from_worker(self, rating, words):
        """Whether words are not for who did the work, and reads the order: they name
        a member of the staff, or say why the customer is not content."""
        if not (words or "").strip():
            return False
        return self._is_low(rating) or self._is_about_staff(words)

    def _file_words(self, words, channel):
        """Words that are not for the order go to whoever calls, as what the customer
        has said already; where they name somebody, or nobody calls, they are a case.

        :param channel: code of the ``pm.channel`` by which they came
        """
        order = self.sudo()
        call = order._open_follow_ups()[:1]
        if call and not order._is_about_staff(words):
            call._as_step().words = words
            return
        low = order._is_rated_low()
        case = self.env["pm.complaint"]._report(
            order.property_id,
            words,
            kind="complaint" if low or order.rating in (False, "3") else "praise",
            channel=channel,
            partner=order.partner_id,
            reporter={"name": order.reporter_name, "phone": order.reporter_phone},
            is_anonymous=not (order.partner_id or order.reporter_name),
            values={"concerned_user_ids": [Command.set(order.user_id.ids)]}
            if low
            else None,
        )
        if low:
            call._as_step().new_complaint_id = case

    def _is_low(self, rating):
        return bool(rating) and int(rating) <= int(
            self.company_id.sudo().pm_low_rating or 0
        )

    def _is_rated_low(self):
        return self._is_low(self.rating)

    def _if_rated_low(self):
        """Somebody else than who did the work asks what was wrong."""
        result = super()._if_rated_low()
        if not self._in_step("pm_following_up"):
            low = self.filtered(lambda order: order._is_rated_low())
            waiting = low._open_follow_ups()
            waiting._come_first()
            self.env["pm.follow.up"]._open("order_low", low - waiting.request_id)
        return result

    def action_follow_up(self, rating=None, text=None):
        """Whoever called from the order has made the call that was to be made.

        :raises UserError: the words are about a member of the staff, and there is no
            follow-up that keeps them from that person
        """
        named = self.filtered(lambda order: order._is_about_staff(text))
        for order in named - self._open_follow_ups().request_id:
            self._check_desk()
            raise UserError(
                self.env._(
                    "%s: whoever did the work reads what you enter here. Enter what "
                    "the customer says of a member of the staff as a complaint.",
                    order.display_name,
                )
            )
        steps = self._as_step("pm_following_up")
        result = None
        for orders, words in ((self - named, text), (named, None)):
            if orders:
                result = super(
                    MaintenanceRequest, steps.browse(orders.ids)
                ).action_follow_up(rating, words)
        for one in self._open_follow_ups():
            low = one.request_id._is_rated_low()
            one._asked_elsewhere("unsatisfied" if low else "satisfied", text, rating)
        return result

    def _is_about_staff(self, words):
        """Whether the words name a member of the staff, who may read the order."""
        complaints, order = self.env["pm.complaint"].sudo(), self.sudo()
        staff = complaints._staff_of(order.estate_id) | order.user_id
        return bool(complaints._named_in(words, staff))

    def _called_back(self, follow_up, reason=None):
        """What the customer said on the telephone, or why nobody could ask.

        :param follow_up: ``pm.follow.up`` that is over
        :param reason: why there is no answer
        """
        one, order = follow_up.sudo(), self.sudo()
        words, values = one.words, {}
        if one.new_complaint_id.concerned_user_ids or order._keeps_from_worker(
            one.score, words
        ):
            # they stay in the follow-up
            words = False
        if order.follow_up_state == "todo":
            reached = one.result != "missed"
            values = {
                "follow_up_state": "done" if reached else "missed",
                "follow_up_due": False,
                "waits_for_rain": False,
            }
        if one.score and not order.rating:
            values |= {"rating": one.score, "rating_text": words}
        self._as_step("pm_following_up")._take_step(
            "follow_up", note=words or reason, **values
        )
