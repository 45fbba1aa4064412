from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

# personal data goes in batches
BATCH = 500
# what of a pass is about a person
PERSONAL = (
    "visitor_name",
    "visitor_phone",
    "firm",
    "plate",
    "purpose",
    "goods",
    "reason",
    "confirmed_by",
    "host_id",
    "token",
    "warning",
)


class PmAccessPass(models.Model):
    """What is done with passes by the clock: overstays are told, old ones forgotten."""

    _inherit = "pm.access.pass"

    @api.model
    def _cron_overstays(self):
        """Tell whoever is on duty of those who should have left; once each."""
        domain = self._domain_overstay() & Domain("overstay_told_at", "=", False)
        self.search(domain)._cron_each(lambda one: one._tell_overstay(), domain)

    def _tell_overstay(self):
        one = self.sudo()._as_step()
        one.overstay_told_at = fields.Datetime.now()
        for user in one._on_guard():
            reader = one.with_context(lang=user.lang or self.env.lang)
            one.activity_schedule(
                "pm_maintenance.mail_activity_overstay",
                user_id=user.id,
                summary=reader.env._("%s should have left", one.display_name),
                note=one.property_id.display_name,
            )

    def _on_guard(self):
        """The users on duty at the gates of the estate; else its managers."""
        estate = self.sudo().estate_id
        Duty = self.env["pm.duty"].sudo()
        duties = Duty.search(
            Duty._domain_on_duty(fields.Datetime.now())
            & Domain("estate_id", "=", estate.id)
            & Domain("post_id.is_gate", "=", True)
        )
        guards = duties.employee_id.user_id.filtered(
            lambda user: user.active and user._pm_sees(estate)
        )
        managers = self.env.ref("pm_core.group_pm_estate_manager")
        return guards or managers._pm_members(estate)

    def _failure_reader(self):
        managers = self.env.ref("pm_core.group_pm_estate_manager")
        return managers._pm_members(self.estate_id)[:1] or self.env.user

    def _failure_summary(self):
        return self.env._("A pass could not be worked on")

    @api.model
    def _cron_forget(self):
        """Remove the personal data of passes that are older than the company keeps.

        Times, numbers and gates stay: they are what figures and a later question of
        the police need, and they name nobody.
        """
        left = 0
        for company in (
            self.env["res.company"].sudo().search([("pm_gate_keep_days", ">", 0)])
        ):
            day = fields.Datetime.now() - timedelta(days=company.pm_gate_keep_days)
            old = (
                Domain("company_id", "=", company.id)
                & Domain("valid_to", "<", day)
                & Domain("forgotten_at", "=", False)
                & Domain("is_inside", "=", False)
            )
            found = self.sudo().search(old, limit=BATCH).try_lock_for_update()
            found._try_together(lambda some: some._as_step()._forget())
            self.env["pm.gate.denied"]._forget_ended(company, day)
            left += self.sudo().search_count(old, limit=BATCH)
            self.env["ir.cron"]._commit_progress(len(found), remaining=left)

    def _forget(self):
        """Remove what is about people; runs as a step, as superuser."""
        if not self:
            return
        self.photo_ids.unlink()
        self.env["ir.attachment"].search(
            [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        ).unlink()
        # also those that only notify, which ``message_ids`` leaves out
        self.env["mail.message"].search(
            [("model", "=", self._name), ("res_id", "in", self.ids)]
        ).unlink()
        self.activity_ids.unlink()
        self.log_ids._as_step().write({"note": False})
        self.message_follower_ids.unlink()
        self.with_context(tracking_disable=True).write(
            {**dict.fromkeys(PERSONAL, False), "forgotten_at": fields.Datetime.now()}
        )
