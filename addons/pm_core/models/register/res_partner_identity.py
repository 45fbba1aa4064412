from odoo import Command, api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import email_normalize

from ..contract.pm_contract_states import IN_FORCE, PENDING

# By these somebody gets a login, or the papers of somebody else: where a password is
# sent to, whose one is taken for.
_IDENTITY = ("email", "phone", "parent_id", "is_company")
# what those who belong to a firm see follows from these of the firm
_OF_A_FIRM = {"parent_id", "is_company"}
_DERIVED = {"email_normalized", "phone_sanitized", "commercial_partner_id"}


class ResPartner(models.Model):
    """Who somebody is, for the login that belongs to them.

    Whoever may send a password to another address has the login. Mail, telephone and
    the firm of a person who has one are changed by that person or an administrator,
    whatever way leads here: the employee's form and the portal's wizard write with all
    rights. That is why the user is asked, and not whether it is superuser code.
    """

    _inherit = "res.partner"

    @api.model_create_multi
    def create(self, vals_list):
        self._pm_check_parents(vals.get("parent_id") for vals in vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self._pm_check_identity(vals)
        self._pm_check_parents([vals.get("parent_id")])
        return super().write(vals)

    @api.model
    def _pm_check_parents(self, parent_ids):
        """Nobody becomes the contact of a customer whom the user does not serve."""
        if not self.env.su:
            parents = self.browse(set(filter(None, parent_ids)))
            parents.check_access("read")
            parents.sudo().commercial_partner_id.sudo(False).check_access("read")

    @api.model
    def _pm_changes_identities(self):
        """Whether the user may change the identity of others: administrators."""
        user = self.env.user
        return user._is_superuser() or user.has_group("base.group_erp_manager")

    def _pm_check_identity(self, vals):
        """:raises AccessError: a person with a login, who is somebody else"""
        changed = [name for name in _IDENTITY if name in vals]
        derived = _DERIVED & vals.keys() and not self.env.su
        if not (changed or derived) or self._pm_changes_identities():
            return
        for partner in self.sudo():
            differing = {
                name for name in changed if partner._pm_differs(name, vals[name])
            }
            logins = partner.user_ids
            if differing & _OF_A_FIRM:
                logins |= partner.child_ids.user_ids
            if differing or derived:
                partner._pm_check_kept_here()
            if (differing or derived) and logins - self.env.user:
                raise AccessError(
                    self.env._(
                        "%s has a login. E-mail, telephone and company are "
                        "changed by that person under My Account, or by an "
                        "administrator.",
                        partner.name,
                    )
                )

    def _pm_check_kept_here(self):
        """:raises AccessError: naming who is served by others too"""
        for partner in self._pm_served_elsewhere():
            raise AccessError(
                self.env._(
                    "%s is a customer of other estates too. E-mail, telephone, company "
                    "and access are changed by somebody who works with all of them, as "
                    "a company manager, by an administrator, or by that person under "
                    "My Account.",
                    partner.name,
                )
            )

    def _pm_served_elsewhere(self):
        """Return those who are customers at estates where the user does not work.

        By mail, telephone or a login of theirs the papers of all estates open, and
        contracts are signed: no single estate takes them over. What counts is what
        they, or their firm, hold now and contracts that are not over.
        """
        user = self.env.user
        if self._pm_changes_identities() or user.share:
            return self.browse()
        acting = {partner: partner | partner._pm_of_firm() for partner in self.sudo()}
        customers = Domain("partner_id", "in", self.union(*acting.values()).ids)
        held = Domain("date_to", "=", False) | Domain(
            "date_to", ">=", fields.Date.context_today(self)
        )
        states = Domain("state", "in", (*PENDING, *IN_FORCE))
        foreign = self.sudo().browse()
        for model, going_on in (("pm.occupancy", held), ("pm.contract", states)):
            for estate, partners in (
                self.env[model]
                .sudo()
                ._read_group(
                    customers & going_on,
                    ["estate_id"],
                    ["partner_id:recordset"],
                )
            ):
                if not user._pm_sees(estate):
                    foreign |= partners
        return self.filtered(lambda one: acting[one.sudo()] & foreign)

    def _pm_differs(self, name, value):
        """Whether ``value`` makes another person of the contact."""
        before = self[name]
        if name == "email":
            return email_normalize(before or "") != email_normalize(value or "")
        if name == "phone":
            return (before or "").replace(" ", "") != (value or "").replace(" ", "")
        if name == "parent_id":
            return before.id != (value or False)
        return bool(before) != bool(value)

    # ------------------------------------------------------------------
    # For whom somebody acts
    # ------------------------------------------------------------------

    def _pm_firm(self):
        """Return the firm that the contact belongs to, empty for a private person.

        Relatives are entered below one of them as well: that makes no firm.
        """
        firm = self.sudo().commercial_partner_id
        return firm if firm.is_company else firm.browse()

    def _pm_of_firm(self):
        """Return what is the firm's: itself and its addresses, not its people.

        What somebody of the firm holds as a person is theirs.
        """
        firm = self._pm_firm()
        return firm | firm.search(
            [("id", "child_of", firm.ids), ("type", "!=", "contact")]
        )

    def _pm_stands_for(self):
        """Return the customers whose papers this person sees and signs: the own, and
        those of the firm; never those of colleagues or relatives."""
        self.ensure_one()
        return (self | self._pm_of_firm()).sudo(False)

    def _pm_accounts(self):
        """Return the users who act for this customer, as superuser."""
        self.ensure_one()
        people = self.sudo()
        if self in self._pm_of_firm():
            people |= people.search([("id", "child_of", self._pm_firm().ids)])
        return people.user_ids.filtered("active")


class PortalWizard(models.TransientModel):
    """Opened on contacts, it lists their mail addresses: of those one may read."""

    _inherit = "portal.wizard"
    _guard_relations = True

    @api.model
    def default_get(self, fields):
        defaults = super().default_get(fields)
        if "partner_ids" in defaults:
            named = self.new({"partner_ids": defaults["partner_ids"]}).partner_ids
            readable = named._origin._filtered_access("read")
            defaults["partner_ids"] = [Command.set(readable.ids)]
        return defaults


class PortalWizardUser(models.TransientModel):
    """A login for a contact is given by who serves the contact, and the firm of it."""

    _inherit = "portal.wizard.user"
    _guard_relations = True

    def action_grant_access(self):
        self._pm_check_served()
        return super().action_grant_access()

    def action_invite_again(self):
        self._pm_check_served()
        return super().action_invite_again()

    def action_revoke_access(self):
        self._pm_check_served()
        return super().action_revoke_access()

    def _pm_check_served(self):
        """:raises AccessError: naming who is not served by the user"""
        for partner in self.sudo().partner_id:
            one = partner.sudo(False).with_user(self.env.user)
            for whole in (one, one.browse(partner.commercial_partner_id.id)):
                if not whole.has_access("write"):
                    raise AccessError(
                        self.env._(
                            "%s is served by other estates; they give the access.",
                            partner.name,
                        )
                    )
            partner._pm_check_kept_here()
