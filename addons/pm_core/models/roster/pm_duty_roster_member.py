from odoo import api, fields, models
from odoo.exceptions import ValidationError


class PmDutyRosterMember(models.Model):
    """A person of a roster: at which post, in which pattern, from which day of it."""

    _name = "pm.duty.roster.member"
    _description = "Member of a Duty Roster"
    _inherit = ["pm.part.mixin"]
    _order = "roster_id, sequence, id"
    _whole = "roster_id"
    _rec_name = "employee_id"
    _check_company_auto = True

    roster_id = fields.Many2one(
        "pm.duty.roster", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    estate_id = fields.Many2one(
        related="roster_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="roster_id.company_id", store=True, index=True, precompute=True
    )
    employee_id = fields.Many2one(
        "hr.employee", required=True, index=True, check_company=True, ondelete="cascade"
    )
    post_id = fields.Many2one(
        "pm.duty.post",
        required=True,
        check_company=True,
        ondelete="restrict",
        domain="[('estate_id', '=', estate_id)]",
    )
    pattern_id = fields.Many2one("pm.duty.pattern", required=True, ondelete="restrict")
    start_day = fields.Integer(
        "Starts on Day",
        required=True,
        default=1,
        aggregator=None,
        help="The day of the cycle on which the person stands on the pattern's day "
        "one. Crews that relieve each other start on different days.",
    )
    date_from = fields.Date("From", help="Empty: from the first of the month.")
    date_to = fields.Date("To", help="Empty: to the end of the month.")

    _dates_in_order = models.Constraint(
        "CHECK (date_to >= date_from)", "A member leaves the roster after joining it."
    )

    @api.constrains("start_day", "pattern_id")
    def _check_start_day(self):
        for member in self:
            if not 1 <= member.start_day <= max(member.pattern_id.length, 1):
                raise ValidationError(
                    self.env._(
                        "%(employee)s: %(pattern)s has the days 1 to %(length)s; "
                        "%(day)s is none of them.",
                        employee=member.employee_id.name,
                        pattern=member.pattern_id.name,
                        length=member.pattern_id.length,
                        day=member.start_day,
                    )
                )
