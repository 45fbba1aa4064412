from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .pm_contract_states import OVER, PARTY_ROLES


class PmContract(models.Model):
    """Who makes the contract, and what a party sees of it on the portal."""

    _inherit = "pm.contract"

    party_ids = fields.One2many(
        "pm.contract.party", "contract_id", "Parties", copy=False
    )

    @api.constrains("state", "partner_id")
    def _check_party(self):
        for contract in self:
            if contract.state not in ("draft", *OVER) and not (
                contract.partner_id or contract.taken_over
            ):
                raise ValidationError(
                    self.env._(
                        "Name the other party of the contract %s before it "
                        "becomes active.",
                        contract.display_name,
                    )
                )

    def _has_link(self):
        return self.is_numbered and self.state not in ("draft", "approval")

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for contract in self:
            contract.access_url = f"/my/property-contracts/{contract.id}"
        return result

    def _update_parties(self, partners_before=None):
        """Keep our side and the other party among the parties."""
        vals_list = []
        parties_sudo = self.env["pm.contract.party"].sudo()
        for contract in self.sudo():
            before = (partners_before or {}).get(contract)
            role = PARTY_ROLES.get(contract.kind, "owner")
            main = contract.party_ids.filtered(
                lambda party, before=before: (
                    party.partner_id == before and party.role != "guarantor"
                )
            )[:1]
            ours = contract.company_id.partner_id
            if ours not in contract.party_ids.partner_id:
                contract.party_ids.filtered(
                    lambda party: party.role == "manager" and not party.signed_on
                ).unlink()
                vals_list.append(contract._party_vals(ours, "manager"))
            if main and not contract.partner_id:
                main.unlink()
            elif main:
                main.write({"partner_id": contract.partner_id.id, "role": role})
            elif (
                contract.partner_id
                and contract.partner_id not in contract.party_ids.partner_id
            ):
                vals_list.append(contract._party_vals(contract.partner_id, role))
        parties_sudo.create(vals_list)

    def _party_vals(self, partner, role):
        return {
            "contract_id": self.id,
            "partner_id": partner.id,
            "role": role,
            "sequence": 20 if role == "manager" else 10,
        }

    @api.model
    def _domain_portal(self, partner):
        """Return the domain of what a party sees: its own, once approved.

        One that went back to a draft keeps its number, but is seen by nobody outside.
        """
        return (
            Domain("is_numbered", "=", True)
            & Domain("state", "not in", ("draft", "approval"))
            & Domain("party_ids.partner_id", "in", partner._pm_stands_for().ids)
        )
