from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...engine import scoring


class PmKpiResult(models.Model):
    """The figure of one KPI for one period: of a company, estate, post or employee.

    Taken by the cron when the period has ended, and again on demand: the same row is
    then brought up to date. Target and score stay as they were on that day. Figures
    that are not taken from records are entered by hand, and only those.
    """

    _name = "pm.kpi.result"
    _description = "KPI Result"
    _order = "date_from desc, kpi_id, level, estate_id, job_id, employee_id, id"
    _check_company_auto = True

    kpi_id = fields.Many2one("pm.kpi", required=True, index=True, ondelete="cascade")
    kind = fields.Selection(related="kpi_id.kind", string="How Taken")
    category_id = fields.Many2one(related="kpi_id.category_id", store=True)
    unit = fields.Char(related="kpi_id.unit", string="Unit of Measure")
    level = fields.Selection(
        [
            ("company", "Company"),
            ("estate", "Estate"),
            ("job", "Post"),
            ("employee", "Employee"),
        ],
        "Figure of",
        required=True,
        default="estate",
        index=True,
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    estate_id = fields.Many2one(
        "pm.property",
        index="btree_not_null",
        domain="[('kind', '=', 'estate')]",
        compute="_compute_place",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
        help="Of a post or an employee: the estate where they work.",
    )
    job_id = fields.Many2one(
        "hr.job",
        "Post",
        index="btree_not_null",
        compute="_compute_place",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
    )
    employee_id = fields.Many2one(
        "hr.employee", index="btree_not_null", ondelete="cascade", check_company=True
    )
    user_id = fields.Many2one(
        related="employee_id.user_id", store=True, index="btree_not_null"
    )
    date_from = fields.Date("From", required=True, index=True)
    date_to = fields.Date("To", required=True)
    period_label = fields.Char("Period", compute="_compute_period_label")
    numerator = fields.Float("Part", readonly=True, digits=(16, 2))
    denominator = fields.Float("Whole", readonly=True, digits=(16, 2))
    value = fields.Float("Figure", required=True, aggregator="avg", digits=(16, 2))
    target = fields.Float(
        compute="_compute_target",
        store=True,
        readonly=False,
        precompute=True,
        aggregator="avg",
        digits=(16, 2),
        help="As it was when the figure was taken.",
    )
    score = fields.Float(
        compute="_compute_score",
        store=True,
        precompute=True,
        aggregator="avg",
        digits=(5, 1),
    )
    reached = fields.Boolean(
        "Target Reached", compute="_compute_score", store=True, precompute=True
    )
    computed_at = fields.Datetime(
        "Taken on", readonly=True, default=fields.Datetime.now
    )
    note = fields.Char("Remark", help="Where a figure that was entered comes from.")

    _scope_unique = models.UniqueIndex(
        "(kpi_id, company_id, date_from, level, COALESCE(estate_id, 0), "
        "COALESCE(job_id, 0)) WHERE level <> 'employee'",
        "This KPI has a figure for that period already. Change that one.",
    )
    _employee_unique = models.UniqueIndex(
        "(kpi_id, date_from, employee_id) WHERE level = 'employee'",
        "This KPI has a figure of the employee for that period already. "
        "Change that one.",
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_to >= date_from)", "A period cannot end before it begins."
    )
    _level_complete = models.Constraint(
        """CHECK (CASE level
            WHEN 'company' THEN estate_id IS NULL AND job_id IS NULL
                AND employee_id IS NULL
            WHEN 'estate' THEN estate_id IS NOT NULL AND job_id IS NULL
                AND employee_id IS NULL
            WHEN 'job' THEN job_id IS NOT NULL AND employee_id IS NULL
            ELSE employee_id IS NOT NULL END)""",
        "Say whose figure it is: the estate, the post or the employee.",
    )

    @api.depends("level", "employee_id")
    def _compute_place(self):
        """Estate and post of an employee as they are when the figure is taken."""
        for result in self:
            employee_sudo = result.employee_id.sudo()
            if result.level == "employee" and employee_sudo:
                result.estate_id = employee_sudo.pm_estate_id
                result.job_id = employee_sudo.job_id
            elif result.level == "company":
                result.estate_id = result.job_id = False
            else:
                result.estate_id = result.estate_id
                result.job_id = result.level == "job" and result.job_id

    @api.depends("kpi_id")
    def _compute_target(self):
        for result in self:
            result.target = result.kpi_id.target

    # the rule of the KPI as it is now, not as it may become
    @api.depends("kpi_id", "value", "target")
    def _compute_score(self):
        for result in self:
            kpi = result.kpi_id
            result.score = kpi._score(result.value, result.target) if kpi else 0
            result.reached = bool(kpi) and not scoring.shortfall(
                result.value, result.target, kpi.direction == "higher"
            )

    @api.depends("kpi_id.period", "date_from")
    def _compute_period_label(self):
        """2026-11 for a month, 2026-Q4 for a quarter, 2026 for a year."""
        for result in self:
            start = result.date_from
            result.period_label = start and {
                "month": f"{start:%Y-%m}",
                "quarter": f"{start.year}-Q{(start.month + 2) // 3}",
                "year": f"{start.year}",
            }.get(result.kpi_id.period, f"{start:%Y-%m}")

    @api.depends("kpi_id", "date_from", "level")
    def _compute_display_name(self):
        for result in self:
            whose = (
                result.employee_id.display_name
                or result.job_id.display_name
                or result.estate_id.display_name
                or result.company_id.display_name
            )
            result.display_name = (
                f"{result.kpi_id.display_name} – {whose} {result.period_label or ''}"
            )

    @api.onchange("kpi_id", "date_from")
    def _onchange_period(self):
        if self.kpi_id and self.date_from:
            self.date_from, self.date_to = self.kpi_id._period_of(self.date_from)

    @api.model_create_multi
    def create(self, vals_list):
        results = super().create(vals_list)
        results._check_by_hand()
        return results

    def write(self, vals):
        self._check_by_hand()
        if vals.get("estate_id"):
            # it moves only to an estate that the user may see
            self.env["pm.property"].browse(vals["estate_id"]).check_access("read")
        result = super().write(vals)
        self._check_by_hand()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_taken(self):
        self._check_by_hand()

    def _check_by_hand(self):
        """Figures that come from records are changed by taking them again only, and
        nobody enters one's own.

        :raises UserError: naming the result
        :raises AccessError: a figure about oneself
        """
        if self.env.su:
            return
        for result in self:
            if result.kpi_id.kind != "manual":
                raise UserError(
                    self.env._(
                        "%s is taken from the records and cannot be entered by hand. "
                        "Correct the records and take the figure again.",
                        result.display_name,
                    )
                )
            if result.employee_id and result.user_id == self.env.user:
                raise AccessError(
                    self.env._(
                        "%s is about yourself: let somebody else of HR or your manager "
                        "enter it.",
                        result.display_name,
                    )
                )

    @api.model
    def _store(self, kpi, company, date_from, date_to, figures):
        """Bring the results of a KPI for a period up to date.

        Runs as superuser. What has no figure any more is removed; running it again
        changes nothing but the time.

        :param figures: {(level, estate, job, employee): figure}
        """
        existing = {
            result._key(): result
            for result in self.search(
                [
                    ("kpi_id", "=", kpi.id),
                    ("company_id", "=", company.id),
                    ("date_from", "=", date_from),
                ]
            )
        }
        now = fields.Datetime.now()
        vals_list = []
        for (level, estate, job, employee), figure in figures.items():
            vals = {
                "date_to": date_to,
                "numerator": figure.numerator,
                "denominator": figure.denominator,
                "value": figure.value,
                "target": kpi.target,
                "computed_at": now,
            }
            place = {
                "level": level,
                "estate_id": estate.id,
                "job_id": job.id,
                "employee_id": employee.id,
            }
            result = existing.pop(self._key_of(place), None)
            if result:
                # who moved to another post within a period still has one figure for it
                result.write({**vals, **place})
                continue
            vals_list.append(
                {
                    **vals,
                    **place,
                    "kpi_id": kpi.id,
                    "company_id": company.id,
                    "date_from": date_from,
                }
            )
        self.browse().union(*existing.values()).unlink()
        return self.create(vals_list)

    @api.model
    def _key_of(self, place):
        if place["level"] == "employee":
            return "employee", place["employee_id"]
        return place["level"], place["estate_id"] or 0, place["job_id"] or 0

    def _key(self):
        return self._key_of(
            {
                "level": self.level,
                "estate_id": self.estate_id.id,
                "job_id": self.job_id.id,
                "employee_id": self.employee_id.id,
            }
        )

    # ACTIONS

    def action_take_again(self):
        """Take the figures of these periods again, for all whom they concern."""
        self.check_access("read")
        self.env["pm.kpi.result"].check_access("create")
        for kpi, results in self.grouped("kpi_id").items():
            for day in sorted(set(results.mapped("date_from"))):
                kpi._refuse(kpi._take(day))

    def action_view_records(self):
        """Open the records that the figure counts, as far as the user may see them."""
        return self._open_records(self.env._("Behind %s", self.display_name))

    def action_view_good_records(self):
        """Open the good ones among the records that the figure counts."""
        return self._open_records(
            self.env._("The Good Ones of %s", self.display_name), "numerator_domain"
        )

    def action_view_other_records(self):
        """Open the records that are counted, but not among the good ones."""
        return self._open_records(
            self.env._("The Others of %s", self.display_name),
            "numerator_domain",
            negate=True,
        )

    def _open_records(self, title, condition=None, negate=False):
        self.ensure_one()
        kpi_sudo = self.kpi_id.sudo()
        if kpi_sudo.kind == "manual":
            raise UserError(self.env._("%s was entered by hand.", self.display_name))
        domain = kpi_sudo._records_domain(self.date_from, self.date_to, self.company_id)
        narrowed = kpi_sudo._scope_domain(self._scope())
        if narrowed is None:
            raise UserError(
                self.env._(
                    "KPI %s does not say any more whose its records are. Take the "
                    "figure again.",
                    kpi_sudo.name,
                )
            )
        domain &= narrowed
        if condition:
            part = kpi_sudo._condition(condition)
            domain &= ~part if negate else part
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": kpi_sudo.model,
            "view_mode": "list,form",
            "domain": list(domain),
            "context": {"create": False},
        }

    def _scope(self):
        """Return the scope of the figure as ``pm.kpi._measure`` takes it."""
        self.ensure_one()
        return {
            "company": {},
            "estate": {"estate": self.estate_id},
            "job": {"employee": self._employees_of_post()},
            "employee": {"employee": self.employee_id},
        }[self.level] or {}

    def _employees_of_post(self):
        return (
            self.env["hr.employee"]
            .sudo()
            .search(
                [
                    ("job_id", "=", self.job_id.id),
                    ("pm_estate_id", "=", self.estate_id.id),
                    ("company_id", "=", self.company_id.id),
                ]
            )
        )
