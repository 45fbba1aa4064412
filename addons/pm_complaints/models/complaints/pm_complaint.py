from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.i18n import format_list
from odoo.tools.misc import format_datetime

KINDS = [
    ("complaint", "Complaint"),
    ("suggestion", "Suggestion"),
    ("enquiry", "Enquiry"),
    ("praise", "Praise"),
]
SEVERITIES = [("serious", "Serious"), ("ordinary", "Ordinary"), ("minor", "Minor")]
# the more serious first
RANKS = {"serious": 0, "ordinary": 1, "minor": 2}
# In the order of the work; replying and putting right may come in either order.
STATES = [
    ("new", "Received"),
    ("accepted", "Accepted"),
    ("assigned", "Assigned"),
    ("investigating", "Investigation"),
    ("approval", "Reply in Approval"),
    ("replied", "Replied"),
    ("rectifying", "Being Put Right"),
    ("verified", "Verified"),
    ("closed", "Case Closed"),
    ("withdrawn", "Taken Back"),
    ("invalid", "Invalid"),
    ("forwarded", "Forwarded to an Authority"),
    ("merged", "Merged"),
]
WORKING = (
    "accepted",
    "assigned",
    "investigating",
    "approval",
    "replied",
    "rectifying",
    "verified",
)
OPEN = ("new", *WORKING)
ENDS = ("withdrawn", "invalid", "forwarded", "merged")
OVER = ("closed", *ENDS)
LEVELS = [
    ("clerk", "Customer Service"),
    ("manager", "Estate Manager"),
    ("area", "Area Manager"),
    ("company", "Company"),
]


class PmComplaint(models.Model):
    """What a resident complains about, suggests, asks or praises, to its closure.

    What a complaint is stands here. Its steps, who gets it, the reply, the end, how
    it comes in, merging and splitting, mail, messages and from whom it is hidden are
    in the files beside.
    """

    _name = "pm.complaint"
    _description = "Complaint"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "pm.estate.mixin",
        "pm.state.mixin",
        "pm.sla.mixin",
        "pm.cron.mixin",
        "pm.reported.mixin",
        "pm.reporter.mixin",
        "pm.event.mixin",
    ]
    _order = "severity_rank, id desc"
    _rec_names_search = ["number", "name", "partner_id.name", "property_id.code"]
    _check_company_auto = True
    # what was said, found and answered is not told otherwise once it is over; how it
    # is counted (kind, category, cause) may still be put right
    _user_columns = dict.fromkeys(
        (
            "description",
            "remedy_sought",
            "partner_id",
            "reporter_name",
            "findings",
            "heard",
            "evidence_ids",
            "cause",
            "liability",
            "action_taken",
            "reply",
        ),
        OPEN,
    )

    number = fields.Char(readonly=True, copy=False, index="trigram")
    name = fields.Char(
        "What It Is About",
        compute="_compute_name",
        index="trigram",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    kind = fields.Selection(
        KINDS, "Kind of Message", required=True, default="complaint", tracking=True
    )
    state = fields.Selection(
        STATES,
        required=True,
        readonly=True,
        copy=False,
        default="new",
        index=True,
        tracking=True,
    )
    channel_id = fields.Many2one(
        "pm.channel",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.ref("pm_core.pm_channel_counter", False),
    )
    description = fields.Text("In the Customer's Words", required=True, index="trigram")
    remedy_sought = fields.Text(help="What the customer asks us to do.")
    # who complains
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
    )
    is_anonymous = fields.Boolean(
        "Anonymous",
        help="Name and address are not asked for. The state is told to whoever has "
        "number and code.",
    )
    reporter_name = fields.Char("Complainant")
    # what it is about
    category_id = fields.Many2one(
        "pm.complaint.category",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
    )
    suggested_category_id = fields.Many2one(
        "pm.complaint.category", "Suggested", compute="_compute_suggested"
    )
    severity = fields.Selection(
        SEVERITIES,
        compute="_compute_severity",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
    )
    severity_rank = fields.Integer(
        compute="_compute_severity_rank",
        store=True,
        precompute=True,
        help="Sorts lists: the serious first.",
    )
    # who has it
    user_id = fields.Many2one(
        "res.users",
        "Handled by",
        readonly=True,
        copy=False,
        index="btree_not_null",
        tracking=True,
    )
    level = fields.Selection(
        LEVELS,
        required=True,
        readonly=True,
        copy=False,
        default="clerk",
        tracking=True,
        help="How high it has come: escalation and reopening take it one up.",
    )
    assign_note = fields.Char("How It Was Assigned", readonly=True, copy=False)
    # what was found
    findings = fields.Text(copy=False)
    heard = fields.Text(
        "Who Was Heard", copy=False, help="Whom we asked, when, and what they said."
    )
    evidence_ids = fields.Many2many(
        "ir.attachment",
        "pm_complaint_evidence_rel",
        "complaint_id",
        "attachment_id",
        copy=False,
    )
    person_ids = fields.One2many(
        "pm.complaint.person", "complaint_id", "Protected People"
    )
    cause_id = fields.Many2one(
        "pm.complaint.cause",
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
    )
    cause = fields.Text("Why It Happened", copy=False)
    liability = fields.Selection(
        [
            ("ours", "Ours"),
            ("contractor", "A Contractor's"),
            ("developer", "The Developer's"),
            ("authority", "An Authority's or Utility's"),
            ("resident", "Another Resident's"),
            ("customer", "The Customer's Own"),
            ("none", "Nobody's"),
        ],
        copy=False,
        tracking=True,
    )
    action_taken = fields.Text("What Was Done", copy=False)
    # the reply
    reply = fields.Text(
        "Draft of the Reply", copy=False, help="What the customer is told next."
    )
    reply_ids = fields.One2many(
        "pm.complaint.reply", "complaint_id", "Replies", readonly=True
    )
    reply_channel_id = fields.Many2one(
        "pm.channel", "Replied by", readonly=True, copy=False, ondelete="restrict"
    )
    # when what happened; who did it stands in the steps
    received_at = fields.Datetime(
        required=True,
        readonly=True,
        copy=False,
        index=True,
        default=fields.Datetime.now,
    )
    accepted_at = fields.Datetime(readonly=True, copy=False)
    assigned_at = fields.Datetime(readonly=True, copy=False)
    replied_at = fields.Datetime(readonly=True, copy=False)
    verified_at = fields.Datetime(readonly=True, copy=False)
    closed_at = fields.Datetime(readonly=True, copy=False, index="btree_not_null")
    is_waiting = fields.Boolean(
        "Waits for the Customer",
        readonly=True,
        copy=False,
        help="Only then do the promised times stand still.",
    )
    waiting_for = fields.Char(readonly=True, copy=False)
    urge_count = fields.Integer("Times Urged", readonly=True, copy=False)
    reopen_count = fields.Integer("Reopened", readonly=True, copy=False)
    end_reason = fields.Char("Why It Ended", readonly=True, copy=False, tracking=True)
    # of the authority
    hotline_number = fields.Char(
        "Number of the Authority",
        index="btree_not_null",
        help="The number under which 12345 or another authority keeps it.",
    )
    hotline_deadline = fields.Datetime(
        "Deadline of the Authority", help="By when the authority wants our answer."
    )
    external_ref = fields.Char(readonly=True, copy=False)
    # what belongs to it
    rectification_ids = fields.One2many(
        "pm.rectification", "complaint_id", "Corrective Measures"
    )
    dispute_ids = fields.One2many(
        "pm.complaint.dispute", "complaint_id", "Disputed Charges"
    )
    step_ids = fields.One2many(
        "pm.complaint.step", "complaint_id", "Steps", readonly=True
    )
    message_to_ids = fields.One2many(
        "pm.complaint.message", "complaint_id", "Told", readonly=True
    )
    promise = fields.Char(compute="_compute_promise", compute_sudo=True)
    earlier_count = fields.Integer("Earlier Ones", compute="_compute_earlier")
    earlier_hint = fields.Char(compute="_compute_earlier")

    _number_unique = models.UniqueIndex(
        "(company_id, number) WHERE number IS NOT NULL", "This number is taken."
    )
    _external_ref_unique = models.UniqueIndex(
        "(company_id, channel_id, external_ref) WHERE external_ref IS NOT NULL",
        "This message made a complaint already.",
    )
    _anonymous = models.Constraint(
        "CHECK (is_anonymous IS NOT TRUE OR (partner_id IS NULL"
        " AND reporter_name IS NULL))",
        "An anonymous complaint names nobody. Take the name out, or the tick.",
    )
    _open_idx = models.Index(
        "(estate_id, severity_rank, id) WHERE state NOT IN"
        " ('closed', 'withdrawn', 'invalid', 'forwarded', 'merged')"
    )
    # how lists are sorted
    _order_idx = models.Index("(severity_rank, id DESC)")
    # figures of an estate, of a time
    _estate_received_idx = models.Index("(estate_id, received_at)")
    _building_category_idx = models.Index(
        "(building_id, category_id, received_at) WHERE building_id IS NOT NULL"
    )

    @api.depends("number", "name")
    @api.depends_context("uid")
    def _compute_display_name(self):
        """The number and nothing else for whoever may not read it: names of records
        that others point to are worked out with all rights."""
        readable = self.with_env(self.env(su=False))._filtered_access("read")
        if self.env.uid == SUPERUSER_ID:
            readable = self
        shown = set(readable.ids)
        for complaint in self:
            complaint.display_name = " ".join(
                filter(
                    None,
                    (
                        complaint.number,
                        complaint.id in shown and complaint.name,
                    ),
                )
            )

    @api.depends("description")
    def _compute_name(self):
        for complaint in self:
            lines = (complaint.description or "").strip().splitlines()
            complaint.name = complaint.name or (lines[0][:80] if lines else False)

    @api.depends("description", "kind")
    def _compute_suggested(self):
        found = self.env["pm.complaint.keyword"]._suggest(
            self.mapped("description"), self.env.companies
        )
        for complaint, rule in zip(self, found, strict=True):
            complaint.suggested_category_id = rule.category_id

    @api.depends("category_id", "kind")
    def _compute_severity(self):
        for complaint in self:
            usual = "ordinary" if complaint.kind == "complaint" else "minor"
            complaint.severity = complaint.category_id.severity or usual

    @api.depends("severity")
    def _compute_severity_rank(self):
        for complaint in self:
            complaint.severity_rank = RANKS.get(complaint.severity, len(RANKS))

    @api.depends("sla_clock_ids.deadline", "sla_clock_ids.state", "state")
    def _compute_promise(self):
        """What the customer may rely on, in the words of the estate's clock."""
        for complaint in self:
            complaint.promise = complaint._promise_text()

    def _promise_text(self):
        clocks = self.sla_clock_ids._open().filtered("deadline")
        if self.state in OVER or not clocks:
            return False
        clock = min(clocks, key=lambda clock: clock.deadline)
        when = format_datetime(
            self.env,
            clock.deadline,
            tz=self.sudo().estate_id.tz or "UTC",
            dt_format="short",
        )
        return self.env._("%(what)s by %(when)s", what=clock.target_id.name, when=when)

    @api.depends("partner_id", "received_at", "category_id")
    def _compute_earlier(self):
        """Of the year before: one query for all, and words that judge nobody."""
        known = self.filtered("partner_id")
        since = fields.Datetime.subtract(fields.Datetime.now(), years=1)
        rows = self.search_fetch(
            Domain("partner_id", "in", known.partner_id.ids)
            & Domain("received_at", ">=", since),
            ["partner_id", "category_id", "number"],
        ).grouped("partner_id")
        for complaint in self:
            earlier = rows.get(complaint.partner_id, self.browse()).filtered(
                lambda other, own=complaint._origin: other != own
            )
            same = earlier.filtered(
                lambda other, own=complaint: (
                    own.category_id and other.category_id == own.category_id
                )
            )
            complaint.earlier_count = len(earlier)
            hint = False
            if same:
                hint = self.env._(
                    "The customer has written about this before (%s). Read what was "
                    "promised then, before you answer.",
                    format_list(self.env, same[:3].mapped("number")),
                )
            elif len(earlier) > 2:
                hint = self.env._(
                    "The customer has come to us %s times within a year. A talk in "
                    "person may help more than a letter.",
                    len(earlier),
                )
            complaint.earlier_hint = hint

    @api.model_create_multi
    def create(self, vals_list):
        if not all((vals.get("description") or "").strip() for vals in vals_list):
            raise UserError(self.env._("Say in a few words what it is about."))
        complaints = super().create(
            [{"received_at": fields.Datetime.now(), **vals} for vals in vals_list]
        )
        complaints._complete()
        return complaints

    def _complete(self):
        """What every complaint has from the first moment, whoever entered it."""
        complaints = self.sudo()._as_step()
        complaints._number()
        complaints._apply_suggestion()
        # whom it is about is known before anybody is told of it
        complaints._hide()
        complaints._log_step("report")
        complaints._find_cluster()

    def _number(self):
        for complaint in self.filtered(lambda one: not one.number):
            sequence = self.env["ir.sequence"].with_company(complaint.company_id).sudo()
            complaint.write(
                {
                    "number": sequence.next_by_code("pm.complaint"),
                    "access_code": complaint._make_code(),
                }
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        """What somebody told us is kept."""
        for complaint in self:
            raise UserError(
                self.env._(
                    "%s stays on record. Close it as invalid, with the reason.",
                    complaint.display_name,
                )
            )

    def _today(self):
        """The day at its estate, which who handles it need not see."""
        return self.sudo().estate_id._today()

    def action_open(self):
        """Open the complaint on a page of its own."""
        self.check_access("read")
        return self._open_form()

    def _open_form(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }

    def action_ask(self):
        """Open the dialog that asks for the words of a step."""
        self.ensure_one()
        self.check_access("read")
        return self.env["pm.complaint.act"]._open({"default_complaint_id": self.id})

    def action_view_earlier(self):
        """The other complaints of the customer."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Earlier Ones"),
            "res_model": self._name,
            "view_mode": "list,form",
            "domain": [("partner_id", "=", self.partner_id.id), ("id", "!=", self.id)],
        }
