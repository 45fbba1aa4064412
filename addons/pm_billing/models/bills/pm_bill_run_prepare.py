from psycopg2.errors import ExclusionViolation

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.fields import Domain

from ..fees.pm_fee import FeeError

FEES_AT_ONCE = 500


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
        payers = {
            day: self.env["pm.fee"].concat(*found)._payers_on(day)
            for day, found in self._by_first_day(wanted).items()
        }
        vals_list, failed = self._missing_credits(fees), []
        for fee, date_from, date_to in wanted:
            try:
                vals = fee._prepare_charge(
                    date_from, date_to, payers[date_from][fee.id]
                )
                self._check_contract(fee)
                vals_list.append(vals)
            except FeeError as error:
                failed.append((fee, error.code, error.args[0]))
        self._create_charges(vals_list)
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
        """Return (fee, first, last) of the due periods that are not charged yet."""
        charged = {}
        for charge in self.env["pm.charge"].search_fetch(
            [
                ("fee_id", "in", fees.ids),
                ("state", "!=", "cancelled"),
                ("origin_id", "=", False),
            ],
            ["fee_id", "date_from", "date_to"],
        ):
            charged.setdefault(charge.fee_id.id, []).append(charge)
        missing = []
        for fee in fees:
            for date_from, date_to in fee._periods(self.date_from, self.date_to):
                if not any(
                    charge.date_from <= date_to and charge.date_to >= date_from
                    for charge in charged.get(fee.id, ())
                ):
                    missing.append((fee, date_from, date_to))
        return missing

    @api.model
    def _by_first_day(self, wanted):
        days = {}
        for fee, date_from, _date_to in wanted:
            days.setdefault(date_from, []).append(fee)
        return days

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

    def _create_charges(self, vals_list):
        if not vals_list:
            return
        try:
            with self.env.cr.savepoint():
                self.env["pm.charge"].sudo()._as_step().create(
                    [{**vals, "run_id": self.id} for vals in vals_list]
                )
        except ExclusionViolation as error:
            # another run has charged some of these fees since we looked
            raise ConcurrencyError(
                self.env._(
                    "Another bill run was charging some of the same fees at this "
                    "moment. Nothing was changed here; prepare again."
                )
            ) from error
