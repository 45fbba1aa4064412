from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class PmContractSign(models.TransientModel):
    """Register that a contract was signed: on paper by all, or here by the user."""

    _name = "pm.contract.sign"
    _description = "Sign a Contract"

    contract_id = fields.Many2one("pm.contract", required=True, ondelete="cascade")
    method = fields.Selection(
        [("paper", "On Paper"), ("user", "In the System")],
        required=True,
        default="paper",
    )
    date = fields.Date("Signed on", required=True, default=fields.Date.context_today)
    line_ids = fields.One2many(
        "pm.contract.sign.line",
        "wizard_id",
        "Signatories",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    attachment_ids = fields.Many2many(
        "ir.attachment",
        string="Signed Contract",
        help="Scan or photographs of the signed contract; kept with it.",
    )
    signatory = fields.Char(default=lambda self: self.env.user.name)
    signatory_title = fields.Char(
        "Position", default=lambda self: self.env.user.employee_id.job_title
    )
    signature = fields.Binary()

    @api.depends("contract_id")
    def _compute_line_ids(self):
        for wizard in self:
            unsigned = wizard.contract_id.party_ids.filtered(
                lambda party: not party.signed_on
            )
            wizard.line_ids = [Command.clear()] + [
                Command.create(
                    {
                        "party_id": party.id,
                        "signatory": party.signatory,
                        "signatory_title": party.signatory_title,
                    }
                )
                for party in unsigned
            ]

    def action_confirm(self):
        """Register the signatures.

        :raises UserError: dated ahead, no scan, or a party without signatory
        """
        self.ensure_one()
        contract = self.contract_id
        contract._check_manager()
        if self.date > contract._today():
            raise UserError(
                self.env._("A contract cannot be signed ahead of time: check the day.")
            )
        if self.method == "user":
            self._sign_for_company()
        else:
            self._sign_on_paper()
        return {"type": "ir.actions.act_window_close"}

    def _sign_for_company(self):
        ours = self.contract_id.party_ids.filtered(
            lambda party: party.is_company and not party.signed_on
        )
        if not ours:
            raise UserError(
                self.env._(
                    "Our side of %s has signed already.", self.contract_id.display_name
                )
            )
        if not self.signature:
            raise UserError(self.env._("Draw or type your signature first."))
        ours._sign(
            self.date, "user", self.signatory, self.signatory_title, self.signature
        )

    def _sign_on_paper(self):
        if not self.attachment_ids:
            raise UserError(
                self.env._("Attach the scan of the signed contract, it is the proof.")
            )
        if self.line_ids.party_id - self.contract_id.party_ids:
            raise UserError(
                self.env._(
                    "The scan proves the signatures of the parties of %s only.",
                    self.contract_id.display_name,
                )
            )
        unnamed = self.line_ids.filtered(lambda line: not line.signatory)[:1]
        if unnamed:
            raise UserError(
                self.env._(
                    "Say who signed for %s.", unnamed.party_id.partner_id.display_name
                )
            )
        self._file_scan()
        self.contract_id.message_post(
            body=self.env._(
                "Signed on paper; the scan is filed: %(files)s.",
                files=", ".join(self.attachment_ids.mapped("name")),
            )
        )
        for line in self.line_ids:
            line.party_id._sign(
                self.date, "paper", line.signatory, line.signatory_title
            )

    def _file_scan(self):
        """Keep the scan with the contract, on its checklist where that asks for it."""
        contract = self.contract_id
        foreign = self.attachment_ids.filtered(
            lambda file: file.res_id and file.res_model != self._name
        )[:1]
        if foreign:
            raise UserError(
                self.env._(
                    "The file %s belongs to another record. Upload it here once more.",
                    foreign.name,
                )
            )
        # in this context, what gets to a record is filed in the archive
        self.attachment_ids.with_context(attaching_to_record=True).write(
            {"res_model": contract._name, "res_id": contract.id}
        )
        signed = self.env.ref(
            "pm_core.document_type_contract_signed", raise_if_not_found=False
        )
        line = contract.pm_document_ids.filtered(
            lambda document: signed and document.type_id == signed
        )[:1]
        line.write(
            {
                "attachment_ids": [
                    Command.link(attachment.id) for attachment in self.attachment_ids
                ],
                "date_issued": self.date,
            }
        )


class PmContractSignLine(models.TransientModel):
    """Who signed for one party."""

    _name = "pm.contract.sign.line"
    _description = "Signatory of a Contract"

    wizard_id = fields.Many2one("pm.contract.sign", required=True, ondelete="cascade")
    party_id = fields.Many2one("pm.contract.party", required=True, ondelete="cascade")
    signatory = fields.Char()
    signatory_title = fields.Char("Position")
