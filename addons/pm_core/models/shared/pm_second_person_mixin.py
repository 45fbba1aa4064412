from odoo import SUPERUSER_ID, models
from odoo.exceptions import AccessError


class PmSecondPersonMixin(models.AbstractModel):
    """What gives something away: who asks for it does not decide on it alone.

    Levels of approval can be switched off, and then nobody is asked. Somebody of a
    group decides then, who neither entered it nor changed what was entered.
    """

    _name = "pm.second.person.mixin"
    _description = "Is Decided by Somebody Else"
    _inherit = ["pm.asking.mixin", "pm.approval.mixin"]
    # the group whose members decide where no level asks anybody
    _decided_by = "pm_core.group_pm_estate_manager"

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

    def _approve(self):
        for record in self:
            record._check_second_person()
        return super()._approve()
