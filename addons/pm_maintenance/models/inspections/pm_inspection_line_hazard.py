from collections import defaultdict

from markupsafe import Markup

from odoo import api, models

from ..emergency.pm_hazard import OPEN


class PmInspectionLine(models.Model):
    """Faults that are dangerous: they are entered in the hazard register."""

    _inherit = "pm.inspection.line"

    def _report_hazards(self):
        """Enter new hazards, or join the open one of the same point and item.

        A blocked exit that a patrol finds each day until it is free is one hazard.
        The order of the fault belongs to it. Runs as superuser.
        """
        lines = self.filtered(
            lambda line: line.is_fault and line.item_id.is_hazard and not line.hazard_id
        )
        if not lines:
            return
        there = lines._open_hazards()
        again = defaultdict(list)
        for line in lines:
            hazard = there.get((line.point_id, line.item_id))
            if hazard:
                again[hazard].append(line)
            else:
                hazard = line._make_hazard()
                there[line.point_id, line.item_id] = hazard
            line._as_step().hazard_id = hazard
            if line.request_id and not line.request_id.hazard_id:
                line.request_id._as_step().hazard_id = hazard
        self._join(again)

    def _open_hazards(self):
        """{(point, item): hazard that is not closed}, in one query."""
        before = self.search(
            [
                ("point_id", "in", self.point_id.ids),
                ("item_id", "in", self.item_id.ids),
                ("hazard_id.state", "in", OPEN),
            ],
            order="id",
        )
        return {(line.point_id, line.item_id): line.hazard_id for line in before}

    def _make_hazard(self):
        return self.env["pm.hazard"]._hazard_from(
            self.point_id.property_id,
            self._fault_text(),
            reference=f"pm.inspection.line,{self.id}",
            category=self._fault_category(),
            found_by=self.user_id,
            photos=self.answer_id.photo_ids.attachment_id,
        )

    @api.model
    def _join(self, joined):
        """Put down in orders or hazards what was found at their place again.

        :param joined: {record: lines}
        """
        by_model = defaultdict(dict)
        for record, lines in joined.items():
            by_model[record._name][record.id] = Markup("<br/>").join(
                self.env._("Found again on a round: %s", line._fault_text())
                for line in lines
            )
        for model, bodies in by_model.items():
            records = self.env[model].sudo().browse(bodies)
            records._message_log_batch(bodies=bodies)
