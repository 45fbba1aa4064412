from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..ledger.business_day import today_at

DESK = ("pm_core.group_pm_service", "pm_billing.group_pm_billing_clerk")


class PmParkingLet(models.Model):
    """Beginning and end: with the fee, the occupancy, plates and cards."""

    _inherit = "pm.parking.let"

    def _check_desk(self):
        self.check_access("write")
        user = self.env.user
        if not any(user.has_group(group) for group in DESK):
            raise AccessError(
                self.env._(
                    "Parking spaces are given out by the service desk and billing "
                    "clerks."
                )
            )

    def action_start(self):
        """Begin the use: its fee and occupancy begin with it.

        :raises UserError: not new, no parking space, or offered to somebody else
        """
        self._check_desk()
        self._check_in_state("draft")
        for let in self:
            let.sudo()._as_step()._start()

    def _start(self):
        self.ensure_one()
        if self.property_id.kind != "parking":
            raise UserError(
                self.env._("%s is no parking space.", self.property_id.display_name)
            )
        offered = self.env["pm.parking.request"].search(
            [
                ("offer_property_id", "=", self.property_id.id),
                ("state", "=", "offered"),
                ("partner_id", "!=", self.partner_id.id),
            ],
            limit=1,
        )
        if offered:
            raise UserError(
                self.env._(
                    "%(space)s is offered to %(customer)s until %(day)s. Wait for the "
                    "answer, or take the offer back.",
                    space=self.property_id.display_name,
                    customer=offered.partner_id.name,
                    day=fields.Date.to_string(offered.offer_until),
                )
            )
        self.state = "running"
        # the database refuses two at a time before anything else is made
        self.flush_recordset()
        self.occupancy_id = self._find_occupancy()
        if not self.occupancy_id:
            self.has_own_occupancy = True
            self.occupancy_id = self.env["pm.occupancy"].create(
                {
                    "property_id": self.property_id.id,
                    "partner_id": self.partner_id.id,
                    "role": "owner" if self.kind == "sold" else "tenant",
                    "date_from": self.date_from,
                    "date_to": self.date_to,
                }
            )
        if self.fee_item_id:
            self.fee_id = self.env["pm.fee"].create(self._prepare_fee())
            self.fee_id.flush_recordset()

    def _find_occupancy(self):
        """Who holds the space already has no second occupancy."""
        roles = ("owner", "developer") if self.kind == "sold" else ("tenant",)
        occupancies = self.env["pm.occupancy"]
        return occupancies.search(
            [
                ("property_id", "=", self.property_id.id),
                ("partner_id", "=", self.partner_id.id),
                ("role", "in", roles),
                *occupancies._domain_on(self.date_from),
            ],
            limit=1,
        )

    def _prepare_fee(self):
        values = {
            "property_id": self.property_id.id,
            "fee_item_id": self.fee_item_id.id,
            "partner_id": self.partner_id.id,
            "date_from": self.date_from,
            "date_to": self.date_to,
        }
        if self.own_price:
            values.update(has_own_price=True, own_surcharge=self.own_price)
            if self.fee_item_id.method == "quantity":
                values.update(own_price=self.own_price, own_surcharge=0.0)
        return values

    def action_last_day(self):
        """Open the dialog that ends it, or lets it go on longer."""
        self.ensure_one()
        self._check_desk()
        self._check_in_state("running")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Last Day of Use"),
            "res_model": "pm.parking.end",
            "view_mode": "form",
            "target": "new",
            "context": {"default_let_id": self.id},
        }

    def _end_on(self, day):
        """Set the last day of use, fee, plates and cards; none: it goes on.

        What is billed beyond is given back by the next bill run.
        """
        self.ensure_one()
        let = self.sudo()._as_step()
        let._check_in_state("running")
        if day and day < let.date_from:
            raise UserError(
                self.env._(
                    "%s began later than that. Cancel it instead.", let.display_name
                )
            )
        before = let.date_to
        let.date_to = day
        let.fee_id.date_to = day
        if let.has_own_occupancy:
            let.occupancy_id.date_to = day
        for row in (*let.plate_ids, *let.card_ids):
            ended_with_it = before and row.date_to == before
            if not row.date_to or ended_with_it or (day and row.date_to > day):
                row.date_to = max(day, row.date_from) if day else False
        let.flush_recordset()
        if day and day < let.estate_id._today():
            let._close()

    def _close(self):
        """The last day is over: the space is free for who is next."""
        self.ensure_one()
        self.state = "ended"
        self.flush_recordset()
        self.env["pm.parking.request"]._offer_next(self.property_id, self.kind)

    def action_cancel(self):
        """Give a use up that has not begun: nothing may be billed of it.

        A space that was taken by it is offered to who is next.

        :raises UserError: its fee is billed already
        """
        self._check_desk()
        self._check_in_state("draft", "running")
        for let in self.sudo()._as_step():
            if let.fee_id._charged_until():
                raise UserError(
                    self.env._(
                        "%s is billed already. Enter its last day instead.",
                        let.display_name,
                    )
                )
            taken = let.state == "running" or let.request_id
            let.state = "cancelled"
            fee, occupancy = let.fee_id, let.occupancy_id
            let.write({"fee_id": False, "occupancy_id": False})
            let.flush_recordset()
            fee.unlink()
            if let.has_own_occupancy:
                occupancy.unlink()
            if taken:
                requests = self.env["pm.parking.request"]
                requests._offer_next(let.property_id, let.kind)

    @api.model
    def _cron_close(self):
        """Close what ended, and lapse offers that nobody accepted."""
        # it is tomorrow somewhere already
        soon = fields.Date.add(fields.Date.context_today(self), days=1)
        domain = [("state", "=", "running"), ("date_to", "<", soon)]
        over = self.search(domain).filtered(
            lambda let: let.date_to < today_at(let.estate_id)
        )
        over._cron_each(lambda let: let.sudo()._as_step()._close(), domain)
        self.env["pm.parking.request"]._cron_lapse()
