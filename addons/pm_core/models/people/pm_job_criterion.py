from odoo import fields, models


class PmJobCriterion(models.Model):
    """What the supervisor judges about somebody in a post, beside the KPIs."""

    _name = "pm.job.criterion"
    _description = "Appraisal Criterion of a Post"
    _order = "job_id, sequence, id"

    job_id = fields.Many2one(
        "hr.job", "Post", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="job_id.company_id", store=True, index="btree_not_null"
    )
    sequence = fields.Integer(default=10)
    name = fields.Char("Criterion", required=True, translate=True)
    note = fields.Char("How It Is Judged", translate=True)
    weight = fields.Float("Weight (%)", required=True, default=10, aggregator="sum")

    _weight_in_range = models.Constraint(
        "CHECK (weight >= 0 AND weight <= 100)", "A weight lies between 0 and 100 %."
    )
