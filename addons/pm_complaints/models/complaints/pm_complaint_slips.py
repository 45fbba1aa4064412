from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.pm_core.tools.qr import data_url
from odoo.addons.pm_core.tools.secret import same_secret


class PmComplaint(models.Model):
    """Number and code on paper: for who comes to the counter and leaves no address.

    It opens the page on which the case is followed and judged, so that nobody prints
    it who has worked on the case, and each slip has a code of its own, which says who
    handed it out.
    """

    _inherit = "pm.complaint"

    slip_ids = fields.One2many(
        "pm.complaint.slip", "complaint_id", "Slips", readonly=True
    )
    verdict_slip_id = fields.Many2one(
        "pm.complaint.slip",
        "Verdict by Slip of",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Who handed the slip out with whose code the verdict was given. Somebody "
        "else closes the case.",
    )

    def action_print_slip(self):
        """Print number and code, to be handed to who complains."""
        for complaint in self:
            complaint._check_slip()
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
        """What stands on the slip: a new code, and the page as a picture.

        Put down here, as paper comes out of this alone, whichever way it is asked for.

        :raises AccessError: see :meth:`_check_slip`
        """
        self.ensure_one()
        self._check_slip()
        case = self.sudo()
        slip = (
            self.env["pm.complaint.slip"]
            .sudo()
            ._as_step()
            .create(
                {
                    "complaint_id": case.id,
                    "code": case._make_code(),
                    "user_id": self.env.uid,
                    "at": fields.Datetime.now(),
                }
            )
        )
        self._take_step("slip")
        address = f"{case.get_base_url()}{case._case_address(slip.code)}"
        return {"code": slip.code, "picture": data_url(address)}

    def _access_codes(self):
        """The customer's own, and those of the slips."""
        return [*super()._access_codes(), *self.sudo().slip_ids.mapped("code")]

    def _slip_of(self, code):
        """The slip whose code it is; none where it is the customer's own.

        Slips of before each had its own have the customer's: it has been in the hands
        of who printed it, so that whoever uses it comes by that slip.
        """
        slips = self.sudo().slip_ids
        return slips.filtered(lambda slip: same_secret(slip.code, code))[:1]

    def action_renew_code(self):
        """Number and code have come into wrong hands: those that were sent or handed
        out open nothing any more, and the customer is told a new one.

        Who has no address keeps the own code, unless it is on paper too: a new slip
        is printed for them.

        :raises UserError: nobody can be told, and nothing was handed out
        """
        self._check_desk()
        for complaint in self:
            complaint._renew_code()

    def _renew_code(self):
        case = self.sudo()
        slips = case.slip_ids
        way, _address = case._reporter_way(case._ways_of_companies())
        if not (way or slips):
            raise UserError(
                self.env._(
                    "%s: the customer has no address to which a new code could be "
                    "sent, and nothing was handed out. The code stays as it is.",
                    case.display_name,
                )
            )
        printed = case.access_code in slips.mapped("code")
        for slip in slips:
            slip._as_step().code = self._make_code()
        if not (way or printed):
            self._take_step("new_code")
            return
        self._take_step("new_code", access_code=self._make_code())
        if way:
            self._tell_reporter("code")

    def _take_verdict(self, verdict, words, no_verdict_reason=None, user=None):
        """Whoever is asked has no slip; the page notes it after this."""
        if self.verdict_slip_id:
            self.sudo()._as_step().verdict_slip_id = False
        return super()._take_verdict(verdict, words, no_verdict_reason, user)

    def _check_slip_verdict(self):
        """:raises UserError: who closes it handed out the slip the verdict came by"""
        for complaint in self.sudo():
            if not self.env.su and complaint.verdict_slip_id.user_id == self.env.user:
                raise UserError(
                    self.env._(
                        "The verdict on %s was given with the slip that you have "
                        "handed out. Somebody else closes it, or asks the customer "
                        "again.",
                        complaint.display_name,
                    )
                )
