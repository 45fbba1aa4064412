from odoo import fields, models


class MisReport(models.Model):
    _inherit = "mis.report"

    pm_for_estates = fields.Boolean(
        "Statement of an Estate",
        help="Can be made for an estate; it shows what has the estate's analytic "
        "account.",
    )
    pm_whole_company = fields.Boolean(
        "Of the Whole Company",
        help="Cash and bank belong to no estate: the statement shows the company.",
    )
    pm_is_posted = fields.Boolean(
        "Is Posted for Owners", help="The sheet is put up where owners can read it."
    )
