from odoo import api, models

ROOT = "pm_core.pm_core_menu_root"
MORE = "pm_core.pm_core_menu_more"
# Who configures needs the whole menu, and configuration is nobody's daily work.
WHOLE = "pm_core.group_pm_admin"
CONFIGURATION = "pm_core.pm_core_menu_configuration"


class IrUiMenu(models.Model):
    """The menu of the job: what a role does every day, and the rest under *More*.

    Rights say what a menu may show; ``res.groups.pm_menu_ids`` says for whom it is
    daily work. Nothing is hidden by it: an entry moves to *More*, below the heading of
    its section.
    """

    _inherit = "ir.ui.menu"

    def _load_menus_blacklist(self):
        """Who keeps the employees finds the colleagues among them."""
        hidden = super()._load_menus_blacklist()
        if self.env.user.has_group("pm_core.group_pm_hr"):
            colleagues = self.env.ref(
                "pm_core.pm_core_menu_colleague", raise_if_not_found=False
            )
            hidden += colleagues.ids if colleagues else []
        return hidden

    @api.model
    def load_menus(self, debug):
        menus = super().load_menus(debug)
        user = self.env.user
        jobs = user._pm_jobs()
        root = self.env.ref(ROOT, raise_if_not_found=False)
        more = self.env.ref(MORE, raise_if_not_found=False)
        if not (jobs and root and more and root.id in menus) or user.has_group(WHOLE):
            return menus
        # what was loaded is kept in a cache that others share
        menus = {key: dict(menu) for key, menu in menus.items()}
        moved = self._pm_leave_daily(menus, menus[root.id], set(jobs.pm_menu_ids.ids))
        if moved:
            menus[root.id]["children"].append(more.id)
            menus[more.id] = {
                **menus[moved[0]],
                "id": more.id,
                "name": more.sudo().name,
                "xmlid": MORE,
                "children": moved,
            }
        # the role of a later addon is the more special one
        homes = jobs.sorted("id", reverse=True).pm_home_menu_id
        self._pm_open_with(menus, menus[root.id], homes)
        return menus

    @api.model
    def _pm_leave_daily(self, menus, root, daily):
        """Leave daily entries in their sections; return the headings of the rest."""
        kept, moved = [], []
        for key in root["children"]:
            section = menus[key]
            if section["xmlid"] == CONFIGURATION:
                kept.append(key)
                continue
            stay = [entry for entry in section["children"] if entry in daily]
            rest = [entry for entry in section["children"] if entry not in daily]
            if not stay:
                moved.append(key)
                continue
            section["children"] = stay
            kept.append(key)
            if rest:
                # a second heading of the name, as the section stands in its place
                menus[-key] = {**section, "id": -key, "xmlid": "", "children": rest}
                moved.append(-key)
        root["children"] = kept
        return moved

    @api.model
    def _pm_open_with(self, menus, root, homes):
        """Have the app open with what the job has to do today."""
        home = next((menus[key] for key in homes.ids if key in menus), None)
        if home:
            for name in ("action_id", "action_model", "action_path"):
                root[name] = home[name]
