from collections import defaultdict
from datetime import timedelta
from zoneinfo import ZoneInfo

import babel.dates
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools.misc import babel_locale_parse, format_date

from ...engine.roster import month_bounds, span
from .pm_duty import MANNING_STATES


class PmDutyRoster(models.Model):
    """Who works when at the posts of an estate in one month.

    Made from patterns: each member stands at a day of a pattern, and the duties of
    the month follow. Making them again replaces only what nobody touched.
    """

    _name = "pm.duty.roster"
    _description = "Duty Roster"
    _inherit = ["mail.thread", "mail.activity.mixin"]
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
        default=lambda self: self._default_estate_id(),
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
    coverage_ids = fields.One2many("pm.duty.coverage", "roster_id", "Manning")
    gap_ids = fields.One2many(
        "pm.duty.coverage",
        "roster_id",
        "Gaps",
        domain=[("missing", ">", 0)],
        help="Shifts that are not fully manned.",
    )
    gap_count = fields.Integer(
        "People Missing", compute="_compute_gap_count", help="Over all shifts."
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
    published_date = fields.Datetime("Published on", readonly=True, copy=False)
    skipped_note = fields.Text("Not Planned", readonly=True, copy=False)
    warning_text = fields.Text("Warnings", compute="_compute_warning_text")

    _month_begins = models.Constraint(
        "CHECK (EXTRACT(DAY FROM month) = 1)", "A roster covers one calendar month."
    )

    @api.model
    def _default_estate_id(self):
        estates = self.env["pm.property"].search([("kind", "=", "estate")], limit=2)
        return estates if len(estates) == 1 else False

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

    @api.depends("member_ids.employee_id", "member_ids.post_id", "duty_ids")
    def _compute_warning_text(self):
        for roster in self:
            roster.warning_text = "\n".join(roster._warnings()) or False

    @api.constrains("post_ids", "month", "estate_id")
    def _check_posts(self):
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
            twin = self.search(
                [
                    ("month", "=", roster.month),
                    ("post_ids", "in", roster.post_ids.ids),
                    ("id", "!=", roster.id),
                ],
                limit=1,
            )
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
        return vals_list

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

    def action_propose_members(self):
        """Add who works at the estate in a job of the posts, spread over the cycle.

        :raises UserError: nobody was found
        """
        for roster in self:
            roster._propose_members()

    def action_generate(self):
        """Make the duties of the month; safe to repeat.

        What was changed by hand, confirmed or worked stays as it is; after
        publication the past stays too.
        :raises UserError: a member has no pattern
        """
        for roster in self:
            roster._generate()

    def action_publish(self):
        """Let staff see the roster, and tell those who are in it."""
        for roster in self:
            if roster.state != "draft":
                raise UserError(
                    self.env._("%s is published already.", roster.display_name)
                )
            if not roster.duty_ids:
                raise UserError(
                    self.env._(
                        "%s has no duties yet: make them first.", roster.display_name
                    )
                )
        self.write({"state": "published", "published_date": fields.Datetime.now()})
        for roster in self:
            roster._post_warnings()
            roster._notify_members()

    def action_revise(self):
        """Take the roster back to work on it; staff do not see a draft."""
        self.write({"state": "draft"})

    def action_print(self):
        """The month on a sheet, to be hung on the wall."""
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

    def _state_name(self):
        return dict(self._fields["state"]._description_selection(self.env))[self.state]

    def _first_day(self):
        return self.month and self.month.replace(day=1)

    def _zone(self):
        return ZoneInfo(self.estate_id.tz or self.env.user.tz or "UTC")

    def _open_bounds(self):
        """First and last day that may be planned anew."""
        first, last = month_bounds(self.month)
        if self.state == "published":
            today = fields.Datetime.context_timestamp(
                self.with_context(tz=str(self._zone())), fields.Datetime.now()
            ).date()
            first = max(first, today)
        return first, last

    def _propose_members(self):
        posts = self.post_ids.filtered("job_id")
        employees = self.env["hr.employee"].search(
            [
                ("pm_estate_id", "=", self.estate_id.id),
                ("job_id", "in", posts.job_id.ids),
                ("id", "not in", self.member_ids.employee_id.ids),
            ]
        )
        if not employees:
            raise UserError(
                self.env._(
                    "Nobody else works at %(estate)s as %(jobs)s. Set Works at and "
                    "the job of the employees, and the job of the posts.",
                    estate=self.estate_id.name,
                    jobs=", ".join(posts.job_id.mapped("name"))
                    or self.env._("(no job on the posts)"),
                )
            )
        patterns = self.env["pm.duty.pattern"].search([("line_ids", "!=", False)])
        vals_list = []
        # the job is not among what every colleague may read of an employee
        for number, employee in enumerate(employees.sudo()):
            fitting = posts.filtered(
                lambda post, employee=employee: post.job_id == employee.job_id
            )
            post = fitting[number % len(fitting)]
            shifts = post.line_ids.shift_id
            pattern = next(
                (
                    pattern
                    for pattern in patterns
                    if pattern.line_ids.shift_id and pattern.line_ids.shift_id <= shifts
                ),
                patterns[:1],
            )
            vals_list.append(
                {
                    "roster_id": self.id,
                    "employee_id": employee.id,
                    "post_id": post.id,
                    "pattern_id": pattern.id,
                    "start_day": number % (pattern.length or 1) + 1,
                }
            )
        self.env["pm.duty.roster.member"].create(vals_list)

    def _generate(self):
        self.ensure_one()
        self.check_access("write")
        first, last = self._open_bounds()
        wanted = self._wanted(first, last)
        Duty = self.env["pm.duty"].with_context(pm_roster_generating=True)
        existing = Duty.search(
            [
                ("roster_id", "=", self.id),
                ("slot_date", ">=", first),
                ("slot_date", "<=", last),
            ]
        )
        stale = existing.filtered(
            lambda duty: (
                duty._is_untouched()
                and wanted.get((duty.member_id, duty.slot_date))
                != (duty.employee_id, duty.post_id, duty.shift_id)
            )
        )
        present = {(duty.member_id, duty.slot_date) for duty in existing - stale}
        stale.unlink()
        vals_list, skipped = self._new_duties(
            {key: slot for key, slot in wanted.items() if key not in present}
        )
        Duty.create(vals_list)
        self.skipped_note = "\n".join(skipped) or False
        self.invalidate_recordset(["coverage_ids", "gap_ids", "gap_count"])

    def _wanted(self, first, last):
        """{(member, day): (employee, post, shift)} that the patterns ask for."""
        cycles = {}
        wanted = {}
        for member in self.member_ids:
            if not member.pattern_id.line_ids:
                raise UserError(
                    self.env._(
                        "%(roster)s: the pattern of %(employee)s has no days. Give "
                        "%(pattern)s its cycle, or choose another pattern.",
                        roster=self.display_name,
                        employee=member.employee_id.name,
                        pattern=member.pattern_id.name,
                    )
                )
            cycle = cycles.get(member.pattern_id)
            if cycle is None:
                cycle = cycles[member.pattern_id] = member.pattern_id._cycle()
            start = max(first, member.date_from or first)
            end = min(last, member.date_to or last)
            for day, shift in cycle.between(start, end, member.start_day - 1):
                wanted[member, day] = (member.employee_id, member.post_id, shift)
        return wanted

    def _new_duties(self, slots):
        """Values of the duties of ``slots``, and lines on those that cannot be.

        A person who has a duty at the time already, in this or another roster, is
        not planned twice.
        """
        if not slots:
            return [], []
        zone = self._zone()
        busy = self._busy({employee for employee, *_rest in slots.values()})
        vals_list, skipped = [], []
        for (member, day), (employee, post, shift) in slots.items():
            start, stop = span(day, shift.hour_from, shift.hours, zone)
            if any(start < end and stop > begin for begin, end in busy[employee.id]):
                skipped.append(
                    self.env._(
                        "%(employee)s, %(date)s %(shift)s: has another duty then.",
                        employee=employee.name,
                        date=format_date(self.env, day),
                        shift=shift.name,
                    )
                )
                continue
            busy[employee.id].append((start, stop))
            vals_list.append(
                {
                    "roster_id": self.id,
                    "member_id": member.id,
                    "slot_date": day,
                    "employee_id": employee.id,
                    "post_id": post.id,
                    "shift_id": shift.id,
                    "date": day,
                }
            )
        return vals_list, skipped

    def _busy(self, employees):
        """{employee id: [(start, stop)]} around the month, in whatever estate."""
        first, last = month_bounds(self.month)
        busy = defaultdict(list)
        duties = (
            self.env["pm.duty"]
            .sudo()
            .search_fetch(
                [
                    ("employee_id", "in", [employee.id for employee in employees]),
                    ("state", "in", MANNING_STATES),
                    ("date", ">=", first - timedelta(days=2)),
                    ("date", "<=", last + timedelta(days=2)),
                ],
                ["employee_id", "start", "stop"],
            )
        )
        for duty in duties:
            busy[duty.employee_id.id].append((duty.start, duty.stop))
        return busy

    def _warnings(self):
        """Lines on who lacks a certificate that the post needs, and who is away."""
        self.ensure_one()
        lines = self.skipped_note.splitlines() if self.skipped_note else []
        duties = self.duty_ids.filtered(lambda duty: duty.state in MANNING_STATES)
        last_days = {}
        for duty in duties:
            key = (duty.employee_id, duty.post_id)
            last_days[key] = max(duty.date, last_days.get(key, duty.date))
        for member in self.member_ids:
            if member.employee_id and member.post_id and member.roster_id.date_to:
                last_days.setdefault(
                    (member.employee_id._origin, member.post_id._origin), self.date_to
                )
        lacking = self.env["pm.duty.post"]._lacking(last_days)
        for (employee, post), skills in lacking.items():
            lines.append(
                self.env._(
                    "%(employee)s lacks %(certificates)s, needed at %(post)s.",
                    employee=employee.name,
                    certificates=", ".join(skills.mapped("name")),
                    post=post.name,
                )
            )
        away = defaultdict(list)
        for duty in duties.filtered("on_leave"):
            away[duty.employee_id].append(format_date(self.env, duty.date))
        for employee, days in away.items():
            lines.append(
                self.env._(
                    "%(employee)s is on leave: %(days)s.",
                    employee=employee.name,
                    days=", ".join(days),
                )
            )
        return lines

    def _post_warnings(self):
        lines = self._warnings()
        if lines:
            self.message_post(
                body=Markup("<p>%s</p><ul>%s</ul>")
                % (
                    self.env._("Published in spite of:"),
                    Markup("").join(Markup("<li>%s</li>") % line for line in lines),
                )
            )

    def _notify_members(self):
        """Tell who is in the roster and has a login, once at publication."""
        partners = self.duty_ids.employee_id.sudo().user_id.partner_id
        if partners:
            self.message_notify(
                partner_ids=partners.ids,
                subject=self.env._("Duty roster %s", self.name),
                body=self.env._(
                    "The duty roster %s is published. Find your shifts under "
                    "People / My Duties.",
                    self.name,
                ),
            )
