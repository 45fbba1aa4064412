from odoo import models
from odoo.exceptions import UserError


class PmStateMixin(models.AbstractModel):
    """A record that goes from state to state by steps, each from some states only.

    A model has a selection ``state``.
    """

    _name = "pm.state.mixin"
    _description = "Goes by Steps"

    def _check_in_state(self, *states):
        """Refuse the step when a record is in none of ``states``.

        :raises UserError: naming the record, its state and the states needed
        """
        labels = self._state_labels()
        for record in self:
            if record.state not in states:
                raise UserError(
                    self.env._(
                        "%(record)s is in state %(state)s; this step needs %(wanted)s.",
                        record=record.display_name,
                        state=labels.get(record.state, "–"),
                        wanted=" / ".join(labels[state] for state in states),
                    )
                )

    def _state_label(self):
        """Return the state of one record as people read it."""
        self.ensure_one()
        return self._state_labels()[self.state]

    def _state_labels(self):
        return dict(self._fields["state"]._description_selection(self.env))
