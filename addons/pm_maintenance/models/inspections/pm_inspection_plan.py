from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from .pm_inspection_template import AREAS, FAULT_GOES_TO

# another schedule, route or person makes the rounds to come other rounds
SHAPE = {
    "schedule_start",
    "schedule_unit",
    "schedule_every",
    "schedule_nth",
    "schedule_until",
    "schedule_shift",
    "mon",
    "tue",
    "wed",
    "thu",
    "fri",
    "sat",
    "sun",
    "window_ids",
    "stop_ids",
    "item_ids",
    "point_ids",
    "active",
    "property_id",
    "post_id",
    "shift_id",
    "employee_id",
    "make_good_hours",
    "contract_id",
}


class PmInspectionPlan(models.Model):
    """Rounds that recur: which points, what is looked at there, when, and who walks.

    Each time and window is a round (``pm.inspection``), unique for plan, planned day
    and hour in the database. What was planned and nobody has begun follows the plan
    when it is changed; what was walked stays as it was.
    """

    _name = "pm.inspection.plan"
    _description = "Inspection Plan"
    _inherit = [
        "pm.estate.mixin",
        "pm.schedule.mixin",
        "pm.cron.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "estate_id, area, sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, tracking=True)
    area = fields.Selection(
        AREAS, "Kind of Round", required=True, default="other", tracking=True
    )
    template_id = fields.Many2one(
        "pm.inspection.template",
        index="btree_not_null",
        ondelete="restrict",
        help="What it was made from.",
    )
    property_id = fields.Many2one(
        string="Estate or Place", help="All its points are of the same estate."
    )
    stop_ids = fields.One2many("pm.inspection.stop", "plan_id", "Route", copy=True)
    point_ids = fields.Many2many(
        "pm.inspection.point",
        string="Points",
        compute="_compute_point_ids",
        inverse="_inverse_point_ids",
        search="_search_point_ids",
        help="The points of the route; the order of the route is in its lines.",
    )
    item_ids = fields.One2many("pm.inspection.item", "plan_id", "Checks", copy=True)
    window_ids = fields.One2many(
        "pm.inspection.window",
        "plan_id",
        "Times of Day",
        copy=True,
        help="Empty: one round at any time of the day.",
    )
    order = fields.Selection(
        [
            ("fixed", "As in the Route"),
            ("free", "As the Inspector Likes"),
            ("random", "Another One Each Round"),
        ],
        "Order of the Points",
        required=True,
        default="free",
        help="A patrol that comes by at another time each night cannot be waited for.",
    )
    post_id = fields.Many2one(
        "pm.duty.post",
        "By Duty Post",
        check_company=True,
        ondelete="restrict",
        domain="[('estate_id', '=', estate_id)]",
        help="Whoever is on duty there at that moment walks the round.",
    )
    shift_id = fields.Many2one(
        "pm.duty.shift", "Only in the Shift", ondelete="restrict"
    )
    employee_id = fields.Many2one(
        "hr.employee",
        "By Name",
        check_company=True,
        ondelete="restrict",
        help="Empty, and no duty post: any inspector of the estate.",
    )
    work_post_id = fields.Many2one(
        "pm.duty.post",
        "Post Whose Work Is Checked",
        check_company=True,
        ondelete="restrict",
        domain="[('estate_id', '=', estate_id)]",
        help="What is found counts for whoever had the shift there: cleaners, "
        "gardeners. A point that somebody keeps counts for that person.",
    )
    contract_id = fields.Many2one(
        "pm.contract",
        "Contract That Is Checked",
        domain="[('kind', '=', 'supplier')]",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The score of these rounds is the score of this supplier.",
    )
    make_good_hours = fields.Float(
        "Can Be Made Good for (Hours)",
        default=2.0,
        help="So long after its time a round can still be walked; it counts as late.",
    )
    alert_minutes = fields.Integer(
        "Warn Ahead (Minutes)",
        default=30,
        help="So long before its time is over, whoever walks is warned of missing "
        "points.",
    )
    lead_days = fields.Integer(
        "Made Ahead (Days)", default=7, help="Rounds are made so many days before."
    )
    needs_scan = fields.Boolean(
        "Points Are Scanned",
        default=True,
        help="A point that was entered without its code counts as unproven.",
    )
    least_seconds = fields.Integer(
        "From Point to Point (Seconds)",
        default=15,
        help="Rounds walked faster, on average, count as unproven.",
    )
    fault_goes_to = fields.Selection(
        FAULT_GOES_TO, "A Fault Becomes", required=True, default="order"
    )
    fault_category_id = fields.Many2one("pm.fault.category", ondelete="restrict")
    rectify_days = fields.Integer("To Be Rectified within (Days)", default=3)
    keep_years = fields.Integer(
        "Keep Records (Years)",
        compute="_compute_keep_years",
        store=True,
        readonly=False,
        precompute=True,
        help="Rounds are not deleted before; 0: never. Patrol logs are kept for at "
        "least 1 year, records of water for 3.",
    )
    is_statutory = fields.Boolean("Asked for by Law", tracking=True)
    source = fields.Char(help="Law, standard or practice that sets the interval.")
    note = fields.Html("Instructions", translate=True)
    round_ids = fields.One2many("pm.inspection", "plan_id", "Rounds", readonly=True)

    _numbers_positive = models.Constraint(
        "CHECK (make_good_hours >= 0 AND alert_minutes >= 0 AND lead_days >= 0"
        " AND least_seconds >= 0 AND rectify_days >= 0)",
        "Hours, days, minutes and seconds are not negative.",
    )
    _one_who = models.Constraint(
        "CHECK (post_id IS NULL OR employee_id IS NULL)",
        "A plan is for a duty post or for a person, not for both.",
    )

    @api.depends("stop_ids.point_id")
    def _compute_point_ids(self):
        for plan in self:
            plan.point_ids = plan.stop_ids.point_id

    def _inverse_point_ids(self):
        """Points that are named without a route come in the order of their own."""
        for plan in self:
            wanted = plan.point_ids
            gone = plan.stop_ids.filtered(
                lambda stop, wanted=wanted: stop.point_id not in wanted
            )
            new = wanted - plan.stop_ids.point_id
            last = max(plan.stop_ids.mapped("sequence"), default=0)
            plan.stop_ids = [
                *(Command.delete(stop.id) for stop in gone),
                *(
                    Command.create({"point_id": point.id, "sequence": last + number})
                    for number, point in enumerate(new, 1)
                ),
            ]

    def _search_point_ids(self, operator, value):
        return [("stop_ids.point_id", operator, value)]

    @api.constrains("shift_id", "post_id")
    def _check_shift(self):
        for plan in self:
            if plan.shift_id and not plan.post_id:
                raise ValidationError(
                    self.env._(
                        "%(plan)s: a shift is of a duty post. Name the post too.",
                        plan=plan.name,
                    )
                )

    @api.constrains("property_id")
    def _check_points(self):
        self.stop_ids._check_estate()

    def write(self, vals):
        result = super().write(vals)
        if SHAPE & vals.keys():
            self._replan()
        return result

    def _replan(self):
        """What is to come and untouched is made anew by the plan as it is now."""
        if not self:
            # items of templates are of no plan
            return
        plans = self.sudo()
        plans._untouched_rounds().unlink()
        plans._generate()

    def _untouched_rounds(self):
        """Rounds to come that nobody has begun, and no phone has answered."""
        return self.env["pm.inspection"].search(
            Domain("plan_id", "in", self.ids)
            & Domain("state", "=", "planned")
            & Domain("date_from", ">", fields.Datetime.now())
            & Domain("answer_ids", "=", False)
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_walked(self):
        """Rounds that were due stay on record, and their plan with them."""
        rounds = self.env["pm.inspection"].sudo()
        kept = rounds.search(
            Domain("plan_id", "in", self.ids)
            & (
                Domain("state", "not in", ("planned", "cancelled"))
                | Domain("answer_ids", "!=", False)
            ),
            limit=1,
        )
        if kept:
            raise UserError(
                self.env._(
                    "Rounds of %(plan)s are on record. Archive the plan: it makes no "
                    "more rounds then.",
                    plan=kept.plan_id.name,
                )
            )
        rounds.search([("plan_id", "in", self.ids)]).unlink()

    def action_view_rounds(self):
        """The rounds of this plan."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pm_maintenance.pm_inspection_action"
        )
        action["domain"] = [("plan_id", "=", self.id)]
        action["context"] = {}
        return action

    def action_generate(self):
        """Make the rounds that are due now, without waiting for the night."""
        self.check_access("write")
        rounds = self and self._generate()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": self.env._("%s rounds were made.", len(rounds)),
                "type": "success",
            },
        }

    def _failure_reader(self):
        """The estate's managers read what is wrong with a plan."""
        group = self.env.ref("pm_core.group_pm_estate_manager")
        return group._pm_members(self.estate_id)[:1] or super()._failure_reader()
