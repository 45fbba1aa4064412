from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.pm_core.tools.price_text import PRICE

from ..fees.quantities import exact
from ..ledger.business_day import likely_today


class PmSharedCost(models.Model):
    """A bill for something that many share, and each one's part of it.

    The parts add up to it to the cent: each is rounded down, and the cents that are
    left go to those that lost most by it, of equal ones to the first by code. The sheet
    that says so is for the public board; it has places and no names.
    """

    _name = "pm.shared.cost"
    _description = "Common Cost"
    _inherit = ["pm.estate.mixin", "pm.state.mixin", "mail.thread"]
    _order = "date_from desc, id desc"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name", store=True, precompute=True)
    property_id = fields.Many2one(
        string="Shared by All of", help="Those below it that the key counts."
    )
    fee_item_id = fields.Many2one(
        "pm.fee.item",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('method', '=', 'pool'), '|', ('estate_id', '=', False),"
        " ('estate_id', '=', estate_id)]",
    )
    allocation_key_id = fields.Many2one(
        "pm.allocation.key",
        compute="_compute_allocation_key_id",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        ondelete="restrict",
        check_company=True,
        domain="['|', ('estate_id', '=', False), ('estate_id', '=', estate_id)]",
    )
    date_from = fields.Date(
        "Period From",
        required=True,
        default=lambda self: fields.Date.start_of(
            fields.Date.subtract(likely_today(self.env), months=1), "month"
        ),
    )
    date_to = fields.Date(
        "Period To",
        required=True,
        index=True,
        default=lambda self: fields.Date.end_of(
            fields.Date.subtract(likely_today(self.env), months=1), "month"
        ),
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    quantity = fields.Float(
        digits=(16, 3), help="What the bill counts, as the public sheet says."
    )
    unit = fields.Char(help="What the quantity is counted in, e.g. kWh.")
    price_unit = fields.Float("Price a Unit", **PRICE)
    amount = fields.Monetary(
        compute="_compute_amount", store=True, readonly=False, precompute=True
    )
    reference = fields.Char("Number of the Bill")
    attachment_ids = fields.Many2many(
        "ir.attachment", string="Evidence", help="The bill, photos of the meter."
    )
    bill_id = fields.Many2one(
        "account.move",
        "Supplier's Bill",
        domain="[('move_type', 'in', ('in_invoice', 'in_refund'))]",
        groups="account.group_account_readonly,account.group_account_invoice",
        index="btree_not_null",
        ondelete="restrict",
    )
    rule = fields.Char(readonly=True, copy=False, help="The key as it was then.")
    line_ids = fields.One2many(
        "pm.shared.cost.line", "cost_id", "Shares", readonly=True
    )
    line_count = fields.Integer(compute="_compute_lines")
    amount_charged = fields.Monetary("Charged", compute="_compute_lines")
    without_fee_count = fields.Integer(
        "Without Fee",
        compute="_compute_lines",
        help="Units with a share that no fee charges to anybody.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("confirmed", "Confirmed"), ("cancelled", "Cancelled")],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
    )

    _dates_in_order = models.Constraint(
        "CHECK (date_to >= date_from)", "The period cannot end before it begins."
    )
    _amount_there = models.Constraint(
        "CHECK (amount > 0 OR state = 'draft')", "A cost is above zero."
    )
    _reference_once = models.UniqueIndex(
        "(company_id, fee_item_id, reference)"
        " WHERE state <> 'cancelled' AND reference IS NOT NULL",
        "This bill is shared already.",
    )

    @api.depends("fee_item_id.name", "property_id.name", "date_from")
    def _compute_name(self):
        for cost in self:
            month = cost.date_from and cost.date_from.strftime("%Y-%m")
            parts = (cost.fee_item_id.name, cost.property_id.sudo().name, month)
            cost.name = " ".join(filter(None, parts))

    @api.depends("fee_item_id")
    def _compute_allocation_key_id(self):
        for cost in self:
            cost.allocation_key_id = (
                cost.fee_item_id.allocation_key_id or cost.allocation_key_id
            )

    @api.depends("quantity", "price_unit")
    def _compute_amount(self):
        for cost in self:
            if cost.quantity and cost.price_unit:
                total = exact(cost.quantity) * exact(cost.price_unit)
                cost.amount = cost.currency_id.round(float(total))

    @api.depends("line_ids.charge_id")
    def _compute_lines(self):
        # not on the state of charges: each that is posted would look for its costs
        lines = self.env["pm.shared.cost.line"].search([("cost_id", "in", self.ids)])
        paying = self.env["pm.fee"].search_fetch(
            [
                ("fee_item_id", "in", self.fee_item_id.ids),
                ("property_id", "in", lines.property_id.ids),
            ],
            ["fee_item_id", "property_id"],
        )
        paying = {(fee.fee_item_id, fee.property_id) for fee in paying}
        by_cost = lines.grouped("cost_id")
        for cost in self:
            rows = by_cost.get(cost._origin, lines.browse())
            cost.line_count = len(rows)
            cost.amount_charged = sum(rows._charged().mapped("amount"))
            cost.without_fee_count = sum(
                (cost.fee_item_id, row.property_id) not in paying
                for row in rows
                if row.amount
            )

    def write(self, vals):
        """What was shared stays as it was shared."""
        shown = {"fee_item_id", "allocation_key_id", "date_from", "date_to", "amount"}
        shown |= {"quantity", "price_unit", "property_id"}
        if shown & vals.keys() and not self.env.su:
            self._check_in_state("draft")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_confirmed(self):
        for cost in self:
            if cost.state == "confirmed":
                raise UserError(
                    self.env._("%s is shared. Take it back to draft first.", cost.name)
                )

    # steps ------------------------------------------------------------------------

    def action_preview(self):
        """Share it, to be looked at; the same that confirming does."""
        self._check_in_state("draft")
        self.check_access("write")
        self._make_lines()

    def action_confirm(self):
        """Let bill runs charge each one's part.

        :raises UserError: no amount, nobody to share among, a part without weights
        """
        self._check_in_state("draft")
        self.check_access("write")
        for cost in self:
            if cost.amount <= 0:
                raise UserError(
                    self.env._("%s: enter what the bill comes to.", cost.name)
                )
        self._make_lines()
        self.sudo()._as_step().write({"state": "confirmed"})

    def action_draft(self):
        """Take it back, as long as nothing of it is charged."""
        self._check_in_state("confirmed", "cancelled")
        self.check_access("write")
        self._check_uncharged()
        self.sudo()._as_step().write({"state": "draft"})

    def action_cancel(self):
        """Nobody is charged for it."""
        self._check_in_state("draft", "confirmed")
        self.check_access("write")
        self._check_uncharged()
        self.sudo().line_ids.unlink()
        self.sudo()._as_step().write({"state": "cancelled"})

    def _check_uncharged(self):
        for line in self.line_ids._charged():
            raise UserError(
                self.env._(
                    "%(cost)s is charged to %(place)s already. Undo that bill run "
                    "first.",
                    cost=line.cost_id.name,
                    place=line.property_id.display_name,
                )
            )

    def _make_lines(self):
        self.sudo().line_ids.unlink()
        vals_list = []
        for cost in self:
            key = cost.allocation_key_id
            rows = key.sudo()._share(
                exact(cost.amount), cost.property_id, cost.date_from, cost.date_to
            )
            cost.sudo()._as_step().rule = key.rule
            vals_list += [
                {
                    "cost_id": cost.id,
                    "property_id": prop.id,
                    "amount": float(amount),
                    "weights": [
                        {
                            "basis": part.basis,
                            "percent": part.percent,
                            "weight": _plain(weight),
                            "of": _plain(whole),
                        }
                        for part, weight, whole in weights
                    ],
                }
                for prop, amount, weights in rows
            ]
        self.env["pm.shared.cost.line"].sudo()._as_step().create(vals_list)

    def action_make_fees(self):
        """Give each unit with a share the fee that charges it."""
        self._check_in_state("draft", "confirmed")
        self.check_access("write")
        vals_list = []
        for cost in self:
            places = cost.line_ids.filtered("amount").property_id
            paying = (
                self.env["pm.fee"]
                .search(
                    [
                        ("fee_item_id", "=", cost.fee_item_id.id),
                        ("property_id", "in", places.ids),
                    ]
                )
                .property_id
            )
            vals_list += [
                {
                    "fee_item_id": cost.fee_item_id.id,
                    "property_id": place.id,
                    "date_from": cost.date_from,
                }
                for place in places - paying
            ]
        self.env["pm.fee"].create(vals_list)
        self.invalidate_recordset(["without_fee_count"])

    def action_view_lines(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "pm.shared.cost.line",
            "view_mode": "list",
            "domain": [("cost_id", "=", self.id)],
            "name": self.env._("Shares"),
        }


def _plain(weight):
    """A weight as people read it."""
    value = Decimal(weight.numerator) / Decimal(weight.denominator)
    return f"{value:.6f}".rstrip("0").rstrip(".")
