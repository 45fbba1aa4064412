from odoo import fields, models
from odoo.exceptions import UserError, ValidationError

from ...engine import readings
from ..equipment.pm_maintenance_item import KINDS
from .maintenance_request import WORKING


class PmOrderCheck(models.Model):
    """An item of the checklist of an order: ticked, or with a note why it was not.

    Who did it, and when, is put down with it. Items come from the plan of the order
    and stay as they were asked for.
    """

    _name = "pm.order.check"
    _description = "Item of a Checklist"
    _inherit = ["pm.order.part.mixin"]
    _order = "request_id, sequence, id"

    request_id = fields.Many2one(
        "maintenance.request", "Order", required=True, index=True, ondelete="cascade"
    )
    name = fields.Char("What Has to Be Done", required=True, readonly=True)
    sequence = fields.Integer(readonly=True)
    kind = fields.Selection(KINDS, required=True, readonly=True, default="tick")
    unit = fields.Char(readonly=True)
    is_done = fields.Boolean("Done", copy=False)
    value = fields.Char("Measured", copy=False)
    note = fields.Char(copy=False, help="Needed for what was not done: why.")
    user_id = fields.Many2one("res.users", "By", readonly=True, copy=False)
    at = fields.Datetime("When", readonly=True, copy=False)

    def write(self, vals):
        """Whoever does the order ticks; who and when follow from that.

        :raises ValidationError: a number that is none, or may be read in two ways
        :raises UserError: the order is not being worked on
        """
        answered = vals.keys() & {"is_done", "value", "note"}
        if not answered or self._writes_freely():
            return super().write(vals)
        self._check_may_answer()
        user, now = self.env.uid, fields.Datetime.now()
        for check in self:
            values = {**vals, **check._read_entry(vals)}
            super(PmOrderCheck, check).write(values)
            if check.is_done or check.note:
                check.sudo()._as_step().write({"user_id": user, "at": now})
            else:
                check.sudo()._as_step().write({"user_id": False, "at": False})
        return True

    def action_tick(self):
        """Done, or not done after all: one tap on the phone.

        :raises UserError: it is measured and not ticked, or the order is not being
            worked on
        """
        for check in self:
            if check.kind != "tick":
                raise UserError(self.env._("%s: enter what was measured.", check.name))
            check.write({"is_done": not check.is_done})
        # the page on which work is finished stays open
        return {"type": "ir.actions.client", "tag": "pm_stay"}

    def _check_may_answer(self):
        """:raises UserError: before the work was taken on, or after it is done"""
        orders = self.request_id
        if not self.env.su:
            orders._check_worker()
        for order in orders:
            if order.state not in WORKING:
                raise UserError(
                    self.env._(
                        "%s: the checklist is filled in while the order is worked on.",
                        order.display_name,
                    )
                )

    def _read_entry(self, vals):
        """What an entry makes of this item: a number is done when it is there."""
        if self.kind != "number":
            return {}
        entry = vals.get("value", self.value)
        if entry in (None, False) or readings.plain(entry) == "":
            return {"value": False, "is_done": False}
        try:
            figure = readings.number(entry)
        except readings.Unreadable as problem:
            raise ValidationError(
                self.env._(
                    "%(item)s: “%(entry)s” is no number that can be read for certain. "
                    "Write it with a point, as in 12.5.",
                    item=self.name,
                    entry=readings.plain(entry)[:60],
                )
            ) from problem
        return {"value": format(figure, "f"), "is_done": True}

    def _unanswered(self):
        """Those that were neither done nor explained."""
        return self.filtered(
            lambda check: not check.is_done and not (check.note or "").strip()
        )
