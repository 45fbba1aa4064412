from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .maintenance_request import LINKS, OPEN, RANKS, WAITING

# what an order that stays takes over where it has none of its own
TAKEN_OVER = ("equipment_id", "appointment", "problem_id")


class MaintenanceRequest(models.Model):
    """Orders that are the same: found, and merged without losing anything."""

    _inherit = "maintenance.request"

    duplicate_of_id = fields.Many2one(
        "maintenance.request",
        "Duplicate of",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    duplicate_ids = fields.One2many(
        "maintenance.request", "duplicate_of_id", "Duplicates", readonly=True
    )
    likely_duplicate_ids = fields.Many2many(
        "maintenance.request",
        string="Likely the Same",
        compute="_compute_likely_duplicate_ids",
    )

    _not_own_duplicate = models.Constraint(
        "CHECK (id <> duplicate_of_id)", "An order is no duplicate of itself."
    )

    @api.depends("property_id", "fault_category_id", "maintenance_type", "state")
    def _compute_likely_duplicate_ids(self):
        """Open orders of the same place and category: one query for all.

        A fault is not the same as a planned service, which may be weeks away.
        """
        orders = self.filtered(
            lambda order: order.property_id and order.fault_category_id
        )
        found = self.search(
            Domain("property_id", "in", orders.property_id.ids)
            & Domain("fault_category_id", "in", orders.fault_category_id.ids)
            & Domain("state", "in", OPEN)
        )
        for order in self:
            order.likely_duplicate_ids = found.filtered(
                lambda other, order=order: (
                    other.property_id == order.property_id
                    and other.fault_category_id == order.fault_category_id
                    and other.maintenance_type == order.maintenance_type
                    and other != order._origin
                )
            )

    def action_merge(self, into_id):
        """These orders are the same as another one: nothing of them is lost.

        Their photos, files and words, quotes and links go to the order that stays,
        their reporters hear of its progress, and the more urgent of them counts.

        :param into_id: id of the open order of the same estate that stays
        :raises UserError: merged already, being worked on, or of another estate
        """
        self._check_desk()
        self._check_in_state(*WAITING)
        target = self._named(self._name, into_id)
        target._check_order_access()
        if not target or target.state not in OPEN or target in self:
            raise UserError(
                self.env._(
                    "Choose an open order that stays, other than the one merged."
                )
            )
        for order in self:
            if order.estate_id != target.estate_id:
                raise UserError(
                    self.env._(
                        "%(order)s and %(target)s are in different estates.",
                        order=order.display_name,
                        target=target.display_name,
                    )
                )
            order._merge_into(target)

    def _merge_into(self, target):
        source, target = self.sudo(), target.sudo()
        target._as_step().write(source._merged_values(target))
        # what was reported after a merge, and to whom that belongs, goes along
        source.duplicate_ids.duplicate_of_id = target
        source._move_links(target)
        words = [
            source.name,
            source.description,
            source.reporter_name,
            source._merge_parts(target),
        ]
        target.message_post(
            body=self.env._(
                "%(order)s was merged into this order: %(words)s",
                order=source.display_name,
                words=" · ".join(str(word) for word in words if word),
            ),
            attachment_ids=source._copy_files(target).ids,
        )
        source.with_env(self.env)._take_step(
            "merge",
            "cancelled",
            note=target.display_name,
            duplicate_of_id=target.id,
            cancel_reason=self.env._("merged into %s", target.display_name),
            is_pool=False,
        )
        source._tell_reporter("merge", target.number)

    def _merged_values(self, target):
        """What the order that stays has of this one, where it has none itself."""
        values = {
            "photo_before_ids": [Command.link(p.id) for p in self.photo_before_ids],
            "photo_after_ids": [Command.link(p.id) for p in self.photo_after_ids],
            "paper_ids": [Command.link(p.id) for p in self.paper_ids],
        }
        if RANKS[self.urgency] < RANKS[target.urgency]:
            values["urgency"] = self.urgency
        for name in self._merge_taken_over():
            if self[name] and not target[name]:
                value = self[name]
                values[name] = value.id if isinstance(value, models.Model) else value
        for name in LINKS:
            if target[name] - self:
                continue
            # an order waits for no order that waits for it
            link = self[name]
            if target in link._chain(name):
                link = self.browse()
            if link != target[name]:
                values[name] = link.id
        return values

    @api.model
    def _merge_taken_over(self):
        """Columns that the order that stays takes over where they are empty there."""
        return TAKEN_OVER

    @api.model
    def _links_to_orders(self):
        """(model, column) of what points to an order and goes along with a merge."""
        return [
            *((self._name, name) for name in LINKS),
            ("pm.alarm", "request_id"),
        ]

    def _chain(self, name):
        """This order, and all that it leads to by a link."""
        chain, order = self.browse(), self
        while order and order not in chain:
            chain |= order
            order = order[name]
        return chain

    def _move_links(self, target):
        """What waits for this order, or came of it, is that of the other one now."""
        for model, name in self._links_to_orders():
            records = self.env[model].sudo().with_context(active_test=False)
            found = records.search([(name, "=", self.id)])
            if model == self._name:
                found -= target._chain(name)
            found._as_step()[name] = target

    def _merge_parts(self, target):
        """Move what was entered on this order; return what has to be said of it."""
        quoted = self.quote_state in ("asked", "agreed")
        amount = self.currency_id.format(self.quote_amount)
        if target.quote_state in ("asked", "agreed"):
            # what a customer was shown is not changed behind their back
            return self.quote_line_ids and self.env._(
                "its quote of %s stays there", amount
            )
        self._as_step().quote_state = "none"
        self.quote_line_ids._as_step().request_id = target
        return quoted and self.env._("its quote of %s has to be agreed to anew", amount)

    def _copy_files(self, target):
        """Files of mails and of the desk, once more for the order that stays.

        Photos and papers go along by themselves.
        """
        files = (
            self.env["ir.attachment"]
            .sudo()
            .search([("res_model", "=", self._name), ("res_id", "=", self.id)])
        )
        files = files.filtered(lambda one: not one.res_field)
        files -= self.photo_before_ids | self.photo_after_ids | self.paper_ids
        # as they came: Odoo would make large pictures smaller
        files = files.with_context(image_no_postprocess=True)
        return files.browse(
            one.copy({"res_id": target.id}).id for one in files.sorted("id")
        )

    def _reporters_orders(self):
        """This order and those merged into it: everybody who is to be answered."""
        return self | self.duplicate_ids
