from odoo import fields, models


class PmProperty(models.Model):
    _name = "pm.property"
    _inherit = ["pm.property", "pm.cron.mixin"]

    collector_id = fields.Many2one(
        "res.users",
        index="btree_not_null",
        domain="[('share', '=', False)]",
        help="Who collects what is open here: named for a building, or for the estate "
        "as a whole where a building names nobody.",
    )

    def _failure_reader(self):
        return self._collectors()[self.id] or super()._failure_reader()

    def _collectors(self):
        """Return {place: user} of who collects; of nobody named, an estate manager."""
        managers = {}
        found = {}
        group = self.env.ref("pm_core.group_pm_estate_manager")
        for place in self.sudo():
            estate = place.estate_id
            user = place.building_id.collector_id or estate.collector_id
            if not user:
                if estate not in managers:
                    managers[estate] = group._pm_members(estate)[:1]
                user = managers[estate]
            found[place.id] = user
        return found
