from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, format_datetime, formatLang


class SurveyUserInput(models.Model):
    _inherit = "survey.user_input"

    pm_property_id = fields.Many2one(
        "pm.property",
        "Property",
        index="btree_not_null",
        ondelete="restrict",
        help="What the customer is asked about.",
    )
    pm_estate_id = fields.Many2one(
        related="pm_property_id.estate_id",
        string="Estate",
        store=True,
        index="btree_not_null",
    )
    pm_company_id = fields.Many2one(
        related="pm_property_id.company_id", string="Company of the Estate", store=True
    )
    pm_user_id = fields.Many2one(
        "res.users",
        "Asked by",
        index="btree_not_null",
        help="Answers for the requirements that follow.",
    )
    pm_channel_id = fields.Many2one("pm.channel", "Channel")
    # whoever has it answers as the customer
    access_token = fields.Char(
        groups="survey.group_survey_user,pm_core.group_pm_service"
    )
    pm_link = fields.Char(
        "Link",
        compute="_compute_pm_link",
        groups="survey.group_survey_user,pm_core.group_pm_service",
    )
    pm_requirement_ids = fields.One2many(
        "pm.requirement", "user_input_id", "Requirements"
    )
    pm_requirement_count = fields.Integer(compute="_compute_pm_requirement_count")

    @api.depends("survey_id.access_token", "access_token")
    def _compute_pm_link(self):
        for answer in self:
            # who serves the customer may pass the link on
            answer.pm_link = answer.get_base_url() + answer.sudo().get_start_url()

    @api.depends("pm_requirement_ids")
    def _compute_pm_requirement_count(self):
        counts = dict(
            self.env["pm.requirement"]._read_group(
                [("user_input_id", "in", self.ids)], ["user_input_id"], ["__count"]
            )
        )
        for answer in self:
            answer.pm_requirement_count = counts.get(answer._origin, 0)

    def _mark_done(self):
        result = super()._mark_done()
        self.sudo()._as_step()._pm_make_requirements()
        trained = self.env["pm.training.attendance"].sudo()
        trained._as_step()._take_results(self.sudo())
        trained.search(
            [
                ("user_input_id", "in", self.ids),
                ("session_id.state", "=", "held"),
            ]
        )._update_certificates()
        return result

    def action_pm_open(self):
        """Open the questionnaire to fill it in with the customer at the counter.

        :raises UserError: answered already
        """
        self.ensure_one()
        self.check_access("read")
        self._pm_check_open()
        # on the host by which the user works; links in e-mails may name another one
        url = self.sudo().get_start_url()
        return {"type": "ir.actions.act_url", "url": url, "target": "new"}

    def action_pm_answers(self):
        """Open the answers in the browser."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": self.sudo().get_print_url(),
            "target": "new",
        }

    def action_pm_send(self):
        """Send the link by e-mail, once more if it was sent before.

        :raises UserError: answered already, or no e-mail address
        """
        self._pm_check_open()
        self.env["pm.requirement"].check_access("create")
        self._pm_send()

    def action_pm_view_requirements(self):
        self.ensure_one()
        self.check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "pm_core.pm_requirement_action"
            ),
            "views": [(False, "list"), (False, "form")],
            "domain": [("user_input_id", "=", self.id)],
            "context": {"create": False},
        }

    def action_pm_make_requirements(self):
        """Make the requirements of answers whose property was entered later.

        :raises UserError: not answered yet, or nothing says what it is about
        """
        self.check_access("read")
        self.env["pm.requirement"].check_access("create")
        for answer in self:
            if answer.state != "done":
                raise UserError(
                    self.env._(
                        "The questionnaire of %s is not answered yet.",
                        answer._pm_who(),
                    )
                )
            if not answer._pm_about():
                raise UserError(
                    self.env._(
                        "Enter the property that the answers of %s are about first.",
                        answer._pm_who(),
                    )
                )
        self.sudo()._as_step()._pm_make_requirements()

    def _pm_check_open(self):
        self.check_access("read")
        for answer in self:
            if answer.state == "done":
                raise UserError(
                    self.env._(
                        "%(customer)s answered “%(survey)s” on %(day)s; it cannot be "
                        "answered again. Send a new questionnaire instead.",
                        customer=answer._pm_who(),
                        survey=answer.survey_id.sudo().title,
                        day=format_date(self.env, answer.end_datetime.date())
                        if answer.end_datetime
                        else "",
                    )
                )

    def _pm_send(self):
        """Queue the e-mail with the link, in each customer's language."""
        without = self.filtered(lambda answer: not answer.email)
        if without:
            raise UserError(
                self.env._(
                    "No e-mail address: %s. Enter it, or copy the link and pass it on "
                    "by WeChat or SMS.",
                    ", ".join(answer._pm_who() for answer in without),
                )
            )
        template = self.env.ref("pm_core.mail_template_questionnaire").sudo()
        for answer in self:
            template.send_mail(
                answer.id, email_layout_xmlid="mail.mail_notification_light"
            )

    def _pm_who(self):
        return self.partner_id.display_name or self.nickname or self.email or ""

    def _pm_about(self):
        """The property the answers are about, or an empty one."""
        held = self.partner_id._pm_held_properties()
        return (
            self.pm_property_id
            or held.get(self.partner_id.id)
            or self.survey_id.pm_estate_id
        )

    # ANSWERS TO REQUIREMENTS

    def _pm_make_requirements(self):
        """Make the requirements that follow from finished answers, each once.

        What was made before stays untouched; the database refuses a second one of
        the same answer and question.
        """
        vals_list = []
        for answer in self:
            if answer.test_entry or not answer.survey_id.pm_questionnaire:
                continue
            place = answer._pm_about()
            if place and answer._pm_who():
                made = answer.pm_requirement_ids.question_id
                vals_list += [
                    vals
                    for vals in answer._pm_requirement_values(place)
                    if vals["question_id"] not in made.ids
                ]
        requirements = self.env["pm.requirement"].create(vals_list)
        for requirement in requirements:
            requirement.message_post(
                body=Markup("<p>%s</p>")
                % self.env._(
                    "From the questionnaire “%(survey)s” of %(customer)s.",
                    survey=requirement.user_input_id.survey_id.title,
                    customer=requirement.customer_name,
                )
            )
        return requirements

    def _pm_requirement_values(self, place):
        """Values of the requirements that the answers amount to, in their order.

        :param place: what they are about
        """
        self.ensure_one()
        answer = self.with_context(lang=self.pm_user_id.lang or self.env.lang)
        lines = answer.user_input_line_ids.filtered(lambda line: not line.skipped)
        by_question = lines.grouped("question_id")
        values, latest = [], {}
        for question in answer.survey_id.question_ids:
            given = by_question.get(question)
            if not given or not question.pm_category_id:
                continue
            if given._pm_nothing_needed():
                # the questions below it ask for details of a need that there is not
                if question.pm_answer_goes == "need":
                    latest[question.pm_category_id] = {}
                continue
            above = latest.get(question.pm_category_id)
            if question.pm_answer_goes != "need" and above is not None:
                given._pm_complete(above, question.pm_answer_goes)
                continue
            vals = answer._pm_need_values(question, given, place)
            latest[question.pm_category_id] = vals
            values.append(vals)
        return values

    def _pm_need_values(self, question, given, place):
        channel = self.pm_channel_id or self.env.ref("pm_core.pm_channel_survey")
        return {
            "title": question.pm_need or question.title,
            "description": given._pm_text(),
            "category_id": question.pm_category_id.id,
            "partner_id": self.partner_id.id,
            "prospect_name": False if self.partner_id else self._pm_who(),
            "property_id": place.id,
            "channel_id": channel.id,
            "user_id": self.pm_user_id.id,
            "user_input_id": self.id,
            "question_id": question.id,
        }


class SurveyUserInputLine(models.Model):
    _inherit = "survey.user_input.line"

    def _pm_nothing_needed(self):
        """Whether the lines of one question say that nothing is needed."""
        return all(
            line.suggested_answer_id.pm_no_need
            or (line.answer_type == "numerical_box" and not line.value_numerical_box)
            for line in self
        )

    def _pm_text(self):
        """The answer to one question in words: choices and comment joined."""
        return "; ".join(filter(None, (line._pm_line_text() for line in self)))

    def _pm_line_text(self):
        """One line: a choice, a row of a matrix, a figure, a date or a text."""
        if self.answer_type == "suggestion":
            if self.suggested_answer_id.pm_no_need:
                return ""
            choice = self.suggested_answer_id.value
            row = self.matrix_row_id.value
            return f"{row}: {choice}" if row else choice
        if self.answer_type == "scale":
            return f"{self.value_scale} / {self.question_id.scale_max}"
        if self.answer_type == "numerical_box":
            digits = (
                0 if self.value_numerical_box == int(self.value_numerical_box) else 2
            )
            return formatLang(self.env, self.value_numerical_box, digits=digits)
        if self.answer_type == "date":
            return format_date(self.env, self.value_date)
        if self.answer_type == "datetime":
            return format_datetime(self.env, self.value_datetime)
        return self.value_text_box or self.value_char_box or ""

    def _pm_complete(self, vals, part):
        """Add the answer to a need that an earlier question opened.

        :param vals: values of the requirement; empty where nothing is needed
        :param part: frequency, standard or budget
        """
        if not vals:
            return
        text = self._pm_text()
        figures = self.filtered(lambda line: line.answer_type == "numerical_box")
        if part == "frequency":
            vals["frequency"] = text
        elif part == "standard":
            vals["expected_standard"] = text
        elif figures:
            vals["budget"] = max(figures[0].value_numerical_box, 0)
