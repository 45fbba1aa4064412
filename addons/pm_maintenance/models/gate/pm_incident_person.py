from odoo import api, fields, models
from odoo.exceptions import UserError


class PmIncidentPerson(models.Model):
    """Somebody who was concerned: personal data, for whoever wrote it and managers."""

    _name = "pm.incident.person"
    _description = "Person in an Incident"
    _inherit = ["pm.part.mixin"]
    _whole = "incident_id"
    _order = "id"

    incident_id = fields.Many2one(
        "pm.incident", required=True, index=True, ondelete="cascade"
    )
    name = fields.Char("Full Name", required=True)
    role = fields.Selection(
        [
            ("victim", "Victim"),
            ("injured", "Injured"),
            ("suspect", "Suspect"),
            ("witness", "Witness"),
            ("other", "Other"),
        ],
        required=True,
        default="witness",
    )
    phone = fields.Char("Telephone")
    partner_id = fields.Many2one(
        "res.partner", "Customer", index="btree_not_null", ondelete="restrict"
    )
    harm = fields.Char("Injury or Loss")
    statement = fields.Text()

    @api.model_create_multi
    def create(self, vals_list):
        people = super().create(vals_list)
        people._check_open()
        return people

    def write(self, vals):
        self._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        self._check_open()

    def _check_open(self):
        """:raises UserError: what was closed stays as it was"""
        for person in self:
            if person.incident_id.state == "closed" and not self._in_step():
                raise UserError(
                    self.env._(
                        "%s is closed. Reopen it first.",
                        person.incident_id.display_name,
                    )
                )
