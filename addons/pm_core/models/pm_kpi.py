import ast
from collections import defaultdict
from datetime import datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import date_utils

from ..engine import scoring

NUMERIC = ("integer", "float", "monetary")
# days after its end in which a figure without a date can still be taken
GRACE_DAYS = 7
PERIODS = [("month", "Month"), ("quarter", "Quarter"), ("year", "Year")]
SCOPES = ("company", "estate", "job", "employee", "user")


class Figure(NamedTuple):
    """A measured figure; ``value`` is in the unit of the KPI."""

    numerator: float
    denominator: float
    value: float


class Sums(NamedTuple):
    """What can be added up over groups before it becomes a figure."""

    numerator: float
    denominator: float
    count: int

    def plus(self, other):
        return Sums(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


NOTHING = Sums(0, 0, 0)


class PmKpi(models.Model):
    """A figure by which estates, posts and employees are measured; without code.

    A *ratio* is the part of the records in a period that fulfil a condition, or the
    part of an amount (received of billed); a *measure* is a number, sum or average;
    a *manual* figure is entered by hand. Paths say to which estate and to whom a
    record belongs, so that one definition yields the figures of the company, each
    estate, each post and each employee, in two queries.

    Figures are taken as superuser, so that they do not depend on who asks for them;
    ``pm.kpi.result`` has the rules of who sees which.
    """

    _name = "pm.kpi"
    _description = "KPI"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "sequence, id"

    name = fields.Char("KPI", required=True, translate=True)
    note = fields.Text(
        "Explanation",
        translate=True,
        help="What the figure says, and how it is taken.",
    )
    sequence = fields.Integer(default=10, export_string_translation=False)
    active = fields.Boolean(default=True)
    category_id = fields.Many2one("pm.service.category", index="btree_not_null")
    company_id = fields.Many2one(
        "res.company",
        index="btree_not_null",
        help="Empty: taken in each company.",
    )
    owner_id = fields.Many2one(
        "res.users",
        "Responsible",
        help="Is told when the figure cannot be taken.",
    )
    kind = fields.Selection(
        [
            ("ratio", "Ratio (%)"),
            ("measure", "Number, Sum or Average"),
            ("manual", "Entered by Hand"),
        ],
        required=True,
        default="ratio",
        tracking=True,
    )
    model_id = fields.Many2one(
        "ir.model",
        "Records",
        ondelete="cascade",
        domain="[('transient', '=', False), ('abstract', '=', False)]",
        help="What is counted or summed up.",
    )
    model = fields.Char(related="model_id.model", string="Model Name")
    domain = fields.Char(
        "Which Records",
        default="[]",
        help="For a ratio: the whole. Dates that depend on today are written as text, "
        "for example 'today -30d'.",
    )
    numerator_domain = fields.Char(
        "Of These, the Good Ones",
        default="[]",
        help="For a ratio: the part that counts. It is counted within the whole.",
    )
    numerator_field = fields.Char(
        "Amount of the Part",
        help="Empty: records are counted. Else this amount is summed up.",
    )
    denominator_field = fields.Char(
        "Amount of the Whole", help="The amount that the part is compared to."
    )
    measure_field = fields.Char("Amount", help="The number that is summed or averaged.")
    aggregate = fields.Selection(
        [("count", "Number of Records"), ("sum", "Sum"), ("avg", "Average")],
        default="count",
    )
    zero_if_empty = fields.Boolean(
        "Nothing Found Means Zero",
        help="No record in the period is a figure of zero, as for accidents. "
        "Otherwise there is no figure.",
    )
    date_field = fields.Char(
        "Date",
        help="By which records fall into a period. Empty: the figure is what it is on "
        "the day on which it is taken, shortly after the period ends.",
    )
    estate_path = fields.Char(
        "Estate of a Record",
        help="Leads from a record to its estate or property: results by estate.",
    )
    employee_path = fields.Char(
        "Employee of a Record",
        help="Leads from a record to an employee: results by employee and post.",
    )
    user_path = fields.Char(
        "User of a Record",
        help="Leads from a record to a user whose employee is meant, where there is "
        "no employee.",
    )
    period = fields.Selection(PERIODS, required=True, default="month")
    unit = fields.Char(
        "Unit of Measure",
        translate=True,
        compute="_compute_unit",
        store=True,
        readonly=False,
        help="For example %, hours, times.",
    )
    target = fields.Float(required=True, default=100, digits=(16, 2), tracking=True)
    direction = fields.Selection(
        [("higher", "Higher is Better"), ("lower", "Lower is Better")],
        "Better",
        required=True,
        default="higher",
    )
    scoring = fields.Selection(
        [
            ("proportional", "In Proportion to the Target"),
            ("deduct", "Points Off for Each Unit Short"),
            ("pass_fail", "All or Nothing"),
            ("bands", "By Bands"),
        ],
        required=True,
        default="proportional",
        help="How the figure becomes a score from 0 to 100; reaching the target "
        "gives 100.",
    )
    points_per_unit = fields.Float(
        "Points Off",
        default=2,
        help="For each unit by which the target is missed, for example for each "
        "percentage point.",
    )
    band_ids = fields.One2many("pm.kpi.band", "kpi_id", "Bands", copy=True)
    weight = fields.Float(
        "Weight (%)", default=10, help="Proposed when a post gets this KPI."
    )
    result_ids = fields.One2many("pm.kpi.result", "kpi_id", "Results")
    result_count = fields.Integer(compute="_compute_result_count")
    computed_to = fields.Date(
        "Taken up to",
        readonly=True,
        copy=False,
        help="The end of the last period whose figures were taken.",
    )
    last_error = fields.Text("Last Problem", readonly=True, copy=False)
    last_error_date = fields.Datetime("Noticed on", readonly=True, copy=False)

    _weight_in_range = models.Constraint(
        "CHECK (weight >= 0 AND weight <= 100)", "A weight lies between 0 and 100 %."
    )
    _points_positive = models.Constraint(
        "CHECK (points_per_unit >= 0)", "Points off cannot be negative."
    )

    @api.depends("kind")
    def _compute_unit(self):
        for kpi in self:
            kpi.unit = "%" if kpi.kind == "ratio" else kpi.unit

    @api.depends_context("uid")
    def _compute_result_count(self):
        counts = dict(
            self.env["pm.kpi.result"]._read_group(
                [("kpi_id", "in", self.ids)], ["kpi_id"], ["__count"]
            )
        )
        for kpi in self:
            kpi.result_count = counts.get(kpi, 0)

    # VALIDATION

    @api.constrains(
        *["kind", "model_id", "domain", "numerator_domain", "numerator_field"],
        *["denominator_field", "measure_field", "aggregate", "date_field"],
        *["estate_path", "employee_path", "user_path"],
    )
    def _check_definition(self):
        """Refuse what could not be measured, naming what is wrong.

        :raises ValidationError: naming the KPI, the setting and the reason
        """
        for kpi in self:
            if kpi.kind == "manual":
                continue
            if not kpi.model_id:
                raise ValidationError(
                    self.env._(
                        "KPI %s: choose the records that are counted, or let it be "
                        "entered by hand.",
                        kpi.name,
                    )
                )
            kpi.sudo()._check_condition("domain")
            if kpi.kind == "ratio":
                kpi.sudo()._check_condition("numerator_domain")
            kpi._check_amounts()
            kpi._check_path("date_field", ("date", "datetime"))
            for name, comodel in kpi._path_models().items():
                kpi._check_path(name, ("many2one",), comodel)
            kpi.sudo()._check_by_trying()

    @api.constrains("scoring", "band_ids")
    def _check_bands(self):
        for kpi in self:
            if kpi.scoring == "bands" and not kpi.band_ids:
                raise ValidationError(
                    self.env._(
                        "KPI %s is scored by bands: enter at least one band.", kpi.name
                    )
                )

    @api.model
    def _path_models(self):
        return {
            "estate_path": "pm.property",
            "employee_path": "hr.employee",
            "user_path": "res.users",
        }

    def _wrong(self, name, reason):
        """Return the error that says what is wrong with the setting ``name``."""
        return ValidationError(
            self.env._(
                "KPI %(kpi)s: %(setting)s %(value)s is not valid. %(reason)s",
                kpi=self.name,
                setting=self._fields[name].get_description(self.env)["string"],
                value=self[name] or "-",
                reason=reason,
            )
        )

    def _check_condition(self, name):
        domain = self._condition(name)
        try:
            domain.validate(self.env[self.model])
            with self.env.cr.savepoint():
                self.env[self.model].search(domain, limit=1)
        except (ValueError, TypeError, KeyError, psycopg2.Error, UserError) as error:
            raise self._wrong(name, str(error).strip()) from error

    def _condition(self, name):
        """Return the condition in the field ``name``; only literal values are read.

        :raises ValidationError: no list of conditions
        """
        try:
            parsed = ast.literal_eval((self[name] or "[]").strip())
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError) as bad:
            raise self._wrong(
                name,
                self.env._(
                    "It cannot be read: write a list of conditions with fixed values, "
                    "such as [('state', '=', 'done')]."
                ),
            ) from bad
        if not isinstance(parsed, list):
            raise self._wrong(name, self.env._("It is not a list of conditions."))
        try:
            return Domain(parsed)
        except (ValueError, TypeError) as bad:
            raise self._wrong(name, str(bad)) from bad

    def _check_amounts(self):
        needed = []
        if self.kind == "ratio" and (self.numerator_field or self.denominator_field):
            needed = ["numerator_field", "denominator_field"]
        elif self.kind == "measure" and self.aggregate != "count":
            needed = ["measure_field"]
        for name in needed:
            field = self.env[self.model]._fields.get(self[name])
            if field is None or field.type not in NUMERIC or not field.store:
                raise self._wrong(
                    name, self.env._("Choose a number that is stored on the record.")
                )

    def _check_path(self, name, types, comodel=None):
        if not self[name]:
            return
        Model, field = self.env[self.model], None
        for part in self[name].split("."):
            field = Model._fields.get(part) if Model is not None else None
            if field is None:
                raise self._wrong(name, self.env._("There is no such field: %s.", part))
            Model = self.env[field.comodel_name] if field.relational else None
        if field.type not in types or (comodel and field.comodel_name != comodel):
            wanted = self.env["ir.model"]._get(comodel).name if comodel else ""
            raise self._wrong(
                name,
                self.env._("It must lead to: %s.", wanted)
                if comodel
                else self.env._("It must be a date."),
            )

    def _check_by_trying(self):
        """Fields that can be shown cannot always be grouped by."""
        today = fields.Date.context_today(self)
        try:
            with self.env.cr.savepoint():
                self._grouped(*self._period_of(today), self.env.company)
        except (ValueError, TypeError, KeyError, psycopg2.Error, UserError) as error:
            raise ValidationError(
                self.env._(
                    "KPI %(kpi)s cannot be measured: %(reason)s",
                    kpi=self.name,
                    reason=str(error).strip(),
                )
            ) from error

    # PERIODS

    def _period_of(self, day):
        """Return the first and the last day of the period in which ``day`` lies."""
        self.ensure_one()
        return (
            date_utils.start_of(day, self.period),
            date_utils.end_of(day, self.period),
        )

    def _last_period(self, today):
        """Return the first and the last day of the last period that has ended."""
        return self._period_of(
            date_utils.start_of(today, self.period) - timedelta(days=1)
        )

    def _can_be_taken(self, date_to):
        """Whether a figure of a period that ended on ``date_to`` can be had today.

        What has no date is known for today only.
        """
        if self.kind == "manual":
            return False
        today = fields.Date.context_today(self)
        return bool(self.date_field) or date_to >= today - timedelta(days=GRACE_DAYS)

    # MEASURING

    def _measure(self, date_from, date_to, scope=None):
        """Return the figure of a period, or None where there is no data.

        :param scope: what it is limited to: {"estate": record} and likewise for
            "company", "job", "employee" and "user"; without a company, that of the
            estate or employee, else the present one. A figure that is entered by
            hand is that of the latest result in the period for the same scope.
        :returns: a :class:`Figure`; None also where the KPI cannot say to which
            estate or employee a record belongs
        :raises ValueError: unknown scope
        """
        self.ensure_one()
        scope = {key: record for key, record in (scope or {}).items() if record}
        if set(scope) - set(SCOPES):
            raise ValueError(f"unknown scope {set(scope) - set(SCOPES)}")
        kpi = self.sudo()
        if kpi.kind == "manual":
            return kpi._entered(date_from, date_to, scope)
        company = kpi._scope_company(scope)
        narrowed = kpi._scope_domain(scope)
        if narrowed is None or not kpi._can_be_taken(date_to):
            return None
        sums = kpi._grouped(date_from, date_to, company, narrowed, ())
        return kpi._to_figure(sums.get((), NOTHING))

    def _scope_company(self, scope):
        for key in ("company", "estate", "employee"):
            if key in scope:
                record = scope[key].sudo()
                return record if key == "company" else record.company_id
        return self.company_id or self.env.company

    def _scope_domain(self, scope):
        """Return the condition that limits records to ``scope``; None if there is no
        way to tell."""
        domain = Domain.TRUE
        if "estate" in scope:
            if not self.estate_path:
                return None
            domain &= Domain(f"{self.estate_path}.estate_id", "in", scope["estate"].ids)
        people = self._scope_employees(scope)
        if people is not None:
            if self.employee_path:
                domain &= Domain(self.employee_path, "in", people.ids)
            elif self.user_path:
                domain &= Domain(self.user_path, "in", people.user_id.ids)
            else:
                return None
        return domain

    def _scope_employees(self, scope):
        Employee = self.env["hr.employee"].sudo().with_context(active_test=False)
        if "employee" in scope:
            return scope["employee"].sudo()
        if "user" in scope:
            return Employee.search([("user_id", "in", scope["user"].ids)])
        if "job" in scope:
            return Employee.search([("job_id", "in", scope["job"].ids)])
        return None

    def _entered(self, date_from, date_to, scope):
        employee = self._scope_employees({k: v for k, v in scope.items() if k != "job"})
        company = self._scope_company(scope)
        level = "company"
        for name in ("estate", "job"):
            level = name if name in scope else level
        level = "employee" if employee is not None else level
        domain = Domain("kpi_id", "=", self.id) & Domain("level", "=", level)
        domain &= Domain("company_id", "=", company.id)
        domain &= Domain("date_from", ">=", date_from) & Domain(
            "date_to", "<=", date_to
        )
        if employee is not None:
            domain &= Domain("employee_id", "in", employee.ids)
        else:
            for name in ("estate", "job"):
                if name in scope:
                    domain &= Domain(f"{name}_id", "in", scope[name].ids)
        result = self.env["pm.kpi.result"].search(
            domain, order="date_to desc, id desc", limit=1
        )
        return (
            Figure(result.numerator, result.denominator, result.value)
            if result
            else None
        )

    def _to_figure(self, sums):
        """Return what ``sums`` say, or None where they say nothing."""
        numerator, denominator, count = sums
        if self.kind == "ratio":
            if not denominator:
                return None
            return Figure(numerator, denominator, 100 * numerator / denominator)
        if not count and not self.zero_if_empty:
            return None
        if self.aggregate == "avg":
            if not denominator:
                return None
            return Figure(numerator, denominator, numerator / denominator)
        return Figure(numerator, denominator, numerator)

    def _records_domain(self, date_from, date_to, company):
        """Return the condition for the records of a company that a period counts."""
        domain = self._condition("domain") & self._company_domain(company)
        if self.date_field:
            start, end = self._bounds(date_from, date_to, company)
            domain &= Domain(self.date_field, ">=", start)
            domain &= Domain(self.date_field, "<", end)
        return domain

    def _bounds(self, date_from, date_to, company):
        """Return the bounds of a period, the end excluded, as the date field has them:
        days, or moments in UTC of midnight at the company."""
        after = date_to + timedelta(days=1)
        Model = self.env[self.model]
        *path, last = self.date_field.split(".")
        for name in path:
            Model = self.env[Model._fields[name].comodel_name]
        if Model._fields[last].type == "date":
            return date_from, after
        zone = ZoneInfo(company.resource_calendar_id.tz or self.env.user.tz or "UTC")
        utc = ZoneInfo("UTC")
        return tuple(
            datetime.combine(day, time.min, zone).astimezone(utc).replace(tzinfo=None)
            for day in (date_from, after)
        )

    def _company_domain(self, company):
        """Companies are apart, also where the superuser counts."""
        if "company_id" in self.env[self.model]._fields:
            return Domain("company_id", "in", [company.id, False])
        for path in (self.estate_path, self.employee_path, self.user_path):
            if path:
                return Domain(f"{path}.company_id", "=", company.id)
        return Domain.TRUE

    def _grouped(self, date_from, date_to, company, narrowed=Domain.TRUE, paths=None):
        """Return {group: sums} of a period; a group has one record for each path.

        Two queries at most, however many records and groups there are.
        """
        self.ensure_one()
        if paths is None:
            paths = [path for path in self._group_paths() if path]
        Model = self.env[self.model].with_company(company)
        domain = self._records_domain(date_from, date_to, company) & narrowed
        groups = defaultdict(lambda: NOTHING)
        if self.kind == "measure":
            amount = self.measure_field
            aggregates = {
                "count": ["__count", "__count"],
                "sum": [f"{amount}:sum", f"{amount}:count"],
                "avg": [f"{amount}:sum", f"{amount}:count"],
            }[self.aggregate]
            for *group, total, number in Model._read_group(domain, paths, aggregates):
                groups[tuple(group)] = Sums(total or 0, number, number)
            return groups
        whole = self.denominator_field and f"{self.denominator_field}:sum" or "__count"
        part = self.numerator_field and f"{self.numerator_field}:sum" or "__count"
        for *group, total, number in Model._read_group(
            domain, paths, [whole, "__count"]
        ):
            groups[tuple(group)] = Sums(0, total or 0, number)
        good = domain & self._condition("numerator_domain")
        for *group, total in Model._read_group(good, paths, [part]):
            groups[tuple(group)] = groups[tuple(group)].plus(Sums(total or 0, 0, 0))
        return groups

    def _group_paths(self):
        return self.estate_path, self.employee_path or self.user_path

    def _sums_by_level(self, date_from, date_to, company):
        """Return {(level, estate, job, employee): sums} of a period.

        Figures of posts and employees are those of the employee's own estate.
        """
        result = defaultdict(lambda: NOTHING)
        nowhere = self.env["pm.property"]
        nobody = self.env["hr.employee"].with_context(active_test=False)
        no_job = self.env["hr.job"]
        estate_path, person_path = self._group_paths()
        groups = self._grouped(date_from, date_to, company)
        by_user = {}
        if person_path and not self.employee_path:
            users = self.env["res.users"].union(*(group[-1] for group in groups))
            found = nobody.search(
                [("user_id", "in", users.ids), ("company_id", "=", company.id)]
            )
            by_user = {employee.user_id: employee for employee in found}
        self._add_empty(result, company)
        for group, sums in groups.items():
            node = group[0] if estate_path else nowhere
            person = group[-1] if person_path else nobody
            person = by_user.get(person, nobody) if by_user or not person else person
            keys = [("company", nowhere, no_job, nobody)]
            if node.estate_id:
                keys.append(("estate", node.estate_id, no_job, nobody))
            if person._name == "hr.employee" and person:
                job, home = person.job_id, person.pm_estate_id
                keys.append(("employee", home, job, person))
                if job:
                    keys.append(("job", home, job, nobody))
            for key in keys:
                result[key] = result[key].plus(sums)
        return result

    def _add_empty(self, result, company):
        """Where nothing found means zero, each estate and employee has a figure."""
        if not self.zero_if_empty or self.kind != "measure":
            return
        nowhere, no_job = self.env["pm.property"], self.env["hr.job"]
        nobody = self.env["hr.employee"]
        result["company", nowhere, no_job, nobody] = NOTHING
        if self.estate_path:
            for estate in nowhere.search(
                [("kind", "=", "estate"), ("company_id", "=", company.id)]
            ):
                result["estate", estate, no_job, nobody] = NOTHING
        if self.employee_path or self.user_path:
            jobs = self.env["pm.job.kpi"].search([("kpi_id", "=", self.id)]).job_id
            for employee in nobody.search(
                [("job_id", "in", jobs.ids), ("company_id", "=", company.id)]
            ):
                job, home = employee.job_id, employee.pm_estate_id
                result["employee", home, job, employee] = NOTHING
                result["job", home, job, nobody] = NOTHING

    def _figures_within(self, date_from, date_to, company):
        """Return {key: value} of all estates, posts and employees for any dates.

        What has a date is measured for exactly these dates. What is entered by hand,
        or known for one day only, is the mean of the results that lie within them.
        Keys are those of ``pm.kpi.result._key``.
        """
        self.ensure_one()
        kpi = self.sudo()
        Result = kpi.env["pm.kpi.result"]
        if kpi.kind != "manual" and kpi.date_field:
            return {
                Result._key_of(
                    {
                        "level": level,
                        "estate_id": estate.id,
                        "job_id": job.id,
                        "employee_id": employee.id,
                    }
                ): figure.value
                for (level, estate, job, employee), sums in kpi._sums_by_level(
                    date_from, date_to, company
                ).items()
                if (figure := kpi._to_figure(sums))
            }
        values = defaultdict(list)
        for result in Result.search(
            [
                ("kpi_id", "=", kpi.id),
                ("company_id", "=", company.id),
                ("date_from", ">=", date_from),
                ("date_to", "<=", date_to),
            ]
        ):
            values[result._key()].append(result.value)
        return {key: sum(found) / len(found) for key, found in values.items()}

    # RESULTS

    def _companies(self):
        """The companies in which the KPI is taken: its own, or those with estates."""
        return self.company_id or self.env["res.company"].browse(
            company.id
            for (company,) in self.env["pm.property"]._read_group(
                [("kind", "=", "estate")], ["company_id"]
            )
        )

    def _take(self, day):
        """Take, or take again, the figures of the period in which ``day`` lies.

        A KPI that fails keeps the reason in ``last_error`` and does not stop the
        others.

        :returns: the KPIs of the set that could be taken
        :raises LockError: somebody else is taking them
        """
        taken = self.browse()
        for kpi in self.sudo():
            kpi.lock_for_update(allow_referencing=True)
            try:
                with self.env.cr.savepoint():
                    kpi._take_period(*kpi._period_of(day))
            except (
                *(ValueError, TypeError, KeyError, AttributeError),
                *(ZeroDivisionError, psycopg2.Error, UserError),
            ) as error:
                kpi._note_problem(str(error).strip() or repr(error))
            else:
                taken |= kpi
                if kpi.last_error:
                    kpi.write({"last_error": False, "last_error_date": False})
        return taken.sudo(self.env.su)

    def _take_period(self, date_from, date_to):
        if self.kind == "manual":
            return
        if not self._can_be_taken(date_to):
            raise UserError(
                self.env._(
                    "The figure has no date, so that the one of %(period)s cannot be "
                    "taken any more.",
                    period=f"{date_from} – {date_to}",
                )
            )
        if not self.model or self.model not in self.env:
            raise UserError(self.env._("Its records do not exist any more."))
        for company in self._companies():
            figures = {
                key: figure
                for key, sums in self._sums_by_level(
                    date_from, date_to, company
                ).items()
                if (figure := self._to_figure(sums))
            }
            self.env["pm.kpi.result"]._store(self, company, date_from, date_to, figures)
        if self.computed_to and self.computed_to >= date_to:
            return
        if date_to < fields.Date.context_today(self):
            self.computed_to = date_to

    def _note_problem(self, reason):
        self.write({"last_error": reason, "last_error_date": fields.Datetime.now()})
        if self.owner_id and not self.activity_ids:
            reader = self.with_context(lang=self.owner_id.lang or self.env.lang)
            self.activity_schedule(
                "mail.mail_activity_data_warning",
                user_id=self.owner_id.id,
                summary=reader.env._("This figure cannot be taken"),
                note=reason,
            )

    @api.model
    def _cron_take(self):
        """Take the figures of the periods that have ended, each once."""
        today = fields.Date.context_today(self)
        kpis = self.search([("kind", "!=", "manual")])
        due = kpis.filtered(
            lambda kpi: (
                not kpi.computed_to or kpi.computed_to < kpi._last_period(today)[1]
            )
        )
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(due))
        for kpi in due:
            if kpi.try_lock_for_update(allow_referencing=True):
                kpi._take(kpi._last_period(today)[1])
            if not cron._commit_progress(1):
                break

    # ACTIONS

    def action_take_last(self):
        """Take the figures of the last period that has ended, again if need be."""
        today = fields.Date.context_today(self)
        return self._take_and_show(lambda kpi: kpi._last_period(today)[1])

    def action_take_running(self):
        """Take the figures of the period that is running, as they are up to now."""
        today = fields.Date.context_today(self)
        return self._take_and_show(lambda kpi: today)

    def _take_and_show(self, day_of):
        self.check_access("read")
        self.env["pm.kpi.result"].check_access("create")
        for kpi in self:
            kpi._take(day_of(kpi))
        failed = self.filtered("last_error")
        if len(self) == 1 and failed:
            raise UserError(
                self.env._(
                    "KPI %(kpi)s could not be taken: %(reason)s",
                    kpi=failed.name,
                    reason=failed.last_error,
                )
            )
        if failed:
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "warning",
                    "sticky": True,
                    "title": self.env._("Not all figures could be taken"),
                    "message": "\n".join(
                        f"{kpi.name}: {kpi.last_error}" for kpi in failed
                    ),
                },
            }
        return self.action_view_results()

    def action_view_results(self):
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "pm_core.pm_kpi_result_action"
            ),
            "domain": [("kpi_id", "in", self.ids)],
            "context": {
                "search_default_group_period": 1,
                "search_default_group_level": 1,
            },
        }

    def _score(self, value, target=None):
        """Return the score, 0 to 100, of a figure.

        :param target: instead of the KPI's own
        """
        self.ensure_one()
        return scoring.score(
            value,
            self.target if target is None else target,
            higher=self.direction == "higher",
            rule=self.scoring,
            per_unit=self.points_per_unit,
            bands=[(band.limit, band.points) for band in self.band_ids],
        )
