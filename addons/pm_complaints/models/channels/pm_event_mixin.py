import json
import uuid

from odoo import fields, models


class PmEventMixin(models.AbstractModel):
    """What happens is put down for whoever follows it, and leaves by the queue."""

    _inherit = "pm.event.mixin"

    def _raise_event(self, event, why=None):
        result = super()._raise_event(event, why)
        followed = self.env["pm.event.kind"]._listeners(event)
        told = self.sudo()._event_told() if followed else self.browse()
        if not told:
            return result
        kind = self.env["pm.event.kind"].sudo().search([("code", "=", event)])
        rows, listeners = [], []
        for model, ids in followed:
            for listener in self.env[model].sudo().browse(ids).exists():
                heard = listener._concerning(told)
                if heard:
                    listeners.append(listener)
                rows += [record._event_row(listener, kind, why) for record in heard]
        self.env["pm.event.delivery"].sudo()._as_step().create(rows)
        for listener in listeners:
            listener._enqueue()
        return result

    def _event_row(self, listener, kind, why):
        key = str(uuid.uuid4())
        return {
            listener._delivery_field: listener.id,
            "company_id": listener.company_id.id,
            "event_id": kind.id,
            "key": key,
            "number": self._event_number(),
            "body": listener._told_of(self, kind, key, why),
        }

    def _event_link(self):
        """The page of the record, which asks for a login."""
        return f"{self.get_base_url()}/mail/view?model={self._name}&res_id={self.id}"

    def _event_values(self, kind, key):
        """What a system is told: nothing about a person.

        :return: dict for JSON
        """
        state, label = self._event_state()
        estate = self.estate_id if "estate_id" in self._fields else None
        return {
            "id": key,
            "event": kind.code,
            "at": f"{fields.Datetime.now().isoformat()}Z",
            "document": kind.subject if kind.subject != "alert" else self._name,
            "number": self._event_number(),
            "state": state,
            "state_label": label,
            "estate": estate.name if estate else None,
            "link": self._event_link(),
        }

    def _event_json(self, kind, key, why=None, details=False):
        values = self._event_values(kind, key)
        if details:
            values["details"] = self._event_details() | ({"why": why} if why else {})
        return json.dumps(values, ensure_ascii=False)

    def _event_line(self, kind, why=None, details=False):
        """What a group of staff is told, in a few lines."""
        _state, label = self._event_state()
        estate = self.estate_id.name if "estate_id" in self._fields else ""
        head = " · ".join(filter(None, (self._event_number(), estate, label)))
        about = self._event_details().get("about") if details else None
        lines = (f"【{kind.name}】{head}", about, details and why, self._event_link())
        return "\n".join(filter(None, lines))
