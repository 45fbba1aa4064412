from odoo import fields, models


class PmSurveyResult(models.Model):
    """The index of one question, or of one building, in a campaign."""

    _name = "pm.survey.result"
    _description = "Result of a Campaign"
    _inherit = ["pm.part.mixin"]
    _whole = "campaign_id"
    _order = "campaign_id desc, kind desc, index, id"

    campaign_id = fields.Many2one(
        "pm.survey.campaign", required=True, index=True, ondelete="cascade"
    )
    estate_id = fields.Many2one(
        related="campaign_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="campaign_id.company_id", store=True, index=True, precompute=True
    )
    date_from = fields.Date(
        related="campaign_id.date_from", store=True, string="Asked", precompute=True
    )
    kind = fields.Selection(
        [("question", "Question"), ("building", "Building")],
        required=True,
        readonly=True,
    )
    name = fields.Char("Question or Building", required=True, readonly=True)
    place_id = fields.Many2one(
        "pm.property", "Building", readonly=True, index="btree_not_null"
    )
    index = fields.Float(readonly=True, digits=(5, 1), aggregator="avg")
    index_low = fields.Float(
        "Lower Limit", readonly=True, digits=(5, 1), aggregator=None
    )
    index_high = fields.Float(
        "Upper Limit", readonly=True, digits=(5, 1), aggregator=None
    )
    has_limits = fields.Boolean(readonly=True)
    answers = fields.Integer(readonly=True)
