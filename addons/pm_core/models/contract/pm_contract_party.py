import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError


class PmContractParty(models.Model):
    """Who agrees to a contract, and who signed for them."""

    _name = "pm.contract.party"
    _description = "Contract Party"
    _inherit = ["pm.part.mixin"]
    _order = "contract_id, sequence, id"
    _whole = "contract_id"

    contract_id = fields.Many2one(
        "pm.contract", required=True, index=True, ondelete="cascade"
    )
    estate_id = fields.Many2one(
        related="contract_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="contract_id.company_id", store=True, precompute=True
    )
    sequence = fields.Integer(default=10)
    partner_id = fields.Many2one(
        "res.partner", "Party", required=True, index=True, ondelete="restrict"
    )
    role = fields.Selection(
        [
            ("manager", "Property Manager"),
            ("owner", "Owner Side"),
            ("developer", "Developer"),
            ("tenant", "Tenant"),
            ("supplier", "Supplier"),
            ("guarantor", "Guarantor"),
        ],
        required=True,
        default="owner",
    )
    is_company = fields.Boolean("Our Side", compute="_compute_is_company")
    signatory = fields.Char(help="Who signs for the party.")
    signatory_title = fields.Char(
        "Position", help="Of the signatory, for example director."
    )
    signed_on = fields.Date(readonly=True, copy=False)
    sign_method = fields.Selection(
        [("paper", "On Paper"), ("portal", "By Link"), ("user", "In the System")],
        "Signed",
        readonly=True,
        copy=False,
    )
    signature = fields.Binary(readonly=True, copy=False, attachment=True)
    sign_token = fields.Char(
        copy=False, readonly=True, groups="base.group_system", index="btree_not_null"
    )

    _once = models.UniqueIndex(
        "(contract_id, partner_id, role)",
        "This party stands in the contract in this role already.",
    )

    @api.depends("partner_id", "contract_id.company_id")
    def _compute_is_company(self):
        for party in self:
            party.is_company = (
                party.partner_id == party.contract_id.company_id.partner_id
            )

    @api.depends("partner_id", "role")
    def _compute_display_name(self):
        roles = dict(self._fields["role"]._description_selection(self.env))
        for party in self:
            party.display_name = (
                f"{party.partner_id.name or ''} ({roles.get(party.role, '')})"
            )

    @api.model_create_multi
    def create(self, vals_list):
        parties = super().create(vals_list)
        parties.contract_id._check_terms_open()
        return parties

    def write(self, vals):
        if not self.env.su:
            if vals.keys() - {"signatory", "signatory_title", "sequence"}:
                self.contract_id._check_terms_open()
            elif any(self.mapped("signed_on")):
                raise UserError(
                    self.env._(
                        "%(party)s has signed; the signatory stays as it was.",
                        party=self.filtered("signed_on")[0].display_name,
                    )
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_agreed(self):
        self.contract_id._check_terms_open()

    def _ensure_sign_token(self):
        """Give each party the secret of its own link; an earlier link stays valid."""
        for party in (
            self.sudo()._as_step().filtered(lambda party: not party.sign_token)
        ):
            party.sign_token = secrets.token_urlsafe(24)

    def _sign(self, day, method, signatory=None, title=None, signature=None):
        """Register a signature; the contract counts as signed with the last one.

        :raises UserError: signed already, or the contract is not up for signing
        """
        for party in self:
            party.contract_id._check_in_state("approved")
            if party.signed_on:
                raise UserError(
                    self.env._(
                        "%(party)s has signed on %(day)s already.",
                        party=party.display_name,
                        day=fields.Date.to_string(party.signed_on),
                    )
                )
            party.sudo()._as_step().write(
                {
                    "signed_on": day,
                    "sign_method": method,
                    "signatory": signatory or party.signatory,
                    "signatory_title": title or party.signatory_title,
                    "signature": signature or False,
                }
            )
        self.contract_id._let_signatures_wait()
        self.contract_id.sudo()._as_step()._check_all_signed()

    def _address_line(self):
        """Return the address of the party in one line, without its name."""
        self.ensure_one()
        partner = self.partner_id
        parts = (partner.state_id.name, partner.city, partner.street, partner.street2)
        return " ".join(part for part in parts if part)

    def _sign_url(self):
        """Return the address at which the party reads and signs the contract."""
        self.ensure_one()
        self._ensure_sign_token()
        return f"{self.get_base_url()}/property-contracts/sign/{self.sudo().sign_token}"
