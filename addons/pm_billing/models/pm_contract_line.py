from datetime import date, timedelta

from odoo import api, fields, models
from odoo.fields import Domain


class PmContractLine(models.Model):
    _inherit = "pm.contract.line"

    fee_item_id = fields.Many2one(
        "pm.fee.item",
        index="btree_not_null",
        ondelete="restrict",
        domain="['|', ('estate_id', '=', False), ('estate_id', '=', estate_id)]",
    )
    name = fields.Char(
        compute="_compute_from_item", store=True, readonly=False, precompute=True
    )
    method = fields.Selection(
        compute="_compute_from_item", store=True, readonly=False, precompute=True
    )
    price = fields.Float(
        compute="_compute_from_item", store=True, readonly=False, precompute=True
    )
    surcharge = fields.Float(
        compute="_compute_from_item", store=True, readonly=False, precompute=True
    )
    property_kind = fields.Selection(
        [("unit", "Units"), ("parking", "Parking Spaces")],
        "Charged to",
        default="unit",
        required=True,
    )
    property_usage = fields.Selection(
        selection=lambda self: (
            self.env["pm.property"]._fields["usage"]._description_selection(self.env)
        ),
        string="Of Usage",
        help="Empty: whatever the usage.",
    )
    fee_ids = fields.One2many("pm.fee", "contract_line_id", "Fees of Properties")

    @api.depends("fee_item_id")
    def _compute_from_item(self):
        """A new line starts from its fee item; what is agreed may differ."""
        for line in self:
            item = line.fee_item_id
            line.name = item.name or line.name
            line.method = item.method or line.method or "area"
            line.price = item.price if item else line.price
            line.surcharge = item.surcharge if item else line.surcharge

    @api.depends("property_kind", "property_usage")
    def _compute_amount_month(self):
        return super()._compute_amount_month()

    def _properties_domain(self):
        """Return the domain of the properties of the kind and usage charged."""
        contract = self.contract_id
        scope = contract.property_ids or contract.estate_id
        domain = [("id", "child_of", scope.ids), ("kind", "=", self.property_kind)]
        if self.property_usage:
            domain.append(("usage", "=", self.property_usage))
        return domain

    def _missing_fees(self, returned=None):
        """Return the values of the fees that the properties in scope lack.

        :param returned: properties that come back into the scope: what they paid
            before does not count
        """
        returned = returned or self.env["pm.property"]
        vals_list = []
        for line in self.filtered("fee_item_id"):
            contract = line.contract_id
            domain = Domain(line._properties_domain()) & Domain(
                "id", "not in", (line.fee_ids.property_id - returned).ids
            )
            vals = {
                "fee_item_id": line.fee_item_id.id,
                "contract_line_id": line.id,
                "date_from": line.date_from or contract.date_from,
                "date_to": line.date_to or contract.date_end,
                "bill_from_start": bool(line.amendment_id),
            }
            properties = self.env["pm.property"].search(domain)
            paid = self._paid_until(properties, vals)
            for prop in properties:
                last = paid.get(prop)
                if last == date.max:
                    continue
                # what a contract before still charges is followed the day after
                start = (
                    max(vals["date_from"], last + timedelta(days=1))
                    if last
                    else vals["date_from"]
                )
                if not vals["date_to"] or start <= vals["date_to"]:
                    vals_list.append(
                        {**vals, "date_from": start, "property_id": prop.id}
                    )
        return vals_list

    @api.model
    def _paid_until(self, properties, vals):
        """Return {property: last day} of who pays the item in that time already."""
        fees = self.env["pm.fee"].search(
            [
                ("property_id", "in", properties.ids),
                ("fee_item_id", "=", vals["fee_item_id"]),
                ("date_from", "<=", vals["date_to"] or date.max),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", vals["date_from"]),
            ]
        )
        last_days = {}
        for fee in fees:
            last = fee.date_to or date.max
            if last < fee.date_from:  # replaced before it ran
                continue
            last_days[fee.property_id] = max(last, last_days.get(fee.property_id, last))
        return last_days

    def _supersede(self, day, vals, amendment):
        """What is billed follows: charges before ``day`` keep the price."""
        following = super()._supersede(day, vals, amendment)
        # the price of the line itself holds from its next period on
        if following != self or not self.env.context.get("pm_keep_billed"):
            self.fee_ids._continue_under(following, day)
        return following

    def _end_on(self, day):
        result = super()._end_on(day)
        self.fee_ids._end_before(fields.Date.add(day, days=1))
        return result

    def _begin(self):
        result = super()._begin()
        self.env["pm.fee"].create(self._missing_fees())
        return result
