import secrets
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.pm_core.tools.qr import data_url

# a score that nobody should read without calling back
LOW = ("1", "2")
# after the work was accepted: who was in danger is called the next day, others
# within a week
SOON, LATER = timedelta(hours=24), timedelta(days=7)


class MaintenanceRequest(models.Model):
    """After the work: the one question by link, and calling back by rule."""

    _inherit = "maintenance.request"

    rate_token = fields.Char(
        copy=False,
        readonly=True,
        groups="base.group_system",
        index="btree_not_null",
        help="Opens the one question that follows the work, without a login.",
    )
    rated_at = fields.Datetime(readonly=True, copy=False)
    follow_up_due = fields.Datetime(
        "Call Back until", readonly=True, copy=False, index="btree_not_null"
    )
    waits_for_rain = fields.Boolean(
        "After the Next Rain",
        readonly=True,
        copy=False,
        help="Whether a leak is tight shows when it has rained.",
    )

    def _follow_up_values(self):
        """Whether and until when somebody calls back, as the category says."""
        category = self.fault_category_id
        reachable = self.partner_id or self.reporter_phone
        if category.follow_up != "all" or not reachable:
            return {"follow_up_state": "none", "follow_up_due": False}
        if category.after_rain:
            return {"follow_up_state": "todo", "waits_for_rain": True}
        hours = category.follow_up_hours
        urgent = self.urgency in ("danger", "urgent")
        wait = timedelta(hours=hours) if hours else SOON if urgent else LATER
        return {
            "follow_up_state": "todo",
            "follow_up_due": fields.Datetime.now() + wait,
        }

    def _it_rained(self, day):
        """Those that wait for rain at their estates are called the day after.

        :param day: on which it rained
        """
        waiting = self.filtered(
            lambda order: order.state == "verified" and order.waits_for_rain
        )
        for estate, orders in waiting.grouped("estate_id").items():
            zone = estate._zone()
            evening = datetime.combine(day + timedelta(days=1), time(18), zone)
            orders._take_step(
                "follow_up",
                note=self.env._("It has rained."),
                waits_for_rain=False,
                follow_up_due=evening.astimezone(ZoneInfo("UTC")).replace(tzinfo=None),
            )

    def _ask_rating(self):
        """Ask each reporter once, unless somebody calls, or the answer is there."""
        for order in self.sudo():
            if order.rating or order.rate_token or order.follow_up_state == "todo":
                continue
            order._provide_rate_token()
            order._tell_reporter("rate")

    def _provide_rate_token(self):
        if not self.rate_token:
            self.sudo()._as_step().rate_token = secrets.token_urlsafe(16)

    def action_print_rating_slip(self):
        """Print the question with its code, for a customer who is not reached
        otherwise."""
        for order in self:
            order._check_rating_slip()
        return self.env.ref("pm_maintenance.rating_slip_report").report_action(self)

    def _rating_code(self):
        """The link of the question as a data URL; who has it can answer, so that it
        stands in the steps who printed it.

        :raises AccessError, UserError: see :meth:`_check_rating_slip`
        """
        self.ensure_one()
        self._check_rating_slip()
        order = self.sudo()
        order._provide_rate_token()
        order._log_step("slip")
        return data_url(f"{self.get_base_url()}/order/rate/{order.rate_token}")

    def _check_rating_slip(self):
        """:raises AccessError: not of the desk, or who did the work
        :raises UserError: the work is not accepted, or the answer is there
        """
        self._check_desk()
        self._check_in_state("verified", "closed")
        order = self.sudo()
        if self.env.user in (order.user_id | order.work_ids.employee_id.user_id):
            raise AccessError(
                self.env._(
                    "You have done %s yourself: somebody else hands the question out.",
                    order.number,
                )
            )
        if order.rating:
            raise UserError(self.env._("%s has been rated.", order.number))

    def _rate(self, rating, text=None):
        """The customer's answer; there is one.

        :param rating: "1" to "5"
        :raises UserError: no such answer, or answered before
        """
        self.ensure_one()
        if rating not in dict(self._fields["rating"].selection):
            raise UserError(self.env._("Choose one to five stars."))
        if self.rated_at or self.rating:
            raise UserError(self.env._("You have answered already. Thank you."))
        self.sudo()._as_step().write(
            {
                "rating": rating,
                "rating_text": text or False,
                "rated_at": fields.Datetime.now(),
            }
        )
        self._if_rated_low()

    def _if_rated_low(self):
        """A low score is somebody's to follow up; later addons do more about it."""
        for order in self.sudo():
            if order.rating in LOW:
                order._tell_dispatcher("low", order.rating_text or "")
