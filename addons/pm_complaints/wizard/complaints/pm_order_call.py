from odoo import api, fields, models
from odoo.exceptions import UserError

from ...models.complaints.pm_complaint import KINDS

SERVICE = "pm_core.group_pm_service"


class PmOrderCall(models.TransientModel):
    """Who calls may complain: what they have open, and what they told us before."""

    _inherit = "pm.order.call"

    pm_complaint_ids = fields.Many2many(
        "pm.complaint",
        "pm_order_call_complaint_rel",
        string="Complaints",
        compute="_compute_pm_complaint_ids",
        groups=SERVICE,
    )
    pm_complaint_hint = fields.Char(compute="_compute_pm_complaint_ids", groups=SERVICE)
    pm_kind = fields.Selection(
        KINDS, "Kind of Message", default="complaint", groups=SERVICE
    )
    pm_remedy = fields.Text("Remedy Sought", groups=SERVICE)
    pm_anonymous = fields.Boolean("Anonymous", groups=SERVICE)
    pm_category_id = fields.Many2one(
        "pm.complaint.category",
        "Complaint Category",
        compute="_compute_pm_category_id",
        store=True,
        readonly=False,
        groups=SERVICE,
    )

    @api.depends("partner_id", "property_id")
    def _compute_pm_complaint_ids(self):
        for call in self:
            found = self.env["pm.complaint"]
            if call.partner_id or call.property_id:
                mine = [("partner_id", "in", call.partner_id.ids)]
                here = [("property_id", "in", call.property_id.ids)]
                found = found.search(["|", *mine, *here], limit=20, order="id desc")
            call.pm_complaint_ids = found
            own = found.filtered(lambda one, who=call.partner_id: one.partner_id == who)
            call.pm_complaint_hint = own[:1].earlier_hint if call.partner_id else False

    @api.depends("text")
    def _compute_pm_category_id(self):
        found = self.env["pm.complaint.keyword"]._suggest(self.mapped("text"))
        for call, rule in zip(self, found, strict=True):
            call.pm_category_id = call.pm_category_id or rule.category_id

    def action_complain(self):
        """Make a complaint of what was said, and show it.

        :raises UserError: no place
        """
        self.ensure_one()
        self.env["pm.complaint"].check_access("create")
        if not self.property_id:
            raise UserError(self.env._("Choose the place that it is about."))
        self.property_id.check_access("read")
        self.partner_id.check_access("read")
        self.pm_category_id.check_access("read")
        complaint = self.env["pm.complaint"]._report(
            self.property_id,
            self.text,
            kind=self.pm_kind or "complaint",
            channel=self.channel,
            category=self.pm_category_id,
            partner=self.partner_id,
            reporter={"name": self.caller_name, "phone": self.caller_phone},
            is_anonymous=self.pm_anonymous,
            remedy=self.pm_remedy,
        )
        if not complaint.with_env(self.env).has_access("read"):
            # what is about whoever took it goes to somebody else
            return self.action_next_call()
        return complaint.with_env(self.env)._open_form()
