from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .pm_complaint_steps import SERVICE


class PmRectification(models.Model):
    """A measure that puts right what somebody complained of, until it is verified.

    What it is may be a work order, a credit, a training, a notice or a new version of
    a standard; then it points to that, and is done when the order is accepted, the
    charge settled, the training held, the notice published or the version in force.
    Its steps are in ``pm_rectification_steps.py``.
    """

    _name = "pm.rectification"
    _description = "Measure of a Complaint"
    _inherit = ["pm.measure.mixin", "pm.part.mixin"]
    _whole = "complaint_id"

    complaint_id = fields.Many2one(
        "pm.complaint",
        required=True,
        index=True,
        ondelete="cascade",
        groups=f"{SERVICE},pm_core.group_pm_hr",
    )
    number = fields.Char(
        "Complaint No.", related="complaint_id.number", compute_sudo=True
    )
    property_id = fields.Many2one(related="complaint_id.property_id", compute_sudo=True)
    estate_id = fields.Many2one(
        related="complaint_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="complaint_id.company_id", store=True, index=True, precompute=True
    )
    kind = fields.Selection(
        [
            ("measure", "Measure"),
            ("order", "Work Order"),
            ("credit", "Credit or Waiver"),
            ("training", "Training"),
            ("notice", "Notice"),
            ("standard", "New Version of a Standard"),
        ],
        required=True,
        default="measure",
    )
    state = fields.Selection(
        [
            ("open", "To Do"),
            ("done", "Done"),
            ("verified", "Verified"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="open",
        index=True,
        tracking=True,
    )
    evidence_ids = fields.Many2many(
        "ir.attachment",
        "pm_rectification_evidence_rel",
        "rectification_id",
        "attachment_id",
        copy=False,
    )
    verified_at = fields.Datetime(readonly=True, copy=False)
    verified_user_id = fields.Many2one(
        "res.users", "Verified by", readonly=True, copy=False
    )
    verify_note = fields.Char("What Was Seen", readonly=True, copy=False)
    redo_count = fields.Integer("Sent Back", readonly=True, copy=False)
    request_id = fields.Many2one(
        "maintenance.request",
        "Work Order",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    training_id = fields.Many2one(
        "pm.training.session", copy=False, index="btree_not_null", ondelete="set null"
    )
    notice_id = fields.Many2one(
        "pm.notice", copy=False, index="btree_not_null", ondelete="set null"
    )
    standard_id = fields.Many2one(
        "pm.service.standard", copy=False, index="btree_not_null", ondelete="set null"
    )
    policy_id = fields.Many2one(
        "pm.policy", copy=False, index="btree_not_null", ondelete="set null"
    )
    dispute_id = fields.Many2one(
        "pm.complaint.dispute",
        "Disputed Charge",
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups=SERVICE,
    )

    @api.constrains("dispute_id", "complaint_id")
    def _check_dispute(self):
        for measure in self.sudo():
            dispute = measure.dispute_id
            if dispute and dispute.complaint_id != measure.complaint_id:
                raise ValidationError(
                    self.env._(
                        "%(measure)s: %(charge)s is disputed in another complaint.",
                        measure=measure.name,
                        charge=dispute.display_name,
                    )
                )

    def action_ask(self):
        """Open the dialog that asks for the words of a step."""
        self.ensure_one()
        self.check_access("read")
        return self.env["pm.complaint.act"]._open({"default_rectification_id": self.id})
