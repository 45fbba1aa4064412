import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

WAYS = [
    ("portal", "Portal"),
    ("wechat", "WeChat"),
    ("email", "E-mail"),
    ("sms", "SMS"),
    ("letter", "Letter"),
    ("lawyer", "Lawyer's Letter"),
    ("visit", "Visit"),
]
# what leaves by a gateway
MESSAGES = ("wechat", "email", "sms")
# what goes by post, or is handed over
PAPER = ("letter", "lawyer")
WORDS = (
    "customer",
    "company",
    "estate",
    "places",
    "amount",
    "count",
    "oldest",
    "days",
    "deadline",
)
WORD = re.compile(r"\{(\w+)\}")


class PmDunningLevel(models.Model):
    """One step of collecting: from which age and amount, by which way, which words."""

    _name = "pm.dunning.level"
    _pm_copyable = True
    _description = "Dunning Level"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    days = fields.Integer(
        "Days Overdue",
        required=True,
        default=15,
        help="From so many days after the due date of a charge.",
    )
    amount_min = fields.Float(
        "From Amount",
        digits=(16, 2),
        help="Only customers of whom at least so much is overdue, in company currency.",
    )
    way = fields.Selection(WAYS, required=True, default="sms")
    text = fields.Text(
        required=True,
        translate=True,
        help="Words in braces are filled in: {customer}, {company}, {estate}, "
        "{places}, {amount}, {count}, {oldest}, {days}, {deadline}.",
    )
    quiet_from = fields.Float(
        default=20.0, help="From this hour at the estate nothing is sent."
    )
    quiet_to = fields.Float("Quiet until", default=9.0)
    wait_days = fields.Integer(
        "Days to Pay",
        default=15,
        help="What the customer is given; the next level waits for it.",
    )
    needs_previous = fields.Boolean(
        "Only after Another Level",
        help="Nobody gets it who was not dunned by a lower level before.",
    )

    _days_not_negative = models.Constraint(
        "CHECK (days >= 0 AND wait_days >= 0)", "Days cannot be negative."
    )
    _amount_not_negative = models.Constraint(
        "CHECK (amount_min >= 0)", "The amount cannot be negative."
    )
    _hours_of_a_day = models.Constraint(
        "CHECK (quiet_from BETWEEN 0 AND 24 AND quiet_to BETWEEN 0 AND 24)",
        "Hours are from 0 to 24.",
    )

    @api.constrains("text")
    def _check_text(self):
        for level in self:
            unknown = sorted(set(WORD.findall(level.text or "")) - set(WORDS))
            if unknown:
                raise ValidationError(
                    self.env._(
                        "%(level)s: nothing is filled in for {%(word)s}. There is: "
                        "%(known)s.",
                        level=level.name,
                        word=unknown[0],
                        known=", ".join(f"{{{word}}}" for word in WORDS),
                    )
                )

    def _filled(self, values):
        """Return the text with its words filled in."""
        return WORD.sub(lambda match: str(values.get(match[1], "")), self.text)

    def _due_at(self, now):
        """Return when what is to be sent may leave, after the hours of rest.

        :param now: an aware datetime of the estate
        """
        hour = now.hour + now.minute / 60
        begins, ends = self.quiet_from, self.quiet_to
        over_night = begins > ends
        quiet = begins != ends and (
            (hour >= begins or hour < ends) if over_night else begins <= hour < ends
        )
        if not quiet:
            return now
        # 24 o'clock is the beginning of the next day
        days = 1 if (over_night and hour >= begins) or ends == 24 else 0
        day = fields.Datetime.add(now, days=days)
        return day.replace(
            hour=int(ends) % 24, minute=int(ends % 1 * 60), second=0, microsecond=0
        )
