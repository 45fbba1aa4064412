from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date


class PmContractAmendment(models.Model):
    """The other party agrees: proved by the scan of what both sides signed."""

    _inherit = "pm.contract.amendment"

    sign_required = fields.Boolean(
        "Needs Both Signatures",
        default=True,
        help="The amendment takes effect only once both sides have signed. Untick it "
        "for what one side may change alone, or what the owners' meeting decided.",
    )
    date_signed = fields.Date("Signed on", copy=False, tracking=True)
    signed_file = fields.Binary(
        "Signed Scan",
        attachment=True,
        copy=False,
        help="Scan or photograph of what both sides signed; filed with the contract.",
    )
    signed_filename = fields.Char(copy=False)

    @api.constrains("date_signed", "signed_file")
    def _check_signed(self):
        """What is signed is proved, as for the contract itself."""
        for amendment in self.filtered("date_signed"):
            if amendment.date_signed > amendment.contract_id._today():
                raise ValidationError(
                    self.env._(
                        "%(amendment)s cannot be signed on %(day)s, which lies ahead.",
                        amendment=amendment.display_name,
                        day=format_date(self.env, amendment.date_signed),
                    )
                )
            if not amendment.with_context(bin_size=True).signed_file:
                raise ValidationError(
                    self.env._(
                        "Attach the scan of %s with both signatures, it is the proof.",
                        amendment.display_name,
                    )
                )

    def action_sign(self):
        """Register that both sides signed on paper; today, unless a day was entered.

        :raises UserError: not approved
        :raises ValidationError: a day in the future, or no scan
        """
        self.check_access("write")
        self._check_in_state("approved")
        for amendment in self.filtered(lambda amendment: not amendment.date_signed):
            amendment.date_signed = amendment.contract_id._today()
        self._take_effect()

    def _file_scan(self):
        """Keep the scan with the contract, in the archive."""
        name = self.signed_filename or self.display_name
        self.env["ir.attachment"].with_context(attaching_to_record=True).create(
            {
                "name": name,
                "datas": self.with_context(bin_size=False).signed_file,
                "res_model": "pm.contract",
                "res_id": self.contract_id.id,
            }
        )
        self.contract_id.message_post(
            body=self.env._(
                "%(amendment)s is signed; the scan is filed: %(file)s.",
                amendment=self.display_name,
                file=name,
            )
        )
