from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class PmDuty(models.Model):
    _inherit = "pm.duty"

    is_log_complete = fields.Boolean(
        compute="_compute_is_log_complete",
        search="_search_is_log_complete",
        help="The log of this shift was kept and handed over.",
    )

    @api.depends("post_id", "shift_id", "date")
    def _compute_is_log_complete(self):
        complete = self.search([("is_log_complete", "=", True), ("id", "in", self.ids)])
        for duty in self:
            duty.is_log_complete = duty in complete

    def _search_is_log_complete(self, operator, value):
        if operator != "in":
            return NotImplemented
        shifts = SQL(
            """(SELECT duty.id FROM pm_duty duty
                  JOIN pm_post_log log ON log.post_id = duty.post_id
                   AND log.date = duty.date
                   AND log.shift_id IS NOT DISTINCT FROM duty.shift_id
                 WHERE log.state = 'handed')"""
        )
        return Domain("id", "in" if True in value else "not in", shifts)
