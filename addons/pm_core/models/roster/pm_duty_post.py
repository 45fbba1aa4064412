from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class PmDutyPost(models.Model):
    """A post that has to be manned: the north gate, the fire-control room, the desk.

    Says how many people each shift needs, and what they must be certified for.
    """

    _name = "pm.duty.post"
    _pm_copyable = True
    _description = "Duty Post"
    _inherit = ["pm.estate.mixin"]
    _order = "estate_id, sequence, id"
    _rec_names_search = ["name", "estate_id.name"]
    _check_company_auto = True

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    property_id = fields.Many2one(
        string="Estate or Place",
        check_company=True,
        help="The estate, or the building, gate or room where the post is.",
    )
    job_id = fields.Many2one(
        "hr.job",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
        help="What people of this post are employed as. Dispatch and emergencies ask "
        "for those on duty by it.",
    )
    certificate_ids = fields.Many2many(
        "hr.skill",
        "pm_duty_post_certificate_rel",
        "post_id",
        "skill_id",
        "Required Certificates",
        domain="[('skill_type_id.is_certification', '=', True)]",
        help="Who is planned here without one of them is named in the roster.",
    )
    line_ids = fields.One2many("pm.duty.post.line", "post_id", "Shifts", copy=True)
    heads_per_day = fields.Integer(
        compute="_compute_heads_per_day",
        help="Where every shift is manned.",
    )
    note = fields.Text("Instructions", help="Shown to those on duty at the post.")

    _name_unique = models.UniqueIndex(
        "(estate_id, name) WHERE active", "The estate has a post of this name already."
    )

    @api.depends("line_ids.heads")
    def _compute_heads_per_day(self):
        for post in self:
            post.heads_per_day = sum(post.line_ids.mapped("heads"))

    @api.depends("name", "estate_id.name")
    @api.depends_context("show_estate")
    def _compute_display_name(self):
        for post in self:
            post.display_name = post.name
            if self.env.context.get("show_estate") and post.estate_id:
                post.display_name = f"{post.estate_id.sudo().name} {post.name}"

    @api.constrains("certificate_ids")
    def _check_certificates(self):
        for post in self:
            wrong = post.certificate_ids.filtered(
                lambda skill: not skill.skill_type_id.is_certification
            )
            if wrong:
                raise ValidationError(
                    self.env._(
                        "%(post)s: %(skills)s is a skill, not a certificate. Choose "
                        "from the certificates, or tick Certification on its type.",
                        post=post.name,
                        skills=", ".join(wrong.mapped("name")),
                    )
                )

    @api.model
    def _lacking(self, last_days):
        """Return which required certificates are not held, or not long enough.

        :param last_days: {(employee, post): last day on duty}
        :return: {(employee, post): ``hr.skill``} of those who lack any
        """
        needed = {
            key: key[1].certificate_ids for key in last_days if key[1].certificate_ids
        }
        if not needed:
            return {}
        employees = self.env["hr.employee"].union(*(key[0] for key in needed))
        skills = self.env["hr.skill"].union(*needed.values())
        held = defaultdict(list)
        # who plans duties has to know whether a certificate is valid, though the
        # certificate itself is for the superiors of its holder to read
        for certificate in (
            self.env["hr.employee.skill"]
            .sudo()
            .search_fetch(
                [("employee_id", "in", employees.ids), ("skill_id", "in", skills.ids)],
                ["employee_id", "skill_id", "valid_from", "valid_to"],
            )
        ):
            held[certificate.employee_id.id, certificate.skill_id.id].append(
                certificate
            )
        lacking = {}
        for (employee, post), certificates in needed.items():
            day = last_days[employee, post]
            missing = certificates.filtered(
                lambda skill, employee=employee, day=day: (
                    not any(
                        certificate._pm_covers(day)
                        for certificate in held[employee.id, skill.id]
                    )
                )
            )
            if missing:
                lacking[employee, post] = missing
        return lacking
