from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.pm_core.tools.price_text import PRICE

from ...engine.periods import periods
from ..ledger.business_day import set_today


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
    is_whole = fields.Boolean(
        "For the Whole Contract",
        compute="_compute_is_whole",
        store=True,
        precompute=True,
        help="One amount for the contract as a whole, paid by its other party.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Payer",
        index="btree_not_null",
        check_company=True,
        help="Empty: as the fee item says, the owner or the occupant of the day; the "
        "other party of the contract where the fee is one for all of it.",
    )
    date_from = fields.Date(
        "From",
        required=True,
        compute="_compute_date_from",
        store=True,
        readonly=False,
        precompute=True,
    )
    date_to = fields.Date(
        "To",
        help="Last day; empty while it goes on. What is billed of the days after it "
        "is given back by the next bill run.",
    )
    cycle_start = fields.Date(
        "Periods Counted From",
        readonly=True,
        copy=False,
        help="Where the fee goes on at another price: the first day of the one before, "
        "from which quarters and years are counted; empty: from its own first day.",
    )
    bill_from_start = fields.Boolean(
        "Bill Missed Periods",
        copy=False,
        help="The next bill run also charges what fell due since the first day of the "
        "fee and was not billed. Set where an amendment holds from a day that was "
        "billed already.",
    )
    has_own_price = fields.Boolean(
        "Own Price", help="This property has a price of its own."
    )
    own_price = fields.Float("Own Price per m²", **PRICE)
    own_surcharge = fields.Float("Own Fixed Amount", **PRICE)
    currency_id = fields.Many2one(related="company_id.currency_id")
    gross_area = fields.Float(related="property_id.gross_area", aggregator="sum")
    method = fields.Selection(
        selection=lambda self: (
            self.env["pm.fee.item"]._fields["method"]._description_selection(self.env)
        ),
        string="Calculation",
        compute="_compute_price",
    )
    price = fields.Float("Price per m²", compute="_compute_price", **PRICE)
    surcharge = fields.Float("Fixed Amount", compute="_compute_price", **PRICE)
    amount_month = fields.Monetary("A Month", compute="_compute_amount_month")
    charge_ids = fields.One2many("pm.charge", "fee_id", "Charges")

    _dates_in_order = models.Constraint(
        # one that was replaced before it ran ends the day before
        "CHECK (date_to IS NULL OR date_to >= date_from - 1)",
        "A fee cannot end before it begins.",
    )
    # int4range stands in for equality, which gist has only with an extension
    _no_overlap = models.Constraint(
        """EXCLUDE USING gist (
            int4range(property_id, property_id, '[]') WITH &&,
            int4range(fee_item_id, fee_item_id, '[]') WITH &&,
            daterange(date_from, date_to + 1, '[)') WITH &&)
        WHERE (is_whole IS NOT TRUE)""",
        "The property pays this fee in that time already. End the earlier one first.",
    )
    # contracts of several customers may charge one item at one place
    _whole_once = models.Constraint(
        """EXCLUDE USING gist (
            int4range(contract_line_id, contract_line_id, '[]') WITH &&,
            daterange(date_from, date_to + 1, '[)') WITH &&)
        WHERE (is_whole)""",
        "The contract charges this fee as one amount in that time already. End the "
        "earlier one first.",
    )
    _own_price_positive = models.Constraint(
        "CHECK (own_price >= 0 AND own_surcharge >= 0)", "A price cannot be negative."
    )

    @api.depends("property_id")
    def _compute_date_from(self):
        """The day that it is at the estate, unless said."""
        set_today(self, "date_from")

    @api.depends("property_id.display_name", "fee_item_id.name")
    def _compute_display_name(self):
        for fee in self:
            # an accountant reads the fee, but not the register
            place = fee.property_id.sudo().display_name
            fee.display_name = f"{place} {fee.fee_item_id.name or ''}".strip()

    @api.depends(
        "has_own_price",
        "own_price",
        "own_surcharge",
        "contract_line_id.method",
        "contract_line_id.price",
        "contract_line_id.surcharge",
        "fee_item_id.price",
        "fee_item_id.surcharge",
        "fee_item_id.method",
    )
    def _compute_price(self):
        for fee in self:
            source = fee.contract_line_id or fee.fee_item_id
            fee.method = source.method
            if fee.has_own_price:
                fee.price, fee.surcharge = fee.own_price, fee.own_surcharge
            else:
                fee.price, fee.surcharge = source.price, source.surcharge

    @api.depends(
        "method",
        "price",
        "surcharge",
        "fee_item_id.formula",
        "fee_item_id.tariff_id",
        "property_id.gross_area",
        "quantity",
        "persons",
    )
    def _compute_amount_month(self):
        """Apart from the price, which bill runs ask for: they need no amount."""
        for fee in self:
            fee.amount_month = fee.fee_item_id and float(fee._monthly_amount() or 0)

    @api.depends("contract_line_id.method")
    def _compute_is_whole(self):
        for fee in self:
            fee.is_whole = fee.contract_line_id.method == "whole"

    @api.constrains("date_from", "date_to")
    def _check_charged(self):
        """A fee keeps the first day that is charged, and does not run again on days
        that were given back.
        """
        charged = Domain("fee_id", "in", self.ids) & Domain("state", "!=", "cancelled")
        charged &= Domain("is_rebilled", "=", False)
        for fee, first in self.env["pm.charge"]._read_group(
            charged, ["fee_id"], ["date_from:min"]
        ):
            if first < fee.date_from:
                raise ValidationError(
                    self.env._(
                        "%(fee)s is charged from %(first)s. Undo that charge before "
                        "you let the fee begin later.",
                        fee=fee.display_name,
                        first=fields.Date.to_string(first),
                    )
                )
        for credit in self.env["pm.charge"].search(
            charged
            & Domain("origin_id", "!=", False)
            & Domain("correction", "=", False)
        ):
            fee, first = credit.fee_id, credit.date_from
            if not fee.date_to or first <= fee.date_to:
                raise ValidationError(
                    self.env._(
                        "%(fee)s ended, and its days from %(first)s on were credited "
                        "in the bill run %(run)s. Undo that run, or enter a new fee "
                        "from that day.",
                        fee=fee.display_name,
                        first=fields.Date.to_string(first),
                        run=credit.run_id.name,
                    )
                )

    def _charged_until(self):
        """Return {fee: last day that is charged} of those that are."""
        return dict(
            self.env["pm.charge"]._read_group(
                [
                    ("fee_id", "in", self.ids),
                    ("state", "!=", "cancelled"),
                    ("origin_id", "=", False),
                ],
                ["fee_id"],
                ["date_to:max"],
            )
        )

    def _charges_beyond(self):
        """Return the billed charges that reach beyond the last day of their fee.

        The days after it are to be given back to the customer. A charge of which all
        those days were given back before is left out.
        """
        self.env["pm.charge"].flush_model(
            ["fee_id", "date_from", "date_to", "origin_id", "state", "is_rebilled"]
        )
        self.flush_model(["date_to"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT charge.id
                  FROM pm_charge charge
                  JOIN pm_fee fee ON fee.id = charge.fee_id
                 WHERE fee.id = ANY(%s)
                   AND fee.date_to < charge.date_to
                   AND charge.state = 'posted'
                   AND charge.origin_id IS NULL
                   AND charge.is_rebilled IS NOT TRUE
                   AND NOT EXISTS (
                       SELECT FROM pm_charge credit
                        WHERE credit.origin_id = charge.id
                          AND credit.correction IS NULL
                          AND credit.state <> 'cancelled'
                          AND credit.date_from
                              <= greatest(fee.date_to + 1, charge.date_from))
                 ORDER BY charge.id
                """,
                self.ids,
            )
        )
        return self.env["pm.charge"].browse(row[0] for row in rows)

    def _change_days(self, day):
        """Return {day of the change: fees}: later where billed periods keep theirs."""
        running = self.filtered(lambda fee: not fee.date_to or fee.date_to >= day)
        if not self._in_step("pm_keep_billed"):
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
            later = fees._not_begun(starts)
            moved += later
            ended = fees - later
            vals_list += [fee._prepare_continuation(line, starts) for fee in ended]
            ended._cut(starts)
        moved.write({"contract_line_id": line.id})
        # the database refuses two at a time
        self.flush_recordset()
        self.create(vals_list)

    def _prepare_continuation(self, line, day):
        """Return the values of the fee that follows this one from ``day``."""
        self.ensure_one()
        return {
            "property_id": self.property_id.id,
            "fee_item_id": self.fee_item_id.id,
            "contract_line_id": line.id,
            "partner_id": self.partner_id.id,
            "date_from": max(day, self.date_from),
            "date_to": self.date_to,
            "cycle_start": self.cycle_start or self.date_from,
            "bill_from_start": not self._in_step("pm_keep_billed"),
            "has_own_price": self.has_own_price,
            "own_price": self.own_price,
            "own_surcharge": self.own_surcharge,
            "quantity": self.quantity,
            "persons": self.persons,
            "step_ids": [
                Command.create(values) for values in self.step_ids._copy_values()
            ],
        }

    def _not_begun(self, day):
        """Return the fees that begin on ``day`` or later and are not charged yet."""
        charged = self._charged_until()
        return self.filtered(lambda fee: fee.date_from >= day and fee not in charged)

    def _cut(self, day):
        """End the fees with the day before ``day``, or before they began.

        What is billed beyond is given back by the next bill run.
        """
        end = fields.Date.subtract(day, days=1)
        for last, fees in self.grouped(lambda fee: fee._last_day_by(end)).items():
            fees.write({"date_to": last})

    def _last_day_by(self, end):
        """Return ``end``, or the day before the fee begins if that is later."""
        self.ensure_one()
        return max(end, fields.Date.subtract(self.date_from, days=1))

    def _end_before(self, day):
        """End the fees with the day before ``day``; drop those that begin later."""
        for starts, fees in self._change_days(day).items():
            later = fees._not_begun(starts)
            (fees - later)._cut(starts)
            later.unlink()

    def _periods(self, date_from, date_to):
        """Return the periods that fall due from ``date_from`` to ``date_to``."""
        self.ensure_one()
        item = self.fee_item_id
        if self.bill_from_start:
            since = (self.cycle_start or self.date_from).replace(day=1)
            date_from = min(date_from, since)
        return periods(
            self.date_from,
            self.date_to,
            item.cycle,
            date_from,
            date_to,
            item.timing,
            self.cycle_start or None,
        )
