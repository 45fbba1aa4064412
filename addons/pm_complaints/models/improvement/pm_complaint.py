from odoo import models
from odoo.exceptions import UserError


class PmComplaint(models.Model):
    """A complaint may lead to an improvement, and to a lesson.

    Neither has the customer's words, and neither names what is kept from somebody.
    """

    _name = "pm.complaint"
    _inherit = ["pm.complaint", "pm.improvable.mixin"]
    _improvement_origin = "complaint"

    def _check_improvable(self):
        """Improvements are read by more people than such a complaint."""
        if self.sudo().concerned_user_ids or self.is_confidential:
            raise UserError(
                self.env._(
                    "%s is not for everybody to know of. Enter what is to be improved "
                    "without it, under Improvements.",
                    self.number,
                )
            )

    def _improvement_values(self):
        place = self.building_id or self.estate_id
        return {
            "name": f"{self.category_id.name or self.number} · {place.display_name}",
            "cause_id": self.cause_id.id,
            "cause": self.cause,
        }

    def action_make_lesson(self):
        """Write down what was learnt from it."""
        self.ensure_one()
        self._check_desk()
        self._check_improvable()
        return self.env["pm.lesson"]._new_form(
            {
                "default_name": self.category_id.name,
                "default_complaint_id": self.id,
                "default_estate_id": self.estate_id.id,
                "default_why": self.cause,
                "default_what_now": self.action_taken,
            }
        )

    def _take_away(self):
        """What came of it does not lead back to it any more."""
        result = super()._take_away()
        self._cut_off()
        return result

    def write(self, vals):
        result = super().write(vals)
        # its category may make it so
        if {"is_confidential", "category_id", "kind"} & vals.keys():
            self.sudo().filtered("is_confidential")._cut_off()
        return result

    def _cut_off(self):
        hidden = self.ids
        self.env["pm.improvement"].sudo().search(
            [("origin_model", "=", self._name), ("origin_res_id", "in", hidden)]
        )._as_step().write({"origin_model": False, "origin_res_id": False})
        self.env["pm.lesson"].sudo().with_context(active_test=False).search(
            [("complaint_id", "in", hidden)]
        )._as_step().write({"complaint_id": False})
