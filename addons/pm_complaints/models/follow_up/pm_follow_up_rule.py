import hashlib

from odoo import api, fields, models

from odoo.addons.pm_maintenance.models.orders.maintenance_request import RANKS
from odoo.addons.pm_maintenance.models.orders.pm_fault_category import URGENCIES

from ..complaints.pm_complaint import KINDS, SEVERITIES

EVENTS = [
    ("order", "Work Order Accepted"),
    ("order_low", "Low Rating of an Order"),
    ("complaint", "Complaint Answered"),
    ("complaint_low", "Low Verdict on a Complaint"),
    ("customer", "New Customer"),
]
OF_ORDERS = ("order", "order_low")
OF_COMPLAINTS = ("complaint", "complaint_low")
# 10,000 lots are enough for a share of a hundredth of a percent
LOTS = 10_000


class PmFollowUpRule(models.Model):
    """After which events customers are called, how many of them, by whom and how.

    The first rule of an event that fits decides, also that nobody calls. What the
    clerk says and asks stands here too, so that nothing of it needs code.
    """

    _name = "pm.follow.up.rule"
    _pm_copyable = True
    _description = "Rule of Follow-ups"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    event = fields.Selection(EVENTS, "What It Follows", required=True, default="order")
    estate_ids = fields.Many2many(
        "pm.property",
        string="Estates",
        domain="[('kind', '=', 'estate')]",
        help="Empty: all estates.",
    )
    # orders
    fault_category_ids = fields.Many2many(
        "pm.fault.category",
        string="Fault Categories",
        help="With those below them. Empty: all.",
    )
    urgency = fields.Selection(
        URGENCIES,
        "This Urgent or More",
        help="Danger comes before urgent, urgent before ordinary. Empty: whatever it "
        "is.",
    )
    by_category = fields.Boolean(
        "Where the Fault Category Asks for It",
        help="Only orders whose fault category says that the customer is called back.",
    )
    after_rain = fields.Boolean(
        "After It Has Rained",
        help="Calls begin with the first day of rain that is entered for the estate. "
        "Whether a leak is tight shows then.",
    )
    # complaints
    complaint_kind = fields.Selection(
        KINDS, "Kind of Message", help="Empty: every kind."
    )
    severity = fields.Selection(SEVERITIES, help="Empty: whatever it is.")
    complaint_category_ids = fields.Many2many(
        "pm.complaint.category",
        string="Complaint Categories",
        help="With those below them. Empty: all.",
    )
    # how many
    share = fields.Float(
        "Share (%)",
        required=True,
        default=100,
        digits=(5, 2),
        help="So many of those that fit are called. Who is drawn follows from the "
        "record and the rule, and is the same each time it is worked out.",
    )
    # when
    days_after = fields.Integer(
        required=True, default=1, help="0: at the next hour allowed."
    )
    days_within = fields.Integer(
        "Days to Ask",
        required=True,
        default=7,
        help="So many days after the first call was due it is late.",
    )
    hour_from = fields.Float("Calls from", required=True, default=9)
    hour_to = fields.Float("Calls until", required=True, default=20)
    days_off = fields.Boolean(
        "Also on Days Off",
        help="Else only on the days on which the estate works, by its working hours.",
    )
    max_tries = fields.Integer(
        "Times Tried",
        required=True,
        default=3,
        help="After so many calls that reached nobody it is over.",
    )
    retry_hours = fields.Integer("Hours between Tries", required=True, default=4)
    # who
    user_ids = fields.Many2many(
        "res.users",
        string="People",
        domain="[('share', '=', False)]",
        help="Of those who work with the estate and did not do the work, whoever has "
        "the fewest calls. Empty: customer service.",
    )
    group_id = fields.Many2one(
        "res.groups", "Role", help="Or those of a role at the estate."
    )
    by_duty = fields.Boolean(
        "Who Is on Duty First",
        help="Of these people those who are on duty when the call is given out; all "
        "where none is.",
    )
    # what is said
    script = fields.Text(
        translate=True,
        help="What the clerk says. {customer}, {place}, {number}, {work} and {company} "
        "are filled in.",
    )
    question_ids = fields.One2many(
        "pm.follow.up.question", "rule_id", "Questions", copy=True
    )

    _share_percent = models.Constraint(
        "CHECK (share >= 0 AND share <= 100)", "A share is between 0 and 100 %."
    )
    _hours_in_order = models.Constraint(
        "CHECK (hour_from >= 0 AND hour_to <= 24 AND hour_from < hour_to)",
        "Calls begin before they end, within one day.",
    )
    _numbers = models.Constraint(
        "CHECK (days_after >= 0 AND days_within > 0 AND max_tries > 0"
        " AND retry_hours > 0)",
        "Days after an event cannot be below 0; days to ask, tries and hours between "
        "them are 1 or more.",
    )

    @api.model
    def _of_event(self, event):
        return self.sudo().search([("event", "=", event)])

    def _fits(self, document):
        """Whether this rule is about ``document``: an order, a complaint, or the
        occupancy of a new customer."""
        self.ensure_one()
        if self.estate_ids and document.estate_id not in self.estate_ids:
            return False
        if self.event in OF_ORDERS:
            return self._fits_order(document)
        if self.event in OF_COMPLAINTS:
            return self._fits_complaint(document)
        return True

    def _fits_order(self, order):
        return (
            (not self.urgency or RANKS.get(order.urgency, 9) <= RANKS[self.urgency])
            and (not self.by_category or order.follow_up_state == "todo")
            and self._is_below(order.fault_category_id, self.fault_category_ids)
        )

    def _fits_complaint(self, complaint):
        return (
            (not self.complaint_kind or self.complaint_kind == complaint.kind)
            and (not self.severity or self.severity == complaint.severity)
            and self._is_below(complaint.category_id, self.complaint_category_ids)
        )

    @api.model
    def _is_below(self, category, wanted):
        path = category.parent_path or ""
        return not wanted or any(path.startswith(one.parent_path) for one in wanted)

    def _draws(self, document):
        """Whether ``document`` is in the share.

        A hash of both names it: nobody can choose who is called, and whoever works it
        out again comes to the same.
        """
        self.ensure_one()
        name = f"{self.id}/{document._name}/{document.id}".encode()
        lot = int.from_bytes(hashlib.sha256(name).digest()[:8]) % LOTS
        return lot < self.share * LOTS / 100

    def _users(self, estate):
        """Who may be given calls of ``estate``, before it is asked who did the work."""
        self.ensure_one()
        users = self.user_ids
        if self.group_id:
            users |= self.group_id._pm_members(estate)
        if not users:
            users = self.env.ref("pm_core.group_pm_service")._pm_members(estate)
        if self.by_duty:
            on_duty = self.env["pm.duty"]._on_duty(estate).user_id & users
            users = on_duty or users
        return users
