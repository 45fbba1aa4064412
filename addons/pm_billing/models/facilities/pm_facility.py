from datetime import datetime, time, timedelta, timezone

from odoo import api, fields, models

from ...engine.bookings import slots

PUBLIC_KINDS = ("hall", "advertising")


class PmFacility(models.Model):
    """What can be used by time or booking: a court, a hall, an advertising space.

    Bookings are in slots of its opening hours, or in whole days. Times are those of
    the clock at the estate.
    """

    _name = "pm.facility"
    _description = "Facility"
    _inherit = ["mail.thread", "pm.estate.mixin"]
    _order = "estate_id, sequence, name, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [
            ("court", "Court"),
            ("hall", "Hall or Room"),
            ("advertising", "Advertising Space"),
            ("other", "Other"),
        ],
        required=True,
        default="court",
        tracking=True,
    )
    property_id = fields.Many2one(
        string="Place", help="The part of the estate that it is, or is in."
    )
    description = fields.Text(help="What residents read before they book.")
    currency_id = fields.Many2one(related="company_id.currency_id")
    book_by = fields.Selection(
        [("slot", "Slots of Some Minutes"), ("day", "Whole Days")],
        "Booked in",
        required=True,
        default="slot",
    )
    slot_minutes = fields.Integer("Minutes of a Slot", required=True, default=60)
    longest = fields.Integer(
        "Slots or Days at Once",
        required=True,
        default=4,
        help="The most that one booking takes.",
    )
    capacity = fields.Integer("Persons at Most", help="Zero: any number.")
    days_ahead = fields.Integer(
        required=True,
        default=30,
        help="How many days before residents can book on their page.",
    )
    hour_ids = fields.One2many("pm.facility.hours", "facility_id", "Opening Hours")
    price_ids = fields.One2many("pm.facility.price", "facility_id", "Prices")
    is_public = fields.Boolean(
        "Public Income",
        compute="_compute_is_public",
        store=True,
        readonly=False,
        precompute=True,
        help="What it earns belongs to the owners of the estate. A fee item that is "
        "made for it is booked to their account.",
    )
    fee_item_id = fields.Many2one(
        "pm.fee.item",
        check_company=True,
        ondelete="restrict",
        domain="['|', ('estate_id', '=', False), ('estate_id', '=', estate_id)]",
        help="What the use is charged as; made from the name when left empty.",
    )
    deposit = fields.Monetary(
        tracking=True, help="Owed back when it was used and inspected."
    )
    cancel_hours = fields.Integer(
        "Free Until (Hours Before)",
        default=24,
        help="Until so many hours before the beginning a booking is cancelled free of "
        "charge.",
    )
    cancel_percent = fields.Float(
        "Due When Cancelled Later (%)", default=50.0, digits=(5, 2), aggregator=None
    )
    is_confirmed_by_staff = fields.Boolean(
        "Staff Confirm",
        default=True,
        help="Otherwise what residents book on their page is confirmed at once.",
    )
    is_on_portal = fields.Boolean("Residents Book It", default=True)
    booking_ids = fields.One2many("pm.facility.booking", "facility_id", "Bookings")
    booking_count = fields.Integer("To Come", compute="_compute_booking_count")

    _name_once = models.UniqueIndex(
        "(estate_id, name)", "The estate has a facility of this name already."
    )
    _slot_in_day = models.Constraint(
        "CHECK (slot_minutes BETWEEN 5 AND 1440)", "A slot has 5 to 1440 minutes."
    )
    _numbers_positive = models.Constraint(
        "CHECK (longest > 0 AND capacity >= 0 AND days_ahead >= 0"
        " AND cancel_hours >= 0 AND deposit >= 0)",
        "Numbers of slots, persons, days and hours, and a deposit, are not negative.",
    )
    _percent_in_range = models.Constraint(
        "CHECK (cancel_percent BETWEEN 0 AND 100)",
        "What is due of a cancelled booking lies between 0 and 100 %.",
    )

    @api.depends("kind")
    def _compute_is_public(self):
        for facility in self:
            facility.is_public = facility.kind in PUBLIC_KINDS

    @api.depends("booking_ids.state", "booking_ids.stop")
    def _compute_booking_count(self):
        counts = dict(
            self.env["pm.facility.booking"]._read_group(
                [
                    ("facility_id", "in", self.ids),
                    ("state", "in", ("asked", "confirmed")),
                    ("stop", ">=", fields.Datetime.now()),
                ],
                ["facility_id"],
                ["__count"],
            )
        )
        for facility in self:
            facility.booking_count = counts.get(facility._origin, 0)

    @api.model_create_multi
    def create(self, vals_list):
        facilities = super().create(vals_list)
        for facility in facilities.filtered(lambda row: not row.fee_item_id):
            facility.sudo()._as_step().fee_item_id = facility.sudo()._make_item()
        return facilities

    def write(self, vals):
        """Whose income it is decides where the fee item made for it is booked."""
        result = super().write(vals)
        if {"kind", "is_public"} & vals.keys():
            for facility in self.sudo():
                if facility.fee_item_id.code == facility._item_code():
                    facility._set_income_account(facility.fee_item_id)
        return result

    def _item_code(self):
        return f"facility-{self.id}"

    def _set_income_account(self, item):
        """Book what is earned to the owners, or no longer, where it was before."""
        self.ensure_one()
        product = item.product_id.with_company(self.company_id)
        if self.is_public:
            account = self.company_id._pm_get_public_account()
            product.property_account_income_id = account
        elif product.property_account_income_id == self.company_id.pm_public_account_id:
            product.property_account_income_id = False

    def _make_item(self):
        """Make the fee item that the use is charged as."""
        self.ensure_one()
        item = (
            self.env["pm.fee.item"]
            .with_company(self.company_id)
            ._as_step()
            .create(
                {
                    "code": self._item_code(),
                    "category": self.env._("Use of facilities"),
                    "estate_id": self.estate_id.id,
                    "company_id": self.company_id.id,
                    "method": "fixed",
                    # an item always has a price; bookings have their own
                    "surcharge": max([*self.price_ids.mapped("price"), 0.0]) or 1.0,
                    "name": self.name,
                }
            )
        )
        if self.is_public:
            self._set_income_account(item)
        return item

    # when -------------------------------------------------------------------------

    def _zone(self):
        return self.estate_id.sudo()._zone()

    def _utc(self, day, minute):
        """A moment on the clock of the estate, as the database keeps it."""
        # midnight of the next day has no time of this one
        local = datetime.combine(
            day + timedelta(days=minute // 1440), time(0), self._zone()
        ) + timedelta(minutes=minute % 1440)
        return local.astimezone(timezone.utc).replace(tzinfo=None)

    def _local(self, moment):
        return moment.replace(tzinfo=timezone.utc).astimezone(self._zone())

    def _slots(self, day):
        """Return [(start, stop)] of a day in minutes, in order."""
        self.ensure_one()
        if self.book_by == "day":
            return [(0, 1440)]
        return slots(self.hour_ids._openings(), self.slot_minutes, day)

    def _taken(self, date_from, date_to):
        """Return the bookings that hold some of these days, in order."""
        self.ensure_one()
        return (
            self.env["pm.facility.booking"]
            .sudo()
            .search(
                [
                    ("facility_id", "=", self.id),
                    ("state", "!=", "cancelled"),
                    ("start", "<", self._utc(date_to, 1440)),
                    ("stop", ">", self._utc(date_from, 0)),
                ],
                order="start",
            )
        )

    def _free_slots(self, day):
        """Return [(start, stop, whether it is free)] of a day, for a page.

        What lies in the past is not free.
        """
        self.ensure_one()
        now = fields.Datetime.now()
        taken = [(row.start, row.stop) for row in self._taken(day, day)]
        found = []
        for start, stop in self._slots(day):
            first, last = self._utc(day, start), self._utc(day, stop)
            free = first > now and not any(
                begin < last and end > first for begin, end in taken
            )
            found.append((start, stop, free))
        return found

    def _cancel_rule(self):
        """The rule for cancelling, as residents read it."""
        return self.env._(
            "Cancelled free of charge until %(hours)s hours before it begins; later "
            "%(percent)s %% of the price stays due.",
            hours=self.cancel_hours,
            percent=f"{self.cancel_percent:g}",
        )

    def action_view_bookings(self):
        self.ensure_one()
        self.check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "pm_billing.pm_facility_booking_action"
            ),
            "domain": [("facility_id", "=", self.id)],
            "context": {"default_facility_id": self.id},
        }
