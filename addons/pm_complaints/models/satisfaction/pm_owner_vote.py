from collections import defaultdict

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date
from odoo.tools.i18n import format_list

from ...engine import count
from ...engine.votes import ORDINARY


class PmOwnerVote(models.Model):
    """A question on which the owners of an estate decide, by area and by heads.

    When voting opens, each owner of that day gets one ballot, with the area of all that
    the owner holds; who buys later votes on the next question. It is counted as the
    Civil Code says, article 278 (see ``engine/votes.py``); who is one owner, and of
    which area, as the guidance for owners' meetings says (Jian Fang [2009] No. 274,
    articles 23 to 25; cited from memory, not verified against its text).
    """

    _name = "pm.owner.vote"
    _description = "Vote of Owners"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "pm.estate.mixin",
        "pm.state.mixin",
    ]
    _order = "date_from desc, id desc"
    # the question is what it was when the first owner answered it
    _user_columns = dict.fromkeys(
        (
            "name",
            "property_id",
            "text",
            "kind",
            "date_from",
            "date_to",
            "with_parking",
        ),
        ("draft",),
    )

    name = fields.Char("Question", required=True, tracking=True)
    property_id = fields.Many2one(domain="[('kind', '=', 'estate')]")
    text = fields.Html("What Is Proposed", sanitize=True)
    kind = fields.Selection(
        [
            ("ordinary", "More Than Half"),
            ("qualified", "Three Quarters"),
            ("poll", "Opinion Poll"),
        ],
        "Majority",
        required=True,
        default="ordinary",
        help="Three quarters of who takes part: to raise repair funds, to rebuild, "
        "and to change the use of common parts or earn with them (Civil Code, "
        "article 278, items 6 to 8). An opinion poll is counted in the same way and "
        "decides nothing.",
    )
    date_from = fields.Date("From", required=True, default=fields.Date.context_today)
    date_to = fields.Date("Last Day to Vote", required=True)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("open", "Voting"),
            ("counted", "Counted"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
        tracking=True,
    )
    ballot_ids = fields.One2many("pm.owner.ballot", "vote_id", "Ballots", copy=False)
    area = fields.Float("Area of All (m²)", readonly=True, copy=False, digits=(12, 2))
    heads = fields.Integer("Owners", readonly=True, copy=False)
    area_voted = fields.Float(
        "Area That Voted (m²)", readonly=True, copy=False, digits=(12, 2)
    )
    with_parking = fields.Boolean(
        "Parking Spaces Count",
        help="Whether parking spaces count as private parts, with their area and their "
        "owners: the rules of procedure of the owners' meeting say so. Without such a "
        "rule they do not.",
    )
    unknown_heads = fields.Integer(
        "Of These without a Known Owner",
        readonly=True,
        copy=False,
        help="Parts of which the register has no owner. They count among all, as the "
        "law counts all, and nobody answers for them; what is not sold is one head.",
    )
    unknown_area = fields.Float(
        "Area without a Known Owner (m²)", readonly=True, copy=False, digits=(12, 2)
    )
    heads_voted = fields.Integer("Owners Who Voted", readonly=True, copy=False)
    area_for = fields.Float(
        "Area in Favour (m²)", readonly=True, copy=False, digits=(12, 2)
    )
    heads_for = fields.Integer("Owners in Favour", readonly=True, copy=False)
    quorate = fields.Boolean(
        "Enough Took Part",
        readonly=True,
        copy=False,
        help="Two thirds of the owners, by area and by heads.",
    )
    passed = fields.Boolean("Agreed", readonly=True, copy=False, tracking=True)

    _days = models.Constraint(
        "CHECK (date_to >= date_from)", "The last day to vote is before the first."
    )

    def _check_begun(self):
        """:raises UserError: the first day to vote is still to come"""
        for vote in self:
            if vote.date_from > vote.estate_id._today():
                raise UserError(
                    self.env._(
                        "Voting on “%(vote)s” begins on %(day)s.",
                        vote=vote.name,
                        day=format_date(self.env, vote.date_from),
                    )
                )

    def _check_not_over(self):
        """:raises UserError: the last day to vote has passed"""
        for vote in self:
            if vote.date_to < vote.estate_id._today():
                raise UserError(
                    self.env._(
                        "The last day to vote on “%(vote)s” was %(day)s.",
                        vote=vote.name,
                        day=format_date(self.env, vote.date_to),
                    )
                )

    def action_open(self):
        """Give each owner of today a ballot, and open the vote.

        :raises UserError: no owner is registered, or parts have no area
        """
        self.check_access("write")
        self._check_in_state("draft")
        for vote in self:
            areas, unknown_heads, unknown_area = vote._count_who_votes()
            vote.sudo()._as_step().write(
                {
                    "state": "open",
                    "heads": len(areas) + unknown_heads,
                    "area": sum(areas.values()) + unknown_area,
                    "unknown_heads": unknown_heads,
                    "unknown_area": unknown_area,
                    "ballot_ids": [
                        Command.create({"partner_id": owner.id, "area": area})
                        for owner, area in areas.items()
                    ],
                }
            )

    def _count_who_votes(self):
        """Return ({owner: m² of all that the owner holds today}, heads and m² of what
        nobody holds whom we know).

        Who bought several parts is one head; a part of several owners has one vote,
        which the one with the largest share casts for all of them. What is not sold is
        the developer's, who is one head.

        :raises UserError: nobody could vote, or parts have no area
        """
        parts = self.env["pm.property"].sudo().search(self._domain_of_parts())
        buyers = self._buyers(parts)
        if not buyers:
            raise UserError(
                self.env._(
                    "%(estate)s has no owner in its register: nobody could vote.",
                    estate=self.estate_id.display_name,
                )
            )
        without = parts.filtered(lambda part: not part.gross_area)
        if without:
            raise UserError(
                self.env._(
                    "Votes are counted by area, and these have none: %(units)s. Enter "
                    "the gross area first.",
                    units=format_list(self.env, without[:10].mapped("display_name")),
                )
            )
        voters, areas = {}, defaultdict(float)
        for part, owners in buyers.items():
            # the same people who bought several parts are one buyer
            voter = voters.setdefault(frozenset(owners), owners[0])
            areas[voter] += part.gross_area
        unheld = parts - self.env["pm.property"].union(*buyers)
        unsold = unheld.filtered(lambda part: part.state == "unsold")
        heads = len(unheld - unsold) + bool(unsold)
        return areas, heads, sum(unheld.mapped("gross_area"))

    def _domain_of_parts(self):
        kinds = ["unit", "parking"] if self.with_parking else ["unit"]
        return [("estate_id", "=", self.estate_id.id), ("kind", "in", kinds)]

    def _buyers(self, parts):
        """Return {part: its owners of today, the largest share first}, the developer
        for what has no other owner; the one developer of an estate for what is unsold.
        """
        occupancies = (
            self.env["pm.occupancy"]
            .sudo()
            .search(
                [
                    ("property_id", "in", parts.ids),
                    ("is_current", "=", True),
                    ("role", "in", ("owner", "developer")),
                ],
                order="share desc, date_from, id",
            )
        )
        owned = occupancies.filtered(lambda row: row.role == "owner")
        taken = set(owned.property_id._ids)
        developed = (occupancies - owned).filtered(
            lambda row: row.property_id.id not in taken
        )
        buyers = {
            part: rows.partner_id
            for part, rows in (owned | developed).grouped("property_id").items()
        }
        developers = (occupancies - owned).partner_id
        if len(developers) == 1:
            for part in parts.filtered(lambda part: part.state == "unsold"):
                buyers.setdefault(part, developers)
        return buyers

    def action_count(self):
        """End the vote and count it."""
        self.check_access("write")
        self._check_in_state("open")
        for vote in self.sudo()._as_step():
            ballots = vote.ballot_ids
            is_poll = vote.kind == "poll"
            # whom nobody knows is asked by nobody, and is one of all the same
            unknown = dict.fromkeys(range(-vote.unknown_heads, 0), 0)
            if unknown:
                unknown[-1] = str(vote.unknown_area)
            found = count(
                {ballot.id: str(ballot.area) for ballot in ballots} | unknown,
                {ballot.id: ballot.answer for ballot in ballots if ballot.answer},
                ORDINARY if is_poll else vote.kind,
            )
            vote.write(
                {
                    "state": "counted",
                    "area_voted": float(found.area_voted),
                    "heads_voted": found.heads_voted,
                    "area_for": float(found.area_for),
                    "heads_for": found.heads_for,
                    "quorate": found.quorate,
                    "passed": found.passed and not is_poll,
                }
            )

    def action_cancel(self):
        self.check_access("write")
        self._check_in_state("draft", "open")
        self.sudo()._as_step().state = "cancelled"

    def action_view_ballots(self):
        self.ensure_one()
        self.check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "pm_complaints.pm_owner_ballot_action"
            ),
            "domain": [("vote_id", "=", self.id)],
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts(self):
        self._check_in_state("draft", "cancelled")
