from ast import literal_eval
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..orders.maintenance_request import RANKS
from ..orders.pm_fault_category import URGENCIES

MODES = [
    ("person", "Least Busy Technician"),
    ("turn", "Technicians in Turn"),
    ("pool", "Offer to the Team"),
    ("supplier", "Contractor"),
]


class PmDispatchRule(models.Model):
    """Who gets an order: the first rule that fits and finds somebody decides.

    A technician gets one only on duty at that moment, with a certificate that is
    valid that day where the fault asks for one, and with fewer open orders than the
    rule allows. Whom nobody can be found for is offered to nobody in silence: the
    dispatcher is told at once.
    """

    _name = "pm.dispatch.rule"
    _description = "Dispatch Rule"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    estate_ids = fields.Many2many(
        "pm.property",
        string="Estates",
        domain="[('kind', '=', 'estate')]",
        check_company=True,
        help="Empty: all estates of the company.",
    )
    category_ids = fields.Many2many(
        "pm.fault.category", string="Fault Categories", help="Empty: all. With parts."
    )
    urgency = fields.Selection(
        URGENCIES, "At Least as Urgent as", help="Empty: whatever the urgency."
    )
    domain = fields.Char(
        "Further Condition", default="[]", help="Orders that this rule is about."
    )
    hour_from = fields.Float("From Hour", help="By the clock of the estate.")
    hour_to = fields.Float(
        "To Hour", default=24.0, help="Before the first hour: over midnight."
    )
    mode = fields.Selection(MODES, "Goes to", required=True, default="person")
    team_id = fields.Many2one(
        "maintenance.team", check_company=True, ondelete="restrict"
    )
    contract_id = fields.Many2one(
        "pm.contract",
        "Supplier's Contract",
        domain="[('kind', '=', 'supplier')]",
        check_company=True,
        ondelete="restrict",
        help="Orders go to the contractor as long as the contract is in force.",
    )
    skill_id = fields.Many2one(
        "hr.skill",
        "Certificate",
        domain="[('skill_type_id.is_certification', '=', True)]",
        help="Beside the one that the fault category asks for.",
    )
    max_open = fields.Integer(
        "Most Open Orders",
        default=10,
        help="Who has as many open orders gets no more. 0: no limit.",
    )

    _hours_of_day = models.Constraint(
        "CHECK (hour_from >= 0 AND hour_from <= 24 AND hour_to >= 0 AND hour_to <= 24)",
        "Hours are from 0 to 24.",
    )
    _target_given = models.Constraint(
        "CHECK ((mode = 'supplier' AND contract_id IS NOT NULL)"
        " OR (mode <> 'supplier' AND team_id IS NOT NULL))",
        "Name the team, or the contract of the contractor.",
    )

    @api.constrains("domain")
    def _check_domain(self):
        for rule in self:
            try:
                wanted = Domain(literal_eval(rule.domain or "[]"))
                wanted.validate(self.env["maintenance.request"])
            except (ValueError, SyntaxError, TypeError, LookupError) as error:
                raise ValidationError(
                    self.env._(
                        "The condition of %(rule)s cannot be read: %(why)s",
                        rule=rule.name,
                        why=error,
                    )
                ) from error

    def _fits(self, order, moment):
        """Whether this rule is about ``order`` at that moment."""
        estates, categories = self.estate_ids, self.category_ids
        if self.company_id != order.company_id:
            return False
        if estates and order.estate_id not in estates:
            return False
        if categories and not self._has_category(order.fault_category_id):
            return False
        if self.urgency and RANKS[order.urgency] > RANKS[self.urgency]:
            return False
        if not self._has_hour(moment, order.estate_id.tz):
            return False
        wanted = literal_eval(self.domain or "[]")
        return not wanted or bool(order.filtered_domain(wanted))

    def _has_category(self, category):
        paths = self.category_ids.mapped("parent_path")
        return any((category.parent_path or "").startswith(path) for path in paths)

    def _has_hour(self, moment, tz):
        local = fields.Datetime.to_datetime(moment)
        local = local.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(tz or "UTC"))
        hour = local.hour + local.minute / 60
        if self.hour_from <= self.hour_to:
            return self.hour_from <= hour < self.hour_to
        return hour >= self.hour_from or hour < self.hour_to
