from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..complaints.pm_complaint_closing import VERDICTS
from .pm_follow_up_rule import EVENTS, OF_ORDERS
from .pm_follow_up_try import RESULTS

STATES = [
    ("waiting", "Waits for Rain"),
    ("todo", "To Be Asked"),
    ("done", "Over"),
    ("cancelled", "Called Off"),
]
OPEN = ("waiting", "todo")
# what the clerk fills in while the customer is on the line
FILLED_IN = ("verdict", "score", "words", "again_at", "contact_name", "phone")
SCORES = [("5", "Very good"), ("4", "Good"), ("3", "Fair"), ("2", "Poor"), ("1", "Bad")]


class PmFollowUp(models.Model):
    """Somebody asks a customer how it was, some days after an event; once for each.

    What it is stands here. How it is opened and given to somebody, its steps, and
    what comes of it are in the files beside.
    """

    _name = "pm.follow.up"
    _description = "Follow-up"
    _inherit = ["pm.estate.mixin", "pm.state.mixin", "pm.cron.mixin"]
    _order = "is_low desc, next_at, id"
    _rec_names_search = ["partner_id.name", "phone", "property_id.code"]
    _check_company_auto = True
    _user_columns = dict.fromkeys(("user_id", *FILLED_IN), OPEN)

    event = fields.Selection(EVENTS, "What It Follows", required=True, readonly=True)
    rule_id = fields.Many2one(
        "pm.follow.up.rule",
        "By Rule",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    request_id = fields.Many2one(
        "maintenance.request",
        "Order",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    complaint_id = fields.Many2one(
        "pm.complaint", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    occupancy_id = fields.Many2one(
        "pm.occupancy", readonly=True, index="btree_not_null", ondelete="set null"
    )
    round = fields.Integer(
        "Times Before",
        readonly=True,
        required=True,
        default=0,
        help="How often the work was redone, or the complaint reopened, before.",
    )
    property_id = fields.Many2one(readonly=True)
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    contact_name = fields.Char("Whom to Ask", readonly=True)
    phone = fields.Char(readonly=True)
    # whose work it was: figures group by these, whatever becomes of the order
    worker_id = fields.Many2one(
        "res.users",
        "Who Did the Work",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The technician of the order, or who handled the complaint.",
    )
    supplier_id = fields.Many2one(
        "res.partner", "Contractor", readonly=True, index="btree_not_null"
    )
    fault_category_id = fields.Many2one("pm.fault.category", readonly=True)
    complaint_category_id = fields.Many2one("pm.complaint.category", readonly=True)
    is_low = fields.Boolean(
        "After a Low Rating",
        readonly=True,
        help="The customer was not content: these are called first.",
    )
    # who asks, and when
    user_id = fields.Many2one(
        "res.users",
        "Caller",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('share', '=', False)]",
    )
    state = fields.Selection(
        STATES, required=True, readonly=True, default="todo", index=True
    )
    event_at = fields.Datetime("When It Happened", required=True, readonly=True)
    rain_day = fields.Date("Rained on", readonly=True)
    due_at = fields.Datetime("First Call Due", readonly=True)
    next_at = fields.Datetime("Call from", readonly=True, index="btree_not_null")
    deadline = fields.Datetime("Ask until", readonly=True)
    again_at = fields.Datetime(
        "Call Again at", readonly=True, help="When the customer asked us to call."
    )
    hour_from = fields.Float("Calls from", readonly=True, default=9)
    hour_to = fields.Float("Calls until", readonly=True, default=20)
    days_off = fields.Boolean("Also on Days Off", readonly=True)
    max_tries = fields.Integer("Tries Allowed", readonly=True, default=3)
    retry_hours = fields.Integer("Hours between Tries", readonly=True, default=4)
    is_due = fields.Boolean(
        "May Be Called Now", compute="_compute_is_due", search="_search_is_due"
    )
    is_late = fields.Boolean(
        "Late", compute="_compute_is_late", search="_search_is_late"
    )
    try_ids = fields.One2many(
        "pm.follow.up.try", "follow_up_id", "Tries", readonly=True
    )
    try_count = fields.Integer("Calls Made", compute="_compute_tries", store=True)
    missed_count = fields.Integer(
        "Calls That Reached Nobody", compute="_compute_tries", store=True
    )
    # what is said
    subject = fields.Char("What It Is About", compute="_compute_subject")
    work = fields.Text("What Was Done", compute="_compute_subject")
    script = fields.Text(compute="_compute_script")
    answer_ids = fields.One2many("pm.follow.up.answer", "follow_up_id", "Answers")
    # what came of it
    result = fields.Selection(
        [one for one in RESULTS if one[0] != "again"], readonly=True, index=True
    )
    verdict = fields.Selection(VERDICTS, "Customer's Verdict", readonly=True)
    score = fields.Selection(SCORES, "Rating", readonly=True)
    words = fields.Text("Customer's Words", readonly=True)
    done_at = fields.Datetime("Asked on", readonly=True, index="btree_not_null")
    done_user_id = fields.Many2one(
        "res.users", "Asked by", readonly=True, index="btree_not_null"
    )
    cancel_reason = fields.Char("Why It Was Called Off", readonly=True)
    new_complaint_id = fields.Many2one(
        "pm.complaint",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    new_request_id = fields.Many2one(
        "maintenance.request",
        "New Order",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    complaint_state = fields.Selection(
        related="complaint_id.state", string="State of the Complaint"
    )

    _order_once = models.UniqueIndex(
        "(request_id, event, round)"
        " WHERE request_id IS NOT NULL AND state <> 'cancelled'",
        "The customer is asked once about this order.",
    )
    _complaint_once = models.UniqueIndex(
        "(complaint_id, event, round)"
        " WHERE complaint_id IS NOT NULL AND state <> 'cancelled'",
        "The customer is asked once about this complaint.",
    )
    _customer_once = models.UniqueIndex(
        "(occupancy_id) WHERE occupancy_id IS NOT NULL AND state <> 'cancelled'",
        "A new customer is called once.",
    )
    _about_one = models.Constraint(
        "CHECK (CASE WHEN event IN ('order', 'order_low') THEN request_id IS NOT NULL"
        " WHEN event IN ('complaint', 'complaint_low') THEN complaint_id IS NOT NULL"
        " ELSE partner_id IS NOT NULL END)",
        "A follow-up is about an order, a complaint or a customer.",
    )
    _result_known = models.Constraint(
        "CHECK ((state = 'done') = (result IS NOT NULL))",
        "A follow-up that is over has a result, and no other has.",
    )
    _open_idx = models.Index("(user_id, next_at) WHERE state IN ('waiting', 'todo')")

    @api.depends("event", "request_id", "complaint_id", "partner_id")
    def _compute_display_name(self):
        for one in self:
            sudo = one.sudo()
            about = (
                sudo.request_id.number
                or sudo.complaint_id.number
                or sudo.partner_id.name
                or ""
            )
            one.display_name = self.env._("Follow-up of %s", about)

    @api.depends("try_ids.result")
    def _compute_tries(self):
        for one in self:
            one.try_count = len(one.try_ids)
            one.missed_count = len(
                one.try_ids.filtered(lambda call: call.result == "missed")
            )

    @api.depends("request_id", "complaint_id", "occupancy_id")
    def _compute_subject(self):
        """What the clerk has to know; whoever reads the follow-up may know it."""
        for one in self.sudo():
            order, case, holding = one.request_id, one.complaint_id, one.occupancy_id
            one.subject, one.work = order.name, order.result
            if case:
                one.subject = case.name
                one.work = "\n".join(
                    filter(None, (case.action_taken, case.reply_ids[-1:].body))
                )
            elif not order:
                one.subject = self.env._("New customer")
                one.work = holding and self.env._(
                    "%(role)s of %(place)s since %(day)s.",
                    role=dict(
                        holding._fields["role"]._description_selection(self.env)
                    ).get(holding.role),
                    place=holding.property_id.display_name,
                    day=fields.Date.to_string(holding.date_from),
                )

    @api.depends("rule_id", "partner_id", "contact_name", "property_id")
    def _compute_script(self):
        for one in self:
            text = one.rule_id.sudo().script or ""
            number = one.sudo().request_id.number or one.sudo().complaint_id.number
            for name, value in (
                ("customer", one.contact_name),
                ("place", one.property_id.display_name),
                ("number", number),
                ("work", one.subject),
                ("company", one.company_id.sudo().name),
            ):
                text = text.replace("{" + name + "}", value or "")
            one.script = text

    # when it may be called: see pm_follow_up_hours.py

    @api.depends("state", "deadline")
    def _compute_is_late(self):
        now = fields.Datetime.now()
        for one in self:
            one.is_late = bool(
                one.state in OPEN and one.deadline and one.deadline < now
            )

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = Domain("state", "in", OPEN)
        late &= Domain("deadline", "<", fields.Datetime.now())
        return late if True in value else ~late

    @api.constrains("user_id")
    def _check_caller(self):
        """Nobody asks how their own work was."""
        for one in self.filtered(lambda one: one.user_id and one.state in OPEN):
            if not one._may_call(one.user_id):
                raise ValidationError(
                    self.env._(
                        "%(user)s cannot make this call: customers are asked by "
                        "customer service of the estate, and not by who did the work "
                        "of %(what)s.",
                        user=one.user_id.name,
                        what=one.display_name,
                    )
                )

    def _may_call(self, users):
        """Those of ``users`` who may ask this customer."""
        self.ensure_one()
        one = self.sudo()
        if one.complaint_id:
            users = one.complaint_id._may_handle(users)
        return users.sudo().filtered(
            lambda user: (
                user.active
                and not user.share
                and user.has_group("pm_core.group_pm_service")
                and user._pm_sees(one.estate_id)
                and user not in one._workers()
            )
        )

    def _workers(self):
        """Users whose own work the customer is asked about."""
        one = self.sudo()
        if one.event in OF_ORDERS:
            order = one.request_id
            return order.work_ids.employee_id.user_id | order.user_id
        return one.complaint_id._workers()
