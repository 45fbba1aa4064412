from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL

OPEN_STATES = ("requested", "agreed")


class PmDutySwap(models.Model):
    """An employee asks a colleague to take a duty over, or to trade duties.

    The colleague agrees, then the captain or a manager approves; only then do the
    duties change hands, once.
    """

    _name = "pm.duty.swap"
    _description = "Swap of Duties"
    _inherit = ["pm.state.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _rec_name = "duty_id"
    _mail_post_access = "read"
    _check_company_auto = True
    # what the colleague has agreed to is what is decided on, and nothing else
    _user_columns = dict.fromkeys(
        ("duty_id", "colleague_id", "return_duty_id", "reason"), ("requested",)
    )

    duty_id = fields.Many2one(
        "pm.duty",
        "Duty to Give Away",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('is_mine', '=', True), ('state', 'in', ('planned', 'confirmed')), "
        "('start', '>', 'now')]",
    )
    requester_id = fields.Many2one(
        "hr.employee",
        "Requested by",
        compute="_compute_requester_id",
        store=True,
        precompute=True,
        index=True,
        help="Who had the duty when the swap was requested.",
    )
    colleague_id = fields.Many2one(
        "hr.employee",
        required=True,
        index=True,
        check_company=True,
        ondelete="cascade",
    )
    return_duty_id = fields.Many2one(
        "pm.duty",
        "Duty in Return",
        index="btree_not_null",
        ondelete="cascade",
        domain="[('employee_id', '=', colleague_id), ('start', '>', 'now'), "
        "('state', 'in', ('planned', 'confirmed'))]",
        help="A duty of the colleague that is taken in return; empty when there is "
        "none.",
    )
    estate_id = fields.Many2one(
        related="duty_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="duty_id.company_id", store=True, index=True, precompute=True
    )
    date = fields.Date(related="duty_id.date", store=True, precompute=True)
    reason = fields.Char()
    state = fields.Selection(
        [
            ("requested", "Requested"),
            ("agreed", "Agreed"),
            ("approved", "Approved"),
            ("refused", "Refused"),
            ("cancelled", "Taken Back"),
        ],
        required=True,
        readonly=True,
        default="requested",
        copy=False,
        index=True,
        tracking=True,
    )
    approver_id = fields.Many2one("res.users", "Decided by", readonly=True, copy=False)
    decided_date = fields.Datetime("Decided on", readonly=True, copy=False)
    is_requester = fields.Boolean(compute="_compute_rights")
    can_agree = fields.Boolean(compute="_compute_rights")
    can_approve = fields.Boolean(compute="_compute_rights")

    _open_once = models.UniqueIndex(
        "(duty_id) WHERE state IN ('requested', 'agreed')",
        "A swap of this duty is under way already.",
    )

    @api.depends("duty_id")
    def _compute_requester_id(self):
        for swap in self:
            swap.requester_id = swap.requester_id or swap.duty_id.employee_id

    @api.depends("duty_id", "colleague_id", "state")
    @api.depends_context("uid")
    def _compute_rights(self):
        user = self.env.user
        for swap in self:
            decides = swap._is_decided_by(user)
            colleague = swap.colleague_id.sudo().user_id == user
            swap.is_requester = swap.requester_id.sudo().user_id == user
            swap.can_agree = swap.state == "requested" and (colleague or decides)
            swap.can_approve = swap.state == "agreed" and decides

    @api.depends("duty_id", "requester_id", "colleague_id")
    def _compute_display_name(self):
        for swap in self:
            # whoever has the duty by now
            swap.display_name = self.env._(
                "%(requester)s → %(colleague)s: %(duty)s",
                requester=swap.requester_id.name,
                colleague=swap.colleague_id.name,
                duty=swap.duty_id._when_and_where() if swap.duty_id else "",
            )

    @api.constrains("duty_id", "colleague_id", "return_duty_id")
    def _check_parties(self):
        for swap in self:
            if swap.colleague_id == swap.requester_id:
                raise ValidationError(
                    self.env._(
                        "%s cannot swap with oneself: choose a colleague.",
                        swap.colleague_id.name,
                    )
                )
            back = swap.return_duty_id.sudo()
            if back and back.employee_id != swap.colleague_id:
                raise ValidationError(
                    self.env._(
                        "%(duty)s is no duty of %(colleague)s. Choose one in return "
                        "that is.",
                        duty=back.display_name,
                        colleague=swap.colleague_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        # a swap just closed makes room for the next
        self.flush_model(["state"])
        swaps = super().create(
            [{**vals, "state": "requested", "approver_id": False} for vals in vals_list]
        )
        for swap in swaps:
            swap._check_possible()
            swap._tell(
                swap.colleague_id,
                self.env._(
                    "%(requester)s asks you to take over: %(duty)s.",
                    requester=swap.requester_id.name,
                    duty=swap.duty_id._when_and_where(),
                ),
            )
        return swaps

    def action_agree(self):
        """The colleague agrees; then the captain decides.

        :raises AccessError: neither the colleague nor who decides
        :raises UserError: not requested, or not possible any more
        """
        self._check_in_state("requested")
        for swap in self:
            if not swap.can_agree:
                raise AccessError(
                    self.env._(
                        "Only %(colleague)s can agree to this swap.",
                        colleague=swap.colleague_id.name,
                    )
                )
            swap._check_possible()
        self.sudo()._as_step().write({"state": "agreed"})
        for swap in self:
            user = swap.duty_id.sudo().roster_id.user_id
            if user and user != self.env.user:
                swap.sudo().message_notify(
                    partner_ids=user.partner_id.ids,
                    subject=self.env._("Swap to approve"),
                    body=swap.display_name,
                )

    def action_approve(self):
        """Hand the duties over.

        :raises AccessError: not the captain of the roster, a manager or HR
        :raises UserError: not agreed, or not possible any more: another duty at the
            same time, a certificate missing
        """
        self._check_in_state("agreed")
        self._check_decides()
        for swap in self:
            swap.sudo()._as_step()._apply()
            swap.sudo()._as_step().write(
                {
                    "state": "approved",
                    "approver_id": self.env.uid,
                    "decided_date": fields.Datetime.now(),
                }
            )
            swap._tell(
                swap.requester_id | swap.colleague_id,
                self.env._("The swap is approved: %s.", swap.display_name),
            )

    def action_refuse(self):
        """The colleague does not want to, or the captain does not let them."""
        self._check_in_state(*OPEN_STATES)
        for swap in self:
            if not (swap.can_agree or swap.can_approve):
                raise AccessError(
                    self.env._(
                        "Only the colleague, before agreeing, or who decides on swaps "
                        "of the roster can refuse %s.",
                        swap.display_name,
                    )
                )
        self.sudo()._as_step().write(
            {
                "state": "refused",
                "approver_id": self.env.uid,
                "decided_date": fields.Datetime.now(),
            }
        )
        for swap in self:
            swap._tell(
                swap.requester_id,
                self.env._("The swap is refused: %s.", swap.display_name),
            )

    def action_cancel(self):
        """The requester withdraws."""
        self._check_in_state(*OPEN_STATES)
        for swap in self:
            if not (swap.is_requester or swap._is_decided_by(self.env.user)):
                raise AccessError(
                    self.env._(
                        "Only %s can withdraw the request.", swap.requester_id.name
                    )
                )
        self.sudo()._as_step().write({"state": "cancelled"})

    def _is_decided_by(self, user):
        """Whether ``user`` approves: the captain of the roster, managers, HR.

        Whoever asks to be rid of a duty neither agrees for the colleague nor decides.
        """
        duty = self.duty_id
        asks = user and self.requester_id.sudo().user_id == user
        return bool(duty and not asks) and (
            duty.sudo().roster_id.user_id == user
            or duty.with_user(user).has_access("write")
        )

    def _check_decides(self):
        for swap in self:
            if not swap._is_decided_by(self.env.user):
                raise AccessError(
                    self.env._(
                        "Swaps are approved by the responsible of the roster, the "
                        "estate manager or HR, and by nobody who asks for one."
                    )
                )

    def _check_possible(self):
        """Refuse what has changed meanwhile, and a colleague who is not certified.

        :raises UserError: saying what stands in the way
        """
        swap = self.sudo()
        duties = swap.duty_id | swap.return_duty_id
        if swap.duty_id.employee_id != swap.requester_id:
            raise UserError(
                self.env._(
                    "%(duty)s is no duty of %(requester)s any more: withdraw the "
                    "request.",
                    duty=swap.duty_id.display_name,
                    requester=swap.requester_id.name,
                )
            )
        for duty in duties:
            if duty.start <= fields.Datetime.now() or duty.state not in (
                "planned",
                "confirmed",
            ):
                raise UserError(
                    self.env._(
                        "%s has begun or is cancelled; only duties to come can be "
                        "swapped.",
                        duty.display_name,
                    )
                )
        takes = {(swap.colleague_id, swap.duty_id.post_id): swap.duty_id.date}
        if swap.return_duty_id:
            takes[swap.requester_id, swap.return_duty_id.post_id] = (
                swap.return_duty_id.date
            )
        for (employee, post), skills in (
            self.env["pm.duty.post"]._lacking(takes).items()
        ):
            raise UserError(
                self.env._(
                    "%(employee)s cannot stand at %(post)s: no valid %(certificates)s.",
                    employee=employee.name,
                    post=post.name,
                    certificates=", ".join(skills.mapped("name")),
                )
            )

    def _apply(self):
        """Change the people of the duties; refuse a double duty of either."""
        self.ensure_one()
        self.env.cr.execute(
            SQL("SELECT state FROM pm_duty_swap WHERE id = %s FOR UPDATE", self.id)
        )
        self.invalidate_recordset(["state"])
        self._check_in_state("agreed")
        self._check_possible()
        duty = self.duty_id._as_step("pm_duty_overlap_later")
        back = self.return_duty_id._as_step("pm_duty_overlap_later")
        duty.employee_id = self.colleague_id
        if back:
            back.employee_id = self.requester_id
        (duty | back)._refuse_overlap()

    def _tell(self, employees, text):
        partners = employees.sudo().user_id.partner_id
        if partners:
            self.sudo().message_notify(
                partner_ids=partners.ids,
                subject=self.env._("Swap of duties"),
                body=text,
            )
