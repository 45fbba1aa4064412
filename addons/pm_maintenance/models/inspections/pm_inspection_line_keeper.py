from collections import defaultdict
from datetime import timedelta

from odoo import models
from odoo.fields import Domain

from odoo.addons.pm_core.models.roster.pm_duty import MANNING_STATES

# so long after a shift what is found is still the work of that shift
SHIFT_COUNTS = timedelta(hours=24)


class PmInspectionLine(models.Model):
    """Whose work it is that was looked at: of cleaners, gardeners and others.

    It is put down when the line is answered, so that somebody who takes an area over
    later is not measured by what others did.
    """

    _inherit = "pm.inspection.line"

    def _set_keepers(self):
        """Put down whose work was looked at. Runs as superuser.

        :return: nothing; lines that nobody can be named for are left without
        """
        lines = self.filtered(lambda line: line.answered_at and not line.keeper_id)
        by_post = lines._shifts_checked()
        found = defaultdict(list)
        for line in lines:
            keeper = line.point_id.keeper_id or line._on_shift(by_post)
            if keeper:
                found[keeper].append(line.id)
        for keeper, ids in found.items():
            self.browse(ids)._as_step().keeper_id = keeper

    def _shifts_checked(self):
        """{post: shifts, the latest first} around the time of these lines, in one
        query."""
        posts = self.inspection_id.plan_id.work_post_id
        if not posts:
            return {}
        moments = self.mapped("answered_at")
        shifts = (
            self.env["pm.duty"]
            .sudo()
            .search(
                Domain("post_id", "in", posts.ids)
                & Domain("state", "in", MANNING_STATES)
                & Domain("start", "<=", max(moments))
                & Domain("stop", ">", min(moments) - SHIFT_COUNTS),
                order="start desc, id",
            )
        )
        return shifts.grouped("post_id")

    def _on_shift(self, by_post):
        """The one who has, or had last, the shift at the post that is checked.

        Where several had the same shift nobody is named: the figure of the estate has
        what they did together.
        """
        shifts = [
            shift
            for shift in by_post.get(self.inspection_id.plan_id.work_post_id, ())
            if shift.start <= self.answered_at < shift.stop + SHIFT_COUNTS
        ]
        last = [shift for shift in shifts if shift.start == shifts[0].start]
        people = {shift.employee_id for shift in last}
        return people.pop() if len(people) == 1 else None
