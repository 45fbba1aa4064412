from datetime import timedelta
from urllib.parse import urlencode

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.misc import format_datetime

from .maintenance_request import OPEN, WORKING

# a map for who taps on it; nothing is sent there before
MAP = "https://uri.amap.com/search"
# how long a contractor finds again what the firm has done
SHOWN_DAYS = 90
# of one person for one order
MOST_HOURS = 24.0


class MaintenanceRequest(models.Model):
    """Orders that a contractor does: what the firm's people see of them, and do.

    They have no right on orders: the pages of the portal choose what is theirs and
    take the steps for them. Whatever else calls a step is refused as ever.
    """

    _inherit = "maintenance.request"

    @api.model
    def _domain_of_contractor(self, person):
        """What was given to this person's firm and is not given back."""
        since = fields.Datetime.now() - timedelta(days=SHOWN_DAYS)
        return (
            Domain("supplier_id", "in", person._pm_stands_for().ids)
            & Domain("property_id", "!=", False)
            & (
                Domain("state", "in", ("dispatched", *WORKING))
                | (
                    Domain("state", "in", ("done", "verified", "closed"))
                    & Domain("done_at", ">=", since)
                )
            )
        )

    def _is_open_for_contractor(self):
        """Whether there is still a reason to come, and so to know who is there."""
        return self.state in ("dispatched", *WORKING)

    def _deadlines(self):
        """The clocks that run: [(what, when by the clock of the estate, late?)]."""
        now = fields.Datetime.now()
        zone = self.estate_id.tz or "UTC"
        clocks = self.sla_clock_ids._open().filtered("deadline")
        return [
            (
                clock.target_id.name,
                format_datetime(self.env, clock.deadline, tz=zone, dt_format="short"),
                clock.deadline < now,
            )
            for clock in clocks.sorted("deadline")
        ]

    def _map_url(self):
        """Where a phone shows the way to the estate."""
        address = self.estate_id.address_id
        words = (address.city, address.street, self.estate_id.name)
        return f"{MAP}?{urlencode({'keyword': ' '.join(filter(None, words))})}"

    def _start_work(self):
        """Contractors' people are no employees: their time stands under their name."""
        outside = self.filtered(lambda order: order.supplier_id and not order.user_id)
        Work = self.env["pm.order.work"].sudo()
        for order in outside:
            name = self.env.user.name
            if not order.sudo().work_ids.filtered(
                lambda work, name=name: work.worker_name == name and not work.stop
            ):
                Work.create(
                    {
                        "request_id": order.id,
                        "employee_id": False,
                        "worker_name": name,
                    }
                )
        return super(MaintenanceRequest, self - outside)._start_work()

    def _add_hours(self, name, hours):
        """Time that somebody of the contractor worked, as told afterwards.

        :raises UserError: no name, or no time that one person works in a day
        """
        self._check_in_state(*WORKING, "done")
        self._need(name, self.env._("who worked"))
        if not 0 < hours <= MOST_HOURS:
            raise UserError(
                self.env._(
                    "Enter the hours of %(name)s, from a quarter of an hour to "
                    "%(most)s.",
                    name=name,
                    most=int(MOST_HOURS),
                )
            )
        now = fields.Datetime.now()
        self.env["pm.order.work"].sudo().create(
            {
                "request_id": self.id,
                "employee_id": False,
                "worker_name": name[:100],
                "start": now - timedelta(hours=hours),
                "stop": now,
            }
        )

    def _add_photos_of(self, moment, photos):
        """Photos before or after the work, as they left the phone.

        :raises UserError: none, or what is no photo
        """
        self._check_in_state(*OPEN)
        self._need(photos, self.env._("a photo"))
        checked = [self._check_photo(name, content) for name, content in photos]
        field = "photo_after_ids" if moment == "after" else "photo_before_ids"
        self._check_photo_count(checked)
        self._pm_keep_files(field, checked)

    @api.model
    def _codes_for(self, kind, category):
        """Failure codes of a kind that fit a category, or one above it."""
        of_category = Domain("category_id", "=", False) | Domain(
            "category_id", "parent_of", category.ids
        )
        codes = self.env["pm.fault.code"].sudo()
        return codes.search(Domain("kind", "=", kind) & of_category)
