from markupsafe import Markup

from odoo import api, fields, models


class PmTrainingAttendance(models.Model):
    """One person at one session: present or absent, hours, result of the test."""

    _name = "pm.training.attendance"
    _description = "Training Attendance"
    _order = "session_id, employee_id, id"
    _rec_name = "employee_id"
    _check_company_auto = True

    session_id = fields.Many2one(
        "pm.training.session", required=True, index=True, ondelete="cascade"
    )
    employee_id = fields.Many2one(
        "hr.employee",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    estate_id = fields.Many2one(
        related="session_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="session_id.company_id", store=True, index=True, precompute=True
    )
    date = fields.Date(related="session_id.date", store=True, precompute=True)
    kind_id = fields.Many2one(related="session_id.kind_id", store=True, precompute=True)
    state = fields.Selection(
        [("invited", "Invited"), ("present", "Present"), ("absent", "Absent")],
        required=True,
        default="invited",
        index=True,
    )
    hours = fields.Float(
        compute="_compute_hours",
        store=True,
        readonly=False,
        help="Of the session when present; correct it for who came late.",
    )
    user_input_id = fields.Many2one(
        "survey.user_input",
        "Test Answers",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    score = fields.Float(
        "Score (%)",
        compute="_compute_test",
        compute_sudo=True,
        store=True,
        aggregator="avg",
    )
    test_state = fields.Selection(
        [
            ("none", "No Test"),
            ("open", "Not Taken"),
            ("passed", "Passed"),
            ("failed", "Not Passed"),
        ],
        "Test Result",
        compute="_compute_test",
        compute_sudo=True,
        store=True,
        index=True,
    )
    remark = fields.Char("Remarks")

    _employee_once = models.UniqueIndex(
        "(session_id, employee_id)", "A person is on the list of a session once."
    )
    _hours_positive = models.Constraint(
        "CHECK (hours >= 0)", "Hours cannot be negative."
    )

    @api.depends("state", "session_id.hours")
    def _compute_hours(self):
        for row in self:
            row.hours = row.session_id.hours if row.state == "present" else 0.0

    @api.depends(
        "user_input_id.state",
        "user_input_id.scoring_percentage",
        "user_input_id.scoring_success",
    )
    def _compute_test(self):
        for row in self:
            answers = row.user_input_id
            done = answers.state == "done"
            row.score = answers.scoring_percentage if done else 0.0
            if not answers:
                row.test_state = "none"
            elif not done:
                row.test_state = "open"
            else:
                row.test_state = "passed" if answers.scoring_success else "failed"

    def action_start_test(self):
        """Open the test: at the counter for who has no login, or one's own."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": self.sudo().user_input_id.get_start_url(),
            "target": "new",
        }

    def _send_test(self):
        """Open answers for each and tell who can be told."""
        for row in self.sudo():
            employee = row.employee_id
            partner = employee.user_id.partner_id or employee.work_contact_id
            survey = row.session_id.survey_id
            row.user_input_id = survey._create_answer(
                user=employee.user_id,
                partner=partner,
                email=employee.work_email,
                check_attempts=False,
                nickname=employee.name,
            )
            if employee.user_id:
                row.session_id.message_notify(
                    partner_ids=partner.ids,
                    subject=self.env._("Test: %s", survey.title),
                    body=Markup("<p>%s</p><p><a href='%s'>%s</a></p>")
                    % (
                        self.env._(
                            "Please take the test of the training %s.",
                            row.session_id.name,
                        ),
                        row.user_input_id.get_start_url(),
                        survey.title,
                    ),
                )

    @api.model
    def _take_results(self, answers):
        """Link finished answers of trainees who took the test in another way.

        A second attempt, or the test opened by its public link, makes new answers;
        the best result of the person for the latest session of the test counts.
        """
        tests = answers.filtered(
            lambda answer: (
                answer.partner_id
                and not answer.test_entry
                and answer.survey_id.scoring_type != "no_scoring"
            )
        )
        if not tests:
            return
        rows = self.search(
            [
                ("session_id.survey_id", "in", tests.survey_id.ids),
                ("session_id.state", "!=", "cancelled"),
                ("state", "!=", "absent"),
                "|",
                ("employee_id.user_id.partner_id", "in", tests.partner_id.ids),
                ("employee_id.work_contact_id", "in", tests.partner_id.ids),
            ],
            order="date desc, id desc",
        )
        for answer in tests:
            row = rows.filtered(
                lambda row, answer=answer: (
                    row.session_id.survey_id == answer.survey_id
                    and answer.partner_id
                    in (
                        row.employee_id.user_id.partner_id
                        | row.employee_id.work_contact_id
                    )
                )
            )[:1]
            if row.user_input_id == answer:
                continue
            if row.test_state in ("none", "open") or (
                row.score < answer.scoring_percentage
            ):
                row.user_input_id = answer
