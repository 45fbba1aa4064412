from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL


class PmContract(models.Model):
    """Approval, number and signatures of a contract."""

    _inherit = "pm.contract"

    date_signed = fields.Date(compute="_compute_date_signed", store=True)

    @api.depends("party_ids.signed_on")
    def _compute_date_signed(self):
        for contract in self:
            days = contract.party_ids.mapped("signed_on")
            everybody_signed = bool(days) and all(days)
            contract.date_signed = max(days) if everybody_signed else False

    # ------------------------------------------------------------------
    # Approval
    # ------------------------------------------------------------------

    def _check_submittable(self):
        result = super()._check_submittable()
        for contract in self:
            if not contract.partner_id:
                raise ValidationError(
                    self.env._(
                        "Name the other party of the contract %s before you submit it.",
                        contract.display_name,
                    )
                )
            if contract.fee_basis == "commission" and not (
                contract.commission_rate
                if contract.commission_method == "percent"
                else contract.commission_amount
            ):
                raise ValidationError(
                    self.env._(
                        "%s is on commission: enter the percentage or the amount a "
                        "month that we earn.",
                        contract.display_name,
                    )
                )
            contract._check_overlap()
        return result

    def action_submit(self):
        self._check_submittable()
        for contract in self:
            if not contract.amount and contract.amount_estimate:
                contract.amount = contract.amount_estimate
        return super().action_submit()

    def _approve(self):
        result = super()._approve()
        self._as_step()._assign_number()
        self.clause_ids._freeze()
        return result

    def _assign_number(self):
        for contract in self.filtered(lambda contract: not contract.is_numbered):
            contract.write(
                {
                    "is_numbered": True,
                    "name": self.env["ir.sequence"]
                    .with_company(contract.company_id)
                    .next_by_code("pm.contract", sequence_date=contract.date_from),
                }
            )

    def action_revise(self):
        """Take an approved contract that nobody signed yet back to a draft.

        :raises UserError: not approved, or signed by a party
        """
        self._check_manager()
        self._check_in_state("approved")
        signed = self.party_ids.filtered("signed_on")[:1]
        if signed:
            raise UserError(
                self.env._(
                    "%(party)s has signed %(contract)s. What is signed is changed by "
                    "an amendment.",
                    party=signed.partner_id.name,
                    contract=signed.contract_id.display_name,
                )
            )
        self.sudo().review_ids.unlink()
        self.sudo()._as_step().party_ids.sign_token = False
        # so that a link that was sent before does not show the draft
        self.sudo()._as_step().write(
            {"state": "draft", "approval_date": False, "access_token": False}
        )

    def _get_tier_validation_readonly_domain(self):
        # after approval the form says for each field whether it is fixed
        return "state == 'approval'"

    # ------------------------------------------------------------------
    # Signing
    # ------------------------------------------------------------------

    def action_sign(self):
        """Open what registers a contract that was signed on paper."""
        self.ensure_one()
        self._check_manager()
        self._check_in_state("approved")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Signed on Paper"),
            "res_model": "pm.contract.sign",
            "view_mode": "form",
            "target": "new",
            "context": {"default_contract_id": self.id, "default_method": "paper"},
        }

    def action_sign_company(self):
        """Open what lets the user sign for the company."""
        self.ensure_one()
        return {
            **self.action_sign(),
            "name": self.env._("Sign for the Company"),
            "context": {"default_contract_id": self.id, "default_method": "user"},
        }

    def action_send_for_signature(self):
        """Send the other parties the link by which they sign.

        :raises UserError: not approved, or nobody is left who could sign by link
        """
        self._check_manager()
        self._check_in_state("approved")
        template = self.env.ref("pm_core.mail_template_contract_sign").sudo()
        for contract in self.sudo():
            waiting = contract.party_ids.filtered(
                lambda party: not party.signed_on and not party.is_company
            )
            if not waiting:
                raise UserError(
                    self.env._(
                        "Every other party of %s has signed.", contract.display_name
                    )
                )
            without = waiting.filtered(lambda party: not party.partner_id.email)[:1]
            if without:
                raise UserError(
                    self.env._(
                        "%s has no e-mail address to send the link to. Enter one, or "
                        "have the contract signed on paper.",
                        without.partner_id.name,
                    )
                )
            for party in waiting:
                party._ensure_sign_token()
                template.with_context(lang=party.partner_id.lang).send_mail(
                    party.id, email_layout_xmlid="mail.mail_notification_light"
                )
                contract.message_post(
                    body=self.env._(
                        "The link to sign went to %(name)s, %(email)s.",
                        name=party.partner_id.name,
                        email=party.partner_id.email,
                    )
                )

    def _let_signatures_wait(self):
        """Make who signs at the same time wait, and be done again after it.

        Each would otherwise see the other's signature missing, and nobody would take
        the contract on.
        """
        self.env.cr.execute(
            SQL(
                "UPDATE pm_contract SET write_date = write_date WHERE id IN %s",
                tuple(self.ids),
            )
        )

    def _check_all_signed(self):
        """Take the contracts on that all parties have signed."""
        for contract in self:
            if contract.state == "approved" and all(
                contract.party_ids.mapped("signed_on")
            ):
                contract.state = "signed"
                if (
                    contract.date_from <= contract._today()
                    and not contract._documents_block()
                ):
                    contract._start()
