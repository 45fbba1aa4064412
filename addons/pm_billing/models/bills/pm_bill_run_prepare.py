from decimal import Decimal

from psycopg2.errors import ExclusionViolation

from odoo import fields, models
from odoo.exceptions import ConcurrencyError
from odoo.fields import Domain
from odoo.tools import SQL

from ...engine.rounding import round_to
from ..fees.billing_facts import BillingFacts
from ..fees.pm_fee import FeeError
from ..fees.pm_fee_amount import NothingDue

FEES_AT_ONCE = 500
DRAFT = {"kind": "fee", "state": "draft"}
# what is asked of charges that were just made
LINKED = (
    "kind",
    "fee_id",
    "origin_id",
    "property_id",
    "partner_id",
    "date_from",
    "amount",
)


class PmBillRun(models.Model):
    """First step of a bill run: charges of the period; what cannot be charged."""

    _inherit = "pm.bill.run"

    def _job_size(self, step):
        return FEES_AT_ONCE if step == "prepare" else super()._job_size(step)

    def action_prepare(self):
        """Make the charges of the period and list what cannot be charged.

        Charges that were prepared and not billed are made anew, so that areas and
        prices corrected since count.
        """
        for run in self:
            states = ("draft", "prepared", "undone")
            if run._may_begin("preparing", *states, stopped=("preparing",)):
                run._begin_prepare()

    def _begin_prepare(self):
        self._as_step().state = "preparing"
        self.charge_ids.filtered(lambda charge: charge.state == "draft").unlink()
        self._job_begin("prepare", self._fees_in_scope().ids)

    def action_retry_failed(self):
        """Try again what is listed as exception, then go on as far as before."""
        for run in self:
            run._check_state("prepared", "done")
            fees = run.exception_ids.filtered(lambda row: row.stage == "prepare").fee_id
            then = "confirm" if run.state == "done" else False
            run._as_step().state = "preparing"
            run._job_begin("prepare", fees.ids, then)

    def _job_end_prepare(self, then):
        if then == "confirm":
            self._begin_confirm()
            return
        if not self.charge_ids and not self.exception_ids:
            self.message_post(
                body=self.env._(
                    "Nothing to charge: no fee falls due here in this period, or all "
                    "of them are charged already."
                )
            )
        self._as_step().state = "prepared"
        self._raise_event("bill.prepare")

    def _fees_in_scope(self):
        """Return the fees below the scope that may fall due in the period, and those
        of which something is to be given back.
        """
        self.ensure_one()
        domain = Domain("property_id", "child_of", self.property_id.id)
        domain &= Domain("date_from", "<=", self.date_to)
        # a period in arrears may have begun a year ago
        long_ago = Domain(
            "date_to", "<", fields.Date.subtract(self.date_from, months=12)
        ) & Domain("bill_from_start", "=", False)
        Fee = self.env["pm.fee"]
        past = Fee.search(domain & long_ago)._charges_beyond().fee_id
        return Fee.search(domain & (~long_ago | Domain("id", "in", past.ids)))

    def _job_do_prepare(self, fee_ids):
        """Make the charges of some fees; exceptions replace those of before."""
        self.ensure_one()
        fees = self.env["pm.fee"].browse(fee_ids).exists()
        self._clear_exceptions([("stage", "=", "prepare"), ("fee_id", "in", fees.ids)])
        wanted = self._missing_periods(fees)
        parts = self._uncharged_parts(fees._payer_parts(wanted))
        facts = BillingFacts(
            fees,
            min([self.date_from, *(row[1] for row in wanted)]),
            max([self.date_to, *(row[2] for row in wanted)]),
        )
        vals_list, failed = self._missing_credits(fees), []
        for fee, date_from, date_to, payer, period in parts:
            try:
                self._check_contract(fee)
                vals_list.append(
                    fee._prepare_charge(date_from, date_to, payer, facts, period)
                )
            except NothingDue:
                continue
            except FeeError as error:
                failed.append((fee, error.code, error.args[0]))
        vals_list = self._rounded_bills(vals_list)
        self._create_charges(vals_list, facts)
        self._add_exceptions(
            "prepare",
            [
                {
                    "fee_id": fee.id,
                    "property_id": fee.property_id.id,
                    "code": code,
                    "message": message,
                }
                for fee, code, message in failed
            ],
        )

    def _missing_credits(self, fees):
        """Return the values of what to give back of periods that have fallen due.

        What is charged for those days instead falls due on the same day.
        """
        return (
            fees._charges_beyond()
            .filtered(lambda charge: charge._due_by_cycle() <= self.date_to)
            ._prepare_credits()
        )

    def _missing_periods(self, fees):
        """Return (fee, first, last) of the due periods that are not charged yet.

        Of a period that is charged in part, as after a change of the cycle, the rest.
        """
        charged = {}
        for charge in self.env["pm.charge"].search_fetch(
            [
                ("fee_id", "in", fees.ids),
                ("state", "!=", "cancelled"),
                ("origin_id", "=", False),
                ("is_rebilled", "=", False),
            ],
            ["fee_id", "date_from", "date_to"],
        ):
            charged.setdefault(charge.fee_id.id, []).append(charge)
        missing = []
        for fee in fees:
            for date_from, date_to in fee._periods(self.date_from, self.date_to):
                before = charged.get(fee.id, ())
                gaps = _days_without(before, date_from, date_to)
                if gaps and fee.fee_item_id.by_occupancy:
                    # the whole period: its payers share it, whoever is charged so far
                    gaps = [(date_from, date_to)]
                missing += [(fee, first, last) for first, last in gaps]
        return missing

    def _uncharged_parts(self, parts):
        """Leave out the days of shared periods that are charged already.

        Where a hand-over is entered late, or one of several payers was missing, what is
        left of the period is charged, and nothing twice.
        """
        split = [row for row in parts if row[0].fee_item_id.by_occupancy]
        if not split:
            return parts
        charged = {}
        for charge in self.env["pm.charge"].search_fetch(
            [
                ("fee_id", "in", [row[0].id for row in split]),
                ("state", "!=", "cancelled"),
                ("origin_id", "=", False),
                ("is_rebilled", "=", False),
            ],
            ["fee_id", "date_from", "date_to"],
        ):
            charged.setdefault(charge.fee_id.id, []).append(charge)
        found = []
        for fee, first, last, payer, period in parts:
            for begins, ends in _days_without(charged.get(fee.id, ()), first, last):
                found.append((fee, begins, ends, payer, period))
        return found

    def _rounded_bills(self, vals_list):
        """Round what one payer is billed for one place, where the items say so.

        The largest charge takes what rounding adds or takes away, as far as it reaches.
        """
        bills = {}
        for vals in vals_list:
            rounding = (vals["inputs"] or {}).get("rounding")
            if rounding and rounding[0] == "bill" and not vals.get("origin_id"):
                key = (vals["partner_id"], vals["property_id"], *rounding[1:])
                bills.setdefault(key, []).append(vals)
        for (_partner, _place, mode, to), bill in bills.items():
            total = sum((Decimal(repr(vals["amount"])) for vals in bill), Decimal())
            difference = round_to(total, Decimal(to), mode) - total
            for vals in sorted(bill, key=lambda vals: -vals["amount"]):
                amount = Decimal(repr(vals["amount"]))
                part = max(difference, -amount)
                if not part:
                    continue
                difference -= part
                vals["amount"] = float(amount + part)
                vals["inputs"]["rounded"] = str(part)
                steps = vals["inputs"]["steps"]
                if steps:
                    last = Decimal(steps[-1]["amount"])
                    steps[-1]["amount"] = str(last + part)
        return [vals for vals in vals_list if vals["amount"]]

    def _check_contract(self, fee):
        """A fee that was agreed in a contract is due once that is in force.

        What ended with its contract has an end of its own.
        """
        contract = fee.contract_id
        if contract and not contract._has_begun():
            raise FeeError(
                "contract_inactive",
                self.env._(
                    "%(fee)s is agreed in the contract %(contract)s, which is not "
                    "active. Have it approved and signed.",
                    fee=fee.display_name,
                    contract=contract.display_name,
                ),
            )

    def _create_charges(self, vals_list, facts):
        if not vals_list:
            return
        try:
            with self.env.cr.savepoint():
                charges = (
                    self.env["pm.charge"]
                    .sudo()
                    ._as_step()
                    ._create_many(
                        [{**vals, "run_id": self.id, **DRAFT} for vals in vals_list]
                    )
                )
                charges.fetch(LINKED)
                self._link_charges(charges, facts)
        except ExclusionViolation as error:
            # another run has charged some of these fees since we looked
            raise ConcurrencyError(
                self.env._(
                    "Another bill run was charging some of the same fees at this "
                    "moment. Nothing was changed here; prepare again."
                )
            ) from error

    def _link_charges(self, charges, facts):
        """Let readings and shares know the charge that was made of them."""
        pairs = {}
        for charge in charges.filtered(lambda charge: not charge.origin_id):
            for rows in facts.links.get((charge.fee_id.id, charge.date_from), ()):
                for row in rows:
                    pairs.setdefault(row._name, []).append((row.id, charge.id))
        for name, found in pairs.items():
            # one statement for all: a charge each would be a query each
            self.env[name].flush_model(["charge_id"])
            self.env.execute_query(
                SQL(
                    "UPDATE %s AS row SET charge_id = made.charge_id "
                    "FROM unnest(%s, %s) AS made (id, charge_id) "
                    "WHERE row.id = made.id RETURNING row.id",
                    SQL.identifier(self.env[name]._table),
                    [row for row, _charge in found],
                    [charge for _row, charge in found],
                )
            )
            self.env[name].invalidate_model(["charge_id"])


def _days_without(charges, first, last):
    """Return the days from ``first`` to ``last`` in which none of the charges lies."""
    found, begins = [], first
    for charge in sorted(charges, key=lambda charge: charge.date_from):
        if charge.date_to < begins or charge.date_from > last:
            continue
        if charge.date_from > begins:
            found.append((begins, fields.Date.subtract(charge.date_from, days=1)))
        begins = max(begins, fields.Date.add(charge.date_to, days=1))
    if begins <= last:
        found.append((begins, last))
    return found
