from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date, plaintext2html


class HrEmployeeSkill(models.Model):
    """Certificates: guard card, lift safety, electrician, fire-control room.

    Odoo keeps what is certified and from when to when; this adds the paper itself
    and the reminder.
    """

    _name = "hr.employee.skill"
    _inherit = ["hr.employee.skill", "pm.cron.mixin"]

    # core evaluates its default once, when the server starts
    valid_from = fields.Date(default=fields.Date.context_today)
    pm_number = fields.Char("Certificate Number", index="btree_not_null")
    pm_issuer = fields.Char(
        "Issued by",
        compute="_compute_pm_issuer",
        store=True,
        readonly=False,
    )
    pm_scan = fields.Binary("Scan", attachment=True)
    pm_scan_name = fields.Char("Scan File Name")
    pm_reminder_days = fields.Integer(
        "Remind before Expiry (Days)",
        compute="_compute_pm_reminder_days",
        store=True,
        readonly=False,
        aggregator=None,
    )
    pm_reminded_for = fields.Date(
        "Reminded of",
        readonly=True,
        copy=False,
        help="The expiry of which holder and HR were reminded.",
    )
    pm_activity_id = fields.Many2one(
        "mail.activity",
        "Reminder Activity",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
        copy=False,
    )
    pm_attendance_id = fields.Many2one(
        "pm.training.attendance",
        "Given by Training",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
        copy=False,
    )
    pm_estate_id = fields.Many2one(
        "pm.property",
        "Works at",
        related="employee_id.pm_estate_id",
        store=True,
        index="btree_not_null",
    )
    pm_certificate_state = fields.Selection(
        [
            ("future", "Not yet Valid"),
            ("valid", "Valid"),
            ("expiring", "Expires Soon"),
            ("expired", "Expired"),
        ],
        "Validity",
        compute="_compute_pm_certificate_state",
        search="_search_pm_certificate_state",
    )

    _pm_reminder_days_positive = models.Constraint(
        "CHECK (pm_reminder_days >= 0)", "Days of notice cannot be negative."
    )
    _pm_attendance_once = models.UniqueIndex(
        "(pm_attendance_id) WHERE pm_attendance_id IS NOT NULL",
        "This training has given its certificate already.",
    )

    @api.depends("skill_id")
    def _compute_pm_issuer(self):
        for certificate in self:
            certificate.pm_issuer = (
                certificate.pm_issuer or certificate.skill_id.pm_authority
            )

    @api.depends("skill_id")
    def _compute_pm_reminder_days(self):
        for certificate in self:
            certificate.pm_reminder_days = certificate.skill_id.pm_reminder_days

    @api.depends("valid_from", "valid_to", "pm_reminder_days")
    def _compute_pm_certificate_state(self):
        today = fields.Date.context_today(self)
        for certificate in self:
            if certificate.valid_to and certificate.valid_to < today:
                state = "expired"
            elif certificate.valid_from and certificate.valid_from > today:
                state = "future"
            elif certificate._pm_is_expiring(today):
                state = "expiring"
            else:
                state = "valid"
            certificate.pm_certificate_state = state

    def _search_pm_certificate_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        dated = self.sudo().search_fetch(
            [("is_certification", "=", True), ("valid_to", ">=", today)],
            ["valid_to", "pm_reminder_days", "valid_from"],
        )
        by_state = {"expiring": [], "valid": []}
        for certificate in dated.filtered(
            lambda one: not one.valid_from or one.valid_from <= today
        ):
            soon = certificate._pm_is_expiring(today)
            by_state["expiring" if soon else "valid"].append(certificate.id)
        started = Domain("valid_from", "=", False) | Domain("valid_from", "<=", today)
        domains = {
            "expired": Domain("valid_to", "<", today),
            "future": Domain("valid_from", ">", today),
            "expiring": Domain("id", "in", by_state["expiring"]),
            "valid": Domain("id", "in", by_state["valid"])
            | (Domain("valid_to", "=", False) & started),
        }
        return Domain.OR(domains[state] for state in value if state in domains)

    @api.depends("skill_id", "pm_number")
    def _compute_display_name(self):
        """A certificate is held or not: its level says nothing."""
        certificates = self.filtered("is_certification")
        for certificate in certificates:
            certificate.display_name = " ".join(
                filter(None, (certificate.skill_id.name, certificate.pm_number))
            )
        return super(HrEmployeeSkill, self - certificates)._compute_display_name()

    @api.model_create_multi
    def create(self, vals_list):
        certificates = super().create(vals_list)
        certificates.filtered("is_certification")._pm_close_reminders()
        return certificates

    def _get_passive_fields(self):
        return [
            *super()._get_passive_fields(),
            "pm_number",
            "pm_issuer",
            "pm_scan",
            "pm_scan_name",
            "pm_reminder_days",
        ]

    def _pm_covers(self, day):
        """Whether the certificate is valid on ``day``."""
        return (not self.valid_from or self.valid_from <= day) and (
            not self.valid_to or self.valid_to >= day
        )

    def _pm_covers_all(self, first, last):
        """Whether it is valid from ``first`` to ``last`` (None: without an end)."""
        return self._pm_covers(first) and (
            not self.valid_to or bool(last and self.valid_to >= last)
        )

    def _pm_renewal_values(self, skill):
        """Values of a certificate of ``skill`` that follows this one, or no other."""
        levels = skill.skill_type_id.skill_level_ids
        return {
            "skill_type_id": skill.skill_type_id.id,
            "skill_id": skill.id,
            "skill_level_id": (
                self.skill_level_id or levels.filtered("default_level") or levels
            )[:1].id,
            "pm_number": self.pm_number,
            "pm_issuer": self.pm_issuer or skill.pm_authority,
        }

    def _pm_is_expiring(self, today):
        return (
            self.valid_to
            and today <= self.valid_to
            and (self.valid_to - today).days <= self.pm_reminder_days
        )

    def _pm_is_renewed(self):
        """Certificates of the set that a later one of the same kind follows."""
        domain = [
            ("employee_id", "in", self.employee_id.ids),
            ("skill_id", "in", self.skill_id.ids),
        ]
        keys = ["employee_id", "skill_id"]
        latest = {
            (employee.id, skill.id): valid_to
            for employee, skill, valid_to in self._read_group(
                [*domain, ("valid_to", "!=", False)], keys, ["valid_to:max"]
            )
        }
        endless = {
            (employee.id, skill.id)
            for employee, skill in self._read_group(
                [*domain, ("valid_to", "=", False)], keys
            )
        }
        return self.filtered(
            lambda one: (
                (one.employee_id.id, one.skill_id.id) in endless
                or latest[one.employee_id.id, one.skill_id.id] > one.valid_to
            )
        )

    @api.model
    def _cron_remind(self):
        """Remind holder and HR of each expiry, once, also of one that was missed."""
        today = fields.Date.context_today(self)
        dated = self.search(
            [
                ("is_certification", "=", True),
                ("valid_to", "!=", False),
                ("employee_id.active", "=", True),
            ],
            order="valid_to, id",
        )
        due = dated.filtered(
            lambda one: (
                one.pm_reminded_for != one.valid_to
                and (one.valid_to < today or one._pm_is_expiring(today))
            )
        )
        due -= due._pm_is_renewed()
        for batch in (due[start : start + 100] for start in range(0, len(due), 100)):
            batch = batch.try_lock_for_update()
            batch._try_together(lambda some: some._pm_remind())
            left = len(due) - (due.ids.index(batch.ids[-1]) + 1) if batch else 0
            if not self.env["ir.cron"]._commit_progress(len(batch), remaining=left):
                return

    def _tell_failure(self, message):
        """On the employee: a certificate has no activities of its own."""
        employee = self.employee_id
        if not employee.activity_search(["mail.mail_activity_data_warning"]):
            employee.activity_schedule(
                "mail.mail_activity_data_warning",
                summary=self.env._("Nobody was told that a certificate expires"),
                note=plaintext2html(f"{self.display_name}: {message}"),
                user_id=(self._pm_responsible() or self.env.user).id,
            )

    def _pm_remind(self):
        """Give HR an activity on the employee, and tell the holder."""
        for certificate in self:
            employee = certificate.employee_id
            user = certificate._pm_responsible()
            if user:
                certificate.pm_activity_id = employee.activity_schedule(
                    "pm_core.mail_activity_certificate",
                    date_deadline=certificate.valid_to,
                    summary=certificate._pm_remind_summary(user.lang),
                    user_id=user.id,
                )
            holder = employee.user_id
            if holder:
                told = certificate.with_context(lang=holder.lang)
                employee.message_notify(
                    partner_ids=holder.partner_id.ids,
                    subject=certificate._pm_remind_summary(holder.lang),
                    body=told.env._(
                        "%(certificate)s number %(number)s expires on %(date)s. "
                        "Please have it renewed and hand the new one to HR.",
                        certificate=told.skill_id.name,
                        number=told.pm_number or "–",
                        date=format_date(told.env, told.valid_to),
                    ),
                )
            certificate.pm_reminded_for = certificate.valid_to

    def _pm_remind_summary(self, lang):
        told = self.with_context(lang=lang)
        return told.env._(
            "%(certificate)s of %(employee)s expires",
            certificate=told.skill_id.name,
            employee=told.employee_id.name,
        )

    def _pm_responsible(self):
        """Who sees to the renewal: HR of the employee, or else of the estate."""
        user = self.employee_id.hr_responsible_id
        if user.active and not user.share and not user._is_superuser():
            return user
        return self.env.ref("pm_core.group_pm_hr")._pm_members(self.pm_estate_id)[:1]

    def _pm_close_reminders(self):
        """The new certificate is what the reminder of the old one asked for."""
        older = self.sudo().search(
            [
                ("employee_id", "in", self.employee_id.ids),
                ("skill_id", "in", self.skill_id.ids),
                ("pm_activity_id", "!=", False),
                ("id", "not in", self.ids),
            ]
        )
        if older:
            older._pm_is_renewed().pm_activity_id.filtered("active").action_feedback()
