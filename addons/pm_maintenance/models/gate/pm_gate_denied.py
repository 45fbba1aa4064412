from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from .gate_roles import MANAGER, check_role, plate_key

AGREED = (
    "property_id",
    "all_estates",
    "name",
    "phone",
    "plate",
    "reason",
    "instruction",
    "date_from",
    "date_to",
)


class PmGateDenied(models.Model):
    """Somebody who is not let in, why, by whose decision, and until when.

    Guards see whom it concerns and what to do; the reason is for managers. A
    telephone number or a plate refuses a pass; the same name only warns, as many
    people share one.
    """

    _name = "pm.gate.denied"
    _description = "Deny List"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "pm.estate.mixin",
        "pm.approval.mixin",
    ]
    _order = "date_from desc, id desc"
    _state_to = ["approved"]
    _user_columns = dict.fromkeys(AGREED, ("draft",)) | {"lifted_reason": ("approved",)}

    property_id = fields.Many2one(
        string="At Estate", domain="[('kind', '=', 'estate')]", check_company=True
    )
    all_estates = fields.Boolean(
        "In All Estates", help="Holds at every gate of the company."
    )
    name = fields.Char(required=True)
    name_key = fields.Char(compute="_compute_keys", store=True, index=True)
    phone = fields.Char("Telephone")
    phone_key = fields.Char(compute="_compute_keys", store=True, index="btree_not_null")
    plate = fields.Char("License Plate")
    plate_key = fields.Char(compute="_compute_keys", store=True, index="btree_not_null")
    reason = fields.Text(required=True, groups="pm_core.group_pm_estate_manager")
    instruction = fields.Char(
        "What the Guard Does",
        required=True,
        default=lambda self: self.env._("Do not let in; call the manager."),
    )
    date_from = fields.Date("From", required=True, default=fields.Date.context_today)
    date_to = fields.Date(
        "Until",
        required=True,
        default=lambda self: fields.Date.add(fields.Date.context_today(self), years=1),
        help="Nobody is on the list for ever: it ends on this day.",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("approval", "Waiting for Approval"),
            ("approved", "In Force"),
            ("cancelled", "Lifted"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
    )
    lifted_reason = fields.Char("Reason for Lifting It", copy=False)
    is_in_force = fields.Boolean(
        "In Force Today", compute="_compute_is_in_force", search="_search_is_in_force"
    )

    _days_in_order = models.Constraint(
        "CHECK (date_to >= date_from)", "It ends after it begins."
    )

    @api.depends("name", "phone", "plate")
    def _compute_keys(self):
        for one in self:
            one.name_key = one._name_key(one.name)
            one.phone_key = one._phone_key(one.phone, one.company_id)
            one.plate_key = plate_key(one.plate) or False

    @api.model
    def _phone_key(self, number, company):
        """A number as it is compared; what is none stays as it was typed."""
        if not (number or "").strip():
            return False
        country = (company or self.env.company).country_id
        return self._phone_format_number(number, country) or number.strip()

    @api.depends("state", "date_from", "date_to")
    def _compute_is_in_force(self):
        today = fields.Date.context_today(self)
        for one in self:
            one.is_in_force = (
                one.state == "approved" and one.date_from <= today <= one.date_to
            )

    def _search_is_in_force(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._domain_in_force(fields.Date.context_today(self))

    @api.model
    def _domain_in_force(self, day):
        return (
            Domain("state", "=", "approved")
            & Domain("date_from", "<=", day)
            & Domain("date_to", ">=", day)
        )

    @api.constrains("property_id")
    def _check_is_estate(self):
        for one in self:
            if one.property_id.kind != "estate":
                raise ValidationError(
                    self.env._("%s: choose an estate, not a place in it.", one.name)
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if not self._in_step("pm_forgetting"):
            self._check_in_state("draft")

    def action_lift(self):
        """It holds no longer; why is entered.

        :raises UserError: no reason
        """
        check_role(self, MANAGER)
        self._check_in_state("approved")
        for one in self:
            if not (one.lifted_reason or "").strip():
                raise UserError(
                    self.env._("%s: enter why it is lifted.", one.display_name)
                )
        self.sudo()._as_step().write({"state": "cancelled"})

    # what the gate asks; it answers whoever stands there, as superuser

    @api.model
    def _name_key(self, name):
        return "".join((name or "").split()).lower() or False

    @api.model
    def _looked_up(self, passes):
        """Return {pass: (entries that refuse it, entries of the same name)}.

        One query for all. The same telephone or the same car refuses; the same name
        may be somebody else's, so the guard asks.
        """
        keys = {
            one: {
                "phone_key": self._phone_key(one.visitor_phone, one.sudo().company_id),
                "plate_key": one.plate_key,
                "name_key": self._name_key(one.visitor_name),
            }
            for one in passes
        }
        found = self.sudo().browse()
        estates = passes.sudo().estate_id
        if estates:
            names = ("phone_key", "plate_key", "name_key")
            same = Domain.OR(
                Domain(name, "in", [own[name] for own in keys.values() if own[name]])
                for name in names
            )
            here = Domain("estate_id", "in", estates.ids) | (
                Domain("all_estates", "=", True)
                & Domain("company_id", "in", estates.company_id.ids)
            )
            today = min(estate._today() for estate in estates)
            found = found.search(self._domain_in_force(today) & here & same)
        return {
            one: tuple(
                found.filtered(
                    lambda entry, one=one, names=names: (
                        entry._is_about(one)
                        and any(
                            keys[one][name] and entry[name] == keys[one][name]
                            for name in names
                        )
                    )
                )
                for names in (("phone_key", "plate_key"), ("name_key",))
            )
            for one in passes
        }

    def _is_about(self, one):
        """Whether the entry holds at the gates that a pass is for."""
        estate = one.sudo().estate_id
        return self.estate_id == estate or (
            self.all_estates and self.company_id == estate.company_id
        )

    @api.model
    def _forget_ended(self, company, day):
        """Delete entries that ended, or were lifted, before a day."""
        ended = self.sudo().search(
            [
                ("company_id", "=", company.id),
                "|",
                ("date_to", "<", fields.Date.to_date(day)),
                "&",
                ("state", "=", "cancelled"),
                ("write_date", "<", day),
            ],
            limit=500,
        )
        ended._as_step("pm_forgetting").unlink()
