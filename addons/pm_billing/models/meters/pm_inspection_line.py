from datetime import UTC

from odoo import models
from odoo.tools import format_date, formatLang

from .pm_meter_reading import VALUES


class PmInspectionLine(models.Model):
    """A meter that was read on a round: the answer becomes a reading."""

    _inherit = "pm.inspection.line"

    def _take_answers(self):
        result = super()._take_answers()
        lines = self.sudo().filtered(lambda line: line.answer_id and line._meter())
        if lines:
            taken = self.env["pm.meter.reading"].sudo()._domain_of_lines(lines)
            lines -= self.env["pm.meter.reading"].sudo().search(taken).line_id
        if lines:
            lines._try_together(lambda some: some._take_readings())
        return result

    def _meter(self):
        return self.item_id.meter_id

    def _take_readings(self):
        """Make a reading of each meter that was visited; the day is the estate's."""
        wanted = []
        for (visit, meter), _lines in self.grouped(
            lambda line: (line.answer_id, line._meter())
        ).items():
            lines = visit.line_ids.filtered(lambda line, m=meter: line._meter() == m)
            read = {
                line.item_id.meter_register or "value": line.number
                for line in lines
                if line.value
            }
            names = meter._register_names()
            zone = meter.estate_id._zone()
            wanted.append(
                {
                    "meter_id": meter.id,
                    "date": visit.at.replace(tzinfo=UTC).astimezone(zone).date(),
                    "has_value": all(name in read for name in names),
                    "note": ", ".join(filter(None, lines.mapped("note"))) or False,
                    "source": "phone" if visit.source == "phone" else "desk",
                    "user_id": visit.user_id.id,
                    "line_id": lines[:1].id,
                    **{VALUES[name]: read[name] for name in names if name in read},
                }
            )
        self.env["pm.meter.reading"]._as_step().create(wanted)

    def _for_phone(self, before):
        """Who reads a meter sees what it showed last, and where it is."""
        told = super()._for_phone(before)
        meter = self._meter()
        if not meter:
            return told
        words = [told["help"], meter.location]
        if meter.last_date and self.item_id.meter_register in (False, "value"):
            words.append(
                self.env._(
                    "Last: %(value)s on %(date)s",
                    value=formatLang(self.env, meter.last_value, digits=3),
                    date=format_date(self.env, meter.last_date),
                )
            )
        told["help"] = " · ".join(filter(None, words))
        return told
