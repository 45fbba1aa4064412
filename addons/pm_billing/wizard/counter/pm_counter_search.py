import re
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain
from odoo.models import BaseModel

from ...models.ledger.business_day import likely_today

LISTED = 8
KINDS = ("unit", "parking")


class Found(NamedTuple):
    """Places and people that a text means."""

    places: BaseModel
    partners: BaseModel


class PmCounter(models.TransientModel):
    """Finding who pays by whatever they bring: a name, a phone, a plate, a bill."""

    _inherit = "pm.counter"

    @api.depends("search_text")
    def _compute_found(self):
        for counter in self:
            found = counter._found()
            counter.found_ids = found.places
            several = found.places or found.partners
            if not counter.search_text or len(several) == 1:
                counter.found_text = False
            elif not several:
                counter.found_text = self.env._("Nothing found")
            else:
                counter.found_text = self.env._(
                    "Several, choose below: %s",
                    ", ".join(several[:LISTED].mapped("display_name")),
                )

    @api.depends("search_text")
    def _compute_property_id(self):
        for counter in self:
            if not counter.search_text:
                continue
            found = counter._found()
            if len(found.places) == 1:
                counter.property_id = found.places
            elif found.places or found.partners:
                counter.property_id = False

    def _found(self):
        """Return the places and people that the text means; the first kind that has
        any decides.
        """
        self.ensure_one()
        text = (self.search_text or "").strip()
        nobody = Found(self.env["pm.property"], self.env["res.partner"])
        if not text:
            return nobody
        for look in (
            self._find_by_code,
            self._find_by_bill,
            self._find_by_plate,
            self._find_by_person,
            self._find_by_words,
        ):
            found = look(text)
            if found.places or found.partners:
                return found
        return nobody

    def _find_by_code(self, text):
        return self._found_places(Domain("code", "=", text))

    def _find_by_bill(self, text):
        """By the number of a bill or receipt, or by the address in the code of a bill
        or of a demand.

        A bill is read with the rights of the cashier on its charges.
        """
        Charge = self.env["pm.charge"]
        address = re.search(r"/my/invoices/(\d{1,9})", text)
        demand = re.search(r"/my/reminders/(\d{1,9})", text)
        if address:
            domain = Domain("move_id", "=", int(address[1]))
        elif demand:
            items_sudo = self.env["pm.dunning.item"].sudo()
            items_sudo = items_sudo.search([("line_id", "=", int(demand[1]))])
            domain = Domain("id", "in", items_sudo.charge_id.ids)
        else:
            bill = (
                self.env["account.move"]
                .sudo()
                .search(
                    Domain("company_id", "=", self.company_id.id)
                    & (
                        Domain("name", "=", text)
                        | Domain("payment_reference", "=", text)
                    )
                    & Domain("pm_bill_run_id", "!=", False),
                    limit=1,
                )
            )
            domain = Domain("move_id", "=", bill.id or -1)
        charges = Charge.search(domain)
        if charges:
            return Found(charges.property_id, charges.partner_id)
        receipt = self.env["pm.receipt"].search(Domain("name", "=", text), limit=1)
        return Found(receipt.property_id, receipt.partner_id)

    def _find_by_plate(self, text):
        plate = re.sub(r"[\s·.-]", "", text).upper()
        if len(plate) < 5 or not any(letter.isalpha() for letter in plate):
            return Found(self.env["pm.property"], self.env["res.partner"])
        today = likely_today(self.env)
        rows = self.env["pm.occupancy"].search(
            Domain("license_plate", "=ilike", f"{plate[:2]}%{plate[2:]}")
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", today))
        )
        return Found(rows.property_id, rows.partner_id)

    def _find_by_person(self, text):
        """By name or phone; of one person with one place it is that place."""
        partners = self.env["res.partner"].search(
            Domain("display_name", "ilike", text), limit=LISTED + 1
        )
        today = likely_today(self.env)
        places = (
            self.env["pm.occupancy"]
            .search(
                Domain("partner_id", "in", partners.ids)
                & Domain("property_id.kind", "in", KINDS)
                & (Domain("date_to", "=", False) | Domain("date_to", ">=", today))
            )
            .property_id
        )
        if len(partners) == 1 and len(places) != 1:
            return Found(self.env["pm.property"], partners)
        return Found(places, partners)

    def _find_by_words(self, text):
        return self._found_places(Domain("display_name", "ilike", text))

    def _found_places(self, domain):
        places = self.env["pm.property"].search(
            domain & Domain("kind", "in", KINDS), limit=LISTED + 1
        )
        return Found(places, self.env["res.partner"])
