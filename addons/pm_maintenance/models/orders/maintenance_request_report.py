from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from ...engine.pictures import is_picture
from .maintenance_request import WAITING, WORKING

# what a phone takes; the mission is to keep photos as they left it
MAX_PHOTO = 20 * 1024 * 1024
MAX_PHOTOS = 9
PHOTOS = {"photo_before_ids", "photo_after_ids"}


class MaintenanceRequest(models.Model):
    """How an order comes in: one method for every channel."""

    _inherit = "maintenance.request"

    external_ref = fields.Char(
        "Reference of the Sender",
        readonly=True,
        copy=False,
        help="What a device, a phone or another system calls its message: the same "
        "message sent twice makes one order.",
    )

    _external_ref_unique = models.UniqueIndex(
        "(company_id, channel_id, external_ref) WHERE external_ref IS NOT NULL",
        "This message made an order already.",
    )

    @api.model
    def _report(
        self,
        place,
        text,
        *,
        channel="app",
        category=None,
        urgency=None,
        partner=None,
        reporter=None,
        equipment=None,
        photos=(),
        reference=None,
        appointment=None,
        dispatch=True,
    ):
        """Make an order of what somebody or something reports; what channels call.

        Runs as superuser: whoever calls has checked that the reporter may report
        something at ``place``.

        :param place: ``pm.property``
        :param text: what is wrong, as plain text
        :param channel: code of a ``pm.channel``
        :param category: ``pm.fault.category``, if known
        :param reporter: dict with ``name``, ``phone``, ``email`` of a person who is
            no customer
        :param photos: pairs of file name and content as bytes
        :param reference: what the sender calls the message; the order that it made
            before is returned when it comes again
        :param appointment: moment in UTC at which the customer expects us
        :return: the order, dispatched if a rule finds somebody
        :raises UserError: no text, or a photo that is none
        """
        (order,) = self._report_many(
            [
                {
                    "place": place,
                    "text": text,
                    "channel": channel,
                    "category": category,
                    "urgency": urgency,
                    "partner": partner,
                    "reporter": reporter,
                    "equipment": equipment,
                    "photos": photos,
                    "reference": reference,
                    "appointment": appointment,
                }
            ],
            dispatch=dispatch,
        )
        return order

    @api.model
    def _report_many(self, reports, *, dispatch=True):
        """As :meth:`_report`, for many at once: as many queries as one costs, but for
        the photos.

        :param reports: dicts of the arguments of :meth:`_report`, of which ``place``
            and ``text`` must be there
        :return: the order of each report, in their sequence
        :raises UserError: one of them cannot be an order; none is made then
        """
        channels = self._channels({one.get("channel") or "app" for one in reports})
        for one in reports:
            one["channel_id"] = channels[one.get("channel") or "app"]
        known = self._known_references(reports)
        values, photos, slots = defaultdict(list), defaultdict(list), []
        for one in reports:
            key = self._reference_key(one)
            if key and key in known:
                slots.append(known[key])
                continue
            company = one["place"].company_id
            values[company].append(self._report_values(one))
            photos[company].append(self._checked_photos(one.get("photos") or ()))
            slot = (company, len(values[company]) - 1)
            slots.append(slot)
            if key:
                known[key] = slot
        made = {}
        orders = self.sudo()
        for company, vals_list in values.items():
            made[company] = (
                orders.with_company(company)._as_step().create(vals_list)
            ).with_env(orders.with_company(company).env)
            for order, pictures in zip(made[company], photos[company], strict=True):
                order._pm_keep_files("photo_before_ids", pictures)
        for new in made.values():
            if dispatch:
                new._dispatch_by_rules()
            new._tell_reporter("report")
        return [
            made[slot[0]][slot[1]] if isinstance(slot, tuple) else slot
            for slot in slots
        ]

    @api.model
    def _channels(self, codes):
        """{code: id of the channel, or False}"""
        found = self.env["pm.channel"].sudo().search([("code", "in", list(codes))])
        return dict.fromkeys(codes, False) | {one.code: one.id for one in found}

    @api.model
    def _reference_key(self, report):
        if not report.get("reference"):
            return None
        company = report["place"].company_id
        return company.id, report["channel_id"], report["reference"]

    @api.model
    def _known_references(self, reports):
        """{key: order that the same message made before}"""
        references = [one["reference"] for one in reports if one.get("reference")]
        if not references:
            return {}
        found = self.sudo().search(
            [
                ("external_ref", "in", references),
                ("channel_id", "in", [one["channel_id"] for one in reports]),
            ]
        )
        return {
            (one.company_id.id, one.channel_id.id, one.external_ref): (
                one.with_company(one.company_id)
            )
            for one in found
        }

    @api.model
    def _report_values(self, report):
        """Values of the order that a report becomes.

        :raises UserError: it says nothing
        """
        text = (report.get("text") or "").strip()
        if not text and report.get("photos") and report.get("category"):
            # where, what, photo: three taps say it all
            text = report["category"].name
        if not text:
            raise UserError(self.env._("Say in a few words what is wrong."))
        reporter, partner = report.get("reporter") or {}, report.get("partner")
        values = {
            "name": text.splitlines()[0][:80],
            "description": plaintext2html(text),
            "property_id": report["place"].id,
            "channel_id": report["channel_id"],
            "partner_id": partner.id if partner else False,
            "reporter_name": reporter.get("name")
            or (partner.name if partner else None),
            "external_ref": report.get("reference"),
            "appointment": report.get("appointment"),
            "access_code": self._make_code(),
            "employee_id": False,
        }
        for name, record in (
            ("fault_category_id", report.get("category")),
            ("equipment_id", report.get("equipment")),
        ):
            values[name] = record.id if record else False
        for name in ("phone", "email"):
            if reporter.get(name):
                values[f"reporter_{name}"] = reporter[name]
        if report.get("urgency"):
            values["urgency"] = report["urgency"]
        return values

    @api.model
    def _checked_photos(self, photos):
        checked = [self._check_photo(name, content) for name, content in photos]
        self._check_photo_count(checked)
        return checked

    @api.model
    def _check_photo_count(self, photos):
        """:raises UserError: more at once than a phone sends"""
        if len(photos) > MAX_PHOTOS:
            raise UserError(
                self.env._("Send at most %(number)s photos.", number=MAX_PHOTOS)
            )

    @api.model
    def _check_photo(self, name, content):
        """Return name and content of what is a picture.

        :raises UserError: too large, or no picture
        """
        if len(content) > MAX_PHOTO:
            raise UserError(
                self.env._(
                    "%(name)s is larger than %(size)s MB. Send a smaller photo.",
                    name=name,
                    size=MAX_PHOTO // 1024 // 1024,
                )
            )
        if not is_picture(content):
            raise UserError(
                self.env._("%s is no photo that can be opened (JPEG or PNG).", name)
            )
        return name, content

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        if any(vals.keys() & PHOTOS for vals in vals_list):
            orders._check_photos()
        return orders

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & PHOTOS:
            self._check_photos()
        return result

    def _check_photos(self):
        """Those that people put on the form; what code adds was looked at before.

        :raises UserError: too large, or no picture: it would prove nothing
        """
        if self.env.su or self._writes_freely():
            return
        for photo in (self.photo_before_ids | self.photo_after_ids).sudo():
            self._check_photo(photo.name, photo.raw or b"")

    def _open_of_customer(self, partner, place):
        """Open orders that whoever answers the phone should see."""
        return self.search(
            [
                ("state", "in", [*WAITING, *WORKING, "done"]),
                "|",
                ("partner_id", "in", partner.ids),
                ("property_id", "in", place.ids),
            ]
        )
