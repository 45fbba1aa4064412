from datetime import date

from odoo import fields, models

from ...engine.periods import month_first, month_index, month_last


class PmFee(models.Model):
    """Who pays a fee: on a day, or in the parts of a period that several share."""

    _inherit = "pm.fee"

    def _payers_on(self, day):
        """Return {fee id: partner} of who pays on ``day``, with one query a rule."""
        whole = self.filtered("is_whole")
        payers = {fee.id: fee.partner_id or fee.contract_id.partner_id for fee in whole}
        by_rule = (self - whole).grouped(lambda fee: fee.fee_item_id.payer)
        for payer, fees in by_rule.items():
            owners = fees.property_id._holder_on(day)
            tenants = fees.property_id._holder_on(day, ("tenant",))
            first, second = (owners, tenants) if payer == "owner" else (tenants, owners)
            for fee in fees:
                place = fee.property_id.id
                holder = first.get(place) or second.get(place)
                payers[fee.id] = fee.partner_id or (
                    holder.partner_id if holder else self.env["res.partner"]
                )
        return payers

    def _payer_parts(self, periods):
        """Split periods where the payer changes, by the dates of the occupancies.

        The items say so; where a month counts as a whole (*From the Next Month*), the
        change is moved to the first of the month in which that payer begins.

        :param periods: list of (fee, first day, last day)
        :return: list of (fee, first day, last day, payer, period), in the order given;
            the payer of a part that nobody pays is empty
        """
        split = [row for row in periods if row[0].fee_item_id.by_occupancy]
        rows = self._held_in(split) if split else {}
        on_day = {}
        for fee, first, _last in periods:
            on_day.setdefault(first, {})[fee.id] = fee
        payers = {
            day: self.browse(fees)._payers_on(day) for day, fees in on_day.items()
        }
        found = []
        for fee, first, last in periods:
            named = fee.partner_id or fee.is_whole
            if not fee.fee_item_id.by_occupancy or named:
                payer = payers[first][fee.id]
                found.append((fee, first, last, payer, (first, last)))
                continue
            held = rows.get(fee.property_id.id, ())
            found += [
                (fee, *part, (first, last)) for part in fee._parts_of(first, last, held)
            ]
        return found

    def _held_in(self, periods):
        """Return {property id: occupancies} of those that pay in any of the periods."""
        occupancies = self.env["pm.occupancy"].search(
            [
                ("property_id", "in", [row[0].property_id.id for row in periods]),
                ("role", "in", ("owner", "developer", "tenant")),
                ("date_from", "<=", max(row[2] for row in periods)),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", min(row[1] for row in periods)),
            ],
            order="share desc, date_from, id",
        )
        return {
            place.id: rows for place, rows in occupancies.grouped("property_id").items()
        }

    def _parts_of(self, first, last, occupancies):
        """Return (first, last, payer) of the parts of one period."""
        self.ensure_one()
        cuts = {first}
        for row in occupancies:
            if row.date_from > first:
                cuts.add(row.date_from)
            if row.date_to:
                cuts.add(fields.Date.add(row.date_to, days=1))
        cuts = sorted({self._begins(day) for day in cuts if first <= day <= last})
        cuts = sorted({max(day, first) for day in cuts if day <= last} | {first})
        parts = []
        for begins, following in zip(cuts, [*cuts[1:], None], strict=True):
            ends = fields.Date.subtract(following, days=1) if following else last
            payer = self._holder_among(occupancies, self._asked_on(begins, ends))
            if parts and parts[-1][2] == payer:
                parts[-1] = (parts[-1][0], ends, payer)
            else:
                parts.append((begins, ends, payer))
        return parts

    def _begins(self, day):
        """First day that a payer who comes on ``day`` pays."""
        index = month_index(day)
        rule = self.fee_item_id.proration
        if rule in ("next", "full") and day != month_first(index):
            return month_first(index + 1)
        if rule == "this":
            return month_first(index)
        return day

    def _asked_on(self, first, last):
        """The day whose holder pays from ``first`` to ``last``: who came within the
        month pays it whole where the item says so.
        """
        if self.fee_item_id.proration != "this":
            return first
        return min(month_last(month_index(first)), last)

    def _holder_among(self, occupancies, day):
        """Who pays on a day, of occupancies in the order of their weight."""
        held = [
            row
            for row in occupancies
            if row.date_from <= day <= (row.date_to or date.max)
        ]
        tenants = [row for row in held if row.role == "tenant"]
        owners = [row for row in held if row.role != "tenant"]
        by_owner = self.fee_item_id.payer == "owner"
        ranked = owners + tenants if by_owner else tenants + owners
        return ranked[0].partner_id if ranked else self.env["res.partner"]

    def _no_payer_text(self, day):
        if self.is_whole:
            return self.env._(
                "The contract %(contract)s names nobody who pays %(fee)s. Name its "
                "other party, or a payer on the fee.",
                contract=self.contract_id.display_name,
                fee=self.fee_item_id.name,
            )
        return self.env._(
            "%(property)s has nobody who pays %(fee)s on %(day)s. Enter the "
            "owner of that day, or a payer on the fee.",
            property=self.property_id.display_name,
            fee=self.fee_item_id.name,
            day=fields.Date.to_string(day),
        )
