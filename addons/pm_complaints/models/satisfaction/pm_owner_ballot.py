from odoo import fields, models


class PmOwnerBallot(models.Model):
    """What one owner answered: on paper, at the door, or through a proxy."""

    _name = "pm.owner.ballot"
    _description = "Ballot"
    _inherit = ["pm.part.mixin"]
    _whole = "vote_id"
    _order = "vote_id desc, id"
    _rec_name = "partner_id"

    vote_id = fields.Many2one(
        "pm.owner.vote", required=True, index=True, ondelete="cascade"
    )
    estate_id = fields.Many2one(
        related="vote_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="vote_id.company_id", store=True, index=True, precompute=True
    )
    vote_state = fields.Selection(related="vote_id.state")
    partner_id = fields.Many2one(
        "res.partner",
        "Owner",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    area = fields.Float("Area (m²)", readonly=True, digits=(12, 2))
    answer = fields.Selection(
        [("for", "In Favour"), ("against", "Against"), ("abstain", "Abstains")]
    )
    way = fields.Selection(
        [("paper", "On Paper"), ("door", "At the Door"), ("proxy", "By Proxy")],
        default="paper",
    )
    proxy_name = fields.Char(
        "Proxy", help="Who answered for the owner; the written authority is on file."
    )
    entered_by_id = fields.Many2one("res.users", "Entered by", readonly=True)
    entered_at = fields.Datetime(readonly=True)

    _owner_once = models.UniqueIndex(
        "(vote_id, partner_id)", "This owner has a ballot already."
    )
    _proxy_named = models.Constraint(
        "CHECK (way <> 'proxy' OR answer IS NULL OR coalesce(proxy_name, '') <> '')",
        "Enter the name of the proxy.",
    )

    def write(self, vals):
        """A ballot is entered while the vote is open; it keeps who entered it."""
        if vals.keys() & {"answer", "way", "proxy_name"} and not self.env.su:
            self.check_access("write")
            self.vote_id._check_in_state("open")
            self.vote_id._check_not_over()
            result = super().write(vals)
            self.sudo()._as_step().write(
                {
                    "entered_by_id": self.env.user.id,
                    "entered_at": fields.Datetime.now(),
                }
            )
            return result
        return super().write(vals)
