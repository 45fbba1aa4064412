from odoo import Command, api, fields, models


class PmInspectionDecision(models.TransientModel):
    """Shows what a phone sent and could not be booked, and asks what becomes of it.

    It checks nothing itself: the steps of the visit do.
    """

    _name = "pm.inspection.decision"
    _description = "Decision about a Visit"

    answer_id = fields.Many2one(
        "pm.inspection.answer", "Visit", required=True, ondelete="cascade"
    )
    conflict_note = fields.Text(related="answer_id.conflict_note")
    user_id = fields.Many2one(related="answer_id.user_id")
    at = fields.Datetime(related="answer_id.at")
    estate_id = fields.Many2one(related="answer_id.estate_id")
    inspection_id = fields.Many2one(
        "pm.inspection",
        "Round",
        compute="_compute_target",
        store=True,
        readonly=False,
        domain="[('estate_id', '=', estate_id)]",
    )
    point_id = fields.Many2one(
        "pm.inspection.point",
        compute="_compute_target",
        store=True,
        readonly=False,
        domain="[('estate_id', '=', estate_id)]",
    )
    line_ids = fields.One2many(
        "pm.inspection.decision.line",
        "decision_id",
        "Entries",
        compute="_compute_target",
        store=True,
        readonly=False,
    )
    reason = fields.Char(required=True)

    @api.depends("answer_id")
    def _compute_target(self):
        for wizard in self:
            answer = wizard.answer_id
            wizard.inspection_id = answer.inspection_id
            wizard.point_id = answer.point_id
            items = self.env["pm.inspection.item"].browse(
                entry["item_id"] for entry in answer._entries()
            )
            known = set(items.exists()._filtered_access("read").ids)
            wizard.line_ids = [
                Command.clear(),
                *(
                    Command.create(
                        {
                            "item_id": entry["item_id"],
                            "entered": entry["value"],
                            "value": entry["value"],
                        }
                    )
                    for entry in answer._entries()
                    if entry["item_id"] in known
                ),
            ]

    def action_apply(self):
        """What was entered counts, as it stands here."""
        self.ensure_one()
        answer = self.answer_id
        answer._check_decider()
        for name in ("inspection_id", "point_id"):
            if self[name] and self[name] != answer[name]:
                answer[name] = self[name]
        answer.action_apply(
            self.reason, {line.item_id.id: line.value or "" for line in self.line_ids}
        )
        return {"type": "ir.actions.act_window_close"}

    def action_set_aside(self):
        """It does not count, and stays on record."""
        self.ensure_one()
        self.answer_id.action_set_aside(self.reason)
        return {"type": "ir.actions.act_window_close"}
