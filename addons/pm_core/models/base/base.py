from odoo import api, models
from odoo.exceptions import UserError

from ...engine.phone import PhoneError, read_phone


class Base(models.AbstractModel):
    """Phone numbers of whatever record are read in one place.

    Odoo's own reading takes the first of two numbers, drops what stands beside a
    number, and cuts extensions off.
    """

    _inherit = "base"

    @api.model
    def _pm_read_phone(self, number, country=None):
        """Return the :class:`Phone` that a text is, or None when it is empty.

        :param country: where numbers without a country are dialled; the company's
        :raises PhoneError: it is not one phone number
        """
        country = country or self.env.company.country_id
        return read_phone(number, country.code or "CN")

    def _phone_format_number(
        self, number, country, force_format="E164", raise_exception=False
    ):
        try:
            phone = self._pm_read_phone(number, country)
        except PhoneError as error:
            if raise_exception:
                raise UserError(self._pm_phone_problem(error)) from error
            return False
        if not phone:
            return False
        if phone.extension and force_format != "E164":
            # people dial it; no format of Odoo's keeps it
            return number
        return super()._phone_format_number(
            phone.e164, country, force_format, raise_exception
        )

    @api.model
    def _pm_phone_problem(self, error):
        """Say what is wrong with a number, and the way out."""
        if error.code == "several_phones":
            return self.env._(
                "“%s” is more than one phone number. Keep one in this field.",
                error.text,
            )
        if error.code == "phone_note":
            return self.env._(
                "“%s” is not only a phone number. Move the words to another field.",
                error.text,
            )
        return self.env._(
            "“%s” is the phone number of nobody. Correct it; a landline needs its area "
            "code.",
            error.text,
        )
