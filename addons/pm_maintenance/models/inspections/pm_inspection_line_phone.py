from odoo import models

from .pm_inspection_phone import told


class PmInspectionLine(models.Model):
    """What a phone shows of a line, and what it may enter there."""

    _inherit = "pm.inspection.line"

    def _for_phone(self, before):
        item = self.item_id
        low, high = item._limits()
        return {
            "id": self.id,
            "item_id": item.id,
            "name": item.name,
            "help": item.note or "",
            "kind": item.kind,
            "choices": [
                {"value": str(one.id), "name": one.name, "fault": one.is_fault}
                for one in item.choice_ids
            ],
            "fault_value": item.fault_value or None,
            "min": low,
            "max": high,
            "unit": item.unit or "",
            "photo_required": item.photo_required or item.kind == "photo",
            "required": item.is_required,
            "previous": before[self.id]._previous_for_phone()
            if self.id in before
            else None,
        }

    def _previous_for_phone(self):
        return {
            "value": self.value_text or "",
            "date": told(self.answered_at),
            "fault": self.is_fault,
            "order": self._order_words() or None,
        }
