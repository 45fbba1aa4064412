from odoo import api, fields, models
from odoo.fields import Domain


class PmDutyPost(models.Model):
    _inherit = "pm.duty.post"

    is_gate = fields.Boolean(
        "Is a Gate", help="People and goods go in and out here: it has a gate log."
    )
    keeps_log = fields.Boolean(
        "Keeps a Log",
        help="Each shift writes a log and hands it over to the next one, with what is "
        "open and the equipment of the post.",
    )
    item_ids = fields.One2many(
        "pm.post.item", "post_id", "Equipment to Hand Over", copy=True
    )

    @api.model
    def _duty_now(self, grace=0):
        """Return the duties that the user is on now, or ended ``grace`` hours ago.

        Runs as superuser: a guard need not see the roster to be in it.
        """
        now = fields.Datetime.now()
        Duty = self.env["pm.duty"].sudo()
        on_duty = (
            Domain("employee_id.user_id", "=", self.env.uid)
            & Domain("company_id", "in", self.env.companies.ids)
            & Domain("start", "<=", now)
            & Domain("stop", ">", fields.Datetime.subtract(now, hours=grace))
            & Domain("state", "in", ("planned", "confirmed", "done"))
            & Duty._search_is_published("in", {True})
        )
        # the shift that runs comes before the one that has just ended
        return Duty.search(on_duty, order="start desc, id")
