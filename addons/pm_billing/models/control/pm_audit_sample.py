import random

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class PmAuditSample(models.Model):
    """Charges drawn by chance, for internal audit to look at with all evidence.

    The draw follows from its number, which is kept: the same number draws the same
    charges again, so that nobody can say they were picked.
    """

    _name = "pm.audit.sample"
    _description = "Audit Sample"
    _inherit = ["pm.estate.mixin", "pm.state.mixin", "mail.thread"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(required=True)
    property_id = fields.Many2one(
        string="Covers", help="Everything below this part of the property tree."
    )
    date_from = fields.Date("Billed From", required=True)
    date_to = fields.Date("Billed To", required=True)
    size = fields.Integer("Number of Charges", required=True, default=25)
    seed = fields.Integer("Number of the Draw", readonly=True, copy=False)
    population = fields.Integer(
        "Drawn From", readonly=True, copy=False, help="Charges billed in these days."
    )
    line_ids = fields.One2many("pm.audit.sample.line", "sample_id", "Charges")
    reviewed_count = fields.Integer("Reviewed", compute="_compute_counts")
    deviation_count = fields.Integer("Deviations", compute="_compute_counts")
    conclusion = fields.Text(help="What the reviewer makes of the results.")
    closed_by = fields.Many2one("res.users", readonly=True, copy=False)
    closed_on = fields.Datetime(readonly=True, copy=False)
    state = fields.Selection(
        [("draft", "New"), ("drawn", "In Review"), ("closed", "Closed")],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
    )

    _dates_in_order = models.Constraint(
        "CHECK (date_to >= date_from)", "The period cannot end before it begins."
    )
    _size_positive = models.Constraint(
        "CHECK (size BETWEEN 1 AND 1000)", "A sample has between 1 and 1000 charges."
    )

    @api.depends("line_ids.result")
    def _compute_counts(self):
        for sample in self:
            reviewed = sample.line_ids.filtered("result")
            sample.reviewed_count = len(reviewed)
            sample.deviation_count = len(
                reviewed.filtered(lambda line: line.result != "right")
            )

    def action_draw(self):
        """Draw the charges."""
        for sample in self:
            sample.check_access("write")
            sample._check_in_state("draft")
            charges = sample._population()
            if not charges:
                raise UserError(
                    self.env._(
                        "Nothing was billed in %(scope)s in these days. Choose other "
                        "days, or another part of the estate.",
                        scope=sample.property_id.display_name,
                    )
                )
            seed = random.SystemRandom().randrange(1, 2**31)
            # nosemgrep: the draw has to be repeatable, not secret
            drawn = random.Random(seed).sample(  # noqa: S311
                charges.ids, min(sample.size, len(charges))
            )
            sample.sudo()._as_step().write(
                {
                    "seed": seed,
                    "population": len(charges),
                    "state": "drawn",
                    "line_ids": [
                        fields.Command.create({"charge_id": charge_id})
                        for charge_id in sorted(drawn)
                    ],
                }
            )

    def _population(self):
        """Return the charges that are billed in the days of the sample, by id."""
        domain = Domain("property_id", "child_of", self.property_id.id)
        domain &= Domain("state", "=", "posted")
        domain &= Domain("move_id.invoice_date", ">=", self.date_from)
        domain &= Domain("move_id.invoice_date", "<=", self.date_to)
        return self.env["pm.charge"].sudo().search(domain, order="id")

    def action_close(self):
        """Close the review; its results stay as they are."""
        for sample in self:
            sample.check_access("write")
            sample._check_in_state("drawn")
            left = len(sample.line_ids) - sample.reviewed_count
            if left:
                raise UserError(
                    self.env._(
                        "%(count)s charges of %(sample)s have no result yet. Review "
                        "them first.",
                        count=left,
                        sample=sample.name,
                    )
                )
            sample.sudo()._as_step().write(
                {
                    "state": "closed",
                    "closed_by": self.env.uid,
                    "closed_on": fields.Datetime.now(),
                }
            )

    def write(self, vals):
        """What was drawn is not drawn from elsewhere afterwards."""
        fixed = {"property_id", "date_from", "date_to", "size"} & vals.keys()
        if "conclusion" in vals:
            fixed.add("conclusion")
        for sample in self:
            if (fixed and sample.state == "closed") or (
                fixed - {"conclusion"} and sample.state == "drawn"
            ):
                raise UserError(
                    self.env._(
                        "%s is drawn or closed and stays as it is. Make a new sample.",
                        sample.name,
                    )
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_drawn(self):
        for sample in self:
            if sample.state != "draft":
                raise UserError(
                    self.env._("%s is drawn; its results are kept.", sample.name)
                )
