from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import UserError


class MailActivity(models.Model):
    """What is to be done on our records is never asked of somebody who has left.

    Reminders go to who is responsible for a record, and that may be nobody any more:
    then the managers of its estate are asked, or those above them.
    """

    _inherit = "mail.activity"

    @api.model_create_multi
    def create(self, vals_list):
        Users = self.env["res.users"].sudo()
        for vals in vals_list:
            user = Users.browse(vals.get("user_id") or [])
            # what the system itself plans has nobody else yet
            if user and not user.active and user.id != SUPERUSER_ID:
                record = self._pm_record(vals)
                stand_in = record is not None and self._pm_stand_in(record)
                if stand_in:
                    vals["user_id"] = stand_in.id
        for vals in vals_list:
            self._pm_check_has_messages(vals)
        return super().create(vals_list)

    @api.model
    def _pm_check_has_messages(self, vals):
        """Whoever has something to do follows the record, which has to have followers.

        :raises UserError: the model has no messages
        """
        name = self._pm_model(vals)
        if name in self.env and not isinstance(
            self.env[name], self.env.registry["mail.thread"]
        ):
            raise UserError(
                self.env._(
                    "Nothing to do is put on “%s”: it has no messages. Put it on the "
                    "record that it belongs to.",
                    self.env["ir.model"]._get(name).name,
                )
            )

    @api.model
    def _pm_model(self, vals):
        """Return the name of the model that an activity is about, if any."""
        if vals.get("res_model") or not vals.get("res_model_id"):
            return vals.get("res_model")
        return self.env["ir.model"].sudo().browse(vals["res_model_id"]).model

    @api.model
    def _pm_record(self, vals):
        """Return the record of ours that an activity is about, or None."""
        model = self._pm_model(vals)
        if not (model or "").startswith("pm.") or model not in self.env:
            return None
        return self.env[model].sudo().browse(vals.get("res_id")).exists()

    @api.model
    def _pm_stand_in(self, record):
        """Return who acts on ``record`` when its responsible is not here."""
        estate = record.estate_id if "estate_id" in record._fields else None
        group = self.env.ref("pm_core.group_pm_estate_manager")
        if not estate:
            group = self.env.ref("pm_core.group_pm_company_manager")
        return (
            group._pm_members(estate)[:1]
            or self.env.ref("base.group_system")._pm_members(None)[:1]
        )

    @api.model
    def _pm_pass_on(self, users):
        """Give what ``users`` had still to do on our records to who stands in."""
        open_sudo = self.sudo().search(
            [("user_id", "in", users.ids), ("res_model", "=like", "pm.%")]
        )
        for activity in open_sudo:
            record = self._pm_record(
                {"res_model": activity.res_model, "res_id": activity.res_id}
            )
            stand_in = record and self._pm_stand_in(record)
            if stand_in:
                activity.user_id = stand_in
