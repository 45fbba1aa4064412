from odoo import models
from odoo.exceptions import AccessError, UserError

MANAGER = "pm_core.group_pm_estate_manager"
BUYER = "purchase.group_purchase_user"


class PurchaseRequest(models.Model):
    """The steps of a request for an estate, each with whose it is."""

    _inherit = "purchase.request"

    def _pm_split(self):
        """Those for estates, as a step, and the others as OCA has them."""
        ours = self.filtered("estate_id")
        return ours, self - ours

    def button_to_approve(self):
        """Ask for agreement: the levels, else the estate manager."""
        ours, others = self._pm_split()
        if others:
            super(PurchaseRequest, others).button_to_approve()
        ours._check_pm_state("draft")
        ours.check_access("write")
        ours.to_approve_allowed_check()
        for request in ours:
            if not all(line.product_id for line in request.line_ids):
                raise UserError(
                    self.env._(
                        "%s has a line without a product. Choose one: it says on which "
                        "account the cost is booked.",
                        request.name,
                    )
                )
            request.sudo()._as_step().write(
                {"state": "to_approve", "asked_by_id": self.env.uid}
            )
            request.invalidate_recordset(["need_validation"])
            if request.need_validation:
                request.request_validation()
                request.invalidate_recordset(["need_validation"])
        return True

    def button_approved(self):
        """Agree, where no level was asked.

        :raises AccessError: who asked, or who is no manager of the estate
        """
        ours, others = self._pm_split()
        if others:
            super(PurchaseRequest, others).button_approved()
        ours._check_pm_state("to_approve")
        ours.check_access("write")
        for request in ours:
            if request.review_ids:
                raise UserError(
                    self.env._("%s waits for those who were asked.", request.name)
                )
            request._check_second_person()
            request.sudo()._as_step()._pm_agree(self.env.user)
        return True

    def _check_second_person(self):
        user = self.env.user
        if user in self._asked_by() or not user.has_group(MANAGER):
            raise AccessError(
                self.env._(
                    "%s is agreed to by an estate manager who did not ask for it.",
                    self.name,
                )
            )

    def _pm_agree(self, user):
        self.write({"state": "approved", "decided_by_id": user.id})

    def _validate_tier(self, tiers=False):
        result = super()._validate_tier(tiers)
        if (
            self.estate_id
            and self.state == "to_approve"
            and self._decisions() == {"approved"}
        ):
            self.sudo()._as_step()._pm_agree(self.env.user)
        return result

    def _rejected_tier(self, tiers=False):
        result = super()._rejected_tier(tiers)
        if (
            self.estate_id
            and self.state == "to_approve"
            and "rejected" in self._decisions()
        ):
            self.sudo()._as_step().state = "rejected"
        return result

    def button_rejected(self):
        """Say no, where no level was asked."""
        ours, others = self._pm_split()
        if others:
            super(PurchaseRequest, others).button_rejected()
        ours._check_pm_state("to_approve")
        ours.check_access("write")
        for request in ours:
            if request.review_ids:
                raise UserError(
                    self.env._("%s waits for those who were asked.", request.name)
                )
            request._check_second_person()
            request.sudo()._as_step().state = "rejected"
        return True

    def button_draft(self):
        """Take it back and change it, while nothing is ordered."""
        ours, others = self._pm_split()
        if others:
            super(PurchaseRequest, others).button_draft()
        ours._check_pm_state("to_approve", "approved", "rejected")
        ours.check_access("write")
        for request in ours:
            if self.env.user not in (request.requested_by, request.decided_by_id):
                raise AccessError(
                    self.env._("%s is taken back by who asked for it.", request.name)
                )
            request.sudo().review_ids.unlink()
            request.sudo()._as_step().write({"state": "draft", "decided_by_id": False})
        return True

    def button_in_progress(self):
        """Set by asking for quotations."""
        ours, others = self._pm_split()
        if others:
            super(PurchaseRequest, others).button_in_progress()
        ours._check_buyer()
        ours._check_pm_state("approved", "in_progress")
        ours.sudo()._as_step().write({"state": "in_progress"})
        return True

    def button_done(self):
        """Nothing more is bought for it."""
        ours, others = self._pm_split()
        if others:
            super(PurchaseRequest, others).button_done()
        ours._check_buyer()
        ours._check_pm_state("approved", "in_progress")
        ours.sudo()._as_step().write({"state": "done"})
        return True

    def check_auto_reject(self):
        """When all lines are given up, the request is."""
        self.check_access("write")
        return super(PurchaseRequest, self.sudo()._as_step()).check_auto_reject()

    def _check_buyer(self):
        """:raises AccessError: no buyer, or who asked for it"""
        self.check_access("read")
        for request in self:
            user = self.env.user
            if not user.has_group(BUYER) or (
                request.estate_id and user in request._asked_by()
            ):
                raise AccessError(
                    self.env._(
                        "%s is bought by a buyer who did not ask for it.", request.name
                    )
                )

    def action_pm_quote(self):
        """Open the dialog that asks several vendors for a quotation."""
        self.ensure_one()
        self._check_buyer()
        self._check_pm_state("approved", "in_progress")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask for Quotations"),
            "res_model": "pm.purchase.quote",
            "view_mode": "form",
            "target": "new",
            "context": {"default_request_id": self.id},
        }

    def action_pm_compare(self):
        """Show what each vendor asks for each product, side by side."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pm_billing.pm_quote_compare_action"
        )
        return {
            **action,
            "name": self.env._("Quotations of %s", self.name),
            "domain": [
                ("order_id.pm_purchase_request_id", "=", self.id),
                ("display_type", "=", False),
            ],
        }
