from odoo import models


class PmMeter(models.Model):
    """What the buttons of a meter open."""

    _inherit = "pm.meter"

    def _open(self, name, model, domain=None, **more):
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "form" if domain is None else "list,form",
            **({"target": "new"} if domain is None else {"domain": domain}),
            **more,
        }

    def action_view_readings(self):
        """Open the readings of these meters."""
        return self._open(
            self.env._("Readings"),
            "pm.meter.reading",
            [("meter_id", "in", self.ids)],
            view_mode="list,graph,form",
            context={"default_meter_id": self[:1].id},
        )

    def action_view_children(self):
        """Open the meters behind these."""
        return self._open(
            self.env._("Meters Behind It"), "pm.meter", [("parent_id", "in", self.ids)]
        )

    def action_view_loss(self):
        """Open the loss of these meters by month."""
        return self._open(
            self.env._("Loss between Meters"),
            "pm.meter.loss",
            [("meter_id", "in", self.ids)],
            view_mode="list,graph",
        )

    def action_replace(self):
        """Ask what the meter showed at its end, and what the new one shows."""
        self.ensure_one()
        self._check_may_replace()
        return self._open(
            self.env._("Replace"),
            "pm.meter.replacement",
            context={"default_meter_id": self.id},
        )

    def action_put_on_round(self):
        """Ask on which round these meters are read."""
        return self._open(
            self.env._("Read on a Round"),
            "pm.meter.round",
            context={"default_meter_ids": self.ids},
        )
