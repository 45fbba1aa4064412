from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

from .pm_complaint import OPEN
from .pm_complaint_steps import MANAGER, SERVICE

# what is changed only while it is to be done
AGREED = {
    "name",
    "kind",
    "user_id",
    "date_due",
    "dispute_id",
    "training_id",
    "notice_id",
    "standard_id",
    "policy_id",
}


class PmRectification(models.Model):
    """Done by one, verified by another."""

    _inherit = "pm.rectification"

    @api.model_create_multi
    def create(self, vals_list):
        measures = super().create(vals_list)
        measures.complaint_id._check_handler()
        measures.complaint_id._check_in_state(*OPEN)
        measures.sudo()._ask_responsible()
        return measures

    def write(self, vals):
        """What was agreed is changed while it is to be done; evidence any time."""
        if not self._writes_freely():
            if vals.keys() - {"result", "evidence_ids"}:
                self.complaint_id._check_handler()
            if vals.keys() & AGREED:
                self._check_in_state("open")
        before = {measure: measure.user_id for measure in self}
        result = super().write(vals)
        if "user_id" in vals:
            self.sudo().filtered(
                lambda one: one.user_id != before[one]
            )._ask_responsible()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        for measure in self:
            raise UserError(
                self.env._("%s stays on record. Cancel it.", measure.display_name)
            )

    def _ask_responsible(self):
        """Never whom it is about."""
        for measure in self:
            if measure.user_id in measure.complaint_id.concerned_user_ids:
                raise UserError(
                    self.env._("%s: choose somebody else as responsible.", measure.name)
                )
        return super()._ask_responsible()

    def _take_away(self, hidden):
        """These people have no part in it any more."""
        for measure in self:
            measure.message_unsubscribe(hidden.partner_id.ids)
            measure.activity_ids.filtered(
                lambda activity: activity.user_id in hidden
            ).unlink()
            if measure.user_id in hidden and measure.state == "open":
                users = measure.complaint_id._level_users()
                if users:
                    measure._as_step().user_id = users[0]

    def _check_doer(self):
        """:raises AccessError: neither responsible nor who handles the complaint"""
        self.check_access("read")
        user = self.env.user
        for measure in self.sudo():
            if not (
                self.env.su
                or measure.user_id == user
                or measure.complaint_id.user_id == user
                or user.has_group(MANAGER)
            ):
                raise AccessError(
                    self.env._(
                        "%(measure)s is the task of %(who)s.",
                        measure=measure.name,
                        who=measure.user_id.name,
                    )
                )

    def action_done(self, result=None):
        """It is done; what was done is said, and may be shown by files.

        :param result: what was done
        :raises UserError: nothing is said
        """
        self._check_doer()
        self._check_in_state("open")
        for measure in self:
            measure._finish(measure._words_of_result(result))

    def _finish(self, words):
        self._note_done(words)
        case = self.sudo().complaint_id
        users = case._may_handle(case.user_id) or case._level_users()
        for user in users[:1]:
            self.sudo().activity_schedule(
                "pm_complaints.mail_activity_complaint",
                user_id=user.id,
                summary=self.with_context(lang=user.lang).env._(
                    "Look whether it is done: %s", self.name
                ),
            )

    def action_verify(self, note=None):
        """Somebody else has looked, and it is done.

        :param note: what was seen
        :raises AccessError: who did it, or was responsible for it
        """
        self._check_verifier()
        self._check_in_state("done")
        self.sudo()._as_step().write(
            {
                "state": "verified",
                "verified_at": fields.Datetime.now(),
                "verified_user_id": self.env.uid,
                "verify_note": note,
            }
        )
        self.sudo().activity_unlink(["pm_complaints.mail_activity_complaint"])

    def _check_verifier(self):
        self.check_access("read")
        user = self.env.user
        if not (self.env.su or user.has_group(SERVICE)):
            raise AccessError(
                self.env._("Measures are verified by customer service and managers.")
            )
        if self.env.su:
            return
        for measure in self.sudo():
            if user in (measure.done_user_id | measure.user_id):
                raise AccessError(
                    self.env._(
                        "You have done %s yourself: somebody else verifies it.",
                        measure.name,
                    )
                )

    def action_redo(self, reason=None):
        """It is not done yet.

        :param reason: what is missing
        """
        self._check_verifier()
        self._check_in_state("done")
        if not (reason or "").strip():
            raise UserError(self.env._("Say what is missing."))
        for measure in self.sudo():
            measure._as_step().write(
                {
                    "state": "open",
                    "redo_count": measure.redo_count + 1,
                    "verify_note": reason,
                }
            )
            measure._ask_responsible()

    def action_cancel(self, reason=None):
        """It is not done any more, with a reason."""
        self.complaint_id._check_handler()
        self._check_in_state("open", "done")
        if not (reason or "").strip():
            raise UserError(self.env._("Say why it is called off."))
        self.sudo()._as_step().write({"state": "cancelled", "verify_note": reason})
        self.sudo().activity_unlink(["pm_complaints.mail_activity_complaint"])

    # what a measure may be

    def action_make_order(self, category_id=None, urgency=None, text=None):
        """Have it done as a work order, reported as any other.

        :param category_id: id of a ``pm.fault.category``
        :param urgency: key of its urgency
        :param text: what is to be done, in words for who does it; the measure, unless
            the case is not for everybody to know of
        :raises UserError: such a case, and no words of its own
        """
        self.complaint_id._check_handler()
        self._check_in_state("open")
        category = self.env["pm.fault.category"].browse(category_id or []).exists()
        category.check_access("read")
        for measure in self:
            if measure.request_id:
                raise UserError(
                    self.env._(
                        "%(measure)s has the order %(order)s already.",
                        measure=measure.name,
                        order=measure.request_id.display_name,
                    )
                )
            case = measure.sudo().complaint_id
            if case._is_kept_inside() and not (text or "").strip():
                raise UserError(
                    self.env._(
                        "%s is not for everybody to know of, and orders are read by "
                        "many. Say what is to be done in words that tell nothing "
                        "of it.",
                        case.number,
                    )
                )
            order = self.env["maintenance.request"]._report(
                case.property_id,
                # the order is read by who does it: what is done, and not who complained
                (text or "").strip() or measure.name,
                channel=case.channel_id.code,
                category=category,
                urgency=urgency,
                reference=f"rectification-{measure.id}",
            )
            measure.sudo()._as_step().write({"request_id": order.id, "kind": "order"})
            photos = case.evidence_ids.filtered(
                lambda file: (file.mimetype or "").startswith("image/")
            )
            if photos and not case.is_confidential and not case.concerned_user_ids:
                order.sudo()._as_step().photo_before_ids = [
                    Command.link(
                        photo.copy({"res_model": order._name, "res_id": order.id}).id
                    )
                    for photo in photos[:9]
                ]

    def _order_done(self):
        """The work was accepted: what remains is that somebody looks."""
        for measure in self.filtered(lambda one: one.state == "open"):
            order = measure.request_id
            measure._finish(order.result or order.display_name)

    def _dispute_settled(self, words):
        """The charge has its result: what remains is that somebody looks."""
        for measure in self.filtered(lambda one: one.state == "open"):
            measure._finish(words)

    def action_open_order(self):
        """Open the work order."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "maintenance.request",
            "res_id": self.request_id.id,
            "view_mode": "form",
        }
