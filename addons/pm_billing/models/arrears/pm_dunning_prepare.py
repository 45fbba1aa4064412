from odoo import fields, models
from odoo.tools import format_amount, format_date


class PmDunning(models.Model):
    """Who is dunned by which level: found for all customers of the round at once."""

    _inherit = "pm.dunning"

    def _open_charges(self):
        """Return what is overdue in scope and may be collected.

        Not what is disputed, and not what somebody has promised to pay and does.
        """
        self.ensure_one()
        charges = self.env["pm.charge"].search(
            [
                ("property_id", "child_of", self.property_id.id),
                ("state", "=", "posted"),
                ("amount_residual", ">", 0),
                ("date_due", "<", self.date),
                ("is_disputed", "=", False),
            ],
            order="partner_id, date_due, date_from, id",
        )
        return charges - self.env["pm.payment.promise"]._promised(charges)

    def _prepare(self):
        """Make the lines of the round."""
        self.ensure_one()
        levels = self.level_ids or self.env["pm.dunning.level"].search([])
        levels = levels.sorted(lambda level: (level.days, level.sequence, level.id))
        charges = self._open_charges()
        told = self.env["pm.dunning.item"]._told(charges)
        vals_list = [
            vals
            for partner, owed in charges.grouped("partner_id").items()
            if (vals := self._line_values(partner, owed, levels, told))
        ]
        self.env["pm.dunning.line"].sudo()._as_step().create(vals_list)

    def _line_values(self, partner, charges, levels, told):
        """Return the values of a customer's line, or None: nothing new to say.

        :param charges: what the customer owes, the oldest first
        :param told: {charge id: {level: day}} of what was sent before
        """
        total = sum(charges.mapped("amount_residual"))
        new = {}
        for charge in charges:
            level = self._next_level(charge, total, levels, told.get(charge.id, {}))
            if level:
                new[charge] = level
        if not new:
            return None
        order = {level: number for number, level in enumerate(levels)}
        level = max(new.values(), key=order.get)
        lang = partner.lang or self.company_id.partner_id.lang or self.env.lang
        values = self.with_context(lang=lang)._words(partner, charges, total, level)
        return {
            "dunning_id": self.id,
            "partner_id": partner.id,
            "property_id": charges[0].property_id.id,
            "level_id": level.id,
            "text": level.with_context(lang=lang)._filled(values),
            "date_deadline": fields.Date.add(self.date, days=level.wait_days),
            "item_ids": [
                fields.Command.create(
                    {
                        "charge_id": charge.id,
                        # others are named in the letter, but not dunned by it
                        "level_id": level.id if new.get(charge) == level else False,
                        "amount": charge.amount_residual,
                        "amount_paid": charge.amount_paid,
                    }
                )
                for charge in charges
            ],
        }

    def _next_level(self, charge, total, levels, told):
        """Return the highest level that has come for a charge and was not sent."""
        age = (self.date - charge.date_due).days
        for level in reversed(levels):
            if level in told:
                # it, or a higher one, was said
                return None
            if age < level.days or total < level.amount_min:
                continue
            if level.needs_previous and not told:
                continue
            if any(
                fields.Date.add(day, days=before.wait_days) > self.date
                for before, day in told.items()
            ):
                return None
            return level
        return None

    def _words(self, partner, charges, total, level):
        """Return {word: text} of what letters fill in."""
        oldest = charges[0].date_due
        places = charges.property_id.with_context(hierarchical_naming=False)
        return {
            "customer": partner.name,
            "company": self.company_id.name,
            "estate": self.estate_id.name,
            "places": ", ".join(places.mapped("code")[:5])
            + (" …" if len(places) > 5 else ""),
            "amount": format_amount(self.env, total, self.currency_id),
            "count": len(charges),
            "oldest": format_date(self.env, oldest),
            "days": (self.date - oldest).days,
            "deadline": format_date(
                self.env, fields.Date.add(self.date, days=level.wait_days)
            ),
        }
