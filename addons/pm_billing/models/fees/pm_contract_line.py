from datetime import date, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class PmContractLine(models.Model):
    _name = "pm.contract.line"
    _inherit = ["pm.fee.agreed.mixin", "pm.contract.line"]

    fee_ids = fields.One2many("pm.fee", "contract_line_id", "Fees of Properties")

    def _item_to_start_from(self):
        # what the customer accepted in a service plan stays as it was offered
        if self.contract_id.plan_id and (self.price or self.surcharge):
            return self.fee_item_id.browse()
        return super()._item_to_start_from()

    @api.depends("property_kind", "property_usage")
    def _compute_amount_month(self):
        return super()._compute_amount_month()

    def write(self, vals):
        """Fees that run keep being one for all, or one for each.

        :raises UserError: naming the fee and the way out
        """
        if "method" in vals:
            self._check_still_for_all_or_each(vals["method"])
        return super().write(vals)

    def _check_still_for_all_or_each(self, method):
        for line in self:
            becomes_whole = method == "whole"
            if line.fee_ids and (line.method == "whole") != becomes_whole:
                raise UserError(
                    self.env._(
                        "%(fee)s of %(contract)s is charged already. Let an amendment "
                        "change it from one amount for each unit to one for the whole "
                        "contract, or back.",
                        fee=line.name,
                        contract=line.contract_id.display_name,
                    )
                )

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

        One amount for the whole contract makes one fee. What suppliers are paid is
        charged to nobody.

        :param returned: properties that come back into the scope: what they paid
            before does not count
        """
        vals_list = []
        for line in self.filtered(
            lambda line: line.fee_item_id and line.contract_id.side != "supplier"
        ):
            contract = line.contract_id
            vals = {
                "fee_item_id": line.fee_item_id.id,
                "contract_line_id": line.id,
                "date_from": line.date_from or contract.date_from,
                "date_to": line.date_to or contract.date_end,
            }
            properties = line._properties_without_fee(returned)
            paid = line._paid_until(properties, vals)
            billed = line._billed_until(properties, vals)
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
                    given_back = prop in billed and billed[prop] >= start
                    vals_list.append(
                        {
                            **vals,
                            "date_from": start,
                            "property_id": prop.id,
                            "bill_from_start": bool(line.amendment_id) or given_back,
                        }
                    )
        return vals_list

    def _properties_without_fee(self, returned):
        """Return what the fee is charged to and does not pay it yet."""
        paying = self.fee_ids.property_id
        if self.method == "whole":
            place = self.contract_id._charged_as_a_whole()
            return place.browse() if paying else place
        domain = Domain(self._properties_domain())
        if returned:
            paying -= returned
        return self.env["pm.property"].search(
            domain & Domain("id", "not in", paying.ids)
        )

    def _paid_until(self, properties, vals):
        """Return {property: last day} of who pays the item in that time already.

        Where the contract pays as a whole, what the one that it follows still pays
        counts; other contracts pay for themselves.
        """
        domain = [
            ("fee_item_id", "=", vals["fee_item_id"]),
            ("date_from", "<=", vals["date_to"] or date.max),
            "|",
            ("date_to", "=", False),
            ("date_to", ">=", vals["date_from"]),
        ]
        if self.method == "whole":
            before = self.contract_id.predecessor_id
            domain += [("is_whole", "=", True), ("contract_id", "in", before.ids)]
        else:
            domain += [("is_whole", "=", False)]
            domain += [("property_id", "in", properties.ids)]
        last_days = {}
        for fee in self.env["pm.fee"].search(domain):
            last = fee.date_to or date.max
            if last < fee.date_from:  # replaced before it ran
                continue
            place = properties if self.method == "whole" else fee.property_id
            last_days[place] = max(last, last_days.get(place, last))
        return last_days

    def _billed_until(self, properties, vals):
        """Return {property: last day} that is billed already, by fees that ended.

        A bill run gives those days back; it has to charge them anew as well.
        """
        return dict(
            self.env["pm.charge"]._read_group(
                [
                    ("fee_item_id", "=", vals["fee_item_id"]),
                    ("property_id", "in", properties.ids),
                    ("state", "!=", "cancelled"),
                    ("origin_id", "=", False),
                    ("date_to", ">=", vals["date_from"]),
                ],
                ["property_id"],
                ["date_to:max"],
            )
        )

    def _supersede(self, day, vals, amendment):
        """What is billed follows: charges before ``day`` keep the price.

        Where one amount for all becomes one for each unit, or the other way round,
        the fees end and others begin.
        """
        method = vals.get("method", self.method)
        if "whole" in (method, self.method) and method != self.method:
            ended = self.fee_ids
            ended._end_before(day)
            following = super()._supersede(day, vals, amendment)
            following._begin_after(ended.exists())
            return following
        following = super()._supersede(day, vals, amendment)
        # the price of the line itself holds from its next period on
        if following != self or not self._in_step("pm_keep_billed"):
            self.fee_ids._continue_under(following, day)
        return following

    def _begin_after(self, ended):
        """Put the fee on what is charged to, once ``ended`` ones are over."""
        last = max(ended.mapped("date_to"), default=None)
        follows = last and fields.Date.add(last, days=1)
        self.env["pm.fee"].create(
            [
                {**vals, "date_from": max(vals["date_from"], follows or date.min)}
                for vals in self._missing_fees()
            ]
        )

    def _end_on(self, day):
        result = super()._end_on(day)
        self.fee_ids._end_before(fields.Date.add(day, days=1))
        return result

    def _begin(self):
        result = super()._begin()
        self.env["pm.fee"].create(self._missing_fees())
        return result
