from odoo import fields, models

from .pm_complaint import KINDS, SEVERITIES


class PmComplaintRule(models.Model):
    """Who gets which complaints: the first rule that fits and finds somebody."""

    _name = "pm.complaint.rule"
    _description = "Who Gets a Complaint"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(KINDS, help="Empty: every kind.")
    severity = fields.Selection(SEVERITIES, help="Empty: whatever it is.")
    category_ids = fields.Many2many(
        "pm.complaint.category",
        string="Categories",
        help="With those below them. Empty: all.",
    )
    channel_ids = fields.Many2many("pm.channel", string="Channels", help="Empty: all.")
    estate_ids = fields.Many2many(
        "pm.property",
        string="Estates",
        domain="[('kind', '=', 'estate')]",
        help="Empty: all estates.",
    )
    user_ids = fields.Many2many(
        "res.users",
        string="People",
        domain="[('share', '=', False)]",
        help="Of those who work with the estate, whoever has the fewest.",
    )
    group_id = fields.Many2one("res.groups", help="Or those of a role at the estate.")

    def _fits(self, complaint):
        self.ensure_one()
        category = complaint.category_id
        return (
            (not self.kind or self.kind == complaint.kind)
            and (not self.severity or self.severity == complaint.severity)
            and (not self.channel_ids or complaint.channel_id in self.channel_ids)
            and (not self.estate_ids or complaint.estate_id in self.estate_ids)
            and (
                not self.category_ids
                or any(
                    (category.parent_path or "").startswith(above.parent_path)
                    for above in self.category_ids
                )
            )
        )

    def _users(self, complaint):
        users = self.user_ids
        if self.group_id:
            users |= self.group_id._pm_members(complaint.estate_id)
        return users
