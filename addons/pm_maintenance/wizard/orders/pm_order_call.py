from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.pm_core.engine.phone import PhoneError

from ...models.orders.maintenance_request import OPEN
from ...models.orders.pm_fault_category import URGENCIES

# people and places that are offered to choose from
OFFERED = 10


class PmOrderCall(models.TransientModel):
    """Somebody calls or stands at the counter: who it is, and what they have open.

    One field takes what the clerk has: the number on the display, the unit, a name.
    All else follows from it, so that a caller is known before the first sentence is
    over. Later addons show more: see *Extension points*.
    """

    _name = "pm.order.call"
    _description = "Call or Visit"
    _rec_name = "query"

    query = fields.Char("Number, Unit or Name")
    channel = fields.Selection(
        [("phone", "Telephone"), ("counter", "Counter")], required=True, default="phone"
    )
    found_partner_ids = fields.Many2many(
        "res.partner",
        "pm_order_call_partner_rel",
        string="Found",
        compute="_compute_found",
    )
    found_property_ids = fields.Many2many(
        "pm.property",
        "pm_order_call_property_rel",
        string="Places Found",
        compute="_compute_found",
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        domain="[('pm_is_customer', '=', True)]",
    )
    property_id = fields.Many2one(
        "pm.property",
        "Place",
        compute="_compute_property_id",
        store=True,
        readonly=False,
    )
    caller_name = fields.Char(
        "Caller", help="Who calls, where it is nobody on file, or somebody for them."
    )
    caller_phone = fields.Char(
        "Phone", compute="_compute_caller_phone", store=True, readonly=False
    )
    holds = fields.Char(compute="_compute_holds")
    open_order_ids = fields.Many2many(
        "maintenance.request",
        "pm_order_call_order_rel",
        string="Open Orders",
        compute="_compute_open_order_ids",
    )
    same_order_ids = fields.Many2many(
        "maintenance.request",
        "pm_order_call_same_rel",
        string="Likely the Same",
        compute="_compute_same_order_ids",
    )
    text = fields.Text("What Is Wrong")
    category_id = fields.Many2one("pm.fault.category", "Fault Category")
    urgency = fields.Selection(
        URGENCIES,
        compute="_compute_urgency",
        store=True,
        readonly=False,
    )
    appointment = fields.Datetime()

    @api.depends("query", "caller_name")
    def _compute_display_name(self):
        for call in self:
            call.display_name = call.query or self.env._("Call or Visit")

    @api.depends("query")
    def _compute_found(self):
        """What the clerk may see of what was entered: people, places, or both."""
        Partner, Place = self.env["res.partner"], self.env["pm.property"]
        for call in self:
            words = (call.query or "").strip()
            if len(words) < 2:
                call.found_partner_ids = Partner
                call.found_property_ids = Place
                continue
            customers = Domain("pm_is_customer", "=", True)
            people = Partner.search(
                customers & Domain("pm_phone", "ilike", words), limit=OFFERED
            )
            places = Place
            if not people:
                places = Place.search([("code", "=", words)], limit=OFFERED)
                places = places or Place.search(
                    [("code", "ilike", words)], limit=OFFERED
                )
                people = self._held("property_id", places, "partner_id")
            if not people and not places:
                people = Partner.search(
                    customers & Domain("display_name", "ilike", words), limit=OFFERED
                )
            call.found_partner_ids = people
            call.found_property_ids = places

    @api.model
    def _held(self, of, records, wanted):
        """Who holds places today, or what people hold: the other side of both."""
        occupancies = self.env["pm.occupancy"].search(
            [(of, "in", records.ids), ("is_current", "=", True)]
        )
        return occupancies[wanted]

    @api.depends("found_partner_ids")
    def _compute_partner_id(self):
        for call in self:
            found = call.found_partner_ids
            call.partner_id = found if len(found) == 1 else call.partner_id & found

    @api.depends("partner_id", "found_property_ids")
    def _compute_property_id(self):
        for call in self:
            found = call.found_property_ids
            if len(found) != 1:
                found = self._held("partner_id", call.partner_id, "property_id")
            if len(found) == 1:
                call.property_id = found
            elif call.property_id not in found:
                call.property_id = False

    @api.depends("query", "partner_id")
    def _compute_caller_phone(self):
        for call in self:
            try:
                read = self._pm_read_phone(call.query)
            except PhoneError:
                read = None
            call.caller_phone = read.e164 if read else call.partner_id.phone

    @api.depends("partner_id")
    def _compute_holds(self):
        for call in self:
            places = self._held("partner_id", call.partner_id, "property_id")
            call.holds = ", ".join(places.mapped("display_name"))

    @api.depends("partner_id", "property_id")
    def _compute_open_order_ids(self):
        for call in self:
            orders = self.env["maintenance.request"]
            if call.partner_id or call.property_id:
                orders = orders._open_of_customer(call.partner_id, call.property_id)
            call.open_order_ids = orders

    @api.depends("property_id", "category_id", "open_order_ids")
    def _compute_same_order_ids(self):
        for call in self:
            call.same_order_ids = call.open_order_ids.filtered(
                lambda order, call=call: (
                    order.property_id == call.property_id
                    and order.fault_category_id == call.category_id
                    and order.state in OPEN
                )
            )

    @api.depends("category_id")
    def _compute_urgency(self):
        for call in self:
            call.urgency = call.category_id.urgency or call.urgency or "ordinary"

    def action_report(self):
        """Make the order of what was said, and show it.

        :raises UserError: no place
        """
        self.ensure_one()
        self.env["maintenance.request"].check_access("create")
        if not self.property_id:
            raise UserError(self.env._("Choose the place of the fault."))
        self.property_id.check_access("read")
        self.partner_id.check_access("read")
        order = self.env["maintenance.request"]._report(
            self.property_id,
            self.text,
            channel=self.channel,
            category=self.category_id,
            urgency=self.urgency,
            partner=self.partner_id,
            reporter={"name": self.caller_name, "phone": self.caller_phone},
            appointment=self.appointment,
        )
        return order.with_env(self.env)._open_form()

    def action_next_call(self):
        """An empty page for whoever is next."""
        return self.env["ir.actions.act_window"]._for_xml_id(
            "pm_maintenance.pm_order_call_action"
        )
