from markupsafe import Markup

from odoo import models

ACTIVITY = "pm_maintenance.mail_activity_store"


class PmStore(models.Model):
    """What the storekeeper is told: what runs short, and what has arrived."""

    _name = "pm.store"
    _inherit = ["pm.store", "mail.thread", "mail.activity.mixin"]
    _mail_post_access = "read"

    def _keepers(self):
        """Who keeps this store: the one who is named, or all of the estate."""
        self.ensure_one()
        if self.keeper_id.active:
            return self.keeper_id
        group = self.env.ref("pm_maintenance.group_pm_storekeeper")
        return group._pm_members(self.estate_id)

    def _goods_moved(self, moves):
        """Goods came in or went out: say what runs short by it, once until it is there.

        One activity a store lists all that is below its minimum. It goes when nothing
        is. Runs as superuser.
        """
        items = self.env["pm.store.item"].search(
            [
                ("store_id", "in", self.ids),
                ("product_id", "in", moves.product_id.ids),
                ("minimum", ">", 0),
            ]
        )
        items.invalidate_recordset(["quantity", "is_below"])
        fell = items.filtered(
            lambda item: item.is_below and item._before(moves) >= item.minimum
        )
        type_ = self.env.ref(ACTIVITY)
        told = self.activity_ids.filtered(lambda one: one.activity_type_id == type_)
        concerned = fell.store_id | self.browse(told.mapped("res_id"))
        below = self.env["pm.store.item"].search(
            [("store_id", "in", concerned.ids), ("is_below", "=", True)]
        )
        by_store = below.grouped("store_id")
        for store in concerned:
            before = told.filtered(lambda one, store=store: one.res_id == store.id)
            if store in by_store:
                store._tell_below(by_store[store], before, store in fell.store_id)
            else:
                before.unlink()

    def _tell_below(self, items, before, is_new):
        """Bring the activities of a store up to date; new ones where something fell."""
        for user in self._keepers():
            reader = self.with_context(lang=user.lang or self.env.lang)
            note = Markup("<ul>%s</ul>") % Markup().join(
                Markup("<li>%s</li>")
                % reader.env._(
                    "%(product)s: %(quantity)s of at least %(minimum)s",
                    product=item.product_id.display_name,
                    quantity=f"{item.quantity:g}",
                    minimum=f"{item.minimum:g}",
                )
                for item in items.with_env(reader.env)
            )
            summary = reader.env._("%s items are below their minimum", len(items))
            mine = before.filtered(lambda one, user=user: one.user_id == user)
            if mine:
                mine.write({"note": note, "summary": summary})
            elif is_new:
                reader.activity_schedule(
                    ACTIVITY, user_id=user.id, summary=summary, note=note
                )

    def _tell_arrived(self, moves):
        """Who keeps the store learns of what others have received for it."""
        for store, some in moves.grouped(
            lambda move: move.location_dest_id.pm_store_id
        ).items():
            for user in store._keepers() - self.env.user:
                reader = some.with_context(lang=user.lang or self.env.lang)
                lines = [
                    Markup("<li>%s × %s (%s)</li>")
                    % (
                        f"{move.quantity:g}",
                        move.product_id.display_name,
                        move.purchase_line_id.order_id.name,
                    )
                    for move in reader
                ]
                some.purchase_line_id.order_id[:1].message_notify(
                    partner_ids=user.partner_id.ids,
                    subject=reader.env._("Arrived for %s", store.display_name),
                    body=Markup("<ul>%s</ul>") % Markup().join(lines),
                )
