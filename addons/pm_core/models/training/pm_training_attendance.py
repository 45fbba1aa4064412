from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools.misc import format_date


class PmTrainingAttendance(models.Model):
    """One person at one session: present or absent, hours, result of the test."""

    _name = "pm.training.attendance"
    _description = "Training Attendance"
    _inherit = ["pm.part.mixin"]
    _order = "session_id, employee_id, id"
    _whole = "session_id"
    _rec_name = "employee_id"
    _check_company_auto = True
    # people say who was there
    _user_columns = {"state": None}

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
        # no score, not zero, for those who took no test: means would count the zero
        aggregator=None,
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
    is_certified = fields.Boolean(
        "Certificate", compute="_compute_is_certified", compute_sudo=True
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

    def _compute_is_certified(self):
        given = self.env["hr.employee.skill"]._read_group(
            [("pm_attendance_id", "in", self.ids)], ["pm_attendance_id"]
        )
        certified = {row.id for (row,) in given}
        for row in self:
            row.is_certified = row.id in certified

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows.filtered(lambda row: row.session_id.state == "held")._update_certificates()
        return rows

    def write(self, vals):
        result = super().write(vals)
        if {"state", "user_input_id"} & vals.keys():
            held = self.filtered(lambda row: row.session_id.state == "held")
            held._update_certificates()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_take_back(self):
        """Take back the certificate of somebody who is taken off the list."""
        self._certificates().unlink()

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
        for row in self.sudo()._as_step():
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

    # CERTIFICATES

    def _certificates(self):
        """Return the certificates that these attendances gave."""
        return (
            self.env["hr.employee.skill"]
            .sudo()
            .search([("pm_attendance_id", "in", self.ids)])
        )

    def _has_earned(self):
        """Whether the person was there, and passed the test where there is one."""
        session = self.session_id
        return (
            bool(session.certificate_id)
            and session.state == "held"
            and self.state == "present"
            and (not session.survey_id or self.test_state == "passed")
        )

    def _earned_on(self):
        """The day of the session, or of the test when that was later."""
        passed = self.user_input_id.end_datetime
        if not passed:
            return self.date
        zone = self.estate_id.tz or self.env.user.tz
        local = fields.Datetime.context_timestamp(self.with_context(tz=zone), passed)
        return max(self.date, local.date())

    def _update_certificates(self, corrected=False):
        """Give those who earned it their certificate, once; take it back from others.

        One that the person holds for as long or longer is not given again; else the
        new one follows the old, which stays as history.

        :param corrected: the session was recorded anew: certificates given before
            take over its date
        """
        rows = self.sudo()._as_step()
        given = rows._certificates().grouped("pm_attendance_id")
        earned = rows.filtered(lambda row: row._has_earned())
        rows.env["hr.employee.skill"].union(
            *(given[row] for row in rows - earned if row in given)
        ).unlink()
        if corrected:
            for row in earned:
                if row in given and given[row].valid_from != row._earned_on():
                    begin = row._earned_on()
                    skill = given[row].skill_id
                    given[row].write(
                        {"valid_from": begin, "valid_to": skill._pm_valid_to(begin)}
                    )
        earned.filtered(lambda row: row not in given)._give_certificates()

    def _give_certificates(self):
        Certificate = self.env["hr.employee.skill"]
        held = Certificate.search(
            [
                ("employee_id", "in", self.employee_id.ids),
                ("skill_id", "in", self.session_id.certificate_id.ids),
            ],
            order="valid_from desc, id desc",
        ).grouped(lambda one: (one.employee_id, one.skill_id))
        vals_list = []
        for row in self:
            skill = row.session_id.certificate_id
            begin = row._earned_on()
            end = skill._pm_valid_to(begin)
            before = held.get((row.employee_id, skill), Certificate)
            if not any(one._pm_covers_all(begin, end) for one in before):
                vals_list.append(
                    {
                        **before[:1]._pm_renewal_values(skill),
                        "employee_id": row.employee_id.id,
                        "valid_from": begin,
                        "valid_to": end,
                        "pm_attendance_id": row.id,
                    }
                )
        given = Certificate.create(vals_list)
        for session, certificates in given.grouped(
            lambda one: one.pm_attendance_id.session_id
        ).items():
            ends = certificates[0].valid_to
            session._message_log(
                body=self.env._(
                    "%(certificate)s given to %(employees)s, valid to %(day)s.",
                    certificate=session.certificate_id.name,
                    employees=", ".join(certificates.employee_id.mapped("name")),
                    day=format_date(self.env, ends) if ends else "–",
                )
            )
