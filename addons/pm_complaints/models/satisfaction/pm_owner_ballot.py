from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime


class PmOwnerBallot(models.Model):
    """What one owner answered: on the portal, on paper, at the door, or by a proxy."""

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
        [
            ("paper", "On Paper"),
            ("door", "At the Door"),
            ("proxy", "By Proxy"),
            ("portal", "On the Portal"),
        ],
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
            self._check_entered(vals)
            result = super().write(vals)
            self.sudo()._as_step()._note_who_entered()
            return result
        return super().write(vals)

    def _check_entered(self, vals):
        """:raises UserError: the vote is over, or the owner voted without us"""
        self.vote_id._check_in_state("open")
        self.vote_id._check_not_over()
        self.filtered(lambda one: one.way == "portal")._check_not_cast()
        if vals.get("way") == "portal":
            raise UserError(
                self.env._(
                    "On the portal owners vote themselves. Choose by which way the "
                    "answer came to you."
                )
            )

    def _check_not_cast(self):
        """:raises UserError: there is an answer, and one owner has one"""
        ways = dict(self._fields["way"]._description_selection(self.env))
        for ballot in self.filtered("answer"):
            raise UserError(
                self.env._(
                    "%(owner)s has voted on “%(vote)s” already (%(way)s, %(moment)s). "
                    "It counts once and stays.",
                    owner=ballot.partner_id.name,
                    vote=ballot.vote_id.name,
                    way=ways.get(ballot.way, ""),
                    moment=format_datetime(
                        self.env, ballot.entered_at, tz=ballot.estate_id.tz
                    ),
                )
            )

    def _note_who_entered(self):
        self.write({"entered_by_id": self.env.uid, "entered_at": fields.Datetime.now()})

    def _cast(self, answer):
        """The owner votes on the portal, once; of two at the same moment the database
        lets the second begin anew, and refuses it here.

        :param answer: a value of ``answer``
        :raises UserError: the vote is not open, or was answered already
        """
        self.ensure_one()
        if answer not in dict(self._fields["answer"].selection):
            raise UserError(self.env._("Choose an answer first."))
        self.vote_id._check_in_state("open")
        self.vote_id._check_begun()
        self.vote_id._check_not_over()
        self._check_not_cast()
        own = self._as_step()
        own.write({"answer": answer, "way": "portal", "proxy_name": False})
        own._note_who_entered()
