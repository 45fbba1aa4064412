from odoo import api, fields, models
from odoo.exceptions import UserError


class PmTrainingSession(models.Model):
    """One training or drill: when, where, by whom, who attended, with what result."""

    _name = "pm.training.session"
    _pm_copyable = True
    _description = "Training Session"
    _inherit = [
        "pm.estate.mixin",
        "pm.state.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date desc, id desc"
    _check_company_auto = True

    name = fields.Char(
        "Training Subject",
        required=True,
        compute="_compute_from_plan",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
    )
    plan_id = fields.Many2one(
        "pm.training.plan",
        "Training Plan",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    kind_id = fields.Many2one(
        "pm.training.kind",
        required=True,
        compute="_compute_from_plan",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        ondelete="restrict",
    )
    is_drill = fields.Boolean(related="kind_id.is_drill")
    property_id = fields.Many2one(
        string="Estate or Place", check_company=True, tracking=True
    )
    place = fields.Char("Room", help="For example the meeting room of the office.")
    date = fields.Date(
        required=True, index=True, default=fields.Date.context_today, tracking=True
    )
    hour = fields.Float("Starts at", default=9.0, aggregator=None)
    hours = fields.Float(
        "Length (Hours)",
        required=True,
        default=1.0,
        help="Counted for each who is present.",
    )
    trainer_id = fields.Many2one("hr.employee", check_company=True)
    trainer_name = fields.Char(
        "External Trainer", help="Where the trainer is no employee."
    )
    topics = fields.Text(
        compute="_compute_from_plan",
        store=True,
        readonly=False,
        precompute=True,
    )
    survey_id = fields.Many2one(
        "survey.survey",
        "Test",
        compute="_compute_from_plan",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('scoring_type', '!=', 'no_scoring')]",
        index="btree_not_null",
        ondelete="restrict",
        help="A survey with scores, best a certification; its results are taken over.",
    )
    certificate_id = fields.Many2one(
        "hr.skill",
        "Gives Certificate",
        compute="_compute_certificate_id",
        store=True,
        precompute=True,
        ondelete="restrict",
        help="By the plan, or the kind where there is none. Who is present and passes "
        "the test gets it when the session was held.",
    )
    state = fields.Selection(
        [("planned", "Scheduled"), ("held", "Took Place"), ("cancelled", "Cancelled")],
        required=True,
        readonly=True,
        default="planned",
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    attendance_ids = fields.One2many("pm.training.attendance", "session_id")
    invited_count = fields.Integer("Invited", compute="_compute_counts")
    present_count = fields.Integer("Present", compute="_compute_counts")
    passed_count = fields.Integer("Passed", compute="_compute_counts")
    certified_count = fields.Integer(
        "Certificates", compute="_compute_certified_count", compute_sudo=True
    )
    drill_people = fields.Integer(
        "People in the Drill",
        copy=False,
        help="Staff and residents together.",
    )
    drill_minutes = fields.Integer("Minutes until Cleared", copy=False)
    drill_fault_count = fields.Integer("Faults Found", copy=False)
    drill_faults = fields.Text("Faults", copy=False)
    drill_follow_up = fields.Text(
        "What Follows", copy=False, help="Who puts what right, until when."
    )
    drill_review_date = fields.Date("Put Right until", copy=False)
    photo_ids = fields.Many2many(
        "ir.attachment",
        "pm_training_session_photo_rel",
        "session_id",
        "attachment_id",
        "Photos and Papers",
        copy=False,
    )
    note = fields.Text("Notes")

    _hour_of_day = models.Constraint(
        "CHECK (hour >= 0 AND hour < 24)", "A session starts at an hour from 0 to 24."
    )
    _hours_positive = models.Constraint(
        "CHECK (hours > 0)", "A session lasts longer than no time."
    )
    _drill_positive = models.Constraint(
        "CHECK (drill_people >= 0 AND drill_minutes >= 0 AND drill_fault_count >= 0)",
        "The figures of a drill cannot be negative.",
    )

    @api.depends("plan_id")
    def _compute_from_plan(self):
        for session in self:
            plan = session.plan_id
            session.name = session.name or plan.name
            session.kind_id = plan.kind_id or session.kind_id
            session.topics = session.topics or plan.topics
            session.survey_id = session.survey_id or plan.survey_id

    @api.depends("plan_id.certificate_id", "kind_id.certificate_id")
    def _compute_certificate_id(self):
        """What was promised when the session was held stays."""
        for session in self:
            if session.state == "held":
                session.certificate_id = session.certificate_id
            elif session.plan_id:
                session.certificate_id = session.plan_id.certificate_id
            else:
                session.certificate_id = session.kind_id.certificate_id

    @api.depends("attendance_ids.is_certified")
    def _compute_certified_count(self):
        for session in self:
            session.certified_count = sum(session.attendance_ids.mapped("is_certified"))

    @api.depends("attendance_ids.state", "attendance_ids.test_state")
    def _compute_counts(self):
        for session in self:
            rows = session.attendance_ids
            session.invited_count = len(rows)
            session.present_count = len(
                rows.filtered(lambda row: row.state == "present")
            )
            session.passed_count = len(
                rows.filtered(lambda row: row.test_state == "passed")
            )

    @api.model_create_multi
    def create(self, vals_list):
        sessions = super().create(vals_list)
        sessions._own_photos()
        return sessions

    def write(self, vals):
        result = super().write(vals)
        if "photo_ids" in vals:
            self._own_photos()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_held(self):
        for session in self:
            if session.state == "held":
                raise UserError(
                    self.env._(
                        "%s was held; its hours count and it stays on record.",
                        session.display_name,
                    )
                )

    def action_invite(self):
        """Put everybody on the list whom the plan is for at the estate.

        :raises UserError: nobody is found
        """
        Attendance = self.env["pm.training.attendance"]
        for session in self:
            employees = self.env["hr.employee"].search(
                session.plan_id._domain_employees(session.estate_id)
            )
            missing = employees - session.attendance_ids.employee_id
            if not employees:
                raise UserError(
                    self.env._(
                        "Nobody works at %s in the jobs of the plan. Set Works at and "
                        "the job of the employees, or add people by hand.",
                        session.estate_id.name,
                    )
                )
            Attendance.create(
                [
                    {"session_id": session.id, "employee_id": employee.id}
                    for employee in missing
                ]
            )

    def action_all_present(self):
        """Everybody who is not marked yet was there."""
        self.attendance_ids.filtered(lambda row: row.state == "invited").write(
            {"state": "present"}
        )

    def _today(self):
        """The day at the estate; it may have begun there before it has for the user."""
        today = fields.Date.context_today(self)
        return max(self.estate_id._today(), today) if self.estate_id else today

    def action_hold(self):
        """The session took place; who is not marked present was absent.

        :raises UserError: in the future, nobody present, or a drill without figures
        """
        self._check_in_state("planned")
        for session in self:
            if session.date > session._today():
                raise UserError(
                    self.env._(
                        "%s is still to come: correct the date, or record it "
                        "afterwards.",
                        session.display_name,
                    )
                )
            if not session.present_count and not session.drill_people:
                raise UserError(
                    self.env._(
                        "Mark who was present at %s first, from the sign-in list.",
                        session.display_name,
                    )
                )
            if session.is_drill and not session.drill_minutes:
                raise UserError(
                    self.env._(
                        "%s is a drill: enter how many minutes it took and what was "
                        "found.",
                        session.display_name,
                    )
                )
        self.attendance_ids.filtered(lambda row: row.state == "invited").write(
            {"state": "absent"}
        )
        self._as_step().state = "held"
        self.attendance_ids._update_certificates(corrected=True)
        self.env["pm.training.reminder"].sudo()._close(self)

    def action_cancel(self):
        self._check_in_state("planned")
        self._as_step().state = "cancelled"
        # of one that was recorded by mistake
        self.attendance_ids._update_certificates()

    def action_reset(self):
        """Correct what was recorded."""
        self._check_in_state("held", "cancelled")
        self._as_step().state = "planned"

    def action_send_test(self):
        """Give each attendee a link to the test and tell those with a login.

        Who has one already is not asked again.
        :raises UserError: no test, or nobody to ask
        """
        for session in self:
            if not session.survey_id:
                raise UserError(
                    self.env._("Choose the test of %s first.", session.display_name)
                )
            session.check_access("write")
            rows = session.attendance_ids.filtered(
                lambda row: row.state != "absent" and row.test_state == "none"
            )
            if not rows:
                raise UserError(
                    self.env._(
                        "Everybody on the list of %s has the test already, or was "
                        "absent.",
                        session.display_name,
                    )
                )
            rows._send_test()

    def action_view_certificates(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "pm_core.certificate_action"
            ),
            "domain": [("pm_attendance_id.session_id", "=", self.id)],
            "display_name": self.env._("Certificates of %s", self.name),
        }

    def action_print_sign_in(self):
        self.check_access("read")
        return self.env.ref("pm_core.report_training_sign_in_action").report_action(
            self
        )

    def _own_photos(self):
        """Uploads belong to the session, so that its readers may see them."""
        for session in self:
            session.photo_ids.filtered(
                lambda photo: not photo.res_id and photo.create_uid == self.env.user
            ).write({"res_model": self._name, "res_id": session.id})
