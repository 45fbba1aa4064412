from odoo import models


class PmEmergency(models.Model):
    """What went wrong in an emergency or a drill, and what was learnt from it."""

    _name = "pm.emergency"
    _inherit = ["pm.emergency", "pm.improvable.mixin"]
    _improvement_origin = "emergency"

    def _improvement_values(self):
        return {"name": self.display_name, "problem": self.cause}

    def action_make_lesson(self):
        """Write down what was learnt from it."""
        self.ensure_one()
        self.check_access("read")
        self.env["pm.lesson"].check_access("create")
        return self.env["pm.lesson"]._new_form(
            {
                "default_name": self.display_name,
                "default_emergency_id": self.id,
                "default_estate_id": self.estate_id.id,
                "default_what_happened": self.cause,
                "default_what_now": "\n".join(self.action_ids.mapped("name")),
            }
        )
