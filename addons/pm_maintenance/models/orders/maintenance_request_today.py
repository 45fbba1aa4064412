from odoo import api, fields, models
from odoo.fields import Domain

from .maintenance_request import OPEN, WAITING, WORKING
from .maintenance_request_quote import CHARGED
from .maintenance_request_steps import DISPATCHER, SERVICE, TECHNICIAN

# cards of the column of orders that nobody has
NOBODYS = 40
# what the technician does next, in each state
NEXT = {
    "dispatched": "accept",
    "accepted": "travel",
    "travelling": "arrive",
    "on_site": "done",
    "paused": "resume",
}


class MaintenanceRequest(models.Model):
    """What there is to do today: the next step of a technician, and what a dispatcher
    should look at."""

    _inherit = "maintenance.request"

    user_id = fields.Many2one(group_expand="_expand_people")
    next_step = fields.Selection(
        [
            ("grab", "Take It"),
            ("accept", "Accept"),
            ("travel", "On the Way"),
            ("arrive", "On Site"),
            ("done", "Done"),
            ("resume", "Resume"),
        ],
        compute="_compute_next_step",
    )
    map_url = fields.Char("Way", compute="_compute_map_url")
    is_for_desk = fields.Boolean(compute="_compute_is_for_desk")
    attention = fields.Selection(
        [
            ("late", "Late or Due Soon"),
            ("nobody", "Nobody Found"),
            ("pool", "Not Taken yet"),
            ("waits", "Not Accepted yet"),
            ("quote", "Quote to Agree to"),
            ("verify", "Work to Accept"),
        ],
        "Look at It",
        compute="_compute_attention",
        search="_search_attention",
        groups="pm_core.group_pm_user",
        help="Why a dispatcher should look at the order now.",
    )

    @api.depends("state", "is_pool", "user_id")
    def _compute_next_step(self):
        for order in self:
            offered = order.state == "reported" and order.is_pool
            order.next_step = "grab" if offered else NEXT.get(order.state, False)

    @api.depends("estate_id")
    def _compute_map_url(self):
        for order in self:
            order.map_url = order._map_url() if order.property_id else False

    @api.depends_context("uid")
    def _compute_is_for_desk(self):
        """Whoever only does the work sees no empty fields of the desk on the phone."""
        user = self.env.user
        self.is_for_desk = user.has_group(DISPATCHER) or user.has_group(SERVICE)

    @api.model
    def _attention_domains(self):
        """{reason: which orders}, the most pressing first."""
        nobody = Domain("user_id", "=", False) & Domain("supplier_id", "=", False)
        return {
            "late": Domain("state", "in", (*WAITING, *WORKING))
            & Domain("sla_state", "in", ("overdue", "warning")),
            "nobody": Domain("state", "=", "reported")
            & Domain("is_pool", "=", False)
            & nobody,
            "pool": Domain("state", "=", "reported") & Domain("is_pool", "=", True),
            "waits": Domain("state", "in", WAITING) & ~nobody,
            "quote": Domain("state", "in", OPEN)
            & Domain("quote_state", "=", "asked")
            & Domain("payer", "not in", CHARGED),
            "verify": Domain("state", "=", "done"),
        }

    @api.depends(
        "state", "user_id", "supplier_id", "is_pool", "quote_state", "sla_state"
    )
    def _compute_attention(self):
        self.attention = False
        left = self.filtered("property_id")
        for reason, domain in self._attention_domains().items():
            found = left.filtered_domain(domain)
            found.attention = reason
            left -= found

    def _search_attention(self, operator, value):
        domains = self._attention_domains()
        if operator == "not in" and set(value) == {False}:
            wanted = set(domains)
        elif operator == "in":
            wanted = set(value)
        else:
            return NotImplemented
        found, before = Domain.FALSE, Domain.TRUE
        for reason, domain in domains.items():
            if reason in wanted:
                found |= before & domain
            before &= ~domain
        return Domain("property_id", "!=", False) & found

    @api.model
    def _expand_people(self, users, domain):
        """On the dispatcher's board, who is on duty has a column without orders too."""
        if not self.env.context.get("pm_board"):
            return users
        estates = self.env["pm.property"].search([("kind", "=", "estate")])
        duties = self.env["pm.duty"]
        on_duty = users.browse()
        for estate in estates:
            on_duty |= duties._on_duty(estate).sudo().user_id
        return users | on_duty.filtered(lambda user: user.has_group(TECHNICIAN))

    @api.model
    def web_read_group(self, domain, groupby, *args, **options):
        """On the dispatcher's board the orders that nobody has are open to be dragged:
        Odoo folds the column of an empty value."""
        on_board = self.env.context.get("pm_board") and groupby[:1] == ["user_id"]
        if on_board and not options.get("opening_info"):
            limit = options.get("unfold_read_default_limit") or NOBODYS
            nobody = {"value": False, "folded": False, "limit": limit, "offset": 0}
            options["opening_info"] = [nobody]
        return super().web_read_group(domain, groupby, *args, **options)

    def action_open(self):
        """Show the order, from a list of something else."""
        self.check_access("read")
        return self._open_form()

    def action_ask_photo(self):
        """Open the page that takes a photo."""
        self.ensure_one()
        self.check_access("read")
        after = self.state in ("on_site", "done")
        return self._open_page(
            "pm.order.photo", default_moment="after" if after else "before"
        )

    def action_ask_result(self):
        """Open the page on which work is finished."""
        self.ensure_one()
        self.check_access("read")
        return self._open_page("pm.order.finish")

    def action_ask_signature(self):
        """Open the page on which the customer signs, on the phone of who is there."""
        self.ensure_one()
        self.check_access("read")
        return self._open_page(
            "pm.order.sign",
            default_amount=self.quote_amount,
            default_name=self.reporter_name or self.partner_id.name,
        )

    def _open_page(self, model, **defaults):
        return {
            "type": "ir.actions.act_window",
            "name": self.env["ir.model"]._get(model).name,
            "res_model": model,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_request_id": self.id, **defaults},
        }
