from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from .gate_roles import local_time

SHOWN = 50


class PmAccessPass(models.Model):
    """What the guard has to do today, on one page."""

    _inherit = "pm.access.pass"

    @api.model
    def gate_today(self, post_id=None):
        """Return the page of the guard: post, duty, who is expected, what is open.

        :param post_id: id of the gate that was chosen; by default the post on which
            the user is on duty, or the first gate there is
        """
        self._check_gate()
        Post = self.env["pm.duty.post"]
        duties = Post._duty_now()
        gates = Post.search([("is_gate", "=", True)], limit=SHOWN)
        chosen = gates.filtered(lambda post: post.id == post_id)
        mine = gates & duties.post_id.with_env(self.env)
        post = chosen or mine[:1] or gates[:1]
        return {
            "duty": self._today_duty(duties[:1]),
            "post_id": post.id,
            "posts": [
                {"id": one.id, "name": f"{one.estate_id.name} · {one.name}"}
                for one in gates
            ],
            "note": duties[:1].post_id.note or "",
            "log": self._today_log(duties),
            **(self._today_passes(post) if post else self._no_passes()),
        }

    @api.model
    def _no_passes(self):
        return {"expected": [], "inside": [], "expected_count": 0, "inside_count": 0}

    @api.model
    def _today_duty(self, duty):
        if not duty:
            return False
        return {
            "post": duty.post_id.name,
            "estate": duty.estate_id.name,
            "shift": duty.shift_id.name,
            "time": duty.time_text,
        }

    @api.model
    def _today_log(self, duties):
        """The log of the post that the user is on, and what is open there."""
        duty = duties.filtered(lambda duty: duty.post_id.keeps_log)[:1]
        if not duty:
            return False
        Log = self.env["pm.post.log"]
        log = Log.search(Log._domain_of(duty), limit=1)
        matters = self.env["pm.post.log.entry"].search(
            [("post_id", "=", duty.post_id.id), ("is_open", "=", True)], limit=SHOWN
        )
        return {
            "id": log.id,
            "state": log.state or "none",
            "matters": [
                {"id": matter.id, "text": matter.text, "who": matter.user_id.name}
                for matter in matters
            ],
        }

    @api.model
    def _today_passes(self, post):
        zone = post.estate_id._zone()
        now = fields.Datetime.now()
        here = Domain("estate_id", "=", post.estate_id.id)
        soon = now + timedelta(hours=24)
        expected = (
            here
            & Domain("state", "=", "confirmed")
            & Domain("is_used_up", "=", False)
            & Domain("is_inside", "=", False)
            & Domain("valid_to", ">=", now)
            & Domain("valid_from", "<=", soon)
        )
        inside = here & Domain("is_inside", "=", True)
        kinds = dict(self._fields["kind"]._description_selection(self.env))

        def lines(domain, order):
            found = self.search(domain, order=order, limit=SHOWN)
            # names of hosts and places are read at once, whoever may open them
            found.sudo().fetch(["host_id", "property_id"])
            return [
                {
                    "id": one.id,
                    "number": one.number,
                    "kind": kinds[one.kind],
                    "who": one.visitor_name or one.plate or one.goods or "",
                    "place": one.sudo().property_id.display_name,
                    "from": local_time(self.env, one.valid_from, zone),
                    "to": local_time(self.env, one.valid_to, zone),
                    "overstay": one.is_overstay,
                }
                for one in found
            ]

        return {
            "expected": lines(expected, "valid_from, id"),
            "inside": lines(inside, "valid_to, id"),
            "expected_count": self.search_count(expected),
            "inside_count": self.search_count(inside),
        }
