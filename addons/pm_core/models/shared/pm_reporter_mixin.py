import secrets

from odoo import api, fields, models


class PmReporterMixin(models.AbstractModel):
    """Somebody told us of it, whether we know who that is or not.

    A model has a ``partner_id`` as soon as the person is known. Name, phone and mail
    are what was said when it was reported; those of a known person take their place.
    Whoever has no login follows it with its number and a code.
    """

    _name = "pm.reporter.mixin"
    _description = "Reported by Somebody"

    reporter_name = fields.Char("Reported by")
    reporter_phone = fields.Char(
        "Phone",
        compute="_compute_reporter",
        store=True,
        readonly=False,
        precompute=True,
    )
    reporter_email = fields.Char(
        "E-mail",
        compute="_compute_reporter",
        store=True,
        readonly=False,
        precompute=True,
    )
    access_code = fields.Char(
        copy=False,
        readonly=True,
        groups="base.group_system",
        help="With the number, shows who has no login how far it is.",
    )

    @api.depends("partner_id")
    def _compute_reporter(self):
        for record in self:
            partner = record.partner_id
            record.reporter_phone = partner.phone or record.reporter_phone
            record.reporter_email = partner.email or record.reporter_email

    def _access_codes(self):
        """The codes that open its page to who has the number."""
        self.ensure_one()
        return [code for code in self.sudo().mapped("access_code") if code]

    @api.model
    def _make_code(self):
        """Return a code that nobody guesses and anybody can read out."""
        return secrets.token_hex(4).upper()
