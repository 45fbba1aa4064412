from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from .gate_roles import GUARD, MANAGER, SERVICE, check_role

# so many days before the recorder writes over it, somebody is told
WARN_DAYS = 5
ASKED = (
    "property_id",
    "requester_kind",
    "requester",
    "requester_phone",
    "partner_id",
    "paper",
    "reason",
    "places",
    "period_from",
    "period_to",
    "incident_id",
)


class PmFootageRequest(models.Model):
    """Somebody asks for camera footage: why, of what, and what was handed out.

    Footage shows people. It is viewed and copied after approval only, and each time
    is on record.
    """

    _name = "pm.footage.request"
    _description = "Request for Camera Footage"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "pm.estate.mixin",
        "pm.approval.mixin",
        "pm.cron.mixin",
    ]
    _order = "id desc"
    _rec_name = "number"
    _rec_names_search = ["number", "requester"]
    _check_company_auto = True
    # what came of it is not written anew once it is closed
    _user_columns = dict.fromkeys(ASKED, ("draft",)) | dict.fromkeys(
        ("preserved_note", "result"), ("draft", "approval", "approved")
    )

    number = fields.Char(readonly=True, copy=False, index="trigram")
    property_id = fields.Many2one(string="Estate or Place", check_company=True)
    requester_kind = fields.Selection(
        [
            ("resident", "Resident"),
            ("police", "Police"),
            ("court", "Court or Authority"),
            ("company", "Own Company"),
            ("other", "Other"),
        ],
        "Asked by",
        required=True,
        default="resident",
    )
    requester = fields.Char("Full Name", required=True)
    requester_phone = fields.Char("Telephone")
    partner_id = fields.Many2one(
        "res.partner", "Customer", index="btree_not_null", ondelete="restrict"
    )
    paper = fields.Char(
        help="Number of the letter or of the identification that was shown."
    )
    reason = fields.Text(required=True)
    places = fields.Char(
        "Cameras", required=True, help="Places or numbers of the cameras."
    )
    period_from = fields.Datetime("Footage from", required=True)
    period_to = fields.Datetime("Footage until", required=True)
    incident_id = fields.Many2one(
        "pm.incident",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    user_id = fields.Many2one(
        "res.users",
        "Entered by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("approval", "Waiting for Approval"),
            ("approved", "Approved"),
            ("closed", "Closed"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        index=True,
        tracking=True,
    )
    handout_ids = fields.One2many(
        "pm.footage.handout", "request_id", "Viewed and Handed Out"
    )
    result = fields.Text(
        copy=False, help="What was found, or why nothing was handed out."
    )
    preserved_note = fields.Char(
        "Kept Safe at", copy=False, help="Where the part of the footage was copied to."
    )
    preserved_at = fields.Datetime("Kept Safe on", readonly=True, copy=False)
    preserved_by_id = fields.Many2one(
        "res.users", "Kept Safe by", readonly=True, copy=False
    )
    storage_end = fields.Datetime(
        "Written over from",
        compute="_compute_storage_end",
        store=True,
        help="The recorder begins to write over the period on this day.",
    )
    storage_warning = fields.Char(compute="_compute_storage_warning")
    warned_at = fields.Datetime(readonly=True, copy=False)
    closed_at = fields.Datetime("Closed on", readonly=True, copy=False)

    _number_unique = models.UniqueIndex(
        "(company_id, number) WHERE number IS NOT NULL", "This number is taken."
    )
    _times_in_order = models.Constraint(
        "CHECK (period_to > period_from)", "The period ends after it begins."
    )

    @api.depends("period_from", "company_id.pm_footage_days")
    def _compute_storage_end(self):
        for request in self:
            days = request.company_id.pm_footage_days
            request.storage_end = request.period_from and (
                request.period_from + timedelta(days=days)
            )

    @api.depends("storage_end", "preserved_at", "state")
    def _compute_storage_warning(self):
        now = fields.Datetime.now()
        for request in self:
            request.storage_warning = False
            left = request.storage_end and request.storage_end - now
            over = request.state in ("closed", "cancelled") or request.preserved_at
            if not left or over or left > timedelta(days=WARN_DAYS):
                continue
            if left < timedelta(0):
                request.storage_warning = self.env._(
                    "The recorder has begun to write over this period. Copy what is "
                    "left at once."
                )
            else:
                request.storage_warning = self.env._(
                    "The recorder writes over this period in %s days. Have it kept "
                    "safe now; that needs no approval.",
                    left.days,
                )

    @api.constrains("period_to")
    def _check_period(self):
        for request in self:
            if request.period_from and request.period_from > fields.Datetime.now():
                raise ValidationError(
                    self.env._("There is no footage of what has not happened yet.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        requests = super().create(vals_list)
        for request in requests:
            code = self.env["ir.sequence"].sudo().with_company(request.company_id)
            request.sudo()._as_step().number = code.next_by_code("pm.footage.request")
        return requests

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        self._check_in_state("draft")

    def _check_submittable(self):
        result = super()._check_submittable()
        for request in self:
            official = request.requester_kind in ("police", "court")
            if official and not (request.paper or "").strip():
                raise UserError(
                    self.env._(
                        "%s: enter the number of the letter or of the badge.",
                        request.display_name,
                    )
                )
        return result

    def action_preserve(self):
        """The footage was copied to where nothing writes over it.

        :raises UserError: nothing is said about where
        """
        check_role(self, GUARD, SERVICE)
        self._check_in_state("draft", "approval", "approved")
        for request in self:
            if not (request.preserved_note or "").strip():
                raise UserError(
                    self.env._("%s: enter where it is kept.", request.display_name)
                )
        self.sudo()._as_step().write(
            {"preserved_at": fields.Datetime.now(), "preserved_by_id": self.env.uid}
        )
        self.sudo().activity_unlink(["pm_maintenance.mail_activity_footage"])

    def action_close(self):
        """All that was asked for was shown or handed out, or there was nothing.

        :raises UserError: neither a hand-out nor a result is entered
        """
        check_role(self, GUARD, SERVICE)
        self._check_in_state("approved")
        for request in self:
            if not (request.handout_ids or (request.result or "").strip()):
                raise UserError(
                    self.env._(
                        "%s: enter what was handed out, or why nothing was.",
                        request.display_name,
                    )
                )
        self.sudo()._as_step().write(
            {"state": "closed", "closed_at": fields.Datetime.now()}
        )
        self.sudo().activity_unlink(["pm_maintenance.mail_activity_footage"])

    def action_cancel(self):
        """It is not asked for any more; nothing was handed out."""
        check_role(self, SERVICE, MANAGER)
        self._check_in_state("draft", "approved")
        for request in self:
            if request.handout_ids:
                raise UserError(
                    self.env._(
                        "%s: something was handed out. Close it.",
                        request.display_name,
                    )
                )
        self.sudo()._as_step().write({"state": "cancelled"})

    @api.model
    def _cron_warn(self):
        """Tell of requests whose footage is soon written over; once each."""
        now = fields.Datetime.now()
        domain = (
            Domain("state", "in", ("draft", "approval", "approved"))
            & Domain("preserved_at", "=", False)
            & Domain("warned_at", "=", False)
            & Domain("storage_end", "<", now + timedelta(days=WARN_DAYS))
        )
        self.search(domain)._cron_each(lambda request: request._warn(), domain)

    def _warn(self):
        request = self.sudo()._as_step()
        request.warned_at = fields.Datetime.now()
        managers = self.env.ref(MANAGER)._pm_members(request.estate_id)
        for user in managers | request.user_id.filtered("active"):
            reader = request.with_context(lang=user.lang or self.env.lang)
            request.activity_schedule(
                "pm_maintenance.mail_activity_footage",
                user_id=user.id,
                summary=reader.env._("Footage is soon written over"),
                note=reader.storage_warning,
            )

    def _failure_summary(self):
        return self.env._("A warning could not be made")
