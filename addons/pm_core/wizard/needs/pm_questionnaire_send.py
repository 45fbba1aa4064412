from datetime import datetime, time

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError


class PmQuestionnaireSend(models.TransientModel):
    """Asks customers of an estate what they need: each gets a link of their own."""

    _name = "pm.questionnaire.send"
    _description = "Send Questionnaire"

    def _default_estate(self):
        partners = self._context_partners()
        held = partners._pm_held_properties()
        estates = partners.pm_estate_id
        for prop in held.values():
            estates |= prop.estate_id
        user = self.env.user
        return (
            estates[:1]
            or user.pm_estate_ids[:1]
            or self.env["pm.property"].search([("kind", "=", "estate")], limit=1)
        )

    def _context_partners(self):
        context = self.env.context
        ids = context.get("active_ids") or []
        if context.get("active_model") != "res.partner":
            ids = []
        return self.env["res.partner"].browse(ids)

    def _default_survey(self):
        return self.env["survey.survey"].search(
            [("pm_questionnaire", "=", True)], order="id", limit=1
        )

    survey_id = fields.Many2one(
        "survey.survey",
        "Questionnaire",
        required=True,
        domain="[('pm_questionnaire', '=', True)]",
        default=lambda self: self._default_survey(),
        ondelete="cascade",
    )
    estate_id = fields.Many2one(
        "pm.property",
        required=True,
        domain="[('kind', '=', 'estate')]",
        default=lambda self: self._default_estate(),
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="estate_id.company_id", store=True)
    partner_ids = fields.Many2many(
        "res.partner",
        string="Customers",
        required=True,
        default=lambda self: self._context_partners(),
    )
    property_id = fields.Many2one(
        "pm.property",
        domain="[('id', 'child_of', estate_id)]",
        ondelete="cascade",
        help="Empty: what each customer holds in the estate today, else the estate.",
    )
    mode = fields.Selection(
        [
            ("email", "Send by E-mail"),
            ("link", "Copy the Link for WeChat or SMS"),
            ("counter", "Fill in at the Counter"),
        ],
        required=True,
        default="email",
    )
    deadline = fields.Date("Answer Until", help="Empty: no end.")
    without_email = fields.Char(
        "Without E-mail Address", compute="_compute_without_email"
    )

    @api.depends("partner_ids.email")
    def _compute_without_email(self):
        for wizard in self:
            partners = wizard.partner_ids.filtered(lambda partner: not partner.email)
            wizard.without_email = ", ".join(partners.mapped("display_name"))

    def action_confirm(self):
        """Make each customer's own link and send, show or open it.

        A customer who was asked before and has not answered keeps that link.

        :raises UserError: no questions, no address, several customers at the counter
        """
        self.ensure_one()
        self._check_ready()
        answers = self._make_answers()
        if self.mode == "email":
            answers._pm_send()
        if self.mode == "counter":
            return answers.action_pm_open()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pm_core.survey_user_input_action"
        )
        return {
            **action,
            "domain": [("id", "in", answers.ids)],
            "context": {},
            "display_name": self.env._("Questionnaires Sent Now"),
        }

    def _check_ready(self):
        self.env["pm.requirement"].check_access("create")
        if self.mode == "counter" and len(self.partner_ids) > 1:
            raise UserError(
                self.env._("At the counter one customer answers at a time; choose one.")
            )
        if not self.survey_id.sudo().question_ids:
            raise UserError(
                self.env._(
                    "The questionnaire “%s” has no questions yet.",
                    self.survey_id.sudo().title,
                )
            )
        if self.deadline and self.deadline < fields.Date.context_today(self):
            raise UserError(self.env._("The last day to answer has passed."))
        # whom and what the user may not see is not asked about
        (self.estate_id | self.property_id).check_access("read")
        self.partner_ids.check_access("read")

    def _make_answers(self):
        """One open answer sheet for each customer, the earlier one if there is."""
        places = self._places()
        answers = (
            self.env["survey.user_input"]
            .sudo()
            .search(
                [
                    ("survey_id", "=", self.survey_id.id),
                    ("partner_id", "in", self.partner_ids.ids),
                    ("pm_property_id", "in", [place.id for place in places.values()]),
                    ("state", "!=", "done"),
                    ("test_entry", "=", False),
                ]
            )
        )
        known = {(row.partner_id, row.pm_property_id): row for row in answers}
        result = self.env["survey.user_input"]
        vals = {
            "pm_user_id": self.env.user.id,
            "pm_channel_id": self._channel().id,
            "deadline": self._deadline(),
        }
        for partner in self.partner_ids:
            place = places[partner]
            answer = known.get((partner, place))
            if answer:
                answer.write(vals)
            else:
                answer = self.survey_id.sudo()._create_answer(
                    partner=partner,
                    check_attempts=False,
                    pm_property_id=place.id,
                    **vals,
                )
                # a customer with a login is known by the login's contact
                answer.write({"partner_id": partner.id, "email": partner.email})
            result |= answer
        return result.with_env(self.env)

    def _places(self):
        """{customer: property} of what each is asked about."""
        if self.property_id:
            return dict.fromkeys(self.partner_ids, self.property_id)
        held = self.partner_ids._pm_held_properties(self.estate_id)
        return {
            partner: held.get(partner.id, self.estate_id)
            for partner in self.partner_ids
        }

    def _channel(self):
        code = "counter" if self.mode == "counter" else "survey"
        return self.env["pm.channel"].search([("code", "=", code)], limit=1)

    def _deadline(self):
        """The end of the last day in the time zone of the estate."""
        if not self.deadline:
            return False
        zone = pytz.timezone(self.estate_id.tz or "UTC")
        end = zone.localize(datetime.combine(self.deadline, time(23, 59, 59)))
        return end.astimezone(pytz.utc).replace(tzinfo=None)
