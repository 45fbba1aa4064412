from odoo import api, fields, models


class PmSlaLevel(models.Model):
    """Who is told, and when, that a target is about to be missed or is overdue."""

    _name = "pm.sla.level"
    _description = "Service Level Escalation"
    _order = "policy_id, timing desc, hours, id"

    policy_id = fields.Many2one(
        "pm.sla.policy",
        "Service Level Policy",
        required=True,
        index=True,
        ondelete="cascade",
    )
    model_id = fields.Many2one(related="policy_id.model_id")
    target_id = fields.Many2one(
        "pm.sla.target",
        index="btree_not_null",
        ondelete="cascade",
        domain="[('policy_id', '=', policy_id)]",
        help="Empty: every target of the policy.",
    )
    timing = fields.Selection(
        [("warning", "When due soon"), ("overdue", "When overdue")],
        "When",
        required=True,
        default="overdue",
    )
    hours = fields.Float(
        "Overdue by (h)", help="Hours of the time that the policy counts."
    )
    recipient = fields.Selection(
        [
            ("field", "Person on the document"),
            ("user", "One user"),
            ("group", "Group, of the estate"),
        ],
        required=True,
        default="field",
    )
    field_id = fields.Many2one(
        "ir.model.fields",
        "Person",
        ondelete="cascade",
        domain="[('model_id', '=', model_id), ('ttype', '=', 'many2one'), "
        "('relation', 'in', ('res.users', 'hr.employee'))]",
    )
    user_id = fields.Many2one("res.users", domain="[('share', '=', False)]")
    group_id = fields.Many2one("res.groups")

    _hours_not_negative = models.Constraint(
        "CHECK (hours >= 0)", "A level comes 0 or more hours after the deadline."
    )
    _recipient_given = models.Constraint(
        "CHECK ((recipient = 'field' AND field_id IS NOT NULL)"
        " OR (recipient = 'user' AND user_id IS NOT NULL)"
        " OR (recipient = 'group' AND group_id IS NOT NULL))",
        "Say who is told: the person on the document, the user or the group.",
    )

    @api.depends("timing", "hours", "recipient", "field_id", "user_id", "group_id")
    def _compute_display_name(self):
        timings = dict(self._fields["timing"]._description_selection(self.env))
        for level in self:
            told = level[f"{level.recipient}_id"].sudo().display_name
            level.display_name = f"{timings.get(level.timing, '')} → {told}"

    def _offset(self, target):
        """Return how many hours of working time after the start this level comes."""
        if self.timing == "warning":
            return target.hours - target.warn_hours
        return target.hours + self.hours

    def _recipients(self, document):
        """Return the users to tell about a document.

        Where the person has left, the managers of the estate are told.
        """
        if self.recipient == "group":
            return self.group_id._pm_members(document._sla_estate())
        person = self.user_id
        if self.recipient == "field":
            person = document[self.field_id.name]
        users = person.user_id if person._name == "hr.employee" else person
        here = users.filtered("active")
        if here or not person:
            return here
        managers = self.env.ref("pm_core.group_pm_estate_manager")
        return managers._pm_members(document._sla_estate())
