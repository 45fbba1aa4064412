from datetime import date, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..ledger.business_day import set_today, today_at


class PmPaymentPromise(models.Model):
    """A customer says when what will be paid; meanwhile nobody duns for it.

    Every night the money that came in for the charges is compared with what was
    promised to that day. Who promises owns up to the debt: limitation begins anew
    (Civil Code, article 195).
    """

    _name = "pm.payment.promise"
    _description = "Promise to Pay"
    _inherit = [
        "pm.estate.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "pm.cron.mixin",
        "pm.state.mixin",
    ]
    _order = "date desc, id desc"
    _check_company_auto = True

    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="restrict"
    )
    date = fields.Date(
        "Promised on",
        required=True,
        compute="_compute_date",
        store=True,
        readonly=False,
        precompute=True,
    )
    charge_ids = fields.Many2many(
        "pm.charge",
        string="Charges",
        domain="[('partner_id', '=', partner_id), ('estate_id', '=', estate_id), "
        "('state', '=', 'posted'), ('amount_residual', '>', 0)]",
    )
    line_ids = fields.One2many(
        "pm.payment.promise.line", "promise_id", "Instalments", copy=True
    )
    user_id = fields.Many2one(
        "res.users",
        "Collector",
        compute="_compute_user_id",
        store=True,
        precompute=True,
        readonly=False,
        domain="[('share', '=', False)]",
        help="Who is told when the promise is broken.",
    )
    note = fields.Text(help="How it was made: on the phone, in writing, …")
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary("Promised", compute="_compute_amount", store=True)
    paid_before = fields.Monetary(readonly=True, copy=False)
    amount_open = fields.Monetary("Open Charges", compute="_compute_received")
    amount_received = fields.Monetary(
        "Received Since",
        compute="_compute_received",
        help="Money that came in for these charges since the promise holds.",
    )
    date_next = fields.Date("Next Instalment", compute="_compute_received")
    state = fields.Selection(
        [
            ("draft", "New"),
            ("active", "Watched"),
            ("kept", "Kept"),
            ("broken", "Broken"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        index=True,
        tracking=True,
    )

    @api.depends("partner_id", "date")
    def _compute_display_name(self):
        for promise in self:
            name = promise.partner_id.sudo().name or ""
            promise.display_name = f"{name} {promise.date or ''}"

    @api.depends("property_id")
    def _compute_date(self):
        """The day that it is at the estate, unless said."""
        set_today(self, "date")

    @api.depends("property_id")
    def _compute_user_id(self):
        found = self.property_id._collectors()
        for promise in self:
            promise.user_id = found.get(promise.property_id.id, False)

    @api.depends("line_ids.amount")
    def _compute_amount(self):
        for promise in self:
            promise.amount = sum(promise.line_ids.mapped("amount"))

    @api.depends(
        "paid_before",
        "state",
        "charge_ids.amount_paid",
        "charge_ids.amount_residual",
        "line_ids.date",
        "line_ids.amount",
    )
    def _compute_received(self):
        for promise in self:
            paid = sum(promise.charge_ids.mapped("amount_paid"))
            received = 0.0 if promise.state == "draft" else paid - promise.paid_before
            promise.amount_received = received
            promise.amount_open = sum(promise.charge_ids.mapped("amount_residual"))
            promise.date_next = next(
                (
                    line.date
                    for line, due in promise._due_after_each()
                    if promise.currency_id.compare_amounts(due, received) > 0
                ),
                False,
            )

    @api.constrains("charge_ids", "partner_id", "property_id")
    def _check_charges(self):
        for promise in self:
            for charge in promise.charge_ids.sudo():
                if (
                    charge.partner_id != promise.partner_id
                    or charge.estate_id != promise.estate_id
                ):
                    raise ValidationError(
                        self.env._(
                            "%(charge)s is not owed by %(customer)s at %(estate)s.",
                            charge=charge.display_name,
                            customer=promise.partner_id.sudo().name,
                            estate=promise.estate_id.name,
                        )
                    )

    def write(self, vals):
        said = {"partner_id", "property_id", "date", "charge_ids", "line_ids"}
        if not self._writes_freely() and said & vals.keys():
            self._check_in_state("draft")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_watched(self):
        self._check_in_state("draft", "cancelled")

    # ------------------------------------------------------------------
    # Steps
    # ------------------------------------------------------------------

    def action_confirm(self):
        """Watch it from now on.

        :raises UserError: no charges, no instalments, or more than is open
        """
        self._check_in_state("draft")
        self.check_access("write")
        for promise in self:
            promise._check_complete()
            others = promise.charge_ids & self._promised(promise.charge_ids)
            if others:
                raise UserError(
                    self.env._(
                        "%s is in another promise already. Cancel that one first.",
                        others[0].display_name,
                    )
                )
            charges = promise.charge_ids.sudo()
            promise.sudo()._as_step().write(
                {"state": "active", "paid_before": sum(charges.mapped("amount_paid"))}
            )
            charges._restart_limitation(
                promise.date, self.env._("promise to pay"), binds_late=True
            )

    def _check_complete(self):
        self.ensure_one()
        if self.date > today_at(self.property_id):
            raise UserError(
                self.env._(
                    "%s: nobody has promised yet what is promised on a day to come.",
                    self.display_name,
                )
            )
        if not self.charge_ids or not self.line_ids:
            raise UserError(
                self.env._(
                    "%s: say for which charges it is, and what will be paid when.",
                    self.display_name,
                )
            )
        if self.currency_id.compare_amounts(self.amount, self.amount_open) > 0:
            raise UserError(
                self.env._(
                    "%(promise)s: %(amount).2f are promised, but only %(open).2f are "
                    "open.",
                    promise=self.display_name,
                    amount=self.amount,
                    open=self.amount_open,
                )
            )

    def action_cancel(self):
        """Let it go; the charges are dunned again."""
        self._check_in_state("draft", "active")
        self.check_access("write")
        self.sudo()._as_step().state = "cancelled"

    # ------------------------------------------------------------------
    # The watch
    # ------------------------------------------------------------------

    @api.model
    def _promised(self, charges):
        """Return those of ``charges`` that a promise which holds is about."""
        promises = self.sudo().search(
            [("state", "=", "active"), ("charge_ids", "in", charges.ids)]
        )
        return charges & promises.charge_ids.with_env(charges.env)

    def _due_after_each(self):
        """Return [(instalment, what has to have come in by then)], by date."""
        due, rows = 0.0, []
        for line in self.line_ids.sorted(lambda line: line.date or date.max):
            due += line.amount
            rows.append((line, due))
        return rows

    @api.model
    def _cron_watch(self):
        """Kept, broken, or still running; once a night, by the day of the estate."""
        domain = [("state", "=", "active")]
        self.search(domain)._cron_each(lambda promise: promise._watch(), domain)

    def _watch(self):
        self.ensure_one()
        today = self.estate_id._today()
        received = self.amount_received
        # what was credited or written off meanwhile is not owed any more
        nothing_open = self.currency_id.is_zero(self.amount_open)
        if nothing_open or (
            self.currency_id.compare_amounts(received, self.amount) >= 0
        ):
            self._as_step().state = "kept"
            return
        for line, due in self._due_after_each():
            if (
                line.date < today
                and self.currency_id.compare_amounts(received, due) < 0
            ):
                self._break(line, due - received)
                return

    def _break(self, line, missing):
        self._as_step().state = "broken"
        user = self.user_id or self.property_id._collectors()[self.property_id.id]
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=self.estate_id._today() + timedelta(days=1),
            summary=self.env._(
                "Promise broken: %(customer)s, %(amount).2f of %(day)s are missing",
                customer=self.partner_id.name,
                amount=missing,
                day=line.date,
            ),
            user_id=(user or self.env.user).id,
        )

    def _failure_summary(self):
        return self.env._("The promise could not be looked at")
