from datetime import datetime, time
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.fields import Domain

WORST, LINES, MONTHS, QUOTES = 3, 4, 13, 3
SATISFACTION_MONTHS = 12


class PmQualityReport(models.Model):
    """What a quality report counts, all of it with the rights of the system.

    A report is of the estate and no person's view of it: it counts every complaint,
    and its numbers are the same for whoever reads it. Words are taken from none that
    is confidential or about somebody.
    """

    _inherit = "pm.quality.report"

    def _compose(self):
        """Count the month, and find its worst causes."""
        for report in self.sudo()._as_step():
            months = report._months()
            report.write(
                {
                    "data": {
                        "figures": {
                            name: [rows.get(month) for month in report._compared()]
                            for name, rows in report._figures(months).items()
                        },
                        "trend": report._trend(),
                        "praise": report._quotes(),
                    },
                    "campaign_id": report._last_campaign().id,
                    "composed_at": fields.Datetime.now(),
                }
            )
            report._write_causes()

    # the time

    def _months(self):
        """The first days of the months that are counted, the oldest first."""
        return [
            self.month - relativedelta(months=back)
            for back in range(MONTHS - 1, -1, -1)
        ]

    def _compared(self):
        """This month, the one before, and that of the year before."""
        return (
            self.month,
            self.month - relativedelta(months=1),
            self.month - relativedelta(years=1),
        )

    def _after(self):
        return self.month + relativedelta(months=1)

    def _moment(self, day):
        """Midnight at the estate as the database has it."""
        zone = self.estate_id._zone()
        moment = datetime.combine(day, time.min, zone)
        return moment.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)

    def _within(self, model, date, first, after):
        """The condition for what is of this estate and of some months."""
        if self.env[model]._fields[date].type == "datetime":
            first, after = self._moment(first), self._moment(after)
        return (
            Domain("estate_id", "=", self.estate_id.id)
            & Domain(date, ">=", first)
            & Domain(date, "<", after)
        )

    # model and date of what is counted by month
    _counted = {
        "complaints": ("pm.complaint.report", "received_at"),
        "rate": ("pm.complaint.rate", "date"),
        "orders": ("pm.order.report", "reported_at"),
        "calls": ("pm.hotline.day", "date"),
    }

    def _by_month(self, name, domain, **aggregates):
        """Return {figure: {month: value}}; one query."""
        model, date = self._counted[name]
        rows = (
            self.env[model]
            .with_context(tz=self.estate_id.tz or "UTC")
            ._read_group(
                self._within(model, date, self._months()[0], self._after()) & domain,
                [f"{date}:month"],
                list(aggregates.values()),
            )
        )
        found = {figure: {} for figure in aggregates}
        for month, *values in rows:
            month = fields.Date.to_date(month)
            for figure, value in zip(aggregates, values, strict=True):
                if value is not None and value is not False:
                    found[figure][month] = value
        return found

    # the figures

    def _figures(self, months):
        """Return {name: {month: value}}; a month without data has no value."""
        complaints = self._by_month(
            "complaints",
            Domain("kind", "=", "complaint") & Domain("state", "!=", "invalid"),
            complaints="complaint_count:sum",
            acknowledged="acknowledged_rate:avg",
            replied="replied_rate:avg",
            closed="closed_rate:avg",
            hours_to_reply="hours_to_reply:avg",
            days_to_close="days_to_close:avg",
            reopened="reopened_rate:avg",
            satisfied="satisfied_rate:avg",
        )
        praise = self._by_month(
            "complaints", Domain("kind", "=", "praise"), praise="complaint_count:sum"
        )
        # nothing came is a number too
        for name, rows in (("complaints", complaints), ("praise", praise)):
            for month in months:
                if month >= self._begins():
                    rows[name].setdefault(month, 0)
        return {
            **complaints,
            **praise,
            "open": self._open_at_end(),
            **self._by_month("rate", Domain.TRUE, rate="rate:avg"),
            **self._by_month("calls", Domain.TRUE, calls="answered_rate:avg"),
            **self._by_month(
                "orders",
                Domain.TRUE,
                orders="order_count:sum",
                orders_done="finish_rate:avg",
                orders_first="first_time_rate:avg",
                orders_rating="rating:avg",
            ),
        }

    def _begins(self):
        """The month of the first complaint of the estate; none was kept before it."""
        first = self.env["pm.complaint"].search(
            [("estate_id", "=", self.estate_id.id)], order="received_at", limit=1
        )
        moment = fields.Datetime.context_timestamp(
            self.with_context(tz=self.estate_id.tz or "UTC"),
            first.received_at or fields.Datetime.now(),
        )
        return fields.Date.start_of(moment.date(), "month")

    def _open_at_end(self):
        """How many were not over at the end of each month that is compared."""
        complaints = self.env["pm.complaint"]
        found = {}
        for month in self._compared():
            if month < self._begins():
                continue
            end = self._moment(month + relativedelta(months=1))
            found[month] = complaints.search_count(
                Domain("estate_id", "=", self.estate_id.id)
                & Domain("kind", "=", "complaint")
                & Domain("state", "not in", ("merged", "invalid"))
                & Domain("received_at", "<", end)
                & (Domain("closed_at", "=", False) | Domain("closed_at", ">=", end))
            )
        return found

    def _trend(self):
        rows = self._by_month(
            "complaints",
            Domain("kind", "=", "complaint") & Domain("state", "!=", "invalid"),
            complaints="complaint_count:sum",
        )["complaints"]
        return [
            [fields.Date.to_string(month), rows.get(month, 0)]
            for month in self._months()
            if month >= self._begins()
        ]

    def _last_campaign(self):
        """The last campaign that was over by the end of the month, of a year."""
        return self.env["pm.survey.campaign"].search(
            [
                ("estate_id", "=", self.estate_id.id),
                ("state", "=", "closed"),
                ("has_index", "=", True),
                ("date_to", "<", self._after()),
                (
                    "date_to",
                    ">=",
                    self._after() - relativedelta(months=SATISFACTION_MONTHS),
                ),
            ],
            order="date_to desc, id desc",
            limit=1,
        )

    # the words

    def _of_month(self, *kinds):
        return self.env["pm.complaint"].search(
            Domain("estate_id", "=", self.estate_id.id)
            & Domain("kind", "in", kinds)
            & Domain("state", "not in", ("merged", "invalid"))
            & Domain("received_at", ">=", self._moment(self.month))
            & Domain("received_at", "<", self._moment(self._after()))
        )

    def _write_causes(self):
        """The causes that most complaints of the month had, and what is done."""
        complaints = self._of_month("complaint").filtered("cause_id")
        groups = sorted(
            complaints.grouped("cause_id").items(),
            key=lambda row: (-len(row[1]), row[0].sequence, row[0].id),
        )[:WORST]
        written = {line.cause_id: line for line in self.cause_ids}
        total, lines = 0, []
        for cause, some in groups:
            total += len(some)
            found = self._what_is_done(some)
            before = written.get(cause)
            kept = before and before.done and before.done != before.found
            lines.append(
                {
                    "report_id": self.id,
                    "cause_id": cause.id,
                    "complaint_count": len(some),
                    "share": 100 * len(some) / len(complaints),
                    "total_share": 100 * total / len(complaints),
                    "done": before.done if kept else found,
                    "found": found,
                }
            )
        self.cause_ids.unlink()
        self.env["pm.quality.report.cause"].create(lines)

    def _what_is_done(self, complaints):
        """Measures, plans of clusters and what was done, the most frequent first."""
        told = self._without_people(complaints)
        labels = dict(
            self.env["pm.rectification"]
            ._fields["state"]
            ._description_selection(self.env)
        )
        texts = [plan for plan in told.cluster_id.mapped("plan") if plan]
        for complaint in told:
            measures = complaint.rectification_ids._standing()
            texts += [f"{one.name} ({labels[one.state]})" for one in measures]
            if not measures and complaint.action_taken:
                texts.append(complaint.action_taken)
        names = self._names_of(complaints)
        lines = {}
        for text in texts:
            line = " ".join(text.split())
            if line and not any(name in line for name in names):
                lines[line] = lines.get(line, 0) + 1
        often = sorted(lines, key=lambda line: -lines[line])
        return "\n".join(often[:LINES]) or False

    def _without_people(self, complaints):
        return complaints.filtered(
            lambda one: (
                not one.is_confidential
                and not one.concerned_user_ids
                and not one.concerned_name
            )
        )

    def _names_of(self, complaints):
        """Names that readers are not to find: of staff, and of who wrote to us."""
        staff = complaints._staff_of(self.estate_id)
        names = [
            *staff.mapped("name"),
            *complaints.sudo().praised_employee_ids.mapped("name"),
            *complaints.partner_id.mapped("name"),
            *complaints.person_ids.mapped("name"),
            *(one.reporter_name for one in complaints),
        ]
        return {name for name in names if name and len(name) > 1}

    def _quotes(self):
        """Words of praise that their customers let us show, and that name nobody."""
        praise = self._of_month("praise")
        shown = self._without_people(praise).filtered("may_be_shown")
        names = self._names_of(praise)
        texts = [" ".join((one.description or "").split()) for one in shown]
        free = [text for text in texts if not any(name in text for name in names)]
        return free[:QUOTES]
