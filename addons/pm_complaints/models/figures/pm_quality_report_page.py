from markupsafe import Markup

from odoo import fields, models
from odoo.tools import format_date

from ...engine import place_bars

# figure, how it is written, which is better
ROWS = (
    ("complaints", "%d", "lower"),
    ("rate", "%.1f", "lower"),
    ("acknowledged", "%.1f %%", "higher"),
    ("replied", "%.1f %%", "higher"),
    ("closed", "%.1f %%", "higher"),
    ("hours_to_reply", "%.1f", "lower"),
    ("days_to_close", "%.1f", "lower"),
    ("open", "%d", "lower"),
    ("reopened", "%.1f %%", "lower"),
    ("satisfied", "%.1f %%", "higher"),
    ("praise", "%d", None),
    ("calls", "%.1f %%", "higher"),
    ("orders", "%d", None),
    ("orders_done", "%.1f %%", "higher"),
    ("orders_first", "%.1f %%", "higher"),
    ("orders_rating", "%.1f", "higher"),
)
CHART_WIDTH, CHART_HEIGHT = 640, 120


class PmQualityReport(models.Model):
    """What readers see of a quality report, in their language: on screen and paper."""

    _inherit = "pm.quality.report"

    def _labels(self):
        return {
            "complaints": self.env._("Complaints received"),
            "rate": self.env._("for each 1,000 households"),
            "acknowledged": self.env._("Acknowledged in time"),
            "replied": self.env._("First reply in time"),
            "closed": self.env._("Settled in time"),
            "hours_to_reply": self.env._("Hours until the first reply"),
            "days_to_close": self.env._("Days until settled"),
            "open": self.env._("Open at the end of the month"),
            "reopened": self.env._("Taken up again"),
            "satisfied": self.env._("Customers satisfied with how it was settled"),
            "praise": self.env._("Words of praise"),
            "calls": self.env._("Calls to the hotline answered"),
            "orders": self.env._("Repairs reported"),
            "orders_done": self.env._("Repairs done in time"),
            "orders_first": self.env._("Repairs right the first time"),
            "orders_rating": self.env._("Score of repairs (of 5 stars)"),
        }

    def _columns(self):
        """Headings: the month, the one before, and that of the year before."""
        return [self._month_name(month) for month in self._compared()]

    def _rows(self):
        """Rows of the table: label, three texts, and better, worse or none."""
        figures, labels = (self.data or {}).get("figures", {}), self._labels()
        rows = []
        for name, written, better in ROWS:
            values = figures.get(name) or [None] * 3
            if all(value is None for value in values):
                continue
            rows.append(
                {
                    "name": name,
                    "label": labels[name],
                    "values": ["–" if one is None else written % one for one in values],
                    "change": self._change(written, better, *values[:2]),
                }
            )
        return rows

    def _change(self, written, better, now, before):
        """Better or worse than the month before, as far as it can be read."""
        if better is None or None in (now, before) or written % now == written % before:
            return None
        return "better" if (now > before) == (better == "higher") else "worse"

    def _summary(self):
        """The month in sentences, for who reads nothing else."""
        figures = (self.data or {}).get("figures", {})
        now, before, _year = figures.get("complaints") or [None] * 3
        lines = []
        if now is not None:
            month = self._month_name(self.month)
            lines.append(
                self.env._(
                    "In %(month)s %(count)s complaints came in.", month=month, count=now
                )
                if now
                else self.env._("In %s no complaint came in.", month)
            )
            if before is not None:
                lines.append(self._summary_of_change(now - before))
        on_time = [
            (name, values[0])
            for name in ("closed", "orders_done")
            if (values := figures.get(name)) and values[0] is not None
        ]
        words = {
            "closed": self.env._("%s %% of the complaints were settled in time."),
            "orders_done": self.env._("%s %% of the repairs were done in time."),
        }
        lines += [words[name] % f"{value:.0f}" for name, value in on_time]
        # in Chinese sentences follow each other without a space
        between = "" if (self.env.lang or "").startswith("zh") else " "
        return between.join(lines)

    def _summary_of_change(self, difference):
        if difference > 0:
            return self.env._("That is %s more than in the month before.", difference)
        if difference < 0:
            return self.env._("That is %s fewer than in the month before.", -difference)
        return self.env._("That is as many as in the month before.")

    def _chart(self):
        """What the chart is drawn of."""
        rows = (self.data or {}).get("trend") or []
        months = [fields.Date.to_date(day) for day, _count in rows]
        names = [format_date(self.env, day, date_format="MMM") for day in months]
        counts = [count for _day, count in rows]
        return {
            "width": CHART_WIDTH,
            "height": CHART_HEIGHT,
            "bars": place_bars(
                list(zip(names, counts, strict=True)), CHART_WIDTH, CHART_HEIGHT
            ),
            "years": [
                str(day.year) if not number or day.month == 1 else ""
                for number, day in enumerate(months)
            ],
        }

    def _satisfaction(self):
        """What the last campaign says, with its limits, in words."""
        campaign = self.sudo().campaign_id
        return campaign and {
            "name": campaign.name,
            "says": campaign.summary,
            "answers": campaign.answered_count,
        }

    def _notice_body(self):
        return Markup("<p>%s</p><p>%s</p>") % (self._summary(), self.comment or "")
