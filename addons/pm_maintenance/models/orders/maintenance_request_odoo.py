from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# what Odoo's boards show of an order, and what its steps set there
MIRRORED = {"stage_id", "archive", "close_date", "kanban_state"}
WHO = {"user_id", "supplier_id", "maintenance_team_id"}
# following and talking about an order goes on after it is over
CHATTER = {"message_follower_ids", "message_ids", "activity_ids", "color"}


class MaintenanceRequest(models.Model):
    """What Odoo would do to a work order, and what it should not.

    Odoo's own requests, those without a property, stay exactly as they are.
    """

    _inherit = "maintenance.request"

    _no_recurrence = models.Constraint(
        "CHECK (property_id IS NULL OR recurring_maintenance IS NOT TRUE)",
        "A work order does not repeat itself: use a maintenance plan.",
    )

    def _orders(self):
        """Those of these requests that are work orders."""
        return self.filtered("property_id")

    @api.depends("company_id", "equipment_id")
    def _compute_user_id(self):
        """Naming the machine on site does not replace the technician who is there."""
        orders = self._orders()
        for order in orders:
            order.user_id = order.user_id
        return super(MaintenanceRequest, self - orders)._compute_user_id()

    @api.depends("company_id", "equipment_id")
    def _compute_maintenance_team_id(self):
        """Nor the team that was dispatched."""
        orders = self._orders()
        for order in orders:
            team = order.maintenance_team_id
            if team.company_id and team.company_id != order.company_id:
                team = self.env["maintenance.team"]
            order.maintenance_team_id = team or self._team_of(order.company_id)
        others = super(MaintenanceRequest, self - orders)
        return others._compute_maintenance_team_id()

    @api.model
    def _team_of(self, company):
        """The first team of a company, or one of all companies."""
        Team = self.env["maintenance.team"].sudo()
        return Team.search(
            [("company_id", "in", [company.id, False])], order="company_id, id", limit=1
        )

    @api.model
    def _ensure_team(self, company):
        """A company without a team gets one: Odoo would take that of another company
        and then refuse the order, and a fault is reported whatever is set up."""
        if not self._team_of(company):
            Team = self.env["maintenance.team"].sudo()
            name = self.env._("Maintenance")
            Team.create({"name": name, "company_id": company.id})

    def _compute_recurring_maintenance(self):
        orders = self._orders()
        orders.recurring_maintenance = False
        others = super(MaintenanceRequest, self - orders)
        return others._compute_recurring_maintenance()

    def activity_update(self):
        """Orders have steps and clocks; Odoo's one activity a request says less."""
        return super(MaintenanceRequest, self - self._orders()).activity_update()

    def _creation_subtype(self):
        """What an order begins with is put down for all at once; a message of Odoo's
        kind would be sent around for each.
        """
        if self._orders():
            return self.env["mail.message.subtype"]
        return super()._creation_subtype()

    def _add_followers(self):
        """The same people follow many orders: let them, in one query."""
        orders = self._orders()
        by_people = orders.grouped(
            lambda order: order.owner_user_id.partner_id | order.user_id.partner_id
        )
        for people, some in by_people.items():
            some.message_subscribe(partner_ids=people.ids)
        return super(MaintenanceRequest, self - orders)._add_followers()

    def _message_auto_subscribe_notify(self, partner_ids, template):
        """Whose order it is learns of it by its activity, and not a second time."""
        others = self - self._orders()
        if not others:
            return None
        return super(MaintenanceRequest, others)._message_auto_subscribe_notify(
            partner_ids, template
        )

    def write(self, vals):
        if not self._writes_freely():
            self._orders()._check_odoo_columns(vals)
        result = super().write(vals)
        on_board = self.env.context.get("pm_board") and not self._writes_freely()
        if on_board and "user_id" in vals:
            self._orders()._given_on_board()
        return result

    def _given_on_board(self):
        """On the dispatcher's board, dragging an order to somebody gives it."""
        self.filtered(
            lambda order: order.user_id and order.state in ("reported", "dispatched")
        ).action_dispatch()

    def _check_odoo_columns(self, vals):
        """Columns of Odoo that an order's steps own: the guard knows only ours.

        :raises UserError: the stage, or an order that is over
        :raises AccessError: who does the work is said by who dispatches
        """
        mirrored = vals.keys() & MIRRORED
        for order in self:
            if order.state in ("closed", "cancelled") and vals.keys() - CHATTER:
                raise UserError(
                    self.env._(
                        "%s is over and on file; it is not changed any more.",
                        order.display_name,
                    )
                )
            if mirrored and not self.env.su:
                raise UserError(
                    self.env._(
                        "The stage of %s follows from its steps. Use its buttons.",
                        order.display_name,
                    )
                )
        if vals.keys() & WHO:
            self._check_may_give([vals] * len(self))

    def _check_may_give(self, vals_list):
        """Who does the work is said by dispatchers, before the work has begun."""
        if self._writes_freely() or self.env.su:
            return
        for order, vals in zip(self, vals_list, strict=True):
            if not order.property_id or not vals.keys() & WHO:
                continue
            if all(vals.get(name) == order[name].id for name in vals.keys() & WHO):
                # a form says what the team or the contractor is anyhow
                if order.state == "reported" and not vals.get("user_id"):
                    continue
            if not self.env.user.has_group("pm_maintenance.group_pm_dispatcher"):
                raise AccessError(
                    self.env._(
                        "Who does %s is said by the dispatcher.", order.display_name
                    )
                )
            if order.state not in ("reported", "dispatched"):
                raise UserError(
                    self.env._(
                        "%s is being worked on. Hand it over with its button.",
                        order.display_name,
                    )
                )

    def archive_equipment_request(self):
        """Odoo's *Cancel* is the step of an order that asks for the reason."""
        orders = self._orders()
        orders.action_cancel()
        return super(MaintenanceRequest, self - orders).archive_equipment_request()

    def reset_equipment_request(self):
        """Odoo's *Reopen* has no meaning for an order that is over."""
        for order in self._orders():
            raise UserError(
                self.env._(
                    "%s is over. Report the fault anew: it is linked and counted as "
                    "a repeat.",
                    order.display_name,
                )
            )
        return super().reset_equipment_request()

    @api.model
    def _stage_of(self, state):
        """The stage that Odoo's boards show for a state of an order."""
        Stage = self.env["maintenance.stage"].sudo()
        if state in ("verified", "closed"):
            return Stage.search([("done", "=", True)], limit=1)
        stages = Stage.search([("done", "=", False)], limit=2)
        return stages[:1] if state in ("reported", "dispatched") else stages[-1:]

    def _mirror_state(self):
        """Let Odoo's stage, closing day and cancelled mark follow the state."""
        for state, orders in self.grouped("state").items():
            values = {"archive": state == "cancelled"}
            stage = self._stage_of(state)
            if stage and orders.stage_id != stage:
                values["stage_id"] = stage.id
            orders.sudo()._as_step().with_context(mail_notrack=True).write(values)
            # the day by the clock of the estate, where Odoo takes the day in UTC
            for order in orders.filtered("closed_at"):
                zone = order.estate_id.tz or "UTC"
                local = fields.Datetime.context_timestamp(
                    order.with_context(tz=zone), order.closed_at
                )
                order.sudo()._as_step().close_date = local.date()
