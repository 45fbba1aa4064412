from collections import defaultdict
from datetime import datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import date_utils

# days after its end in which a figure without a date can still be taken
GRACE_DAYS = 7
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
    """How the figures of a KPI are measured: for one scope, or for all at once."""

    _inherit = "pm.kpi"

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
            return Figure(numerator, denominator, self.per * numerator / denominator)
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
            if not self.employee_path:
                person = by_user.get(person, nobody)
            keys = [("company", nowhere, no_job, nobody)]
            if node.estate_id:
                keys.append(("estate", node.estate_id, no_job, nobody))
            if person:
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
