from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    pm_low_rating = fields.Selection(
        [("1", "1 Star"), ("2", "1 or 2 Stars"), ("3", "1 to 3 Stars")],
        "Low Rating of an Order",
        default="2",
        help="Whoever rates an order like this is called, as the rules of follow-ups "
        "say. Empty: nobody.",
    )
    pm_low_verdict = fields.Selection(
        [
            ("unsatisfied", "Not Satisfied"),
            ("partly", "Not or Only Partly Satisfied"),
        ],
        "Low Verdict on a Complaint",
        default="unsatisfied",
        help="Whoever gives this verdict without being asked by us is called. Empty: "
        "nobody.",
    )
