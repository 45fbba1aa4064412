from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from .gate_roles import GUARD, SERVICE, check_role, wait_for_turn

AGREED = (
    "quantity",
    "holder_kind",
    "employee_id",
    "partner_id",
    "holder_phone",
    "purpose",
    "order_id",
    "signature",
)


class PmKeyMove(models.Model):
    """Copies of a key that somebody has: issued, returned or lost."""

    _name = "pm.key.move"
    _description = "Issued Key"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "pm.part.mixin",
        "pm.state.mixin",
        "pm.cron.mixin",
    ]
    _whole = "key_id"
    _order = "id desc"
    _rec_name = "key_id"
    _check_company_auto = True
    _user_columns = dict.fromkeys(AGREED, ("draft",)) | {
        "due": ("draft", "out"),
        "lost_reason": ("out",),
        "return_signature": ("out", "lost"),
    }

    key_id = fields.Many2one("pm.key", required=True, index=True, ondelete="restrict")
    property_id = fields.Many2one(
        related="key_id.property_id", store=True, precompute=True
    )
    estate_id = fields.Many2one(
        related="key_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="key_id.company_id", store=True, index=True, precompute=True
    )
    quantity = fields.Integer("Copies", default=1, required=True)
    holder_kind = fields.Selection(
        [
            ("employee", "Employee"),
            ("contractor", "Contractor"),
            ("resident", "Resident"),
        ],
        "Issued to",
        required=True,
        default="employee",
    )
    employee_id = fields.Many2one(
        "hr.employee",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    partner_id = fields.Many2one(
        "res.partner", "Person or Firm", index="btree_not_null", ondelete="restrict"
    )
    holder = fields.Char(compute="_compute_holder", store=True, compute_sudo=True)
    holder_phone = fields.Char("Telephone")
    purpose = fields.Char()
    order_id = fields.Many2one(
        "maintenance.request",
        "Work Order",
        index="btree_not_null",
        ondelete="set null",
        domain="[('property_id', '!=', False)]",
    )
    due = fields.Datetime("To Be Returned by", index=True)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("out", "Handed Out"),
            ("returned", "Returned"),
            ("lost", "Lost"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        index=True,
        tracking=True,
    )
    signature = fields.Binary("Signature of Who Gets It", copy=False, attachment=True)
    issued_at = fields.Datetime("Handed Out on", readonly=True, copy=False)
    issued_by_id = fields.Many2one(
        "res.users", "Handed Out by", readonly=True, copy=False
    )
    return_signature = fields.Binary(
        "Signature of Who Brings It", copy=False, attachment=True
    )
    returned_at = fields.Datetime("Returned on", readonly=True, copy=False)
    returned_to_id = fields.Many2one(
        "res.users", "Returned to", readonly=True, copy=False
    )
    lost_at = fields.Datetime("Lost on", readonly=True, copy=False)
    lost_reason = fields.Char("How It Was Lost", copy=False)
    told_for = fields.Datetime(
        readonly=True, copy=False, help="The date that was reminded of."
    )
    is_overdue = fields.Boolean(
        "Overdue", compute="_compute_is_overdue", search="_search_is_overdue"
    )

    _quantity_sound = models.Constraint(
        "CHECK (quantity > 0)", "One copy at least is issued."
    )

    @api.depends("holder_kind", "employee_id.name", "partner_id.name")
    def _compute_holder(self):
        for move in self:
            person = (
                move.employee_id if move.holder_kind == "employee" else move.partner_id
            )
            move.holder = person.name or False

    @api.depends("key_id", "holder")
    def _compute_display_name(self):
        for move in self:
            names = (move.key_id.display_name, move.holder)
            move.display_name = " · ".join(filter(None, names))

    @api.depends("state", "due")
    def _compute_is_overdue(self):
        now = fields.Datetime.now()
        for move in self:
            move.is_overdue = bool(move.state == "out" and move.due and move.due < now)

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._domain_overdue()

    @api.model
    def _domain_overdue(self):
        return Domain("state", "=", "out") & Domain("due", "<", fields.Datetime.now())

    @api.constrains("holder_kind", "employee_id", "partner_id")
    def _check_holder(self):
        for move in self:
            employee = move.holder_kind == "employee"
            if not (move.employee_id if employee else move.partner_id):
                raise ValidationError(
                    self.env._("%s: enter who gets the key.", move.key_id.display_name)
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        for move in self:
            if move.state != "draft":
                raise UserError(self.env._("%s stays on record.", move.display_name))

    def action_hand_out(self):
        """Hand it out against a signature, as far as copies are there.

        :raises UserError: not signed, or no copy is left
        """
        check_role(self, GUARD, SERVICE)
        self._check_in_state("draft")
        for move in self:
            if not move.signature:
                raise UserError(
                    self.env._(
                        "%s: who gets the key signs for it first.", move.display_name
                    )
                )
            # two counters that issue the last copy wait for each other here
            wait_for_turn(move.key_id)
            if move.quantity > move.key_id.available:
                raise UserError(
                    self.env._(
                        "%(key)s: %(available)s of %(copies)s copies are here. The "
                        "others are with %(holders)s.",
                        key=move.key_id.display_name,
                        available=max(move.key_id.available, 0),
                        copies=move.key_id.copies,
                        holders=move.key_id.holders or "—",
                    )
                )
            move.sudo()._as_step().write(
                {
                    "state": "out",
                    "issued_at": fields.Datetime.now(),
                    "issued_by_id": self.env.uid,
                }
            )

    def action_return(self):
        """It is back; also what was thought to be lost."""
        check_role(self, GUARD, SERVICE)
        self._check_in_state("out", "lost")
        self.sudo()._as_step().write(
            {
                "state": "returned",
                "returned_at": fields.Datetime.now(),
                "returned_to_id": self.env.uid,
            }
        )
        self.sudo().activity_unlink(["pm_maintenance.mail_activity_key"])

    def action_lost(self):
        """It is lost; how is entered first.

        :raises UserError: nothing is said about how
        """
        check_role(self, GUARD, SERVICE)
        self._check_in_state("out")
        for move in self:
            if not (move.lost_reason or "").strip():
                raise UserError(
                    self.env._("%s: enter how it was lost.", move.display_name)
                )
        self.sudo()._as_step().write(
            {"state": "lost", "lost_at": fields.Datetime.now()}
        )
        self.sudo().activity_unlink(["pm_maintenance.mail_activity_key"])

    # by the clock, and when somebody leaves

    @api.model
    def _cron_overdue(self):
        """Remind whoever issued it of a key that is not back; once for each date."""
        domain = self._domain_overdue() & Domain("told_for", "=", False)
        self.search(domain)._cron_each(lambda move: move._tell_overdue(), domain)

    def write(self, vals):
        """Another date is reminded of anew."""
        if "due" in vals and not self._writes_freely():
            self.sudo()._as_step().write({"told_for": False})
        return super().write(vals)

    def _tell_overdue(self):
        move = self.sudo()._as_step()
        move.told_for = move.due
        text = self.env._("%s is not back", move.display_name)
        move._remind(text)

    def _remind(self, text):
        """Whoever issued it, while still here; else the managers of the estate."""
        self.ensure_one()
        issuer = self.issued_by_id
        managers = self.env.ref("pm_core.group_pm_estate_manager")
        users = (
            issuer
            if issuer.active and issuer._pm_sees(self.estate_id)
            else managers._pm_members(self.estate_id)
        )
        self.activity_unlink(["pm_maintenance.mail_activity_key"])
        for user in users:
            self.activity_schedule(
                "pm_maintenance.mail_activity_key",
                user_id=user.id,
                summary=text,
                note=self.holder,
            )

    def _failure_reader(self):
        return self.issued_by_id or self.env.user

    def _failure_summary(self):
        return self.env._("A reminder could not be made")
