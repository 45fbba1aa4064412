from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date


class PmServicePlan(models.Model):
    """What the customer answers: accepted, declined, or wanted otherwise."""

    _inherit = "pm.service.plan"

    def action_open_accept(self):
        self.check_access("read")
        return self._open_dialog(
            "pm_core.pm_service_plan_view_form_accept",
            self.env._("Accepted by the Customer"),
        )

    def action_accept(self):
        """The customer accepted on paper or in words; who did is written down.

        :raises UserError: not presented, expired, or nobody named
        """
        for plan in self:
            if not (plan.signed_by or "").strip():
                raise UserError(
                    self.env._(
                        "Write down who accepted %s for the customer.",
                        plan.display_name,
                    )
                )
            plan.check_access("write")
            plan._accept(plan.signed_by)

    def _accept(self, name, signature=False):
        """Take the acceptance of the customer.

        Two people who accept at the same time meet at the lock and, across
        versions, at the unique index.

        :param name: who accepts for the customer
        :param signature: image as base64, or False where it is on paper
        :raises UserError: not presented, expired, or another version is accepted
        """
        self.ensure_one()
        self.lock_for_update()
        self._check_in_state("presented")
        self._check_none_accepted()
        if self.is_overdue:
            raise UserError(
                self.env._(
                    "%(plan)s was valid until %(day)s. Ask for a new version.",
                    plan=self.display_name,
                    day=format_date(self.env, self.valid_until),
                )
            )
        self.sudo()._as_step().write(
            {
                "state": "accepted",
                "signed_by": name.strip(),
                "signed_on": fields.Datetime.now(),
                "signature": signature,
                "revision_comment": False,
            }
        )
        self.activity_feedback(["pm_core.mail_activity_plan_revision"])

    def action_withdraw_acceptance(self):
        """The acceptance was a mistake; the plan is presented again.

        :raises UserError: not accepted, or the contract is made
        :raises AccessError: not a manager
        """
        if not self.env.user.has_group("pm_core.group_pm_estate_manager"):
            raise AccessError(
                self.env._("An estate manager withdraws an acceptance; ask one.")
            )
        self._check_in_state("accepted")
        for plan in self:
            plan._check_no_contract()
        self._set_state("presented", signed_by=False, signed_on=False, signature=False)

    def action_open_decline(self):
        self.check_access("read")
        return self._open_dialog(
            "pm_core.pm_service_plan_view_form_decline",
            self.env._("Declined by the Customer"),
        )

    def action_decline(self):
        """The customer does not want the plan; the needs can be planned anew.

        :raises UserError: neither approved nor presented, or no reason
        """
        self._check_in_state("approved", "presented")
        for plan in self:
            if not (plan.decline_reason or "").strip():
                raise UserError(
                    self.env._("Write down why %s was declined.", plan.display_name)
                )
        self._set_state("declined")
        self.requirement_ids.plan_id = False
        self.activity_feedback(["pm_core.mail_activity_plan_revision"])

    def _ask_revision(self, comment, author):
        """The customer wants it differently: keep the words and tell who answers.

        :param comment: what the customer wrote
        :param author: partner who wrote it
        :raises UserError: not presented
        """
        self.ensure_one()
        self._check_in_state("presented")
        self.sudo()._as_step().revision_comment = comment
        self.sudo().message_post(
            author_id=author.id,
            body=Markup("<p><strong>%s</strong></p><p>%s</p>")
            % (
                self.env._("The customer asks for a revision:"),
                Markup("<br/>").join(comment.splitlines()),
            ),
            message_type="comment",
            subtype_xmlid="mail.mt_note",
        )
        asked = ["pm_core.mail_activity_plan_revision"]
        if self.user_id and not self.sudo().activity_search(asked):
            self.sudo().activity_schedule(*asked, note=comment, user_id=self.user_id.id)
