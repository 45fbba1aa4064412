from odoo import api, fields, models
from odoo.tools import SQL

from ...engine import Group, Index, change, index_of_groups
from .survey_user_input import COUNTS, POINTS


class PmSurveyCampaign(models.Model):
    """What came out: the index with its limits, by question and by building."""

    _inherit = "pm.survey.campaign"

    index = fields.Float(
        readonly=True,
        copy=False,
        digits=(5, 1),
        aggregator="avg",
        help="Of 100 points: every group counts by how many people it has, every "
        "question by its weight.",
    )
    index_low = fields.Float("Index from", readonly=True, copy=False, digits=(5, 1))
    index_high = fields.Float("Index to", readonly=True, copy=False, digits=(5, 1))
    index_error = fields.Float("Standard Error", readonly=True, copy=False)
    has_index = fields.Boolean(readonly=True, copy=False)
    has_limits = fields.Boolean(readonly=True, copy=False)
    previous_id = fields.Many2one(
        "pm.survey.campaign",
        "Compared With",
        compute="_compute_previous_id",
        store=True,
        readonly=False,
        copy=False,
        domain="[('estate_id', '=', estate_id), ('state', '=', 'closed'),"
        " ('id', '!=', id)]",
        index="btree_not_null",
        ondelete="set null",
    )
    says = fields.Selection(
        [
            ("better", "Better"),
            ("worse", "Worse"),
            ("same", "No Difference That Could Not Be Chance"),
            ("unknown", "Not to Be Said"),
        ],
        "Since Then",
        readonly=True,
        copy=False,
    )
    summary = fields.Char("In Words", compute="_compute_summary")
    result_ids = fields.One2many(
        "pm.survey.result", "campaign_id", "Results", readonly=True
    )

    @api.depends("estate_id", "survey_id", "date_from")
    def _compute_previous_id(self):
        """The last one there with the same questions."""
        closed = self.search(
            [
                ("estate_id", "in", self.estate_id.ids),
                ("survey_id", "in", self.survey_id.ids),
                ("state", "=", "closed"),
            ]
        )
        of_place = closed.grouped(lambda one: (one.estate_id, one.survey_id))
        for campaign in self:
            # the newest comes first
            same = of_place.get(
                (campaign.estate_id._origin, campaign.survey_id._origin), closed[:0]
            )
            campaign.previous_id = same.filtered(
                lambda one, own=campaign: (
                    one != own._origin
                    and own.date_from
                    and one.date_from < own.date_from
                )
            )[:1]

    @api.depends("has_index", "index", "index_low", "index_high", "says", "previous_id")
    def _compute_summary(self):
        for campaign in self:
            campaign.summary = " ".join(filter(None, campaign._sentences()))

    def _sentences(self):
        if not self.has_index:
            return [self.env._("Nobody has answered yet.")]
        if not self.has_limits:
            return [
                self.env._(
                    "%(index).1f of 100 points; too few answers to say how sure it is.",
                    index=self.index,
                )
            ]
        return [
            self.env._(
                "%(index).1f of 100 points; with %(confidence)g %% confidence between "
                "%(low).1f and %(high).1f for all customers.",
                index=self.index,
                confidence=self.confidence,
                low=self.index_low,
                high=self.index_high,
            ),
            self._sentence_of_change(),
        ]

    def _sentence_of_change(self):
        if not self.previous_id or not self.says or self.says == "unknown":
            return None
        values = {
            "before": self.previous_id.display_name,
            "points": abs(self.index - self.previous_id.index),
        }
        if self.says == "better":
            return self.env._("%(points).1f points better than %(before)s.", **values)
        if self.says == "worse":
            return self.env._("%(points).1f points worse than %(before)s.", **values)
        return self.env._(
            "%(points).1f points from %(before)s, which may be chance.", **values
        )

    def _evaluate(self):
        """Work out the index of all people and of each question and building."""
        for campaign in self:
            groups = campaign._groups_of_answers()
            whole = campaign._index_of(groups.get(None, {}))
            campaign.write(campaign._columns(whole))
            campaign.says = (
                change(campaign.previous_id._as_index(), whole).says
                if campaign.previous_id.has_index
                else False
            )
            campaign._write_results(groups)

    def _groups_of_answers(self):
        """Return {question id or None for all: {group: what its answers come to}}.

        The database adds up: there may be a hundred thousand people.
        """
        self.env["survey.user_input"]._pm_keep_points(
            SQL(
                """SELECT sheet.id
                     FROM pm_survey_invitation AS invitation
                     JOIN survey_user_input AS sheet
                       ON sheet.id = invitation.user_input_id
                    WHERE invitation.campaign_id = %s
                      AND invitation.state = 'answered'
                      AND sheet.pm_points IS NULL""",
                self.id,
            )
        )
        # two queries: the database shares each of them among its workers
        rows = self.env.execute_query(
            SQL(
                """
                SELECT NULL, invitation."group", count(sheet.pm_points),
                       avg(sheet.pm_points), var_samp(sheet.pm_points)
                  FROM pm_survey_invitation AS invitation
                  JOIN survey_user_input AS sheet
                    ON sheet.id = invitation.user_input_id
                 WHERE invitation.campaign_id = %s
                   AND invitation.state = 'answered'
                   AND sheet.pm_points IS NOT NULL
                 GROUP BY invitation."group"
                """,
                self.id,
            )
        ) + self.env.execute_query(
            SQL(
                """
                SELECT question.id, invitation."group", count(*),
                       avg(%(points)s), var_samp(%(points)s)
                  FROM pm_survey_invitation AS invitation
                  JOIN survey_user_input_line AS line USING (user_input_id)
                  JOIN survey_question AS question
                    ON question.id = line.question_id
                 WHERE invitation.campaign_id = %(campaign)s
                   AND invitation.state = 'answered'
                   AND %(counts)s
                 GROUP BY question.id, invitation."group"
                """,
                points=POINTS,
                counts=COUNTS,
                campaign=self.id,
            )
        )
        found = {}
        for question, group, answers, mean, spread in rows:
            found.setdefault(question, {})[group] = Group(answers, mean, spread)
        return found

    def _index_of(self, groups, only=None):
        """Return the :class:`Index` of the people of some groups, or of all."""
        sizes = self.group_sizes or {}
        if only is not None:
            sizes = {name: sizes[name] for name in only}
            groups = {name: groups[name] for name in only if name in groups}
        return index_of_groups(groups, sizes, self.confidence / 100)

    @staticmethod
    def _columns(found):
        some = found.value is not None
        # of too few answers nothing is known but that it is between the two ends
        unknown = 100 if some else 0
        return {
            "index": found.value or 0,
            "index_low": found.low or 0,
            "index_high": unknown if found.high is None else found.high,
            "index_error": found.error or 0,
            "has_index": some,
            "has_limits": found.error is not None,
        }

    def _as_index(self):
        """The index of a campaign as the calculation takes it."""
        return Index(
            value=self.index if self.has_index else None,
            low=self.index_low,
            high=self.index_high,
            error=self.index_error if self.has_limits else None,
            answers=self.answered_count,
            people=self.people_count,
        )

    def _write_results(self, groups):
        """One line for each question, and one for each building."""
        self.result_ids.unlink()
        lines = []
        for question in self.survey_id.sudo().question_ids:
            if question.id in groups:
                found = self._index_of(groups[question.id])
                lines.append(self._result("question", question.title, found))
        for building, theirs in self._groups_of_buildings().items():
            found = self._index_of(groups.get(None, {}), theirs)
            if found.answers:
                line = self._result("building", building.name, found)
                lines.append({**line, "place_id": building.id})
        self.env["pm.survey.result"].create(lines)

    def _groups_of_buildings(self):
        """Return {building: its groups}, where people were drawn by building."""
        if not self.by_building:
            return {}
        found = {}
        for group, place in self.env["pm.survey.invitation"]._read_group(
            [("campaign_id", "=", self.id), ("building_id", "!=", False)],
            ["group", "building_id"],
        ):
            found.setdefault(place, set()).add(group)
        return found

    def _result(self, kind, name, found):
        return {
            "campaign_id": self.id,
            "kind": kind,
            "name": name,
            "answers": found.answers,
            **{
                column: value
                for column, value in self._columns(found).items()
                if column not in ("index_error", "has_index")
            },
        }
