from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .pm_store import KEEPER


class PmOrderMaterial(models.Model):
    """How materials leave the store and come back, in Odoo's stock.

    A line that is asked for has a move that reserves; using it makes that move done.
    The methods run as steps and as superuser, after whoever calls them has asked who
    the user is.
    """

    _inherit = "pm.order.material"

    move_ids = fields.One2many(
        "stock.move",
        "pm_material_id",
        "Moves",
        readonly=True,
        groups="base.group_system",
    )
    quantity_reserved = fields.Float(
        "Kept Ready",
        digits="Product Unit",
        compute="_compute_reserved",
        store=True,
        compute_sudo=True,
    )
    missing = fields.Float(
        digits="Product Unit",
        compute="_compute_reserved",
        store=True,
        compute_sudo=True,
        help="Asked for, and not in the store.",
    )
    lots = fields.Char(compute="_compute_lots", compute_sudo=True)

    @api.depends(
        "state", "quantity", "product_id", "move_ids.state", "move_ids.quantity"
    )
    def _compute_reserved(self):
        for line in self:
            kept = 0.0
            if line.state == "wanted":
                kept = sum(line._open_moves().mapped("quantity"))
            line.quantity_reserved = kept
            counts = line.state == "wanted" and line.product_id.is_storable
            line.missing = max(line.quantity - kept, 0.0) if counts else 0.0

    @api.depends("move_ids.move_line_ids.lot_id")
    def _compute_lots(self):
        for line in self:
            names = line.move_ids.move_line_ids.lot_id.mapped("name")
            line.lots = ", ".join(names) or False

    def _open_moves(self):
        return self.move_ids.filtered(lambda move: move.state not in ("done", "cancel"))

    def _out_moves(self):
        return self.move_ids.filtered(
            lambda move: move.state == "done" and not move.origin_returned_move_id
        )

    # keeping ready

    def _prepare_move(self):
        company = self.company_id
        return {
            "product_id": self.product_id.id,
            "product_uom": self.uom_id.id,
            "product_uom_qty": self.quantity,
            "company_id": company.id,
            "location_id": self.store_id.sudo().location_id.id,
            "location_dest_id": company._pm_consumption_location().id,
            "origin": self.request_id.number,
            "pm_material_id": self.id,
        }

    def _reserve(self):
        """Have the store keep ready what is wanted, as far as it is there."""
        for company, lines in self.grouped("company_id").items():
            lines = lines.filtered(
                lambda line: (
                    line.state == "wanted"
                    and line.product_id.is_storable
                    and line.quantity > 0
                )
            ).with_company(company)
            bare = lines.filtered(lambda line: not line._open_moves())
            moves = (
                self.env["stock.move"]
                .with_company(company)
                .create([line._prepare_move() for line in bare])
            )
            moves._action_confirm(merge=False)
            lines.invalidate_recordset(["move_ids"])
            lines._open_moves()._action_assign()

    def _ask_anew(self):
        """Quantity, product or place changed: ask the store for that instead."""
        self._check_not_on_order()
        self._forget_moves()
        self._reserve()

    def _forget_moves(self):
        """Take back what was asked of the store, and free what it kept ready."""
        self._open_moves()._action_cancel()
        gone = self.move_ids.filtered(lambda move: move.state == "cancel")
        gone.pm_material_id = False
        # before another one is made: the database knows one for each line
        gone.flush_recordset(["pm_material_id", "state"])

    def _release(self):
        """Nothing is needed any more: what was kept ready is free for others."""
        self._forget_moves()
        self.write({"state": "dropped", "quantity_used": 0.0})

    # using

    def _consume(self):
        """Book out of the store what was used. A line that is booked stays as it is.

        What the store does not have becomes a line to be settled: the repair is done,
        and how the goods came to be there is for the storekeeper to say.
        """
        lines = self.filtered(lambda line: line.state in ("wanted", "unsettled"))
        lines.lock_for_update(allow_referencing=True)
        lines.filtered(lambda line: not line.quantity_used)._release()
        lines = lines.filtered("quantity_used")
        kept = lines.filtered("product_id.is_storable")
        done = (lines - kept) | self.browse()
        for company, some in kept.grouped("company_id").items():
            done |= some.with_company(company)._take_out()
        done.write(
            {
                "state": "used",
                "used_at": fields.Datetime.now(),
                "used_by_id": self.env.uid,
            }
        )

    def _take_out(self):
        """Make the moves done, as far as the goods are there; return those lines."""
        for line in self:
            move = line._open_moves()
            if move and move.product_uom.compare(
                move.product_uom_qty, line.quantity_used
            ):
                move.product_uom_qty = line.quantity_used
            elif not move:
                self.env["stock.move"].create(
                    {**line._prepare_move(), "product_uom_qty": line.quantity_used}
                )
        self.invalidate_recordset(["move_ids"])
        moves = self._open_moves()
        moves.filtered(lambda move: move.state == "draft")._action_confirm(merge=False)
        moves._action_assign()
        covered = self.browse()
        for line in self:
            covered |= line._split_uncovered()
        moves = covered._open_moves()
        moves.picked = True
        moves._action_done()
        return covered

    def _split_uncovered(self):
        """Leave on the line what the store covers; the rest becomes one to settle.

        :return: the line, if anything of it is covered
        """
        move = self._open_moves()
        kept = move.quantity
        rest = self.quantity_used - kept
        if self.uom_id.compare(rest, 0) <= 0:
            return self
        if self.uom_id.is_zero(kept):
            self._forget_moves()
            self.write(
                {
                    "state": "unsettled",
                    "used_at": self.used_at or fields.Datetime.now(),
                    "used_by_id": self.used_by_id.id or self.env.uid,
                }
            )
            return self.browse()
        self._as_step("pm_material_split").create(
            {
                "request_id": self.request_id.id,
                "product_id": self.product_id.id,
                "uom_id": self.uom_id.id,
                "store_id": self.store_id.id,
                "quantity": rest,
                "quantity_used": rest,
                "is_charged": self.is_charged,
                "price": self.price,
                "state": "unsettled",
                "used_at": fields.Datetime.now(),
                "used_by_id": self.env.uid,
                "purchase_line_id": self.purchase_line_id.id,
            }
        )
        self.write({"quantity": kept, "quantity_used": kept})
        move.product_uom_qty = kept
        return self

    def action_use(self):
        """Used now, before the order is done."""
        self.check_access("write")
        self._check_may_handle()
        self._check_changeable({})
        self.sudo()._as_step()._consume()

    def action_drop(self):
        """Not needed after all: the store gets it back on its shelf."""
        self.check_access("write")
        self._check_may_handle()
        self._check_changeable({})
        self._check_not_on_order()
        wanted = self.filtered(lambda line: line.state == "wanted")
        wanted.sudo()._as_step()._release()

    # what the store did not have

    def _check_keeper(self):
        self.check_access("write")
        self.store_id._check_keeper()
        for line in self:
            if line.state != "unsettled":
                raise UserError(
                    self.env._(
                        "%s does not wait to be settled.", line.product_id.display_name
                    )
                )

    def action_settle(self):
        """Book it out of the store that the line names, where it is by now.

        :raises UserError: still not enough there, with the ways out
        """
        self._check_keeper()
        lines = self.sudo()._as_step()
        lines._consume()
        open_lines = lines.filtered(lambda line: line.state == "unsettled")
        if open_lines:
            line = open_lines[0]
            raise UserError(
                self.env._(
                    "%(store)s has no %(quantity)s %(unit)s of %(product)s. Receive "
                    "what was bought, name another store that it came from, or press "
                    "It Was There if the books are wrong.",
                    store=line.store_id.display_name,
                    quantity=line.quantity_used,
                    unit=line.uom_id.name,
                    product=line.product_id.display_name,
                )
            )

    def action_settle_found(self):
        """It was in the store although the books did not say so: counted, and used."""
        self._check_keeper()
        for line in self:
            product = line.product_id
            if product.tracking != "none":
                raise UserError(
                    self.env._(
                        "%s is followed by lots. Enter the lot on a count first.",
                        product.display_name,
                    )
                )
            quantity = line.uom_id._compute_quantity(line.quantity_used, product.uom_id)
            line.store_id._correct(
                product,
                quantity,
                name=self.env._("Found for %s", line.request_id.number),
            )
            line.sudo()._as_step()._consume()

    # bringing back

    def action_return(self, quantity=None):
        """What was not used up comes back to its store.

        :param quantity: how much, in the unit of the line; all of it by default
        :raises UserError: not used, or more than was
        """
        self.check_access("write")
        self._check_may_handle()
        if quantity is not None:
            self.ensure_one()
        for line in self:
            line._check_returnable(quantity)
            rest = line.quantity_used - line.quantity_returned
            line.sudo()._as_step()._bring_back(rest if quantity is None else quantity)

    def _check_returnable(self, quantity):
        if self.request_id.state == "closed" and not self.env.user.has_group(KEEPER):
            raise UserError(
                self.env._(
                    "%s is on file. What comes back is taken by the storekeeper.",
                    self.request_id.display_name,
                )
            )
        rest = self.quantity_used - self.quantity_returned
        wanted = rest if quantity is None else quantity
        valid = isinstance(wanted, (int, float)) and 0 < wanted
        if self.state != "used" or not valid or self.uom_id.compare(wanted, rest) > 0:
            raise UserError(
                self.env._(
                    "%(rest)s %(unit)s of %(product)s can come back from %(order)s.",
                    rest=rest if self.state == "used" else 0,
                    unit=self.uom_id.name,
                    product=self.product_id.display_name,
                    order=self.request_id.display_name,
                )
            )

    def _bring_back(self, quantity):
        self.lock_for_update(allow_referencing=True)
        if out := self._out_moves():
            self.store_id._move(
                self.product_id,
                quantity,
                self.uom_id,
                out.location_dest_id,
                out.location_id,
                lots=self._lots_back(out, quantity),
                origin=self.request_id.number,
                pm_material_id=self.id,
                origin_returned_move_id=out.id,
            )
        self.quantity_returned += quantity

    def _lots_back(self, out, quantity):
        """{lot: quantity} of what comes back: the lots that went out, in order."""
        back = self.move_ids.filtered("origin_returned_move_id").move_line_ids
        lots = {}
        for lot, lines in out.move_line_ids.grouped("lot_id").items():
            went = sum(lines.mapped("quantity_product_uom"))
            came = sum(
                back.filtered(lambda line, lot=lot: line.lot_id == lot).mapped(
                    "quantity_product_uom"
                )
            )
            left = self.product_id.uom_id._compute_quantity(went - came, self.uom_id)
            part = min(left, quantity)
            if self.uom_id.compare(part, 0) > 0:
                lots[lot] = part
                quantity -= part
        return lots

    # goods that arrive

    @api.model
    def _goods_arrived(self, moves):
        """Give what came into stores to the orders that wait: first who had it bought.

        Whoever waits for a repair is told when its last part is there.
        """
        moves = moves.with_env(self.env)
        bought = moves.purchase_line_id.material_ids
        bought.filtered(lambda line: line.state == "wanted")._reserve()
        waiting = self.search(
            Domain("state", "=", "wanted")
            & Domain("missing", ">", 0)
            & Domain("product_id", "in", moves.product_id.ids)
            & Domain("store_id", "in", moves.location_dest_id.pm_store_id.ids),
        ).sorted(lambda line: (line.request_id.urgency_rank, line.id))
        waiting._reserve()
        bought.filtered(lambda line: line.state == "unsettled")._consume()
        (bought | waiting).request_id._tell_materials_there()
