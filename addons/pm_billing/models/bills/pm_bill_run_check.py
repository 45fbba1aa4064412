from functools import lru_cache

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_amount

from ...engine.periods import month_first, month_index, month_last

REFERENCES = [
    ("last", "The Last Period"),
    ("year", "The Same Period of Last Year"),
    ("both", "Either"),
]


class ResCompany(models.Model):
    _inherit = "res.company"

    pm_check_jump_percent = fields.Float(
        "Amounts That Jump (%)",
        default=30.0,
        digits=(16, 2),
        help="A bill run points at charges that differ by more than this from before; "
        "0: none.",
    )
    pm_check_jump_against = fields.Selection(
        REFERENCES, "Compared with", default="both", required=True
    )
    pm_check_tax = fields.Boolean(
        "Items without Tax",
        default=True,
        help="A bill run points at fee items that carry no tax.",
    )

    _pm_check_positive = models.Constraint(
        "CHECK (pm_check_jump_percent >= 0)", "A percentage cannot be negative."
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    pm_check_jump_percent = fields.Float(
        related="company_id.pm_check_jump_percent", readonly=False
    )
    pm_check_jump_against = fields.Selection(
        related="company_id.pm_check_jump_against", readonly=False
    )
    pm_check_tax = fields.Boolean(related="company_id.pm_check_tax", readonly=False)


class PmBillRunException(models.Model):
    _inherit = "pm.bill.run.exception"

    stage = fields.Selection(
        selection_add=[("check", "Check")], ondelete={"check": "cascade"}
    )


class PmBillRun(models.Model):
    """What to look at before a run is confirmed.

    Exceptions are what cannot be charged; checks point at what can, and may be wrong.
    They stop nothing but what Odoo would refuse: who confirms has seen them.
    """

    _inherit = "pm.bill.run"

    exception_ids = fields.One2many(domain=[("stage", "!=", "check")])
    check_ids = fields.One2many(
        "pm.bill.run.exception",
        "run_id",
        "To Look At",
        domain=[("stage", "=", "check")],
    )
    check_count = fields.Integer(compute="_compute_check_count")

    @api.depends("check_ids")
    def _compute_check_count(self):
        counts = dict(
            self.env["pm.bill.run.exception"]._read_group(
                [("run_id", "in", self.ids), ("stage", "=", "check")],
                ["run_id"],
                ["__count"],
            )
        )
        for run in self:
            run.check_count = counts.get(run._origin, 0)

    def _job_end_prepare(self, then):
        result = super()._job_end_prepare(then)
        if self.state == "prepared":
            self._check()
        return result

    def action_check(self):
        """Look again, after something was put right."""
        for run in self:
            run._check_state("prepared")
            run._check()

    def _check(self):
        """Look over what is prepared, by the thresholds of the company.

        No reading, no payer, no area are exceptions of preparing, and are returned with
        what is found here: amounts that jump, archived places and payers, items without
        tax, closed books.

        :return: ``pm.bill.run.exception`` with ``code``, ``message``, ``charge_ids``
        """
        found = self.env["pm.bill.run.exception"]
        for run in self:
            run._clear_exceptions([("stage", "=", "check")])
            items = run._drafts_by_item()
            if items:
                rows = [
                    *run._check_archived(),
                    *run._check_taxes(items),
                    *run._check_jumps(),
                    *run._check_locks(),
                ]
                run._add_exceptions("check", rows)
            found |= run.check_ids | run.exception_ids.filtered(
                lambda row: row.stage == "prepare"
            )
        return found

    def _drafts_by_item(self):
        """Return {fee item: charges} of what is prepared."""
        return dict(
            self.env["pm.charge"]._read_group(
                [("run_id", "=", self.id), ("state", "=", "draft")],
                ["fee_item_id"],
                ["id:recordset"],
            )
        )

    def _check_archived(self):
        """Places and payers that are archived; looked for by one query."""
        self.env["pm.charge"].flush_model(["state", "run_id"])
        self.env["pm.property"].flush_model(["active"])
        self.env["res.partner"].flush_model(["active"])
        places, payers = {}, {}
        for charge_id, place_id, partner_id in self.env.execute_query(
            SQL(
                """
                SELECT charge.id, CASE WHEN place.active THEN NULL ELSE place.id END,
                       CASE WHEN payer.active THEN NULL ELSE payer.id END
                  FROM pm_charge charge
                  JOIN pm_property place ON place.id = charge.property_id
                  JOIN res_partner payer ON payer.id = charge.partner_id
                 WHERE charge.run_id = %s AND charge.state = 'draft'
                   AND NOT (place.active AND payer.active)
                 ORDER BY charge.id
                """,
                self.id,
            )
        ):
            if place_id:
                places.setdefault(place_id, []).append(charge_id)
            if partner_id:
                payers.setdefault(partner_id, []).append(charge_id)
        rows = []
        for place in self.env["pm.property"].browse(places):
            rows.append(
                {
                    "code": "archived_unit",
                    "property_id": place.id,
                    "charge_ids": [Command.set(places[place.id])],
                    "message": self.env._(
                        "%s is archived. End its fees, or take it out of the archive.",
                        place.display_name,
                    ),
                }
            )
        for payer in self.env["res.partner"].browse(payers):
            rows.append(
                {
                    "code": "archived_payer",
                    "partner_id": payer.id,
                    "charge_ids": [Command.set(payers[payer.id])],
                    "message": self.env._(
                        "%s is archived. Enter who holds the place today, or take "
                        "the customer out of the archive.",
                        payer.sudo().name,
                    ),
                }
            )
        return rows

    def _check_taxes(self, items):
        if not self.company_id.pm_check_tax:
            return []
        return [
            {
                "code": "no_tax",
                "charge_ids": [Command.set(found.ids)],
                "message": self.env._(
                    "The fee item %(item)s carries no tax: %(count)s charges. Choose "
                    "one on the item, unless it is free of tax.",
                    item=item.name,
                    count=len(found),
                ),
            }
            for item, found in items.items()
            if not item.sudo()._taxes_on(self.date_invoice)
        ]

    def _check_locks(self):
        try:
            self._check_unlocked(self.date_invoice)
        except UserError as error:
            return [{"code": "locked", "message": error.args[0]}]
        return []

    def _check_jumps(self):
        """Charges that cost more or less a month than before, beyond the threshold."""
        threshold = self.company_id.pm_check_jump_percent
        if not threshold:
            return []
        against = self.company_id.pm_check_jump_against
        now = self._amounts_now()
        first = min((row[1] for rows in now.values() for row in rows), default=None)
        before = self._amounts_before(list(now), first) if now else {}
        rows = []
        for fee_id, old in before.items():
            found = now[fee_id]
            begins = min(row[1] for row in found)
            costs = _monthly([row[1:] for row in found])
            references = {
                "last": _latest(old, begins),
                "year": _year_before(old, begins),
            }
            for name, then in references.items():
                if against not in (name, "both") or not then:
                    continue
                percent = (costs - then) / then * 100
                if abs(percent) > threshold:
                    charges = self.env["pm.charge"].browse(row[0] for row in found)
                    rows.append(
                        self._jump_row(
                            charges.fee_id, charges, name, then, costs, percent
                        )
                    )
                    break
        return rows

    def _amounts_now(self):
        """Return {fee id: [(charge id, first, last, amount)]} of what is prepared."""
        self.env["pm.charge"].flush_model()
        found = {}
        for fee_id, *row in self.env.execute_query(
            SQL(
                """
                SELECT fee_id, id, date_from, date_to, amount::float
                  FROM pm_charge
                 WHERE run_id = %s AND state = 'draft'
                   AND origin_id IS NULL AND fee_id IS NOT NULL AND amount <> 0
                 ORDER BY id
                """,
                self.id,
            )
        ):
            found.setdefault(fee_id, []).append(row)
        return found

    def _jump_row(self, fee, charges, name, then, now, percent):
        texts = {
            "last": self.env._(
                "%(fee)s: %(now)s a month, %(percent)s %% against %(then)s of the last "
                "period. Look at its reading, area, price or quantity."
            ),
            "year": self.env._(
                "%(fee)s: %(now)s a month, %(percent)s %% against %(then)s of the same "
                "period of last year. Look at its reading, area, price or quantity."
            ),
        }
        return {
            "code": "jump",
            "fee_id": fee.id,
            "property_id": fee.property_id.id,
            "charge_ids": [Command.set(charges.ids)],
            "message": texts[name]
            % {
                "fee": fee.display_name,
                "now": format_amount(self.env, now, self.currency_id),
                "then": format_amount(self.env, then, self.currency_id),
                "percent": f"{percent:+.0f}",
            },
        }

    def _amounts_before(self, fee_ids, day):
        """Return {fee id: [(first, last, amount)]} of the 14 months before; a query.

        What was charged by a fee that this one goes on for counts as well.
        """
        self.env["pm.charge"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT fee.id, old.date_from, old.date_to, old.amount::float
                  FROM pm_fee fee
                  JOIN pm_charge old ON old.property_id = fee.property_id
                                    AND old.fee_item_id = fee.fee_item_id
                 WHERE fee.id = ANY(%s)
                   AND old.state = 'posted'
                   AND old.origin_id IS NULL
                   AND old.fee_id IS NOT NULL
                   AND old.date_to < %s
                   AND old.date_from >= %s
                 ORDER BY old.date_from
                """,
                fee_ids,
                day,
                fields.Date.subtract(day, months=14),
            )
        )
        found = {}
        for fee_id, *row in rows:
            found.setdefault(fee_id, []).append(row)
        return found


def _monthly(rows):
    """What some periods cost a month, whatever their length."""
    months = sum(_months(first, last) for first, last, _amount in rows)
    return float(sum(amount for _first, _last, amount in rows)) / months


def _months(first, last):
    total = 0.0
    for index in range(month_index(first), month_index(last) + 1):
        begins, ends = month_first(index), month_last(index)
        total += ((min(last, ends) - max(first, begins)).days + 1) / ends.day
    return total


def _latest(rows, first):
    """A month of the last period before."""
    rows = [row for row in rows if row[1] < first]
    if not rows:
        return None
    index = month_index(max(row[1] for row in rows))
    return _monthly([row for row in rows if month_index(row[1]) == index])


@lru_cache(maxsize=256)
def _a_year_before(day):
    # the fees of an estate have few days, and very many charges
    return fields.Date.subtract(day, years=1)


def _year_before(rows, first):
    """A month of the period that holds the same day a year before."""
    day = _a_year_before(first)
    rows = [row for row in rows if row[0] <= day <= row[1]]
    return _monthly(rows) if rows else None
