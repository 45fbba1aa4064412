from odoo import api, fields, models
from odoo.exceptions import UserError


class PmSurveyCampaign(models.Model):
    """Customers of an estate are asked how satisfied they are: some, drawn by chance.

    Drawn → asked → closed. Who is asked is drawn from all who live or own there, in
    each group as many as it is large; the draw can be repeated from its seed. What
    comes out is an index with limits between which the index of all of them lies.
    """

    _name = "pm.survey.campaign"
    _description = "Satisfaction Campaign"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "pm.estate.mixin",
        "pm.state.mixin",
        "pm.cron.mixin",
    ]
    _order = "date_from desc, id desc"
    _user_columns = (
        dict.fromkeys(
            ("survey_id", "property_id", "by_building", "by_role"), ("draft",)
        )
        | dict.fromkeys(("sample_size", "date_from", "confidence"), ("draft", "drawn"))
        | dict.fromkeys(("date_to", "remind_after"), ("draft", "drawn", "running"))
    )

    name = fields.Char(required=True)
    property_id = fields.Many2one(domain="[('kind', '=', 'estate')]", tracking=True)
    survey_id = fields.Many2one(
        "survey.survey",
        "Questionnaire",
        required=True,
        domain="[('pm_satisfaction', '=', True)]",
        default=lambda self: self._default_survey(),
        ondelete="restrict",
        index=True,
    )
    date_from = fields.Date("From", required=True, default=fields.Date.context_today)
    date_to = fields.Date("Last Day to Answer", required=True)
    by_building = fields.Boolean(
        default=True,
        help="Of each building as many are asked as it has people.",
    )
    by_role = fields.Boolean(
        "By Kind of Holder", default=True, help="Owners and tenants apart."
    )
    sample_size = fields.Integer(
        "People to Ask", default=100, required=True, help="Of all buildings together."
    )
    seed = fields.Integer(
        readonly=True, copy=False, help="With it the same people are drawn again."
    )
    group_sizes = fields.Json("People by Group", readonly=True, copy=False)
    remind_after = fields.Integer(
        "Remind after Days",
        default=5,
        help="Who has not answered is asked once more; 0: not.",
    )
    confidence = fields.Float(
        default=95.0,
        required=True,
        help="In percent: how sure it is that the index of all is within the limits.",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("drawn", "Drawn"),
            ("running", "Running"),
            ("closed", "Closed"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
        tracking=True,
    )
    invitation_ids = fields.One2many(
        "pm.survey.invitation", "campaign_id", "Invitations", readonly=True
    )
    people_count = fields.Integer("People in All", readonly=True, copy=False)
    asked_count = fields.Integer("People Asked", compute="_compute_counts")
    answered_count = fields.Integer("Answered", compute="_compute_counts")
    response_rate = fields.Float(
        compute="_compute_counts",
        help="Answers as percent of the people drawn.",
    )

    _days = models.Constraint(
        "CHECK (date_to >= date_from)", "The last day to answer is before the first."
    )
    _sample_size_positive = models.Constraint(
        "CHECK (sample_size > 0)", "At least one person has to be asked."
    )
    _confidence_percent = models.Constraint(
        "CHECK (confidence > 0 AND confidence < 100)",
        "The confidence is a percentage between 0 and 100, such as 95.",
    )

    def _default_survey(self):
        return self.env["survey.survey"].search(
            [("pm_satisfaction", "=", True)], order="id", limit=1
        )

    @api.depends("invitation_ids.state")
    def _compute_counts(self):
        counts = {}
        for campaign, state, number in self.env["pm.survey.invitation"]._read_group(
            [("campaign_id", "in", self.ids)], ["campaign_id", "state"], ["__count"]
        ):
            counts.setdefault(campaign.id, {})[state] = number
        for campaign in self:
            by_state = counts.get(campaign._origin.id, {})
            campaign.asked_count = sum(by_state.values())
            campaign.answered_count = by_state.get("answered", 0)
            campaign.response_rate = (
                campaign.answered_count / campaign.asked_count * 100
                if campaign.asked_count
                else 0
            )

    # ------------------------------------------------------------------
    # Steps
    # ------------------------------------------------------------------

    def action_draw(self):
        """Draw who is asked; a new draw takes the place of the last one.

        :raises UserError: it runs already, or nobody lives there
        """
        self.check_access("write")
        self._check_in_state("draft", "drawn")
        for campaign in self:
            campaign._draw_sample(campaign.sample_size)

    def action_start(self):
        """Ask everybody drawn, by the way by which each is reached.

        :raises UserError: nobody was drawn, or the days are over
        """
        self.check_access("write")
        self._check_in_state("drawn")
        for campaign in self:
            if campaign.date_to < campaign._today():
                raise UserError(
                    self.env._(
                        "%(campaign)s: the last day to answer has passed. Enter a "
                        "later one.",
                        campaign=campaign.display_name,
                    )
                )
            if not campaign.survey_id.sudo().question_ids:
                raise UserError(
                    self.env._(
                        "The questionnaire “%s” has no questions yet.",
                        campaign.survey_id.sudo().title,
                    )
                )
        campaigns_sudo = self.sudo()._as_step()
        campaigns_sudo.state = "running"
        campaigns_sudo.invitation_ids._invite()

    def action_close(self):
        """No more answers; work out the index."""
        self.check_access("write")
        self._check_in_state("running")
        self.sudo()._as_step()._close()

    def action_cancel(self):
        self.check_access("write")
        self._check_in_state("draft", "drawn", "running")
        self.sudo()._as_step().state = "cancelled"

    def action_view_invitations(self):
        self.ensure_one()
        self.check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "pm_complaints.pm_survey_invitation_action"
            ),
            "domain": [("campaign_id", "=", self.id)],
        }

    def action_view_results(self):
        self.ensure_one()
        self.check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "pm_complaints.pm_survey_result_action"
            ),
            "domain": [("campaign_id", "=", self.id)],
        }

    def _close(self):
        self.state = "closed"
        self._evaluate()

    def _today(self):
        """The day at the estate."""
        zone = self.with_context(tz=self.estate_id.tz)
        return fields.Date.context_today(zone)

    @api.model
    def _cron_campaigns(self):
        """Close what is over, remind who has not answered, and say how it stands."""
        running = self.search([("state", "=", "running")])
        running._cron_each(
            lambda campaign: campaign._as_step()._go_on(), [("state", "=", "running")]
        )

    def _go_on(self):
        if self.date_to < self._today():
            self._close()
            return
        self.invitation_ids._remind()
        self._evaluate()

    def _failure_summary(self):
        return self.env._("The campaign does not go on")

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_asked(self):
        self._check_in_state("draft", "drawn", "cancelled")
