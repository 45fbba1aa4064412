from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..ledger.business_day import likely_today


class PmCollectionMandate(models.Model):
    """A customer's agreement that the bank collects what is owed for a place."""

    _name = "pm.collection.mandate"
    _description = "Mandate of Bank Collection"
    _inherit = ["pm.estate.mixin", "mail.thread"]
    _order = "id desc"
    _rec_name = "agreement"
    _check_company_auto = True

    partner_id = fields.Many2one(
        "res.partner", "Payer", required=True, index=True, ondelete="restrict"
    )
    property_id = fields.Many2one(string="Place")
    occupancy_id = fields.Many2one(
        "pm.occupancy",
        "Held by",
        index="btree_not_null",
        domain="[('property_id', '=', property_id), ('partner_id', '=', partner_id)]",
        help="It ends with the occupancy, where one is named.",
    )
    contract_id = fields.Many2one(
        "pm.contract", index="btree_not_null", check_company=True
    )
    holder = fields.Char("Account Holder", required=True, tracking=True)
    account = fields.Char("Account Number", required=True)
    bank = fields.Char("Bank of the Payer")
    agreement = fields.Char("Agreement Number", required=True, tracking=True)
    date_from = fields.Date(
        "From", required=True, default=lambda self: likely_today(self.env)
    )
    date_to = fields.Date("To", tracking=True)
    most = fields.Monetary("At Most", help="In one batch; 0: no limit.")
    currency_id = fields.Many2one(related="company_id.currency_id")
    active = fields.Boolean(default=True)

    _dates_in_order = models.Constraint(
        "CHECK (date_to >= date_from)", "A period cannot end before it begins."
    )
    _one_at_a_time = models.Constraint(
        """EXCLUDE USING gist (
            int4range(property_id, property_id, '[]') WITH &&,
            int4range(partner_id, partner_id, '[]') WITH &&,
            daterange(date_from, date_to, '[]') WITH &&) WHERE (active)""",
        "The payer has a mandate for this place and time already.",
    )

    @api.depends("agreement", "property_id", "partner_id")
    def _compute_display_name(self):
        for mandate in self:
            place = mandate.property_id.sudo().display_name
            words = filter(None, (mandate.agreement, place))
            mandate.display_name = " · ".join(words) or self.env._("New")

    @api.constrains("account")
    def _check_account(self):
        for mandate in self:
            digits = "".join((mandate.account or "").split())
            if not digits.isdigit() or not 8 <= len(digits) <= 30:
                raise ValidationError(
                    self.env._(
                        "%s is no account number: it has 8 to 30 digits.",
                        mandate.account,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._cleaned(vals) for vals in vals_list])

    def write(self, vals):
        """What was collected stays of the payer and the place it was asked of."""
        self._check_payer_kept(vals)
        return super().write(self._cleaned(vals))

    def _check_payer_kept(self, vals):
        """:raises UserError: another payer or place, and a bank was asked already"""
        fixed = {"partner_id", "property_id"} & vals.keys()
        if not fixed or self._writes_freely():
            return
        changed = self.filtered(
            lambda row: any(row[name].id != vals[name] for name in fixed)
        )
        used = (
            self.env["pm.collection.line"]
            .sudo()
            .search([("mandate_id", "in", changed.ids)], limit=1)
            .mandate_id
        )
        if used:
            raise UserError(
                self.env._(
                    "By the mandate %s a bank was asked already: its payer and place "
                    "stay. End it, and enter another mandate.",
                    used.display_name,
                )
            )

    @api.model
    def _cleaned(self, vals):
        if vals.get("account"):
            vals = {**vals, "account": "".join(vals["account"].split())}
        return vals

    def _overlaps(self, other):
        """Whether both hold on some day."""
        self.ensure_one()
        return self.date_from <= (other.date_to or date.max) and other.date_from <= (
            self.date_to or date.max
        )

    @api.model
    def _valid_on(self, scope, day):
        """Return the mandates below a node that hold on a day."""
        found = self.search(
            [
                ("property_id", "child_of", scope.id),
                ("date_from", "<=", day),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", day),
            ],
            order="property_id, id",
        )
        return found.filtered(
            lambda row: not row.occupancy_id.date_to or row.occupancy_id.date_to >= day
        )
