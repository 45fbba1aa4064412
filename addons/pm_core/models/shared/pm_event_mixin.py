from odoo import models


class PmEventMixin(models.AbstractModel):
    """Says what happens to it, so that others can follow without asking.

    A step calls :meth:`_raise_event` in its own transaction. Who follows (other
    systems, groups of staff) is not the step's business: addons extend
    :meth:`_raise_event`, and what they tell anybody leaves after the commit, through
    the queue. Where nobody follows an event, raising it costs nothing.
    """

    _name = "pm.event.mixin"
    _description = "Says What Happens to It"

    def _raise_event(self, event, why=None):
        """Something has happened to these records.

        :param event: its code, ``subject.step``: ``order.done``
        :param why: in words, for people who may read the record
        """

    def _event_number(self):
        """By which number people know the record; no name, no words of a customer."""
        self.ensure_one()
        name = "number" if "number" in self._fields else "name"
        return self[name] or str(self.id)

    def _event_state(self):
        """The state as (key, label)."""
        self.ensure_one()
        labels = dict(self._fields["state"]._description_selection(self.env))
        return self.state, labels.get(self.state, "")

    def _event_told(self):
        """These records without those of which nobody outside their own circle may
        hear."""
        return self

    def _event_details(self):
        """What it is about, as {key: text}: told to who was allowed to know it."""
        self.ensure_one()
        return {"about": self.display_name}
