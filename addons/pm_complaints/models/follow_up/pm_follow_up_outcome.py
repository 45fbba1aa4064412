from odoo import models
from odoo.exceptions import UserError

from ..complaints.pm_complaint import OVER
from .pm_follow_up import OPEN


class PmFollowUp(models.Model):
    """What comes of a call: the verdict of the complaint, the rating of the order, a
    new complaint, a new order."""

    _inherit = "pm.follow.up"

    def _hand_on(self):
        """Tell the order or the complaint what the customer said."""
        for one in self:
            reason = None
            if one.result == "missed":
                reason = self.env._("Not reached after %s tries", one.missed_count)
            elif one.result == "refused":
                reason = self.env._("The customer does not want to say")
            if one.request_id:
                one.request_id._called_back(one, reason)
            elif one.complaint_id:
                one.complaint_id._called_back(one, reason)

    def action_complain(self):
        """Make a complaint of what the customer said, once, and show it."""
        self._check_outcome()
        if not self.new_complaint_id:
            about = self.sudo()
            case = self.env["pm.complaint"]._report(
                about.property_id,
                self._words_of_customer(),
                channel="phone",
                partner=about.partner_id,
                reporter={"name": about.contact_name, "phone": about.phone},
                is_anonymous=not (about.partner_id or about.contact_name),
            )
            about._as_step().new_complaint_id = case
        case = self.sudo().new_complaint_id.with_env(self.env)
        if not case.has_access("read"):
            # what is about whoever calls goes to somebody else
            return self.action_next_call()
        return case._open_form()

    def action_order(self):
        """Make a work order of what is still wrong, once, and show it."""
        self._check_outcome()
        if not self.new_request_id:
            about = self.sudo()
            order = self.env["maintenance.request"]._report(
                about.property_id,
                self._words_of_customer(),
                channel="phone",
                category=about.fault_category_id or None,
                partner=about.partner_id,
                reporter={"name": about.contact_name, "phone": about.phone},
            )
            about._as_step().new_request_id = order
        return {
            "type": "ir.actions.act_window",
            "res_model": "maintenance.request",
            "res_id": self.sudo().new_request_id.id,
            "view_mode": "form",
        }

    def action_reopen_complaint(self):
        """The complaint goes on; a new case follows it where the days to object are
        over."""
        self._check_outcome()
        case = self.complaint_id
        if not case:
            raise UserError(self.env._("%s is about no complaint.", self.display_name))
        words = self._words_of_customer()
        if case._is_final():
            # not satisfied: the verdict has made one
            going = case.sudo().next_ids.filtered(lambda one: one.state not in OVER)
            if going:
                return going[:1].with_env(self.env)._open_form()
            return case.action_new_case(words)
        case.action_reopen(words)
        return case._open_form()

    def _check_outcome(self):
        """:raises UserError: nobody has spoken with the customer yet"""
        self.ensure_one()
        self._check_desk()
        self._check_in_state(*OPEN, "done")

    def _words_of_customer(self):
        """What the customer said, or what the call was about."""
        answers = self.answer_ids.filtered("text")
        said = [self.words, *(f"{a.question_id.name} {a.text}" for a in answers)]
        text = "\n".join(filter(None, said))
        return text or self.env._(
            "%(what)s: the customer is not satisfied with %(subject)s.",
            what=self.display_name,
            subject=self.subject or "–",
        )
