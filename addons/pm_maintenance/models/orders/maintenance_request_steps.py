from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .maintenance_request import STATES, WAITING, WORKING

DISPATCHER = "pm_maintenance.group_pm_dispatcher"
TECHNICIAN = "pm_maintenance.group_pm_technician"
SERVICE = "pm_core.group_pm_service"


class MaintenanceRequest(models.Model):
    """The steps of an order until the work is done.

    Each step checks the state, the role and the estate, writes as superuser, and
    leaves who did it and when (``pm.order.step``). No call changes a state without
    them.
    """

    _inherit = "maintenance.request"

    # who may take a step

    def _check_order_access(self):
        """Refuse what is no order, and orders of estates that are not the user's.

        :raises UserError: a request without a property
        """
        self.check_access("write")
        for request in self:
            if not request.property_id:
                raise UserError(
                    self.env._(
                        "%s is no work order: it names no place.", request.display_name
                    )
                )

    def _check_dispatcher(self):
        """:raises AccessError: the user does not dispatch orders"""
        self._check_order_access()
        if not (self.env.su or self.env.user.has_group(DISPATCHER)):
            raise AccessError(
                self.env._(
                    "%s is dispatched by dispatchers and managers of its estate.",
                    self[:1].display_name,
                )
            )

    def _check_worker(self):
        """:raises AccessError: somebody else's order, and the user is no dispatcher"""
        self._check_order_access()
        if self.env.su or self.env.user.has_group(DISPATCHER):
            return
        for order in self:
            if order.user_id != self.env.user:
                raise AccessError(
                    self.env._(
                        "%(order)s is the order of %(technician)s. Ask the dispatcher "
                        "to transfer it to you.",
                        order=order.display_name,
                        technician=order.user_id.name or self.env._("nobody yet"),
                    )
                )

    def _check_desk(self):
        """:raises AccessError: neither customer service nor dispatcher"""
        self._check_order_access()
        user = self.env.user
        if not (self.env.su or user.has_group(DISPATCHER) or user.has_group(SERVICE)):
            raise AccessError(
                self.env._(
                    "This step of %s is for customer service and dispatchers.",
                    self[:1].display_name,
                )
            )

    def _check_signature_taken(self):
        """Whoever works on the order, or sits at the desk, has the customer sign.

        :raises AccessError: others
        """
        if self.env.user.has_group(SERVICE):
            self._check_desk()
        else:
            self._check_worker()

    def _locked(self):
        """Lock the rows, so that two people cannot take a step at the same moment.

        :raises UserError: somebody else is at it
        """
        if len(self.try_lock_for_update()) < len(self):
            raise UserError(
                self.env._(
                    "Somebody else is changing %s at this moment. Try again.",
                    self[:1].display_name,
                )
            )
        self.invalidate_recordset(["state", "user_id", "is_pool", "urge_count"])
        return self

    def _take_step(self, step, state=None, note=None, **values):
        """Write what a step changes, and leave who took it and when."""
        if state:
            values["state"] = state
        orders = self.sudo()._as_step("pm_sla_later")
        orders.write(values)
        if state:
            orders._mirror_state()
        self._sla_sync()
        self.sudo()._log_step(step, note)
        self._tell_step(step)

    def _log_step(self, step, note=None):
        self.env["pm.order.step"]._as_step().create(
            [
                {
                    "request_id": order.id,
                    "step": step,
                    "state": order.state,
                    "user_id": self.env.uid,
                    "at": fields.Datetime.now(),
                    "note": note,
                }
                for order in self
            ]
        )
        self._raise_event(f"order.{step}", note)

    # dispatch

    def action_dispatch(self):
        """Give orders to whom the rules find, or to whom the dispatcher has named.

        Where nobody is found, the dispatcher is told at once and the order waits,
        visibly, in the state it has.
        """
        self._check_dispatcher()
        self._check_in_state(*WAITING)
        named = self.filtered(lambda order: order.user_id or order.supplier_id)
        for order in named:
            order._assign(order.user_id, order.supplier_id, order._by_hand())
        (self - named)._dispatch_by_rules()

    def _by_hand(self):
        return self.env._("by %s", self.env.user.name)

    def _assign(self, user, supplier, note):
        """The order is somebody's now; they are told."""
        self._give(user, supplier, note)
        self._tell_assigned()

    def _give(self, user, supplier, note):
        self._take_step(
            "dispatch",
            "dispatched",
            note=note,
            user_id=user.id,
            supplier_id=supplier.id,
            is_pool=False,
            dispatched_at=fields.Datetime.now(),
            dispatch_note=note,
        )

    def action_grab(self):
        """Take an order that is offered to the team: the first one has it.

        :raises UserError: somebody was quicker, or it is not offered
        :raises AccessError: not a technician of the estate and team
        """
        self._check_order_access()
        user = self.env.user
        if not user.has_group(TECHNICIAN):
            raise AccessError(self.env._("Only technicians take orders."))
        for order in self._locked():
            if order.user_id or not order.is_pool or order.state != "reported":
                raise UserError(
                    self.env._(
                        "%(order)s is taken already, by %(who)s.",
                        order=order.display_name,
                        who=order.user_id.name or order.supplier_id.name or "—",
                    )
                )
            if user not in order.sudo().maintenance_team_id.member_ids:
                raise AccessError(
                    self.env._(
                        "%(order)s is offered to %(team)s, and you are not in it.",
                        order=order.display_name,
                        team=order.maintenance_team_id.name,
                    )
                )
            order._take_step(
                "grab",
                "accepted",
                user_id=user.id,
                is_pool=False,
                dispatched_at=fields.Datetime.now(),
                accepted_at=fields.Datetime.now(),
                dispatch_note=self.env._("taken by %s", user.name),
            )

    # the technician

    def action_accept(self):
        """The technician, or the contractor, takes the order on."""
        self._check_worker()
        self._check_in_state("dispatched")
        self._take_step("accept", "accepted", accepted_at=fields.Datetime.now())

    def action_refuse(self, reason=None):
        """Give it back with a reason; it is dispatched anew.

        :raises UserError: no reason
        """
        self._check_worker()
        self._check_in_state("dispatched", "accepted", "travelling")
        self._need(reason, self.env._("why you cannot do it"))
        self._take_step(
            "refuse",
            "reported",
            note=reason,
            user_id=False,
            supplier_id=False,
            accepted_at=False,
        )
        self._tell_dispatcher("refused", reason)

    def action_transfer(self, user_id, reason=None):
        """Hand the order to a colleague, who accepts it anew, with a reason.

        :param user_id: id of the colleague, a technician of the estate
        """
        self._check_worker()
        self._check_in_state("dispatched", *WORKING)
        self._need(reason, self.env._("why it is handed over"))
        user = self._named("res.users", user_id)
        self._stop_work()
        for order in self:
            if not user or not order._may_do(user):
                raise UserError(
                    self.env._(
                        "%(user)s is no technician of %(estate)s.",
                        user=user.name or user_id,
                        estate=order.estate_id.display_name,
                    )
                )
            order._take_step(
                "transfer",
                "dispatched",
                note=reason,
                user_id=user.id,
                supplier_id=False,
                dispatch_note=order._by_hand(),
                # somebody answered in time: that clock has ended, and stays so
                accepted_at=False,
                pause_reason_id=False,
                state_before_pause=False,
            )
            order._tell_assigned()

    def _may_do(self, user):
        """Whether ``user`` works as a technician at the estate of the order."""
        return (
            user.active and user.has_group(TECHNICIAN) and user._pm_sees(self.estate_id)
        )

    def action_travel(self):
        """On the way."""
        self._check_worker()
        self._check_in_state("accepted")
        self._take_step("travel", "travelling")

    def action_arrive(self, latitude=None, longitude=None):
        """On site; where the phone says that is, if it says so (WGS-84)."""
        self._check_worker()
        self._check_in_state("dispatched", "accepted", "travelling")
        now, place = fields.Datetime.now(), self._read_position(latitude, longitude)
        for order in self:
            order._take_step(
                "arrive",
                "on_site",
                accepted_at=order.accepted_at or now,
                arrived_at=order.arrived_at or now,
            )
            if place:
                steps = order.sudo()._as_step().step_ids
                steps.filtered(lambda step: step.step == "arrive")[-1:].write(place)
        self._start_work()
        return None if place else self._ask_position()

    def _named(self, model, record_id):
        """The record that a call names by its id, if it is one and is there."""
        found = isinstance(record_id, int) and self.env[model].browse(record_id)
        return found.exists() if found else self.env[model]

    def action_pause(self, reason_id=None):
        """Stop, with a reason that says whether the promised time stops too.

        :param reason_id: id of a ``pm.pause.reason``; by default the one that was
            entered on the order
        :raises UserError: no reason
        """
        self._check_worker()
        self._check_in_state("accepted", "travelling", "on_site")
        for order in self:
            reason = order.pause_reason_id
            if reason_id:
                reason = self._named("pm.pause.reason", reason_id)
            order._need(reason, self.env._("the reason of the pause"))
            order._take_step(
                "pause",
                "paused",
                note=reason.name,
                pause_reason_id=reason.id,
                state_before_pause=order.state,
            )
        self._stop_work()

    def action_resume(self):
        """Go on where the order was paused."""
        self._check_worker()
        self._check_in_state("paused")
        for order in self:
            state = order.state_before_pause or "accepted"
            order._take_step(
                "resume", state, pause_reason_id=False, state_before_pause=False
            )
            if state == "on_site":
                order._start_work()

    def action_done(self):
        """The work is done; what its category asks for must be there.

        :raises UserError: naming each missing thing
        """
        self._check_worker()
        self._check_in_state("accepted", "travelling", "on_site")
        for order in self:
            missing = order._missing_for_done()
            if missing:
                raise UserError(
                    self.env._(
                        "%(order)s is not done yet. Missing: %(missing)s.",
                        order=order.display_name,
                        missing=", ".join(missing),
                    )
                )
        self._stop_work()
        now = fields.Datetime.now()
        for order in self:
            order._take_step(
                "done", "done", done_at=now, arrived_at=order.arrived_at or now
            )
        self._tell_reporter("done")

    def _missing_for_done(self):
        """Names of what the category asks for and is not there."""
        category = self.fault_category_id
        checks = [
            (
                category.needs_photo_before,
                self.photo_before_ids,
                self.env._("photo before"),
            ),
            (
                category.needs_photo_after,
                self.photo_after_ids,
                self.env._("photo after"),
            ),
            (
                category.needs_cause,
                self.problem_id and self.cause_id and self.remedy_id,
                self.env._("problem, cause and remedy"),
            ),
            (
                self.quote_line_ids,
                self.quote_state == "agreed",
                self.env._("the customer's consent to the quote"),
            ),
        ]
        return [name for needed, there, name in checks if needed and not there]

    def _need(self, given, what):
        """:raises UserError: something that a step needs was not given"""
        if not given or (isinstance(given, str) and not given.strip()):
            raise UserError(
                self.env._(
                    "%(order)s: enter %(what)s.",
                    order=self[:1].display_name,
                    what=what,
                )
            )

    # working time: begins on site and ends with a pause or when it is done

    def _start_work(self):
        Work = self.env["pm.order.work"].sudo()
        for order in self:
            employee = order._employee()
            if employee and not order._running_work(employee):
                Work.create({"request_id": order.id, "employee_id": employee.id})

    def _stop_work(self):
        running = self.sudo().work_ids.filtered(lambda work: not work.stop)
        running.write({"stop": fields.Datetime.now()})

    def _running_work(self, employee):
        return self.sudo().work_ids.filtered(
            lambda work: work.employee_id == employee and not work.stop
        )

    def _employee(self):
        """The technician as an employee of the order's company."""
        return self.sudo().user_id.with_company(self.company_id).employee_id

    @api.model
    def _state_label(self, state):
        return dict(self._fields["state"]._description_selection(self.env)).get(
            state, dict(STATES).get(state)
        )

    def _open_form(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [
                (
                    self.env.ref("pm_maintenance.maintenance_request_view_form").id,
                    "form",
                )
            ],
        }

    def action_ask_reason(self):
        """Open the dialog of a step that needs a reason.

        The step comes from the button (``pm_order_step`` in its context) and is only
        what the dialog shows: applying it checks everything.
        """
        self.ensure_one()
        self.check_access("read")
        step = self.env.context.get("pm_order_step")
        return {
            "type": "ir.actions.act_window",
            "name": dict(
                self.env["pm.order.reason"]
                ._fields["step"]
                ._description_selection(self.env)
            ).get(step),
            "res_model": "pm.order.reason",
            "view_mode": "form",
            "target": "new",
            "context": {"default_request_id": self.id, "default_step": step},
        }
