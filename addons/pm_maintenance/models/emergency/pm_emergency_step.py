from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..orders.maintenance_request_steps import DISPATCHER


class PmEmergencyStep(models.Model):
    """A step of a running emergency: done when, by whom, against its target."""

    _name = "pm.emergency.step"
    _description = "Step of an Emergency"
    _inherit = ["pm.part.mixin"]
    _whole = "emergency_id"
    _order = "emergency_id, sequence, id"

    emergency_id = fields.Many2one(
        "pm.emergency", required=True, readonly=True, index=True, ondelete="cascade"
    )
    plan_step_id = fields.Many2one(
        "pm.emergency.plan.step", readonly=True, ondelete="set null"
    )
    sequence = fields.Integer(readonly=True)
    name = fields.Char("What Is Done", required=True, readonly=True)
    note = fields.Text("How", readonly=True)
    role = fields.Char("Who", readonly=True)
    target_minutes = fields.Integer("Target (Minutes)", readonly=True, aggregator=None)
    state = fields.Selection(
        [("todo", "To Do"), ("done", "Carried Out"), ("skipped", "Not Needed")],
        required=True,
        readonly=True,
        default="todo",
    )
    done_at = fields.Datetime(readonly=True)
    done_by_id = fields.Many2one("res.users", readonly=True)
    skip_reason = fields.Char("Why Not Needed", readonly=True)
    minutes = fields.Float(
        "Took (Minutes)", compute="_compute_minutes", store=True, digits=(8, 1)
    )
    is_late = fields.Boolean("Late", compute="_compute_minutes", store=True)

    _ticked = models.Constraint(
        "CHECK (state <> 'done' OR done_at IS NOT NULL)",
        "A step that is done has a time.",
    )

    @api.depends("done_at", "target_minutes", "emergency_id.started_at")
    def _compute_minutes(self):
        for step in self:
            started = step.emergency_id.started_at
            took = step.done_at - started if step.done_at and started else None
            step.minutes = took.total_seconds() / 60 if took else 0
            step.is_late = bool(
                took and step.target_minutes and step.minutes > step.target_minutes
            )

    def action_tick(self):
        """It is done, now, by the user. Who ticks second changes nothing.

        :raises UserError: the emergency is over
        """
        self._check_going_on()
        for step in self.sudo().filtered(lambda step: step.state != "done"):
            step._as_step().write(
                {
                    "state": "done",
                    "done_at": fields.Datetime.now(),
                    "done_by_id": self.env.uid,
                }
            )
            step.emergency_id._log("step", step.name)

    def action_untick(self):
        """It was ticked by mistake; by who ticked it, or a dispatcher.

        :raises AccessError: somebody else's tick
        """
        self._check_going_on()
        for step in self.sudo().filtered(lambda step: step.state != "todo"):
            user = self.env.user
            if step.done_by_id != user and not user.has_group(DISPATCHER):
                raise AccessError(
                    self.env._(
                        "“%(step)s” was ticked by %(user)s, who takes it back.",
                        step=step.name,
                        user=step.done_by_id.name,
                    )
                )
            step._as_step().write(
                {
                    "state": "todo",
                    "done_at": False,
                    "done_by_id": False,
                    "skip_reason": False,
                }
            )
            step.emergency_id._log("note", self.env._("Not done yet: %s", step.name))

    def action_skip(self, reason):
        """It is not needed this time; the reason is kept.

        :raises UserError: no reason
        """
        self._check_going_on()
        words = reason.strip()[:500] if isinstance(reason, str) else ""
        if not words:
            raise UserError(self.env._("Say why the step is not needed."))
        for step in self.sudo().filtered(lambda step: step.state == "todo"):
            step._as_step().write(
                {
                    "state": "skipped",
                    "skip_reason": words,
                    "done_by_id": self.env.uid,
                }
            )
            step.emergency_id._log(
                "note",
                self.env._("Not needed: %(step)s (%(why)s)", step=step.name, why=words),
            )

    def _check_going_on(self):
        self.emergency_id._check_staff()
        self.emergency_id._check_in_state("running")

    def _board_row(self):
        """What the page shows of it."""
        return {
            "id": self.id,
            "name": self.name,
            "note": self.note or "",
            "role": self.role or "",
            "target": self.target_minutes,
            "state": self.state,
            "minutes": round(self.minutes),
            "is_late": self.is_late,
            "by": self.done_by_id.name or "",
        }
