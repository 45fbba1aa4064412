from odoo import api, fields, models
from odoo.tools import SQL

from ...engine import change, index, score
from ...engine.satisfaction import Index


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
        for campaign in self:
            campaign.previous_id = campaign.estate_id and self.search(
                [
                    ("estate_id", "=", campaign.estate_id.id),
                    ("survey_id", "=", campaign.survey_id.id),
                    ("state", "=", "closed"),
                    ("date_from", "<", campaign.date_from),
                    ("id", "!=", campaign._origin.id),
                ],
                limit=1,
            )

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
            found = campaign._points()
            weights = dict(campaign._weights())
            sizes = campaign.group_sizes or {}
            whole = campaign._index_of(found, weights, sizes)
            campaign.write(campaign._columns(whole))
            campaign.says = (
                change(campaign.previous_id._as_index(), whole).says
                if campaign.previous_id.has_index
                else False
            )
            campaign._write_results(found, weights, sizes)

    def _weights(self):
        """Yield (question id, weight) of the questions that count."""
        for question in self.survey_id.sudo().question_ids:
            if question.question_type == "scale" and question.pm_weight:
                yield question.id, question.pm_weight

    def _points(self):
        """Return [(group, building id, {question id: points of 100})] of each answer.

        One query for all answers: there may be a hundred thousand.
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT invitation.id, invitation."group", invitation.building_id,
                       question.id,
                       100.0 * (line.value_scale - question.scale_min)
                             / (question.scale_max - question.scale_min)
                  FROM pm_survey_invitation AS invitation
                  JOIN survey_user_input_line AS line
                       USING (user_input_id)
                  JOIN survey_question AS question
                    ON question.id = line.question_id
                 WHERE invitation.campaign_id = %s
                   AND invitation.state = 'answered'
                   AND question.question_type = 'scale'
                   AND line.answer_type = 'scale' AND NOT line.skipped
                """,
                self.id,
            )
        )
        answers = {}
        for invitation, group, building, question, points in rows:
            answer = answers.setdefault(invitation, (group, building, {}))
            answer[2][question] = float(points)
        return list(answers.values())

    def _index_of(self, answers, weights, sizes):
        """Return the :class:`Index` of some answers, with the groups they are of."""
        points = {}
        for group, _building, values in answers:
            one = score(values, weights, 0, 100)
            if one is not None:
                points.setdefault(group, []).append(one)
        return index(points, sizes, self.confidence / 100)

    @staticmethod
    def _columns(found):
        return {
            "index": found.value or 0,
            "index_low": found.low or 0,
            "index_high": found.high or 0,
            "index_error": found.error or 0,
            "has_index": found.value is not None,
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

    def _write_results(self, answers, weights, sizes):
        """One line for each question, and one for each building."""
        self.result_ids.unlink()
        lines = []
        for question in self.survey_id.sudo().question_ids:
            if question.id in weights:
                found = self._index_of(answers, {question.id: 1}, sizes)
                lines.append(self._result("question", question.title, found))
        buildings = {}
        for answer in answers:
            buildings.setdefault(answer[1], []).append(answer)
        places = self.env["pm.property"].browse(filter(None, buildings))
        names = {place.id: place.name for place in places}
        groups = self._groups_of_buildings()
        for building, some in buildings.items():
            # where people were not drawn by building, nothing is known of one
            if theirs := groups.get(building):
                found = self._index_of(
                    some, weights, {group: sizes[group] for group in theirs}
                )
                line = self._result("building", names[building], found)
                lines.append({**line, "place_id": building})
        self.env["pm.survey.result"].create(lines)

    def _groups_of_buildings(self):
        """Return {building id: its groups}, where each group is of one building."""
        if not self.by_building:
            return {}
        found = {}
        for group, place in self.env["pm.survey.invitation"]._read_group(
            [("campaign_id", "=", self.id), ("building_id", "!=", False)],
            ["group", "building_id"],
        ):
            found.setdefault(place.id, set()).add(group)
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
