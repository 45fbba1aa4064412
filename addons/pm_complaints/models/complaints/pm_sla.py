from collections.abc import Collection

from odoo import api, models
from odoo.fields import Domain
from odoo.orm.domains import DomainAnd, DomainCondition

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


def _documents_in(domain):
    """Ids of the documents of which clocks are asked for, as a form does; None for
    those of any: then all complaints are looked through."""
    conditions = domain.children if isinstance(domain, DomainAnd) else (domain,)
    for one in conditions:
        if (
            isinstance(one, DomainCondition)
            and (one.field_expr, one.operator) == ("res_id", "in")
            and isinstance(one.value, Collection)
        ):
            return list(one.value)
    return None


class PmSlaOfComplaintMixin(models.AbstractModel):
    """Clocks, and what belongs to them, name what they are about: of a complaint they
    are seen by who may read it, wherever it is."""

    _name = "pm.sla.of.complaint.mixin"
    _inherit = ["pm.about.mixin"]
    _description = "Is Hidden with Its Complaint"
    # the field that leads to the clock; None: it is the clock
    _clock_field = None

    @api.model
    def _domain_about_readable(self, domain):
        ids = None if self._clock_field else _documents_in(domain)
        readable = self.env[COMPLAINT]._domain_of_readable(ids=ids)
        if self._clock_field:
            readable = Domain(self._clock_field, "any!", readable)
        return readable

    def _unreadable_about(self, operation):
        about = {}
        for record in self.sudo():
            clock = record[self._clock_field] if self._clock_field else record
            if clock.res_model == COMPLAINT:
                about[record.id] = (COMPLAINT, clock.res_id)
        return self._about_unreadable(about)


class PmSlaClock(models.Model):
    _name = "pm.sla.clock"
    _inherit = ["pm.sla.clock", "pm.sla.of.complaint.mixin"]


class PmSlaPause(models.Model):
    _name = "pm.sla.pause"
    _inherit = ["pm.sla.pause", "pm.sla.of.complaint.mixin"]
    _clock_field = "clock_id"


class PmSlaAlert(models.Model):
    _name = "pm.sla.alert"
    _inherit = ["pm.sla.alert", "pm.sla.of.complaint.mixin"]
    _clock_field = "clock_id"

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
