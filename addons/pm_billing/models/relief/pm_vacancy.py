from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...engine.stretches import Change
from ..fees.quantities import exact
from ..ledger.business_day import today_at


class PmVacancy(models.Model):
    """A place stands empty: for some time less is due, if that is approved.

    There is no national right to it (Civil Code art. 944); local rules and contracts
    say from when and how much, 70 % after six months being usual. It ends by itself on
    its last day. What is billed already stays; bill such a charge anew to reduce it.
    """

    _name = "pm.vacancy"
    _description = "Vacancy Reduction"
    _inherit = [
        "pm.estate.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "pm.second.person.mixin",
    ]
    _order = "date_from desc, id desc"
    _rec_name = "property_id"
    _check_company_auto = True

    partner_id = fields.Many2one(
        "res.partner",
        "Asked for by",
        required=True,
        index=True,
        ondelete="restrict",
    )
    reason = fields.Text(required=True)
    date_from = fields.Date("From", required=True)
    date_to = fields.Date("To", required=True, help="Last day; it ends by itself.")
    percent = fields.Float(
        "Due (%)",
        default=70.0,
        digits=(16, 4),
        required=True,
        aggregator=None,
        tracking=True,
        help="Of what would be due.",
    )
    fee_item_ids = fields.Many2many(
        "pm.fee.item",
        "pm_vacancy_item_rel",
        string="Reduced Fees",
        check_company=True,
        domain="['|', ('estate_id', '=', False), ('estate_id', '=', estate_id)]",
        help="Empty: fees by area.",
    )
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "pm_vacancy_attachment_rel",
        string="Evidence",
        help="Readings of meters, photos, the written notice.",
    )
    is_from_portal = fields.Boolean("Asked on the Portal", readonly=True, copy=False)
    ended_on = fields.Date("Ended Early on", readonly=True, copy=False)
    state = fields.Selection(
        [
            ("draft", "New"),
            ("approval", "Waiting for Approval"),
            ("approved", "Approved"),
            ("cancelled", "Refused"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
    )

    _dates_in_order = models.Constraint(
        "CHECK (date_to >= date_from)", "It cannot end before it begins."
    )
    _percent_in_range = models.Constraint(
        "CHECK (percent >= 0 AND percent < 100)",
        "What is due is less than all of it, and not below zero.",
    )
    _no_overlap = models.Constraint(
        """EXCLUDE USING gist (
            int4range(property_id, property_id, '[]') WITH &&,
            daterange(date_from, date_to, '[]') WITH &&)
        WHERE (state = 'approved')""",
        "The place has a reduction in that time already.",
    )

    def write(self, vals):
        """What the levels decide on is not exchanged afterwards."""
        agreed = {"property_id", "date_from", "date_to", "percent", "fee_item_ids"}
        if agreed & vals.keys() and not self._writes_freely():
            self._check_in_state("draft")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        self._check_in_state("draft", "cancelled")

    @api.constrains("date_from", "date_to")
    def _check_a_year(self):
        for vacancy in self:
            if vacancy.date_to >= fields.Date.add(vacancy.date_from, years=2):
                raise ValidationError(
                    self.env._(
                        "A reduction for %s is for two years at most: ask again then.",
                        vacancy.property_id.display_name,
                    )
                )

    def action_refuse(self):
        """Say no before anybody is asked.

        :raises UserError: decided already
        """
        self._check_in_state("draft")
        self.check_access("write")
        self.sudo()._as_step().state = "cancelled"

    def action_end(self):
        """Somebody moved in: it ends yesterday."""
        self._check_in_state("approved")
        self.check_access("write")
        for vacancy in self:
            today = today_at(vacancy.property_id)
            last = fields.Date.subtract(today, days=1)
            if last >= vacancy.date_to:
                raise UserError(
                    self.env._(
                        "The reduction for %s is over already.",
                        vacancy.property_id.display_name,
                    )
                )
            values = {"ended_on": today}
            if last < vacancy.date_from:
                values["state"] = "cancelled"
            else:
                values["date_to"] = last
            vacancy.sudo()._as_step().write(values)

    def _reductions(self, properties, date_from, date_to):
        """Return {property id: [(item ids, change)]} that hold in some days; a query.

        The ids are those of the items that are reduced.
        """
        found = {}
        for vacancy in self.sudo().search(
            [
                ("property_id", "in", properties.ids),
                ("state", "=", "approved"),
                ("date_from", "<=", date_to),
                ("date_to", ">=", date_from),
            ]
        ):
            change = Change(
                "factor",
                vacancy.date_from,
                vacancy.date_to,
                exact(vacancy.percent) / 100,
                label=self.env._("Vacancy"),
            )
            found.setdefault(vacancy.property_id.id, []).append(
                (vacancy.fee_item_ids.ids, change)
            )
        return found

    def _apply(self, place, partner, values, photos=()):
        """An application from the portal, of who holds the place today.

        :param photos: (name, content) of pictures that are the evidence
        :raises UserError: not the holder, one is under way, or what is no photo
        """
        photos = self.env["maintenance.request"]._checked_photos(photos)
        holders = place.sudo()._holder_on(today_at(place))
        holder = holders.get(place.id)
        if not holder or holder.partner_id not in partner._pm_stands_for():
            raise UserError(
                self.env._("Only who holds the place asks for a reduction.")
            )
        if self.sudo().search_count(
            [
                ("property_id", "=", place.id),
                ("state", "in", ("draft", "approval")),
            ]
        ):
            raise UserError(self.env._("Your application is being looked at."))
        vacancy = (
            self.sudo()
            ._as_step()
            .create(
                {
                    "property_id": place.id,
                    "partner_id": holder.partner_id.id,
                    "is_from_portal": True,
                    **values,
                }
            )
        )
        vacancy._pm_keep_files("attachment_ids", photos)
        return vacancy
