from odoo import api, fields, models
from odoo.exceptions import UserError


class PmFacilityBooking(models.Model):
    """The use of a facility by one customer, from one moment to another.

    The database lets no two bookings hold one facility at one time. Times in UTC;
    amounts in company currency, tax included.
    """

    _name = "pm.facility.booking"
    _description = "Booking of a Facility"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "pm.estate.mixin",
        "pm.state.mixin",
    ]
    _order = "start desc, id desc"
    _check_company_auto = True

    facility_id = fields.Many2one(
        "pm.facility", required=True, index=True, ondelete="restrict", tracking=True
    )
    property_id = fields.Many2one(
        related="facility_id.property_id", store=True, index=True, precompute=True
    )
    kind = fields.Selection(related="facility_id.kind")
    book_by = fields.Selection(related="facility_id.book_by")
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="restrict"
    )
    start = fields.Datetime(required=True, index=True, tracking=True)
    stop = fields.Datetime("Ends at", required=True, tracking=True)
    persons = fields.Integer(default=1, aggregator="sum")
    purpose = fields.Char()
    is_from_portal = fields.Boolean("Booked by the Resident", readonly=True, copy=False)
    currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection(
        [
            ("asked", "Asked for"),
            ("confirmed", "Confirmed"),
            ("used", "Used"),
            ("no_show", "Not Used"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="asked",
        tracking=True,
    )
    confirmed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    confirmed_on = fields.Datetime(readonly=True, copy=False)
    cancelled_on = fields.Datetime(readonly=True, copy=False)
    cancel_reason = fields.Char("Why It Was Cancelled", readonly=True, copy=False)

    _ends_after_start = models.Constraint(
        "CHECK (stop > start)", "A booking ends after it begins."
    )
    _persons_positive = models.Constraint(
        "CHECK (persons > 0)", "At least one person comes."
    )
    # int4range stands in for equality, which gist has only with an extension
    _one_at_a_time = models.Constraint(
        """EXCLUDE USING gist (
            int4range(facility_id, facility_id, '[]') WITH &&,
            tsrange(start, stop, '[)') WITH &&)
        WHERE (state <> 'cancelled')""",
        "Somebody has booked this facility for that time already.",
    )

    @api.depends("facility_id", "partner_id", "start")
    def _compute_display_name(self):
        for booking in self:
            facility = booking.facility_id
            day = ""
            if booking.start and facility:
                day = facility._local(booking.start).strftime("%Y-%m-%d %H:%M")
            name = booking.partner_id.sudo().name or ""
            booking.display_name = f"{facility.name or ''} {day} {name}".strip()

    def write(self, vals):
        """What was confirmed and charged is cancelled, and booked anew."""
        agreed = {"facility_id", "partner_id", "start", "stop"}
        if agreed & vals.keys() and not self._writes_freely():
            self._check_in_state("asked")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_confirmed(self):
        self._check_in_state("asked")

    def _check_capacity(self):
        """:raises UserError: more persons than it holds"""
        for booking in self:
            most = booking.facility_id.capacity
            if most and booking.persons > most:
                raise UserError(
                    self.env._(
                        "%(facility)s holds %(most)s persons; %(persons)s would come.",
                        facility=booking.facility_id.name,
                        most=most,
                        persons=booking.persons,
                    )
                )
