from odoo import fields, models
from odoo.exceptions import UserError

from .pm_emergency_plan_contact import KINDS


class PmEmergencyAgency(models.Model):
    """Whom one calls outside the company, and when that was done."""

    _name = "pm.emergency.agency"
    _description = "Agency Called"
    _inherit = ["pm.part.mixin"]
    _whole = "emergency_id"
    _order = "emergency_id, sequence, id"

    emergency_id = fields.Many2one(
        "pm.emergency", required=True, readonly=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10, readonly=True)
    name = fields.Char(required=True, readonly=True)
    kind = fields.Selection(KINDS, required=True, readonly=True, default="other")
    phone = fields.Char(readonly=True)
    note = fields.Char("When to Call", readonly=True)
    called_at = fields.Datetime(readonly=True)
    called_by_id = fields.Many2one("res.users", "Called by", readonly=True)
    answer = fields.Char("What They Said", readonly=True)

    def action_called(self, answer=None):
        """They were called, by the user, now.

        :raises UserError: a drill: nobody outside is called
        """
        self.emergency_id._check_staff()
        self.emergency_id._check_in_state("running")
        for agency in self.sudo():
            if agency.emergency_id.is_drill:
                raise UserError(
                    self.env._(
                        "This is a drill: nobody outside is called. Write into the log "
                        "when %s would have been called.",
                        agency.name,
                    )
                )
        words = answer.strip()[:500] if isinstance(answer, str) else ""
        self.sudo()._called(words)

    def _called(self, answer=None):
        for agency in self:
            agency._as_step().write(
                {
                    "called_at": fields.Datetime.now(),
                    "called_by_id": self.env.uid,
                    "answer": answer or False,
                }
            )
            words = filter(None, (agency.name, agency.phone, answer))
            agency.emergency_id._log("agency", " · ".join(words))

    def _board_row(self):
        """What the page shows of it."""
        return {
            "id": self.id,
            "name": self.name,
            "phone": self.phone or "",
            "note": self.note or "",
            "called_at": self.called_at and fields.Datetime.to_string(self.called_at),
            "by": self.called_by_id.name or "",
            "answer": self.answer or "",
        }
