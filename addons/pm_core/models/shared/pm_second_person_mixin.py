from odoo import SUPERUSER_ID, fields, models
from odoo.exceptions import AccessError


class PmSecondPersonMixin(models.AbstractModel):
    """What gives something away: who asks for it does not decide on it alone.

    Levels of approval can be switched off, and then nobody is asked. Somebody of a
    group decides then, who neither entered it nor changed what was entered: else
    whoever may decide would write the own wishes into the draft of somebody else.
    """

    _name = "pm.second.person.mixin"
    _description = "Is Decided by Somebody Else"
    _inherit = ["pm.approval.mixin"]
    # the group whose members decide where no level asks anybody
    _decided_by = "pm_core.group_pm_estate_manager"
    # columns in which something is asked for; None: all that users write
    _asking_columns = None

    changed_by_id = fields.Many2one(
        "res.users",
        "Last Changed by",
        readonly=True,
        copy=False,
        help="Who last changed what is asked for, before anybody decided on it.",
    )

    def write(self, vals):
        asking = vals.keys() if self._asking_columns is None else self._asking_columns
        told = not self._writes_freely() and bool(vals.keys() & asking)
        result = super().write(vals)
        if told:
            self.sudo()._as_step().changed_by_id = self.env.user
        return result

    def _check_second_person(self):
        """Where no level asked anybody, who asks for it does not decide alone.

        :raises AccessError: by who asked for it, or by nobody of ``_decided_by``
        """
        self.ensure_one()
        user = self.env.user
        if self.review_ids or self.env.uid == SUPERUSER_ID:
            return
        if user in self._asked_by() or not user.has_group(self._decided_by):
            raise AccessError(
                self.env._(
                    "%(record)s is approved by somebody else than who asks for it, and "
                    "no approval level says by whom. Ask somebody of the group "
                    "“%(group)s”, or an administrator for an approval level.",
                    record=self.display_name,
                    group=self.env.ref(self._decided_by).sudo().name,
                )
            )

    def _asked_by(self):
        """Return the users who ask for it, and so do not decide on it."""
        return self.create_uid | self.changed_by_id

    def _approve(self):
        for record in self:
            record._check_second_person()
        return super()._approve()
