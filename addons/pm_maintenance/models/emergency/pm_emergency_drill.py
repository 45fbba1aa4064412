from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..orders.maintenance_request_steps import DISPATCHER


class PmEmergencyDrill(models.Model):
    """A drill that is due on a day: planned, held, or left out for a reason."""

    _name = "pm.emergency.drill"
    _description = "Planned Drill"
    _inherit = ["pm.part.mixin", "pm.state.mixin", "mail.thread", "mail.activity.mixin"]
    _whole = "drill_plan_id"
    _order = "planned_day, id"
    # what was agreed, assumed and said of it stands once it was held or left out
    _user_columns = dict.fromkeys(("day", "reason", "scenario"), ("planned",))

    drill_plan_id = fields.Many2one(
        "pm.emergency.drill.plan",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    planned_day = fields.Date("Drill Due on", required=True, readonly=True, index=True)
    day = fields.Date(
        "Agreed for", help="The day on which it shall be held, if another one."
    )
    property_id = fields.Many2one(related="drill_plan_id.property_id")
    type_id = fields.Many2one(
        related="drill_plan_id.type_id", store=True, index=True, precompute=True
    )
    estate_id = fields.Many2one(
        related="drill_plan_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="drill_plan_id.company_id", store=True, index=True, precompute=True
    )
    user_id = fields.Many2one(
        related="drill_plan_id.user_id", store=True, precompute=True
    )
    state = fields.Selection(
        [("planned", "To Be Held"), ("held", "Held"), ("cancelled", "Not Held")],
        required=True,
        readonly=True,
        default="planned",
        index=True,
    )
    reason = fields.Char("Why It Is Left Out", help="Needed to leave it out.")
    scenario = fields.Text(help="What is assumed: where it burns, who is hurt.")
    emergency_id = fields.Many2one(
        "pm.emergency",
        "Held as",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    score = fields.Float(related="emergency_id.score", store=True, aggregator="avg")
    is_overdue = fields.Boolean(
        compute="_compute_is_overdue", search="_search_is_overdue"
    )

    _day_once = models.UniqueIndex(
        "(drill_plan_id, planned_day)", "This drill is planned already."
    )

    @api.depends("type_id", "planned_day", "estate_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for drill in self:
            estate = drill.estate_id.sudo().name or ""
            drill.display_name = f"{drill.type_id.name} {drill.planned_day} {estate}"

    @api.depends("state", "planned_day", "emergency_id")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for drill in self:
            drill.is_overdue = bool(
                drill.state == "planned"
                and not drill.emergency_id
                and drill.planned_day
                and drill.planned_day < today
            )

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        return (
            Domain("state", "=", "planned")
            & Domain("emergency_id", "=", False)
            & Domain("planned_day", "<", today)
        )

    def action_start(self):
        """Raise the alarm of the drill: marked as one, and nothing leaves the house.

        :raises UserError: held already, or no plan of the type
        """
        self.ensure_one()
        self._check_leads()
        self._check_in_state("planned")
        if self.emergency_id:
            return self.emergency_id._open_page()
        place = self.sudo().drill_plan_id.property_id
        plans = self.env["pm.emergency.plan"]._usable(self.estate_id)[self.estate_id]
        plan = plans.filtered(lambda plan: plan.type_id == self.type_id)[:1]
        if not plan:
            raise UserError(
                self.env._(
                    "There is no plan for %(type)s at %(estate)s. Make one from the "
                    "shared plans first.",
                    type=self.type_id.name,
                    estate=self.estate_id.display_name,
                )
            )
        emergency = plan._activate(place, self.scenario, drill=self.sudo())
        self.sudo().activity_unlink(["mail.mail_activity_data_todo"])
        return emergency._open_page()

    def action_cancel(self):
        """Leave it out.

        :raises UserError: no reason
        """
        self._check_leads()
        self._check_in_state("planned")
        for drill in self:
            if not (drill.reason or "").strip():
                raise UserError(
                    self.env._("Enter why %s is left out.", drill.display_name)
                )
        self.sudo()._as_step().state = "cancelled"
        self.sudo().activity_unlink(["mail.mail_activity_data_todo"])

    def _check_leads(self):
        """:raises AccessError: neither responsible for it, nor a dispatcher"""
        self.check_access("read")
        user = self.env.user
        if self.env.su or user.has_group(DISPATCHER):
            return
        if any(drill.sudo().user_id != user for drill in self):
            raise AccessError(
                self.env._(
                    "Drills are led by who is responsible for them, dispatchers and "
                    "managers."
                )
            )

    def _ask_responsible(self):
        for drill in self.filtered("user_id"):
            reader = drill.with_context(lang=drill.user_id.lang)
            drill.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=drill.planned_day,
                summary=reader.env._("Prepare and hold the drill"),
                user_id=drill.user_id.id,
            )
