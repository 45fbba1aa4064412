from odoo import models
from odoo.exceptions import AccessError

from odoo.addons.pm_core.tools.qr import data_url


class PmComplaint(models.Model):
    """Number and code on paper: for who comes to the counter and leaves no address.

    It opens the page on which the case is followed and judged, so that nobody prints
    it who has worked on the case, and that somebody did stands in the steps.
    """

    _inherit = "pm.complaint"

    def action_print_slip(self):
        """Print number and code, to be handed to who complains."""
        for complaint in self:
            complaint._check_slip()
        self._take_step("slip")
        return self.env.ref("pm_complaints.complaint_slip_report").report_action(self)

    def _check_slip(self):
        """:raises AccessError: not of the desk, or who has worked on it"""
        self._check_desk()
        if not self.env.su and self.env.user in self._have_worked():
            raise AccessError(
                self.env._(
                    "You have worked on %s: somebody else hands its code out, with "
                    "which the customer tells how it was.",
                    self.number,
                )
            )

    def _slip(self):
        """What stands on the slip: the code, and the page as a picture.

        :raises AccessError: see :meth:`_check_slip`
        """
        self.ensure_one()
        self._check_slip()
        case = self.sudo()
        return {
            "code": case.access_code,
            "picture": data_url(f"{case.get_base_url()}{case._case_address()}"),
        }
