from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..orders.maintenance_request import WAITING, WORKING


class MaintenanceRequest(models.Model):
    """Materials of an order: asked for, used when it is done, given back when it is
    cancelled."""

    _inherit = "maintenance.request"

    material_ids = fields.One2many("pm.order.material", "request_id", "Materials")
    purchase_ids = fields.One2many(
        "purchase.order", "request_id", "Purchases", readonly=True
    )
    waits_for = fields.Char(
        "Waits for",
        compute="_compute_waits_for",
        compute_sudo=True,
        help="Materials that are missing, and where their purchase stands.",
    )

    def _compute_waits_for(self):
        for order in self:
            lines = order.material_ids.filtered(
                lambda line: line.state == "wanted" and line.missing
            )
            words = [
                f"{line.product_id.display_name} – {line.progress}" for line in lines
            ]
            order.waits_for = "; ".join(words) or False

    def _take_step(self, step, state=None, note=None, **values):
        """What was used leaves the store with *done*, whoever says so."""
        result = super()._take_step(step, state, note, **values)
        materials = self.sudo()._as_step().material_ids
        if state == "done":
            materials._consume()
        elif state == "cancelled":
            materials.filtered(lambda line: line.state == "wanted")._release()
        if state in ("done", "cancelled"):
            self.sudo()._as_step().work_ids._book()
        return result

    def _merge_into(self, target):
        """What was asked for goes along with the order that stays."""
        lines = self.sudo()._as_step().material_ids
        lines.filtered(lambda line: line.state == "wanted").request_id = target
        return super()._merge_into(target)

    @api.model
    def _links_to_orders(self):
        return [*super()._links_to_orders(), ("purchase.order", "request_id")]

    # adding

    def action_add_material(self, product_id=None, barcode=None, quantity=1.0):
        """Put a product on the order, or one more of it; by its barcode on a phone.

        :raises UserError: no such product, or the order is over
        """
        self.ensure_one()
        self._check_order_access()
        Product = self.env["product.product"]
        if barcode and isinstance(barcode, str):
            product = Product.search([("barcode", "=", barcode.strip())], limit=1)
            product = product or Product.search(
                [("default_code", "=", barcode.strip())], limit=1
            )
        else:
            product = Product.browse(product_id or 0).exists()
        if not product:
            raise UserError(
                self.env._(
                    "No product has the code %s. Choose it from the list.",
                    barcode or "",
                )
            )
        product.check_access("read")
        if not isinstance(quantity, (int, float)) or quantity <= 0:
            raise UserError(self.env._("Enter how much of it is needed."))
        line = self.material_ids.filtered(
            lambda line: (
                line.product_id == product
                and line.state == "wanted"
                and line.uom_id == product.uom_id
            )
        )[:1]
        if line:
            line.quantity += quantity
        else:
            line = line.create(
                {
                    "request_id": self.id,
                    "product_id": product.id,
                    "quantity": quantity,
                }
            )
        return {"name": product.display_name, "quantity": line.quantity}

    def action_open_items(self):
        """The items of the estate's store, to put some of them on the order."""
        self.ensure_one()
        self.check_access("read")
        self._check_order_access()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "pm_maintenance.pm_store_item_action_take"
        )
        action["domain"] = [("estate_id", "=", self.estate_id.id)]
        action["context"] = {"pm_order_id": self.id, "create": False}
        return action

    # buying

    def action_buy_missing(self):
        """Buy all that is missing for the order, at known prices, with one press."""
        self._check_order_access()
        self._check_in_state(*WAITING, *WORKING)
        for order in self:
            order.material_ids.filtered(
                lambda line: (
                    line.missing
                    or (line.state == "wanted" and not line.product_id.is_storable)
                )
            ).action_buy()

    def action_ask_buy(self):
        """Open the dialog by which a contractor's job is ordered."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Order a Contractor's Job"),
            "res_model": "pm.order.buy",
            "view_mode": "form",
            "target": "new",
            "context": {"default_request_id": self.id},
        }

    def _order_job(self, supplier, name, price):
        """Order a contractor's job for this order, without tax.

        :raises AccessError: the user does not dispatch it
        """
        self.ensure_one()
        self._check_dispatcher()
        self._check_in_state(*WAITING, *WORKING, "done")
        self._need(supplier, self.env._("who does it"))
        supplier.check_access("read")
        if not isinstance(price, (int, float)) or price <= 0:
            raise UserError(self.env._("Enter what the job costs."))
        order = self.sudo()._as_step()
        account = order.estate_id.analytic_account_id
        service = self.env.ref("pm_maintenance.product_contractor_job").sudo()
        purchase = self.env["purchase.order"]._for_estate(
            order,
            self.env["pm.store"]._of(order.estate_id),
            supplier.sudo(),
            [
                Command.create(
                    {
                        "product_id": service.id,
                        "name": name or order.display_name,
                        "product_qty": 1,
                        "price_unit": price,
                        "analytic_distribution": {str(account.id): 100}
                        if account
                        else False,
                    }
                )
            ],
        )
        purchase._submit()
        return purchase

    # the customer's part

    def _chargeable_materials(self):
        """Lines that the customer pays, for the quote and for later bills."""
        return self.material_ids.filtered(
            lambda line: line.is_charged and line.state != "dropped" and line.amount > 0
        )

    def action_quote_materials(self):
        """Put the materials that the customer pays into the quote, each once."""
        self._check_worker()
        self._check_quote_open()
        for order in self:
            for line in order._chargeable_materials():
                quoted = line.quote_line_id
                values = {
                    "name": line.product_id.display_name,
                    "quantity": line.quantity_used - line.quantity_returned,
                    "price": line.price,
                }
                if quoted:
                    quoted.write(values)
                else:
                    line.sudo()._as_step().quote_line_id = quoted.create(
                        {**values, "request_id": order.id}
                    )
