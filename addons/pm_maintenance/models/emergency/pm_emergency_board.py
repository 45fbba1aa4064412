from odoo import api, fields, models

from ..orders.maintenance_request_steps import DISPATCHER
from .pm_emergency_activation import STAFF

# how much of the log the page shows
LOG_LINES = 100
# places to choose from when the alarm is raised
PLACES = 300


class PmEmergency(models.Model):
    """What the emergency page of the web client shows, in one call.

    The page asks again every few seconds while something runs, on many phones at
    once: each part is read once for all, whatever their number.
    """

    _inherit = "pm.emergency"

    def action_open_page(self):
        """Open the page with the big buttons."""
        self.ensure_one()
        self.check_access("read")
        return self._open_page()

    def _open_page(self):
        return {
            "type": "ir.actions.client",
            "tag": "pm_emergency",
            "name": self.env._("Emergency"),
            "params": {"emergency_id": self.id},
        }

    @api.model
    @api.readonly
    def get_board(self, emergency_id=None):
        """What runs at the estates of the user, and one emergency in full.

        :param emergency_id: id of the one that is looked at
        :raises AccessError: of an estate that is not the user's
        """
        running = self.search([("state", "=", "running")])
        board = {
            "is_staff": self.env.user.has_group(STAFF),
            "running": running._board_rows(),
            "emergency": None,
        }
        if emergency_id:
            emergency = self.browse(emergency_id).exists()
            emergency.check_access("read")
            if emergency:
                board["emergency"] = emergency._board_page()
        return board

    @api.model
    @api.readonly
    def get_alarms(self):
        """What alarm can be raised where: estates, their plans and places."""
        estates = self.env["pm.property"].search(
            [("kind", "=", "estate")], order="name, id"
        )
        usable = self.env["pm.emergency.plan"]._usable(estates)
        places = self.env["pm.property"].search_fetch(
            [
                ("estate_id", "in", estates.ids),
                ("kind", "in", ("building", "entrance", "parking_lot", "common")),
            ],
            ["display_name", "estate_id", "kind"],
            order="estate_id, code_sort, id",
            limit=PLACES * max(len(estates), 1),
        )
        by_estate = places.grouped("estate_id")
        none = self.env["pm.property"]
        return [
            {
                "id": estate.id,
                "name": estate.display_name,
                "plans": [
                    {
                        "id": plan.id,
                        "name": plan.name,
                        "type": plan.type_id.name,
                        "icon": plan.type_id.icon or "fa-exclamation-triangle",
                    }
                    for plan in usable[estate]
                ],
                "places": [
                    {"id": place.id, "name": place.display_name}
                    for place in by_estate.get(estate, none)[:PLACES]
                ],
            }
            for estate in estates
        ]

    def _board_rows(self):
        """The emergencies of a list, in a few words each."""
        rows = []
        for emergency in self.sudo():
            calls = emergency.call_ids
            rows.append(
                {
                    "id": emergency.id,
                    "name": emergency.name,
                    "type": emergency.type_id.name,
                    "icon": emergency.type_id.icon or "fa-exclamation-triangle",
                    "place": emergency.property_id.display_name,
                    "estate": emergency.estate_id.name,
                    "is_drill": emergency.is_drill,
                    "is_untold": emergency.is_untold,
                    "started_at": fields.Datetime.to_string(emergency.started_at),
                    "answered": len(calls.filtered(lambda c: c.state == "answered")),
                    "told": len(calls.filtered("told_at")),
                    "done": emergency.done_count,
                    "steps": emergency.step_count,
                    "my_call": self._board_mine(calls),
                }
            )
        return rows

    def _board_mine(self, calls):
        """The state of the user's own call, if there is one."""
        return calls.filtered(lambda call: call.user_id == self.env.user).state or False

    def _board_page(self):
        """One emergency with all that the page shows; who reads it was checked."""
        emergency = self.sudo()
        plan = emergency.plan_id
        return {
            **emergency.with_env(self.sudo().env)._board_rows()[0],
            "state": emergency.state,
            "state_label": emergency._state_label(),
            "note": emergency.note or "",
            "purpose": plan.purpose or "",
            "over_at": emergency.over_at
            and fields.Datetime.to_string(emergency.over_at),
            "can_manage": self.env.user.has_group(DISPATCHER),
            "steps_list": [step._board_row() for step in emergency.step_ids],
            "calls": [call._board_row() for call in emergency.call_ids],
            "agencies": [agency._board_row() for agency in emergency.agency_ids],
            "log": [
                {
                    "id": line.id,
                    "at": fields.Datetime.to_string(line.at),
                    "kind": line.kind,
                    "text": line.text,
                    "user": line.user_id.name,
                }
                for line in emergency.log_ids.sorted("id", reverse=True)[:LOG_LINES]
            ],
            "orders": [
                {"id": order.id, "name": order.display_name}
                for order in emergency.order_ids
            ],
            "notices": [
                {"id": notice.id, "name": notice.display_name}
                for notice in emergency.pm_notice_ids
            ],
            "materials": [
                {
                    "id": material.id,
                    "name": " ".join(filter(None, (material.name, material.quantity))),
                    "where": material.property_id.display_name or material.place or "",
                }
                for material in plan.material_ids
            ],
            "documents": [
                {"id": document.id, "name": document.display_name}
                for document in plan.floor_plan_ids
            ],
        }
