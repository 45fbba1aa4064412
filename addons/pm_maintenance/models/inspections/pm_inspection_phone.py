import hashlib

from odoo import api, fields, models

# rounds that one phone is loaded with
MOST_ROUNDS = 60


def told(moment):
    """A moment as the phone is told: ISO 8601, UTC."""
    return f"{moment.isoformat()}Z" if moment else None


class PmInspection(models.Model):
    """What a phone needs to walk rounds where there is no signal."""

    _inherit = "pm.inspection"

    @api.model
    def _fetch(self):
        """The user's rounds of today, with all that is shown and entered on them."""
        user = self.env.user
        rounds = self.search(
            self._domain_today() & self._domain_mine(),
            order="date_to, id",
            limit=MOST_ROUNDS,
        )
        lines = rounds.line_ids
        # read once for all rounds, with all rights on what belongs to them: the
        # token of a point is for the phone that looks for it
        before = lines._previous_lines()
        return {
            "user": {"id": user.id, "name": user.name},
            "now": told(fields.Datetime.now()),
            "rounds": [round_.sudo()._for_phone(before) for round_ in rounds],
        }

    def _for_phone(self, before):
        order = self.plan_id.order or "free"
        points = self.line_ids.grouped("point_id")
        ordered = list(points)
        if order == "random":
            # another order each round, and the same one each time it is fetched
            ordered.sort(key=lambda point: self._shuffle(point))
        return {
            "id": self.id,
            "name": self.plan_id.name or self.display_name,
            "state": self.state,
            "from": told(self.date_from),
            "to": told(self.date_to),
            "limit": told(self.date_limit),
            "order": order,
            "instructions": self.plan_id.note or "",
            "points": [
                point._for_phone(number, points[point], before)
                for number, point in enumerate(ordered, 1)
            ],
        }

    def _shuffle(self, point):
        return hashlib.sha256(f"{self.id}-{point.id}".encode()).hexdigest()
