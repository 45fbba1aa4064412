from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .maintenance_request import OPEN, WAITING, WORKING


class MaintenanceRequest(models.Model):
    """From done to closed: acceptance, redo, follow-up; cancelling and urging."""

    _inherit = "maintenance.request"

    verified_at = fields.Datetime(readonly=True, copy=False)
    verified_by_id = fields.Many2one(
        "res.users", "Accepted by", readonly=True, copy=False
    )
    acceptance = fields.Selection(
        [
            ("staff", "Responsible Person"),
            ("customer", "Customer"),
            ("silent", "In Silence"),
        ],
        "Accepted How",
        readonly=True,
        copy=False,
    )
    signature = fields.Binary(
        "Customer's Signature", readonly=True, copy=False, attachment=True
    )
    signed_by = fields.Char(readonly=True, copy=False)
    quote_signature = fields.Binary(
        "Signature of Consent", readonly=True, copy=False, attachment=True
    )
    rating = fields.Selection(
        [("5", "Very good"), ("4", "Good"), ("3", "Fair"), ("2", "Poor"), ("1", "Bad")],
        readonly=True,
        copy=False,
    )
    rating_text = fields.Text("Customer's Words", readonly=True, copy=False)
    redo_reason = fields.Char(copy=False, tracking=True)
    redo_count = fields.Integer("Redone", readonly=True, copy=False)
    follow_up_state = fields.Selection(
        [("none", "Not Asked"), ("todo", "To Be Asked"), ("done", "Asked")],
        "Follow-up",
        readonly=True,
        copy=False,
        default="none",
    )

    def action_verify(self):
        """A responsible person, and nobody who did the work, accepts it.

        :raises AccessError: the user did the work
        """
        self._check_desk()
        self._check_in_state("done")
        for order in self:
            order._check_not_own_work()
            order._check_signed()
        self._accept("staff")

    def _check_not_own_work(self):
        """:raises AccessError: who did the work does not accept it"""
        order = self.sudo()
        done = order.step_ids.filtered(lambda step: step.step in ("arrive", "done"))
        workers = order.work_ids.employee_id.user_id | order.user_id | done.user_id
        if self.env.user in workers:
            raise AccessError(
                self.env._(
                    "%s was done by you: somebody else has to accept it.",
                    self.display_name,
                )
            )

    def _check_signed(self):
        if self.fault_category_id.needs_signature and not self.signature:
            raise UserError(
                self.env._(
                    "%s needs the customer's signature, or the customer's acceptance "
                    "on the portal.",
                    self.display_name,
                )
            )

    def _accept(self, how, **values):
        """The work is accepted: by staff, by the customer, or in silence."""
        for order in self:
            order._take_step(
                "verify",
                "verified",
                note=dict(self._fields["acceptance"]._description_selection(self.env))[
                    how
                ],
                acceptance=how,
                verified_at=fields.Datetime.now(),
                verified_by_id=self.env.uid if how == "staff" else False,
                **order._follow_up_values(),
                **values,
            )
            order._if_rated_low()
            order._ask_rating()

    def _accept_by_customer(self, name, signature=None, rating=None, text=None):
        """The customer accepts, by signature on the phone or on the portal.

        :param name: who accepts
        :param signature: PNG as base64, if there is one
        :param rating: "1" to "5"
        """
        self._check_in_state("done")
        self._accept(
            "customer",
            signed_by=name,
            signature=signature,
            rating=rating,
            rating_text=text,
        )

    def action_redo(self, reason=None):
        """The work is refused: the same order is done again, and that is counted.

        :raises UserError: no reason
        """
        self._check_desk()
        self._check_in_state("done", "verified")
        for order in self:
            order._redo(reason or order.redo_reason)

    def _redo(self, reason):
        self._need(reason, self.env._("why the work is not accepted"))
        self._take_step(
            "redo",
            "dispatched" if self.user_id or self.supplier_id else "reported",
            note=reason,
            redo_reason=reason,
            redo_count=self.redo_count + 1,
            is_repeat=self.is_repeat or self._is_reopened(),
            done_at=False,
            arrived_at=False,
            accepted_at=False,
            verified_at=False,
            verified_by_id=False,
            acceptance=False,
            signature=False,
            signed_by=False,
            follow_up_state="none",
            follow_up_due=False,
            waits_for_rain=False,
        )
        self.sudo()._sla_reopen("finish")
        self._tell_assigned()

    def _is_reopened(self):
        """Whether the work was accepted, and has not held as long as it should."""
        if self.state != "verified" or self.maintenance_type != "corrective":
            return False
        days = self.fault_category_id.repeat_days
        return self.done_at >= fields.Datetime.subtract(
            fields.Datetime.now(), days=days
        )

    def action_follow_up(self, rating=None, text=None):
        """Somebody called back; what the customer said is kept.

        :param rating: "1" to "5"
        """
        self._check_desk()
        self._check_in_state("verified")
        for order in self:
            order._check_not_own_work()
        rating = str(rating) if isinstance(rating, int) and rating else rating
        if rating and rating not in dict(self._fields["rating"].selection):
            raise UserError(self.env._("A rating is a number from 1 to 5."))
        self._take_step(
            "follow_up",
            note=text,
            follow_up_state="done",
            follow_up_due=False,
            waits_for_rain=False,
            rating=rating or self.rating,
            rating_text=text or self.rating_text,
        )
        self._if_rated_low()

    def action_close(self):
        """Put on file what is accepted and complete.

        :raises UserError: naming what is missing
        """
        self._check_desk()
        self._check_in_state("verified")
        for order in self:
            if order.follow_up_state == "todo":
                raise UserError(
                    self.env._(
                        "%s: ask the customer first; its category says so.",
                        order.display_name,
                    )
                )
        for order, missing in self._missing_for_closing().items():
            raise UserError(
                self.env._(
                    "%(order)s cannot be closed. Missing: %(missing)s.",
                    order=order.display_name,
                    missing=", ".join(missing),
                )
            )
        self._take_step("close", "closed", closed_at=fields.Datetime.now())

    def action_cancel(self, reason=None):
        """Nothing will be done; the reason is kept.

        :raises UserError: no reason, or there is working time already
        """
        self._check_desk()
        self._check_in_state(*WAITING, *WORKING)
        for order in self:
            text = reason or order.cancel_reason
            order._need(text, self.env._("why it is cancelled"))
            order._stop_work()
            order._take_step(
                "cancel",
                "cancelled",
                note=text,
                cancel_reason=text,
                is_pool=False,
                closed_at=fields.Datetime.now(),
            )
            order._tell_reporter("cancel", text)

    def action_urge(self):
        """The customer asks again. It is counted; each level is told once only."""
        self._check_order_access()
        self._urge()

    def _urge(self):
        self._check_in_state(*OPEN)
        for order in self._locked():
            order._take_step("urge", urge_count=order.urge_count + 1)
            if order.urge_count == 1:
                order._tell_dispatcher("urged")

    @api.model
    def _cron_accept_in_silence(self):
        """Done work that nobody refused in time counts as accepted, and is closed.

        Not where the customer has to sign, and not where the category says never.
        """
        now = fields.Datetime.now()
        Category = self.env["pm.fault.category"]
        usual = Category.default_get(["silent_days"])["silent_days"]
        # work of a category that was archived since is accepted too, and so is work
        # of which nobody said what it is
        days = {
            category: category.silent_days
            for category in Category.with_context(active_test=False).search([])
            if not category.needs_signature
        }
        for category, silent_days in [*days.items(), (Category, usual)]:
            if not silent_days:
                continue
            orders = self.search(
                [
                    ("state", "=", "done"),
                    ("property_id", "!=", False),
                    ("fault_category_id", "=", category.id),
                    ("done_at", "<=", now - timedelta(days=silent_days)),
                ],
                limit=1000,
            )
            orders._try_together(lambda done: done._accept("silent"))
        verified = self.search(
            [
                ("state", "=", "verified"),
                ("follow_up_state", "!=", "todo"),
                ("acceptance", "in", ("silent", "customer")),
            ]
        )
        # those that lack something would keep the others out of a limited search
        missing = verified._missing_for_closing()
        ready = verified.filtered(lambda order: order not in missing)[:1000]
        if ready:
            ready._try_together(
                lambda orders: orders._take_step("close", "closed", closed_at=now)
            )
