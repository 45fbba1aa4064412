from odoo import api, models
from odoo.fields import Domain

from .pm_complaint import LEVELS
from .pm_complaint_assign import GROUPS

COMPLAINT = "pm.complaint"


class PmSlaLevel(models.Model):
    _inherit = "pm.sla.level"

    def _recipients(self, document):
        """Whom a complaint is about learns nothing of it: those above are told."""
        users = super()._recipients(document)
        if document._name != COMPLAINT:
            return users
        told = users - document._hidden_from()
        return told or (document._level_users() if users else told)


class PmSlaClock(models.Model):
    _inherit = "pm.sla.clock"

    # a clock names what it is about: it is seen by who may read the complaint

    @api.model
    def _search(
        self,
        domain,
        offset=0,
        limit=None,
        order=None,
        *,
        active_test=True,
        bypass_access=False,
    ):
        if not (self.env.su or bypass_access):
            domain = Domain(domain) & self.env[COMPLAINT]._domain_of_readable()
        return super()._search(
            domain,
            offset,
            limit,
            order,
            active_test=active_test,
            bypass_access=bypass_access,
        )

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if self.env.su or not self._ids:
            return result
        forbidden, error = result or (self.browse(), None)
        ours = (
            (self - forbidden)
            .sudo()
            .filtered(lambda clock: clock.res_model == COMPLAINT)
        )
        if ours:
            cases = self.env[COMPLAINT].browse(ours.mapped("res_id"))
            readable = set(cases._filtered_access("read")._ids)
            forbidden += ours.filtered(lambda clock: clock.res_id not in readable).sudo(
                False
            )
        if not forbidden:
            return None
        return forbidden, error or (
            lambda: self.env["ir.rule"]._make_access_error(operation, forbidden)
        )


class PmSlaAlert(models.Model):
    _inherit = "pm.sla.alert"

    @api.model_create_multi
    def create(self, vals_list):
        """What is told to a higher level is with that level from then on."""
        alerts = super().create(vals_list)
        names = {self.env.ref(GROUPS[name]).id: name for name, _label in LEVELS[1:]}
        for alert in alerts.sudo():
            clock, level = alert.clock_id, alert.level_id
            to = names.get(level.group_id.id)
            if clock.res_model == COMPLAINT and to and level.timing == "overdue":
                self.env[COMPLAINT].sudo().browse(clock.res_id)._as_step()._escalate(
                    clock.target_id.name, to
                )
        return alerts
