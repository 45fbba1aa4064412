from odoo import api, fields, models
from odoo.exceptions import UserError

STEPS = [
    ("note", "Write into the Log"),
    ("agency", "Somebody Else Was Called"),
    ("false_alarm", "False Alarm"),
    ("fixed", "It Is Put Right"),
    ("redo", "Not Put Right"),
    ("dismiss", "No Hazard"),
]


class PmEmergencyEntry(models.TransientModel):
    """Asks for the words that a step needs. It checks nothing: the step does."""

    _name = "pm.emergency.entry"
    _description = "Step with Words"

    step = fields.Selection(STEPS, required=True)
    emergency_id = fields.Many2one("pm.emergency", ondelete="cascade")
    hazard_id = fields.Many2one("pm.hazard", ondelete="cascade")
    name = fields.Char("Who Was Called")
    phone = fields.Char()
    text = fields.Text("In Your Own Words")

    @api.depends("step")
    def _compute_display_name(self):
        labels = dict(self._fields["step"]._description_selection(self.env))
        for entry in self:
            entry.display_name = labels.get(entry.step)

    def action_apply(self):
        """Take the step, with what was entered.

        :raises UserError: it is about nothing
        """
        self.ensure_one()
        emergency, hazard = self.emergency_id, self.hazard_id
        of_emergency = self.step in ("note", "agency", "false_alarm")
        if not (emergency if of_emergency else hazard):
            raise UserError(
                self.env._("Open this from the emergency or the hazard it is about.")
            )
        if self.step == "note":
            emergency.action_note(self.text)
        elif self.step == "agency":
            emergency.action_add_agency(self.name, self.phone, self.text)
        elif self.step == "false_alarm":
            emergency.action_false_alarm(self.text)
        elif self.step == "fixed":
            hazard.action_fixed(self.text)
        elif self.step == "redo":
            hazard.action_redo(self.text)
        else:
            hazard.action_dismiss(self.text)
        return {"type": "ir.actions.act_window_close"}
