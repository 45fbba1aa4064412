from odoo import api, fields, models


class PmActMixin(models.AbstractModel):
    """A dialog that asks for what a step needs, most often words.

    It checks nothing itself: the step does, as it does for every other call. A button
    names the step in the context, under the key ``_step_key``; each dialog has a
    selection ``step`` of its own.
    """

    _name = "pm.act.mixin"
    _description = "Step with Its Words"
    _step_key = None

    text = fields.Text("Words")

    @api.depends("step")
    def _compute_display_name(self):
        labels = self._step_labels()
        for act in self:
            act.display_name = labels.get(act.step)

    @api.model
    def _step_labels(self):
        return dict(self._fields["step"]._description_selection(self.env))

    @api.model
    def _open(self, defaults):
        """The dialog for the step that the button names."""
        step = self.env.context.get(self._step_key)
        return {
            "type": "ir.actions.act_window",
            "name": self._step_labels().get(step),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {**defaults, "default_step": step},
        }

    def action_apply(self):
        """Take the step, with what was entered."""
        self.ensure_one()
        result = getattr(self, f"_apply_{self.step}", self._apply_words)()
        if isinstance(result, dict):
            return result
        return {"type": "ir.actions.act_window_close"}

    def _apply_words(self):
        """What a step that needs words only does with them."""
        raise NotImplementedError
