from odoo import fields, models


class ResGroups(models.Model):
    _inherit = "res.groups"

    pm_menu_ids = fields.Many2many(
        "ir.ui.menu",
        "pm_group_menu_rel",
        "group_id",
        "menu_id",
        "Daily Menu",
        help="What this job does every day. Other menus that it may open are found "
        "under More.",
    )
    pm_home_menu_id = fields.Many2one(
        "ir.ui.menu",
        "Opens With",
        ondelete="set null",
        help="What property management opens with for this job.",
    )

    def _pm_members(self, estate):
        """Return who of this group is to act on something of ``estate``.

        Those who are in the group themselves before those whom a higher role puts
        into it: an estate manager is asked, and where the estate has none, the
        company manager.
        """
        for members in (self.sudo().user_ids, self.sudo().all_user_ids):
            users = members.filtered(
                lambda user: (
                    user.active
                    and not user.share
                    and (not estate or user._pm_sees(estate))
                )
            )
            if users:
                return users
        return self.env["res.users"]

    def write(self, vals):
        decides = {"user_ids", "implied_ids", "implied_by_ids"} & vals.keys()
        asked = self.env["tier.review"]._pm_asked() if decides else {}
        result = super().write(vals)
        self.env["tier.review"]._pm_ask_anew(asked)
        return result
