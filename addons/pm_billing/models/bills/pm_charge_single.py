from odoo import api, fields, models
from odoo.exceptions import UserError

from ..fees.billing_facts import BillingFacts
from ..ledger.business_day import today_at


class PmBillRun(models.Model):
    """Runs of charges that no period brings: single ones, late fees, corrections.

    They are posted by the same steps as all others, and are undone in the same way.
    """

    _inherit = "pm.bill.run"

    kind = fields.Selection(
        [
            ("period", "Fees of a Period"),
            ("single", "Single Charges"),
            ("late", "Late Fees"),
            ("correction", "Corrections"),
        ],
        required=True,
        readonly=True,
        default="period",
    )

    @api.model
    def _bill_at_once(self, kind, place, vals_list, day=None):
        """Make charges and post their bills, in one transaction.

        A charge whose ``request_key`` is there already is not made again: asking twice
        is quiet success, and says what was made the first time.

        :param place: whose books: a property
        :param vals_list: values of charges, each with a ``request_key``
        :param day: of the bill, and the end of the run; today at the estate
        :return: the charges, in the order of ``vals_list``
        :raises UserError: closed books, or a bill that cannot be posted
        """
        Charge = self.env["pm.charge"].sudo()._as_step()
        known = {
            charge.request_key: charge
            for charge in Charge.search(
                [
                    ("request_key", "in", [vals["request_key"] for vals in vals_list]),
                    ("state", "!=", "cancelled"),
                ]
            )
        }
        missing = [vals for vals in vals_list if vals["request_key"] not in known]
        if missing:
            run = self._run_at_once(kind, place, missing, day)
            made = Charge.create([{**vals, "run_id": run.id} for vals in missing])
            run._post_at_once(made)
            known.update((charge.request_key, charge) for charge in made)
        return Charge.concat(*(known[vals["request_key"]] for vals in vals_list)).sudo(
            self.env.su
        )

    @api.model
    def _run_at_once(self, kind, place, vals_list, day=None):
        """Return a run for some charges, prepared."""
        day = day or today_at(place)
        run = (
            self.sudo()
            ._as_step()
            .with_context(queue_job__no_delay=True)
            .create(
                {
                    "kind": kind,
                    "property_id": place.id,
                    "date_from": min([day, *(row["date_from"] for row in vals_list)]),
                    "date_to": max([day, *(row["date_to"] for row in vals_list)]),
                }
            )
        )
        run.write({"date_invoice": max(day, run.date_invoice), "state": "prepared"})
        return run

    def _post_at_once(self, charges):
        """Post the bills of a run that was made for some charges.

        :raises UserError: closed books, or a bill that cannot be posted
        """
        self._check_unlocked(self.date_invoice)
        self._begin_confirm()
        self._check_all_posted(charges)

    def _check_all_posted(self, charges):
        """:raises UserError: naming why one of them is not billed"""
        for row in self.exception_ids:
            raise UserError(row.message)
        if any(charge.state != "posted" for charge in charges):
            raise UserError(
                self.env._("%s could not be billed. Try again.", self.display_name)
            )

    def action_prepare(self):
        """Only what a period brings is looked for again."""
        for run in self:
            if run.kind != "period":
                raise UserError(
                    self.env._(
                        "%s is no run of a period: its charges were made by hand or by "
                        "rules, and stay as they are.",
                        run.name,
                    )
                )
        return super().action_prepare()


class PmCharge(models.Model):
    """Charges that are no period of a fee, and corrections of those that are."""

    _inherit = "pm.charge"

    request_key = fields.Char(
        readonly=True,
        copy=False,
        help="What asked for it: the same key again makes nothing again.",
    )
    correction = fields.Selection(
        [("rebill", "Billed Anew"), ("waiver", "Waived")],
        readonly=True,
        copy=False,
        help="Why it is given back, where it is not because its fee ended.",
    )
    is_rebilled = fields.Boolean(
        "Billed Anew",
        compute="_compute_is_rebilled",
        store=True,
        precompute=True,
        help="It was given back as a whole, and its period is charged by another one.",
    )

    _key_once = models.UniqueIndex(
        "(request_key) WHERE request_key IS NOT NULL AND state <> 'cancelled'",
        "This charge is made already.",
    )
    _rebilled_once = models.UniqueIndex(
        "(origin_id) WHERE correction = 'rebill' AND state <> 'cancelled'",
        "This charge is billed anew already.",
    )

    @api.depends("credit_ids.state", "credit_ids.correction")
    def _compute_is_rebilled(self):
        for charge in self:
            charge.is_rebilled = any(
                credit.correction == "rebill" and credit.state != "cancelled"
                for credit in charge.credit_ids
            )

    def write(self, vals):
        """A period is free before the charge that stood for it comes back."""
        result = super().write(vals)
        if vals.get("state") == "cancelled":
            self.flush_recordset(["state"])
        return result

    def action_rebill(self):
        """Give back one charge as a whole and bill its days as things are today.

        :raises UserError: not billed, or given back in part already
        :raises FeeError: its period cannot be charged today
        """
        self.check_access("read")
        if not self.env.user.has_group("pm_billing.group_pm_billing_clerk"):
            raise UserError(self.env._("Charges are corrected by billing clerks."))
        for charge in self:
            charge._rebill()

    def _awaited(self):
        """Return {charge id: who is asked for its money and has not answered}.

        Such a charge stays: taken back and billed anew, it would be asked for twice.
        """
        return {}

    def _rebill(self):
        self.ensure_one()
        charge = self.sudo()._as_step()
        credited = charge.credit_ids.filtered(lambda row: row.state != "cancelled")
        if charge.state != "posted" or charge.kind != "fee" or charge.origin_id:
            raise UserError(
                self.env._(
                    "%s is no billed charge of a fee: there is nothing to bill anew.",
                    self.display_name,
                )
            )
        if credited:
            raise UserError(
                self.env._(
                    "A part of %s is given back already. Undo that first.",
                    self.display_name,
                )
            )
        if awaited := charge._awaited():
            raise UserError(
                self.env._(
                    "The money of %(charge)s is on its way: %(who)s. Wait for the "
                    "answer, or cancel that first.",
                    charge=self.display_name,
                    who=awaited[charge.id],
                )
            )
        days = charge.date_from, charge.date_to
        fee = charge.fee_id
        # what it was made of is free for the new one
        for name in ("pm.meter.reading", "pm.shared.cost.line"):
            rows = self.env[name].sudo()._as_step()
            rows.search([("charge_id", "=", charge.id)]).charge_id = False
        self.env.flush_all()
        facts = BillingFacts(fee, *days)
        payer = charge._payer_anew()
        new = fee._prepare_charge(*days, payer, facts)
        credit = {
            "origin_id": charge.id,
            "correction": "rebill",
            "fee_id": fee.id,
            "fee_item_id": charge.fee_item_id.id,
            "property_id": charge.property_id.id,
            "partner_id": charge.partner_id.id,
            "date_from": days[0],
            "date_to": days[1],
            "amount": -charge.amount,
            "inputs": charge.inputs,
        }
        run = self.env["pm.bill.run"]._run_at_once(
            "correction", charge.property_id, [credit]
        )
        given = charge.create({**credit, "run_id": run.id})
        self.env.flush_all()
        made = charge.create({**new, "run_id": run.id})
        run._link_charges(made, facts)
        run._post_at_once(given | made)

    def _payer_anew(self):
        """Who pays these days as things are today."""
        for _fee, _first, _last, payer, _period in self.fee_id._payer_parts(
            [(self.fee_id, self.date_from, self.date_to)]
        ):
            return payer
        return self.partner_id
