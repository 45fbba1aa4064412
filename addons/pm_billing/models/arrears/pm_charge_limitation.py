from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL, format_date, plaintext2html

from ..ledger.business_day import latest_today, today_at

# Civil Code, article 188: three years
YEARS = 3
# how long before the day the collector is warned
WARN_DAYS = 90
# how many charges a warning names
NAMED = 20


class PmCharge(models.Model):
    """Until when a claim can be sued for.

    Three years after the due day (Civil Code, article 188). A demand that can be
    proved, a promise to pay and a payment in part let the time begin anew
    (article 195). A demand does so only as long as the time runs; who promises
    afterwards is bound all the same (article 192).
    """

    _inherit = "pm.charge"

    limitation_from = fields.Date("Limitation Begun Anew", readonly=True, copy=False)
    limitation_reason = fields.Char("Begun Anew by", readonly=True, copy=False)
    date_limitation = fields.Date(
        "Limitation Date",
        compute="_compute_date_limitation",
        store=True,
        precompute=True,
        help="Three years after the due date, or after a demand with proof, a promise "
        "or a part payment (Civil Code, articles 188 and 195).",
    )
    limitation_warned = fields.Date(
        readonly=True, copy=False, help="The limitation date that was warned of."
    )

    @api.depends("date_due", "limitation_from")
    def _compute_date_limitation(self):
        for charge in self:
            days = [day for day in (charge.date_due, charge.limitation_from) if day]
            charge.date_limitation = days and fields.Date.add(max(days), years=YEARS)

    def _restart_limitation(self, day, reason, binds_late=False):
        """The time begins anew on ``day``.

        :param reason: in a few words, what let it begin
        :param binds_late: whether it counts after the time is over too
        """
        for charge in self.sudo()._as_step():
            begun = max(filter(None, (charge.date_due, charge.limitation_from)))
            over = charge.date_limitation < day
            if begun < day and (binds_late or not over):
                charge.write({"limitation_from": day, "limitation_reason": reason})

    @api.model
    def _cron_watch_limitation(self):
        """Let part payments begin the time anew; warn of what is about to lapse."""
        self._note_part_payments()
        by_place = {}
        warned = timedelta(days=WARN_DAYS)
        due = self.search(
            [
                ("state", "=", "posted"),
                ("amount_residual", ">", 0),
                ("date_limitation", "<=", latest_today(self.env) + warned),
            ],
            order="date_limitation, id",
        ).filtered(lambda charge: charge.limitation_warned != charge.date_limitation)
        today = {estate: today_at(estate) for estate in due.estate_id}
        for charge in due.filtered(
            lambda row: row.date_limitation <= today[row.estate_id] + warned
        ):
            place = charge.building_id or charge.estate_id
            by_place.setdefault(place, self.browse())
            by_place[place] += charge
        places = self.env["pm.property"].concat(*by_place)
        collectors = places._collectors()
        places._cron_each(
            lambda place: by_place[place]._warn_of_limitation(
                place, collectors[place.id]
            )
        )

    def _warn_of_limitation(self, place, user):
        user = user or self.env.user
        place = place.with_context(lang=user.lang or self.env.lang)
        lines = [
            f"{charge.partner_id.display_name} · {charge.display_name} · "
            f"{charge.amount_residual:.2f} · "
            f"{format_date(place.env, charge.date_limitation)}"
            for charge in self[:NAMED]
        ]
        if len(self) > NAMED:
            lines.append(place.env._("… and %s more", len(self) - NAMED))
        place.activity_schedule(
            "mail.mail_activity_data_warning",
            summary=place.env._(
                "Limitation: %(count)s claims over %(total)s are about to lapse",
                count=len(self),
                total=f"{sum(self.mapped('amount_residual')):.2f}",
            ),
            note=plaintext2html("\n".join(lines)),
            user_id=user.id,
        )
        for charge in self._as_step():
            charge.limitation_warned = charge.date_limitation

    @api.model
    def _note_part_payments(self):
        """Whoever pays a part owns up to the rest: from the day of the last money."""
        self.flush_model()
        self.env["account.partial.reconcile"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT charge.id, max(part.max_date)
                  FROM pm_charge charge
                  JOIN account_move_line line ON line.move_id = charge.move_id
                  JOIN account_account account
                    ON account.id = line.account_id
                   AND account.account_type = 'asset_receivable'
                  JOIN account_partial_reconcile part
                    ON part.debit_move_id = line.id AND part.pm_amount_money > 0
                 WHERE charge.state = 'posted' AND charge.payment_state = 'partial'
                   AND charge.amount_paid > 0
                 GROUP BY charge.id
                HAVING max(part.max_date)
                       > max(coalesce(charge.limitation_from, charge.date_due))
                """
            )
        )
        for charge_id, day in rows:
            self.browse(charge_id)._restart_limitation(
                day, self.env._("part payment"), binds_late=True
            )
