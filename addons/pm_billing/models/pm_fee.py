from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..engine.amounts import month_steps, monthly_amount
from ..engine.periods import periods


class FeeError(UserError):
    """A fee that cannot be charged; ``code`` names the reason."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


class PmFee(models.Model):
    """A fee item that applies to a property, from one day to another.

    Prices are in company currency, tax included; areas are m².
    """

    _name = "pm.fee"
    _description = "Fee of a Property"
    _inherit = ["pm.estate.mixin"]
    _order = "property_id, fee_item_id, date_from"
    _check_company_auto = True

    fee_item_id = fields.Many2one(
        "pm.fee.item",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="['|', ('estate_id', '=', False), ('estate_id', '=', estate_id)]",
    )
    contract_line_id = fields.Many2one(
        "pm.contract.line",
        "Agreed in",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('estate_id', '=', estate_id), ('fee_item_id', '=', fee_item_id)]",
        help="Contract fee whose price holds; empty: the price of the fee item.",
    )
    contract_id = fields.Many2one(
        related="contract_line_id.contract_id", store=True, index="btree_not_null"
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Payer",
        index="btree_not_null",
        check_company=True,
        help="Empty: as the fee item says, the owner or the occupant of the day.",
    )
    date_from = fields.Date("From", required=True, default=fields.Date.context_today)
    date_to = fields.Date("To", help="Last day; empty while it goes on.")
    cycle_start = fields.Date(
        "Periods Counted From",
        readonly=True,
        copy=False,
        help="Where the fee goes on at another price: the first day of the one before, "
        "from which quarters and years are counted; empty: from its own first day.",
    )
    has_own_price = fields.Boolean(
        "Own Price", help="This property has a price of its own."
    )
    own_price = fields.Float(
        "Own Price per m²", digits="Product Price", aggregator=None
    )
    own_surcharge = fields.Float(
        "Own Fixed Amount", digits="Product Price", aggregator=None
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    gross_area = fields.Float(related="property_id.gross_area", aggregator="sum")
    price = fields.Float(
        "Price per m²", digits="Product Price", compute="_compute_price"
    )
    surcharge = fields.Float(
        "Fixed Amount", digits="Product Price", compute="_compute_price"
    )
    amount_month = fields.Monetary("A Month", compute="_compute_price")
    charge_ids = fields.One2many("pm.charge", "fee_id", "Charges")

    _dates_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "A fee cannot end before it begins.",
    )
    # int4range stands in for equality, which gist has only with an extension
    _no_overlap = models.Constraint(
        """EXCLUDE USING gist (
            int4range(property_id, property_id, '[]') WITH &&,
            int4range(fee_item_id, fee_item_id, '[]') WITH &&,
            daterange(date_from, date_to, '[]') WITH &&)""",
        "The property pays this fee in that time already. End the earlier one first.",
    )
    _own_price_positive = models.Constraint(
        "CHECK (own_price >= 0 AND own_surcharge >= 0)", "A price cannot be negative."
    )

    @api.depends("property_id.display_name", "fee_item_id.name")
    def _compute_display_name(self):
        for fee in self:
            fee.display_name = (
                f"{fee.property_id.display_name} {fee.fee_item_id.name or ''}".strip()
            )

    @api.depends(
        "has_own_price",
        "own_price",
        "own_surcharge",
        "contract_line_id.price",
        "contract_line_id.surcharge",
        "fee_item_id.price",
        "fee_item_id.surcharge",
        "fee_item_id.method",
        "property_id.gross_area",
    )
    def _compute_price(self):
        for fee in self:
            if fee.has_own_price:
                fee.price, fee.surcharge = fee.own_price, fee.own_surcharge
            else:
                source = fee.contract_line_id or fee.fee_item_id
                fee.price, fee.surcharge = source.price, source.surcharge
            fee.amount_month = fee.fee_item_id and float(fee._monthly_amount())

    @api.constrains("date_from", "date_to")
    def _check_charged(self):
        """What was billed stays inside the fee."""
        charged = self.env["pm.charge"]._read_group(
            [("fee_id", "in", self.ids), ("state", "!=", "cancelled")],
            ["fee_id"],
            ["date_from:min", "date_to:max"],
        )
        for fee, first, last in charged:
            if first < fee.date_from or (fee.date_to and last > fee.date_to):
                raise ValidationError(
                    self.env._(
                        "%(fee)s is charged from %(first)s to %(last)s. Undo those "
                        "charges before you change its dates to leave them out.",
                        fee=fee.display_name,
                        first=fields.Date.to_string(first),
                        last=fields.Date.to_string(last),
                    )
                )

    def _charged_until(self):
        """Return {fee: last day that is charged} of those that are."""
        return dict(
            self.env["pm.charge"]._read_group(
                [("fee_id", "in", self.ids), ("state", "!=", "cancelled")],
                ["fee_id"],
                ["date_to:max"],
            )
        )

    def _check_not_charged_from(self, day):
        """Refuse to change fees from a day on that is charged already.

        :raises UserError: with how many are, and the last day
        """
        charged = {
            fee: last for fee, last in self._charged_until().items() if last >= day
        }
        if charged:
            fee, last = max(charged.items(), key=lambda row: row[1])
            raise UserError(
                self.env._(
                    "%(count)s properties are charged beyond %(day)s already, such as "
                    "%(fee)s until %(last)s. Undo those charges, choose a later "
                    "effective day, or let the periods that are billed keep their "
                    "price.",
                    count=len(charged),
                    day=fields.Date.to_string(day),
                    fee=fee.display_name,
                    last=fields.Date.to_string(last),
                )
            )

    def _change_days(self, day):
        """Return {day of the change: fees}: later where billed periods keep theirs."""
        running = self.filtered(lambda fee: not fee.date_to or fee.date_to >= day)
        if not self.env.context.get("pm_keep_billed"):
            running._check_not_charged_from(day)
            return {day: running}
        charged = running._charged_until()
        return running.grouped(
            lambda fee: (
                max(day, fields.Date.add(charged[fee], days=1))
                if fee in charged
                else day
            )
        )

    def _continue_under(self, line, day):
        """Let the fees go on from ``day`` at the price of ``line``.

        A fee ends with the day before, and another one begins, so that what is
        charged before keeps its price. It keeps payer, own price and periods.
        """
        vals_list, moved = [], self.browse()
        for starts, fees in self._change_days(day).items():
            ended = self.browse()
            for fee in fees:
                if fee.date_from >= starts:
                    moved += fee
                elif not fee.date_to or fee.date_to >= starts:
                    ended += fee
                    vals_list.append(
                        {
                            "property_id": fee.property_id.id,
                            "fee_item_id": fee.fee_item_id.id,
                            "contract_line_id": line.id,
                            "partner_id": fee.partner_id.id,
                            "date_from": starts,
                            "date_to": fee.date_to,
                            "cycle_start": fee.cycle_start or fee.date_from,
                            "has_own_price": fee.has_own_price,
                            "own_price": fee.own_price,
                            "own_surcharge": fee.own_surcharge,
                        }
                    )
            ended.write({"date_to": fields.Date.subtract(starts, days=1)})
        moved.write({"contract_line_id": line.id})
        # the database refuses two at a time
        self.flush_recordset()
        self.create(vals_list)

    def _end_before(self, day):
        """End the fees with the day before ``day``; drop those that begin later."""
        for starts, fees in self._change_days(day).items():
            later = fees.filtered(lambda fee, starts=starts: fee.date_from >= starts)
            later.unlink()
            (fees - later).filtered(
                lambda fee, starts=starts: not fee.date_to or fee.date_to >= starts
            ).write({"date_to": fields.Date.subtract(starts, days=1)})

    def _monthly_amount(self):
        """Return the exact amount of a whole month as ``Decimal``."""
        self.ensure_one()
        return monthly_amount(
            self.fee_item_id.method,
            Decimal(str(self.property_id.gross_area)),
            Decimal(str(self.price)),
            Decimal(str(self.surcharge)),
        )

    def _periods(self, date_from, date_to):
        """Return the periods that fall due from ``date_from`` to ``date_to``."""
        self.ensure_one()
        item = self.fee_item_id
        return periods(
            self.date_from,
            self.date_to,
            item.cycle,
            date_from,
            date_to,
            item.timing,
            self.cycle_start or None,
        )

    def _payers_on(self, day):
        """Return {fee id: partner} of who pays on ``day``, with one query a rule."""
        payers = {}
        for payer, fees in self.grouped(lambda fee: fee.fee_item_id.payer).items():
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

    def _prepare_charge(self, date_from, date_to, payer):
        """Return the values of the charge of one period.

        :raises FeeError: no payer, no area, or nothing to charge
        """
        self.ensure_one()
        item, prop = self.fee_item_id, self.property_id
        if not payer:
            raise FeeError(
                "no_payer",
                self.env._(
                    "%(property)s has nobody who pays %(fee)s on %(day)s. Enter the "
                    "owner of that day, or a payer on the fee.",
                    property=prop.display_name,
                    fee=item.name,
                    day=fields.Date.to_string(date_from),
                ),
            )
        if item.method == "area" and not prop.gross_area:
            raise FeeError(
                "no_area",
                self.env._(
                    "%(property)s has no gross area, which %(fee)s is computed from. "
                    "Enter the area.",
                    property=prop.display_name,
                    fee=item.name,
                ),
            )
        rounding = Decimal(str(self.currency_id.rounding))
        steps = month_steps(
            self._monthly_amount(), date_from, date_to, item.proration, rounding
        )
        amount = sum((step.amount for step in steps), Decimal())
        if not amount:
            raise FeeError(
                "zero",
                self.env._(
                    "%(fee)s of %(property)s comes to zero from %(first)s to %(last)s. "
                    "Check its price and dates, or end it.",
                    fee=item.name,
                    property=prop.display_name,
                    first=fields.Date.to_string(date_from),
                    last=fields.Date.to_string(date_to),
                ),
            )
        return {
            "fee_id": self.id,
            "fee_item_id": item.id,
            "property_id": prop.id,
            "partner_id": payer.id,
            "date_from": date_from,
            "date_to": date_to,
            "amount": float(amount),
            "inputs": self._prepare_inputs(steps),
        }

    def _prepare_inputs(self, steps):
        """Return what the amount was computed from, as it was then."""
        return {
            "method": self.fee_item_id.method,
            "area": self.property_id.gross_area,
            "price": self.price,
            "surcharge": self.surcharge,
            "proration": self.fee_item_id.proration,
            "contract": self.contract_id.name or None,
            "steps": [
                {
                    "month": step.month.isoformat()[:7],
                    "days": step.days,
                    "of_days": step.of_days,
                    "amount": str(step.amount),
                }
                for step in steps
            ],
        }
