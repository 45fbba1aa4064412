from collections import defaultdict
from datetime import timedelta

import babel.dates

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools.misc import babel_locale_parse

from ...engine.roster import month_bounds

# Who plans: what is not yet manned or certified is for them alone.
PLANNERS = "pm_core.group_pm_hr,pm_core.group_pm_estate_manager"


class PmDutyRoster(models.Model):
    """Who works when at the posts of an estate in one month.

    Made from patterns: each member stands at a day of a pattern, and the duties of
    the month follow. Making them again replaces only what nobody touched.
    """

    _name = "pm.duty.roster"
    _pm_copyable = True
    _description = "Duty Roster"
    _inherit = ["pm.state.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "month desc, estate_id, id desc"
    _check_company_auto = True

    name = fields.Char(
        compute="_compute_name",
        store=True,
        readonly=False,
        help="For example the estate, the month and who is rostered.",
    )
    estate_id = fields.Many2one(
        "pm.property",
        required=True,
        index=True,
        domain="[('kind', '=', 'estate')]",
        check_company=True,
        ondelete="restrict",
        tracking=True,
        default=lambda self: self.env["pm.property"]._only_estate(),
    )
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    month = fields.Date(
        required=True,
        index=True,
        default=lambda self: self._default_month(),
        help="Any day of the month; the roster covers the whole month.",
    )
    date_to = fields.Date("Last of the Month", compute="_compute_date_to")
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        default=lambda self: self.env.user,
        index="btree_not_null",
        tracking=True,
        help="The captain or supervisor. Approves swaps of this roster.",
    )
    post_ids = fields.Many2many(
        "pm.duty.post",
        "pm_duty_roster_post_rel",
        "roster_id",
        "post_id",
        "Posts",
        compute="_compute_post_ids",
        store=True,
        readonly=False,
        domain="[('estate_id', '=', estate_id)]",
        check_company=True,
        help="The posts that this roster has to man. Guards and the service desk may "
        "have a roster each.",
    )
    member_ids = fields.One2many(
        "pm.duty.roster.member", "roster_id", "Members", copy=True
    )
    duty_ids = fields.One2many("pm.duty", "roster_id", "Duties")
    duty_count = fields.Integer(compute="_compute_duty_count")
    coverage_ids = fields.One2many(
        "pm.duty.coverage", "roster_id", "Manning", groups=PLANNERS
    )
    gap_ids = fields.One2many(
        "pm.duty.coverage",
        "roster_id",
        "Gaps",
        domain=[("missing", ">", 0)],
        groups=PLANNERS,
        help="Shifts that are not fully manned.",
    )
    gap_count = fields.Integer(
        "People Missing",
        compute="_compute_gap_count",
        groups=PLANNERS,
        help="Over all shifts.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("published", "Published")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
        tracking=True,
    )

    _month_begins = models.Constraint(
        "CHECK (EXTRACT(DAY FROM month) = 1)", "A roster covers one calendar month."
    )

    @api.model
    def _default_month(self):
        """In the second half of a month the next one is planned."""
        today = fields.Date.context_today(self)
        first, last = month_bounds(today)
        return first if today.day <= 15 else last + timedelta(days=1)

    @api.depends("estate_id", "month")
    def _compute_name(self):
        for roster in self:
            if roster.estate_id and roster.month:
                roster.name = f"{roster.estate_id.name} {roster.month:%Y-%m}"
            else:
                roster.name = roster.name

    @api.depends("month")
    def _compute_date_to(self):
        for roster in self:
            roster.date_to = roster.month and month_bounds(roster.month)[1]

    @api.depends("estate_id")
    def _compute_post_ids(self):
        posts = self.env["pm.duty.post"].search(
            [("estate_id", "in", self.estate_id.ids)]
        )
        taken = defaultdict(lambda: self.env["pm.duty.post"])
        for roster in self.search(
            [
                ("estate_id", "in", self.estate_id.ids),
                ("month", "in", [roster._first_day() for roster in self]),
                ("id", "not in", self.ids),
            ]
        ):
            taken[roster.estate_id, roster.month] |= roster.post_ids
        for roster in self:
            if roster.post_ids and roster.post_ids.estate_id == roster.estate_id:
                continue
            estate = roster.estate_id._origin
            roster.post_ids = (
                posts.filtered(lambda post, estate=estate: post.estate_id == estate)
                - taken[estate, roster._first_day()]
            )

    def _compute_duty_count(self):
        counts = dict(
            self.env["pm.duty"]._read_group(
                [("roster_id", "in", self.ids), ("state", "!=", "cancelled")],
                ["roster_id"],
                ["__count"],
            )
        )
        for roster in self:
            roster.duty_count = counts.get(roster._origin, 0)

    def _compute_gap_count(self):
        missing = dict(
            self.env["pm.duty.coverage"]._read_group(
                [("roster_id", "in", self.ids), ("missing", ">", 0)],
                ["roster_id"],
                ["missing:sum"],
            )
        )
        for roster in self:
            roster.gap_count = missing.get(roster._origin, 0)

    @api.constrains("post_ids", "month", "estate_id")
    def _check_posts(self):
        same_posts = self.search(
            [
                ("month", "in", self.mapped("month")),
                ("post_ids", "in", self.post_ids.ids),
            ]
        )
        for roster in self:
            strange = roster.post_ids.filtered(
                lambda post, roster=roster: post.estate_id != roster.estate_id
            )
            if strange:
                raise ValidationError(
                    self.env._(
                        "%(posts)s: not a post of %(estate)s. A roster mans the posts "
                        "of one estate.",
                        posts=", ".join(strange.mapped("name")),
                        estate=roster.estate_id.name,
                    )
                )
            twin = same_posts.filtered(
                lambda other, roster=roster: (
                    other != roster
                    and other.month == roster.month
                    and other.post_ids & roster.post_ids
                )
            )[:1]
            if twin:
                raise ValidationError(
                    self.env._(
                        "%(posts)s: manned by the roster %(roster)s of the same month "
                        "already. Take the post out of one of the two.",
                        posts=", ".join(
                            (twin.post_ids & roster.post_ids).mapped("name")
                        ),
                        roster=twin.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._normalise_month(vals)
        rosters = super().create(vals_list)
        # their manning is a view, which a new record takes for empty
        rosters.invalidate_recordset(["coverage_ids", "gap_ids"])
        return rosters

    def write(self, vals):
        if vals.get("estate_id"):
            # it moves only to an estate that the user may see
            self.env["pm.property"].browse(vals["estate_id"]).check_access("read")
        if "month" in vals:
            self._normalise_month(vals)
        if {"month", "estate_id"} & vals.keys():
            for roster in self:
                if roster.duty_ids and (
                    vals.get("month", roster.month) != roster.month
                    or vals.get("estate_id", roster.estate_id.id) != roster.estate_id.id
                ):
                    raise UserError(
                        self.env._(
                            "%s has duties already: its month and estate stay. Copy "
                            "it for another month.",
                            roster.display_name,
                        )
                    )
        return super().write(vals)

    def copy_data(self, default=None):
        """A copy is for the month after; the patterns run on."""
        vals_list = super().copy_data(default)
        for roster, vals in zip(self, vals_list, strict=True):
            if "month" not in (default or {}):
                vals["month"] = roster.date_to + timedelta(days=1)
            vals.pop("name", None)
            roster._drop_who_left(vals)
        return vals_list

    def _drop_who_left(self, vals):
        """Leave those out of a copy who do not work in its month any more."""
        first = fields.Date.start_of(fields.Date.to_date(vals["month"]), "month")
        Employee = self.env["hr.employee"]
        kept = []
        for command in vals.get("member_ids", []):
            employee = Employee.browse(command[2]["employee_id"])
            if Employee._pm_still_here(employee, first):
                kept.append(command)
        if "member_ids" in vals:
            vals["member_ids"] = kept

    def _responsible(self):
        """Return who is told: the responsible, else the managers of the estate."""
        self.ensure_one()
        user = self.user_id.filtered(lambda user: user.active)
        return user or self.env.ref("pm_core.group_pm_estate_manager")._pm_members(
            self.estate_id
        )

    def unlink(self):
        """Plans go with their roster; duties that were worked stay."""
        if all(roster.state == "draft" for roster in self):
            self.duty_ids.filtered(lambda duty: duty.state == "planned").unlink()
            self.member_ids.unlink()
        return super().unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        for roster in self:
            if roster.state == "published":
                raise UserError(
                    self.env._(
                        "%s is published; people rely on it. Take it back to draft "
                        "first.",
                        roster.display_name,
                    )
                )

    def action_print(self):
        """The month on a sheet, to be hung on the wall."""
        self.check_access("read")
        return self.env.ref("pm_core.pm_duty_roster_report").report_action(self)

    def action_view_duties(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("pm_core.pm_duty_action"),
            "domain": [("roster_id", "=", self.id)],
            "context": {
                "default_roster_id": self.id,
                "initial_date": fields.Date.to_string(self.month),
                "pm_duty_name": "post",
            },
            "display_name": self.env._("Duties of %s", self.display_name),
        }

    def action_view_coverage(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "pm_core.pm_duty_coverage_action"
            ),
            "domain": [("roster_id", "=", self.id)],
            "context": {"initial_date": fields.Date.to_string(self.month)},
            "display_name": self.env._("Coverage of %s", self.display_name),
        }

    @api.model
    def _normalise_month(self, vals):
        if vals.get("month"):
            vals["month"] = fields.Date.to_date(vals["month"]).replace(day=1)

    def _month_name(self):
        """Return year and month in the words of the reader's language."""
        locale = babel_locale_parse(self.env.context.get("lang") or "en_US")
        return babel.dates.format_skeleton("yMMMM", self.month, locale=locale)

    def _first_day(self):
        return self.month and self.month.replace(day=1)
