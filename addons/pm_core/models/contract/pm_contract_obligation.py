from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .pm_contract_states import IN_FORCE

SIDES = [("ours", "Ours"), ("theirs", "Theirs")]


class PmContractObligation(models.Model):
    """A duty of either side of a contract: once, or again and again.

    Each time that it falls due is an event, made ahead by a cron. The planned day
    is the key of an event: a schedule may change, what was due once stays.
    """

    _name = "pm.contract.obligation"
    _description = "Contract Obligation"
    _inherit = ["pm.part.mixin", "mail.thread", "pm.schedule.mixin"]
    _order = "contract_id, sequence, id"
    _whole = "contract_id"
    _check_company_auto = True

    contract_id = fields.Many2one(
        "pm.contract",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    estate_id = fields.Many2one(
        related="contract_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="contract_id.company_id", store=True, index=True, precompute=True
    )
    sequence = fields.Integer(default=10)
    name = fields.Char("Obligation", required=True, tracking=True)
    side = fields.Selection(
        SIDES,
        "Whose Duty",
        required=True,
        default="ours",
        tracking=True,
        help="Ours: we owe it to the other party. Theirs: they owe it to us.",
    )
    category_id = fields.Many2one(
        "pm.service.category",
        "Service Category",
        index="btree_not_null",
        ondelete="restrict",
    )
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        index="btree_not_null",
        tracking=True,
        help="Who sees to it, or asks the other party for it; empty: who is "
        "responsible for the contract.",
    )
    description = fields.Text()
    evidence_required = fields.Boolean(
        tracking=True, help="It counts as met only with a file that proves it."
    )
    evidence_note = fields.Char(
        "Which Evidence", help="For example the test report, or photos."
    )
    grace_days = fields.Integer(
        "Grace (days)",
        aggregator=None,
        help="Days after the due day until it counts as breached.",
    )
    remind_days = fields.Integer("Remind Before (days)", default=7, aggregator=None)
    tracked_from = fields.Date(
        required=True,
        default=fields.Date.context_today,
        help="What was due before this day is not followed up.",
    )
    schedule_start = fields.Date(tracking=True)
    schedule_unit = fields.Selection(tracking=True)
    template_id = fields.Many2one(
        "pm.contract.obligation.template",
        "Taken from",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    active = fields.Boolean(default=True)
    event_ids = fields.One2many(
        "pm.contract.obligation.event", "obligation_id", "Due Days"
    )
    next_due = fields.Date(compute="_compute_next_due")
    open_count = fields.Integer("Past Due", compute="_compute_next_due")
    breached_count = fields.Integer("Breached", compute="_compute_next_due")

    _days_positive = models.Constraint(
        "CHECK (grace_days >= 0 AND remind_days >= 0)",
        "Days of grace and days before which to remind cannot be negative.",
    )

    # ------------------------------------------------------------------
    # Compute
    # ------------------------------------------------------------------

    @api.depends("event_ids.state", "event_ids.date_due")
    def _compute_next_due(self):
        today = fields.Date.context_today(self)
        Event = self.env["pm.contract.obligation.event"]
        domain = Domain("obligation_id", "in", self.ids)
        waiting = dict(
            Event._read_group(
                domain & Domain("state", "=", "pending"),
                ["obligation_id"],
                ["date_due:min"],
            )
        )
        overdue = dict(
            Event._read_group(
                domain
                & Domain("state", "in", ("pending", "breached"))
                & Domain("date_due", "<", today),
                ["obligation_id"],
                ["__count"],
            )
        )
        breached = dict(
            Event._read_group(
                domain & Domain("breached_on", "!=", False),
                ["obligation_id"],
                ["__count"],
            )
        )
        for obligation in self:
            obligation.next_due = waiting.get(obligation._origin)
            obligation.open_count = overdue.get(obligation._origin, 0)
            obligation.breached_count = breached.get(obligation._origin, 0)

    # ------------------------------------------------------------------
    # Create, write, delete
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        obligations = super().create(vals_list)
        obligations._plan()
        return obligations

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & self._planning_fields():
            self._plan()
        return result

    @api.model
    def _planning_fields(self):
        """Return the fields that decide which events there are."""
        schedule = self.env["pm.schedule.mixin"]._fields
        return {
            name
            for name, field in schedule.items()
            if field.store and name not in models.MAGIC_COLUMNS
        } | {"tracked_from", "active", "contract_id"}

    @api.ondelete(at_uninstall=False)
    def _unlink_except_followed_up(self):
        done = self.event_ids.filtered(lambda event: event.state != "pending")[:1]
        if done:
            raise UserError(
                self.env._(
                    "%s has been due already and stays on file. Archive it instead.",
                    done.obligation_id.name,
                )
            )

    # ------------------------------------------------------------------
    # Events
    # ------------------------------------------------------------------

    def _plan(self):
        """Make the events ahead; drop the coming ones that are planned no more.

        Idempotent: an event is known by its planned day, of which the database
        keeps one a duty.
        """
        plans = self.sudo()._as_step().with_context(active_test=False)
        wanted = plans._wanted_slots()
        known = {
            (obligation.id, day)
            for obligation, day in self.env["pm.contract.obligation.event"]
            .sudo()
            ._read_group(
                [("obligation_id", "in", plans.ids)],
                ["obligation_id", "date_planned:day"],
            )
        }
        plans._drop_unplanned(wanted)
        plans.env["pm.contract.obligation.event"].create(
            [
                {
                    "obligation_id": obligation.id,
                    "date_planned": planned,
                    "date_due": works,
                }
                for obligation in plans
                for _number, planned, works in wanted[obligation.id]
                if (obligation.id, planned) not in known
            ]
        )

    def _wanted_slots(self):
        """Return {id: slots} from the first day followed up to the horizon."""
        found = dict.fromkeys(self.ids, ())
        live = self.filtered(
            lambda duty: (
                duty.active
                and duty.schedule_start
                and duty.contract_id.state in IN_FORCE
            )
        )
        # duties that are followed over the same days read the working calendar once
        for window, duties in live.grouped(lambda duty: duty._window()).items():
            if window[0] <= window[1]:
                found.update(duties._schedule_slots(*window))
        return found

    def _window(self):
        """Return (first, last) day of the events that there are to be."""
        contract = self.contract_id
        months = contract.kind_id.obligation_months or 6
        horizon = contract._today() + relativedelta(months=months)
        last = min(contract.date_end or horizon, horizon)
        return max(self.tracked_from, contract.date_from), last

    def _drop_unplanned(self, wanted):
        """Delete the events to come that the schedule no longer has."""
        stale = self.env["pm.contract.obligation.event"]
        for event in self.event_ids:
            days = {
                planned for _number, planned, _works in wanted[event.obligation_id.id]
            }
            if (
                event.state == "pending"
                and event.date_planned not in days
                and event.date_due >= event.contract_id._today()
                and not event.attachment_ids
                and not event.note
            ):
                stale += event
        stale.unlink()

    @api.model
    def _cron_follow_up(self):
        """Make the events ahead, remind of those that come, and note breaches.

        Safe to run again; a duty that fails is named to its responsible user once
        and does not stop the others.
        """
        contracts = self.search([("contract_id.state", "in", IN_FORCE)]).contract_id
        events = self.env["pm.contract.obligation.event"]
        remind, breach = events._domain_to_remind(), events._domain_to_breach()
        due = events.search(remind | breach)
        time_left = contracts._cron_each(
            lambda contract: contract.obligation_ids._plan(), more=len(due)
        )
        if time_left:
            due._cron_each(lambda event: event._follow_up())

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    def action_view_events(self):
        self.ensure_one()
        self.check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "pm_core.pm_contract_obligation_event_action"
            ),
            "domain": [("obligation_id", "=", self.id)],
            "context": {},
            "views": [(False, "list"), (False, "calendar"), (False, "form")],
        }

    def _prepare_follow_on(self, contract, until):
        """Return the values of the duty in the contract that follows.

        The first day stays as it was, so that the rhythm goes on without drift.

        :param until: last day of the contract so far
        """
        vals_list = []
        for duty in self:
            if not duty.schedule_unit and (
                not duty.schedule_start or duty.schedule_start <= until
            ):
                continue
            if duty.schedule_until and duty.schedule_until < until:
                continue
            vals = duty.copy_data(
                {
                    "contract_id": contract.id,
                    "tracked_from": until + timedelta(days=1),
                    "template_id": duty.template_id.id,
                    "schedule_until": False,
                }
            )[0]
            vals_list.append(vals)
        return vals_list
