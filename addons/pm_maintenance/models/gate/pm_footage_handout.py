from odoo import api, fields, models
from odoo.exceptions import UserError


class PmFootageHandout(models.Model):
    """Who viewed or got which footage, when, on what. Never changed."""

    _name = "pm.footage.handout"
    _description = "Footage Handed Out"
    _inherit = ["pm.part.mixin"]
    _whole = "request_id"
    _order = "at, id"
    _rec_name = "what"

    request_id = fields.Many2one(
        "pm.footage.request", required=True, index=True, ondelete="restrict"
    )
    kind = fields.Selection(
        [("viewed", "Viewed Here"), ("handed", "Copy Handed Out")],
        required=True,
        default="viewed",
    )
    what = fields.Char("Which Part", required=True, help="Camera, from and until.")
    medium = fields.Char(help="USB stick, disc, mail; with its number if it has one.")
    recipient = fields.Char("To Whom", required=True)
    recipient_paper = fields.Char(
        "Paper Shown", help="Kind of paper and its last four digits."
    )
    at = fields.Datetime(
        "When", required=True, readonly=True, default=fields.Datetime.now
    )
    user_id = fields.Many2one(
        "res.users",
        "By",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    signature = fields.Binary(attachment=True, copy=False)

    @api.model_create_multi
    def create(self, vals_list):
        handouts = super().create(vals_list)
        for handout in handouts:
            if handout.request_id.state != "approved":
                raise UserError(
                    self.env._(
                        "%s is not approved: nothing is shown or handed out.",
                        handout.request_id.display_name,
                    )
                )
            if handout.kind == "handed" and not (handout.medium or "").strip():
                raise UserError(self.env._("Enter on what the copy was handed out."))
        return handouts

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("What was handed out stays on record."))
