from odoo import api, fields, models
from odoo.fields import Domain


class HrEmployeeSkill(models.Model):
    """Certificates: guard card, lift safety, electrician, fire-control room.

    Odoo keeps what is certified and from when to when; this adds the paper itself
    and the reminder.
    """

    _inherit = "hr.employee.skill"

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
    pm_scan_name = fields.Char("Scan File Name", export_string_translation=False)
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

    def _get_passive_fields(self):
        return [
            *super()._get_passive_fields(),
            *("pm_number", "pm_issuer", "pm_scan", "pm_scan_name", "pm_reminder_days"),
        ]

    def _pm_covers(self, day):
        """Whether the certificate is valid on ``day``."""
        return (not self.valid_from or self.valid_from <= day) and (
            not self.valid_to or self.valid_to >= day
        )

    def _pm_is_expiring(self, today):
        return (
            self.valid_to
            and today <= self.valid_to
            and (self.valid_to - today).days <= self.pm_reminder_days
        )

    def _pm_is_renewed(self):
        """Certificates of the set that a later one of the same kind follows."""
        later = {
            (employee.id, skill.id): valid_to
            for employee, skill, valid_to in self._read_group(
                [
                    ("employee_id", "in", self.employee_id.ids),
                    ("skill_id", "in", self.skill_id.ids),
                    ("valid_to", "!=", False),
                ],
                ["employee_id", "skill_id"],
                ["valid_to:max"],
            )
        }
        return self.filtered(
            lambda one: (
                later.get((one.employee_id.id, one.skill_id.id), one.valid_to)
                > one.valid_to
            )
        )

    @api.model
    def _cron_remind(self):
        """Remind holder and HR of each expiry, once."""
        today = fields.Date.context_today(self)
        dated = self.search(
            [
                ("is_certification", "=", True),
                ("valid_to", ">=", today),
                ("employee_id.active", "=", True),
            ],
            order="valid_to, id",
        )
        due = dated.filtered(
            lambda one: (
                one.pm_reminded_for != one.valid_to and one._pm_is_expiring(today)
            )
        )
        due -= due._pm_is_renewed()
        for batch in (due[start : start + 100] for start in range(0, len(due), 100)):
            batch = batch.try_lock_for_update()
            batch._pm_remind()
            left = len(due) - (due.ids.index(batch.ids[-1]) + 1) if batch else 0
            if not self.env["ir.cron"]._commit_progress(len(batch), remaining=left):
                return

    def _pm_remind(self):
        """Give HR an activity on the employee, and tell the holder."""
        for certificate in self:
            employee = certificate.employee_id
            summary = self.env._(
                "%(certificate)s of %(employee)s expires",
                certificate=certificate.skill_id.name,
                employee=employee.name,
            )
            employee.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=certificate.valid_to,
                summary=summary,
                user_id=(employee.hr_responsible_id or self.env.user).id,
            )
            partner = employee.user_id.partner_id
            if partner:
                employee.message_notify(
                    partner_ids=partner.ids,
                    subject=summary,
                    body=self.env._(
                        "%(certificate)s number %(number)s expires on %(date)s. "
                        "Please have it renewed and hand the new one to HR.",
                        certificate=certificate.skill_id.name,
                        number=certificate.pm_number or "–",
                        date=certificate.valid_to,
                    ),
                )
            certificate.pm_reminded_for = certificate.valid_to
