import re
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from odoo.addons.base.models.res_partner import _tz_get

from ...engine.recurrence import local_day

# Which kinds may stand directly below which.
PARENT_KINDS = {
    "building": {"estate"},
    "entrance": {"building"},
    "unit": {"estate", "building", "entrance"},
    "parking_lot": {"estate", "building"},
    "parking": {"estate", "parking_lot", "building"},
    "common": {"estate", "building", "entrance", "parking_lot"},
    "installation": {"estate", "building", "entrance", "parking_lot", "common"},
}


class PmProperty(models.Model):
    """A node of what is managed: estate > building > entrance > unit, and the rest.

    Everything that happens names one node; everything rolls up with ``child_of``.
    Areas are in m².
    """

    _name = "pm.property"
    _pm_copyable = True
    _description = "Property"
    _inherit = ["pm.document.mixin", "mail.thread", "mail.activity.mixin"]
    _document_subject = "property"
    _parent_store = True
    _order = "estate_id, sequence, code_sort, id"
    _rec_names_search = ["code", "name"]
    _check_company_auto = True
    # how a place is used is for people to say, and no step
    _user_columns = {"state": None}

    name = fields.Char(required=True, index="trigram")
    code = fields.Char(
        required=True,
        copy=False,
        index="trigram",
        help="Unique in its estate, for example 1-2-1001: building, entrance, unit.",
    )
    code_sort = fields.Char(
        compute="_compute_code_sort",
        store=True,
        precompute=True,
        help="The code with padded numbers, so that building 2 stands before 10.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [
            ("estate", "Estate"),
            ("building", "Building"),
            ("entrance", "Entrance"),
            ("unit", "Unit"),
            ("parking_lot", "Car Park"),
            ("parking", "Parking Space"),
            ("common", "Common Area"),
            ("installation", "Installation"),
        ],
        required=True,
        default="unit",
        index=True,
    )
    parent_id = fields.Many2one(
        "pm.property",
        string="Belongs to",
        index=True,
        ondelete="restrict",
        domain="[('kind', 'not in', ('unit', 'parking'))]",
        check_company=True,
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("pm.property", "parent_id", string="Parts")
    estate_id = fields.Many2one(
        "pm.property",
        compute="_compute_estate",
        store=True,
        index=True,
        recursive=True,
    )
    building_id = fields.Many2one(
        "pm.property",
        compute="_compute_estate",
        store=True,
        index="btree_not_null",
        recursive=True,
    )
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        recursive=True,
        index=True,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    usage = fields.Selection(
        [
            ("residential", "Residential"),
            ("office", "Office"),
            ("commercial", "Commercial"),
            ("industrial", "Industrial"),
            ("public", "Public"),
        ],
        help="What the property is used for; fee items and standards may depend on it.",
    )
    state = fields.Selection(
        [
            ("unsold", "Unsold"),
            ("vacant", "Vacant"),
            ("fitting_out", "Fitting Out"),
            ("occupied", "Occupied"),
        ],
        string="Status",
        default="vacant",
        tracking=True,
    )
    gross_area = fields.Float(
        "Gross Area (m²)", digits=(12, 2), aggregator="sum", tracking=True
    )
    inside_area = fields.Float("Inside Area (m²)", digits=(12, 2), aggregator="sum")
    coefficient = fields.Float(
        digits=(12, 6),
        default=1.0,
        help="Weight of this property where a cost is shared by coefficient.",
        aggregator=None,
    )
    floor = fields.Integer(aggregator=None)
    floor_count = fields.Integer("Storeys", aggregator=None)
    has_lift = fields.Boolean("Lift")
    layout = fields.Char(help="House type, as the register names it.")
    reference_rent = fields.Monetary(help="Asking rent a month, in company currency.")
    analytic_account_id = fields.Many2one(
        "account.analytic.account",
        check_company=True,
        copy=False,
        help="Income and cost of the estate are kept on this account.",
    )
    tz = fields.Selection(
        _tz_get,
        string="Time Zone",
        default=lambda self: self.env.user.tz or "Asia/Shanghai",
    )
    resource_calendar_id = fields.Many2one("resource.calendar", check_company=True)
    address_id = fields.Many2one("res.partner")
    attribute_definition = fields.PropertiesDefinition("Attributes of the Estate")
    attributes = fields.Properties(
        definition="estate_id.attribute_definition",
        precompute=False,
    )
    note = fields.Html("Notes")
    occupancy_ids = fields.One2many("pm.occupancy", "property_id", "Occupancies")
    occupant_ids = fields.Many2many(
        "res.partner",
        string="Customers",
        compute="_compute_occupant_ids",
        search="_search_occupant_ids",
        help="Who holds the property today.",
    )
    occupant_roles = fields.Char(
        "Held as",
        compute="_compute_occupant_ids",
        help="As what the customers of today hold the property.",
    )
    license_plates = fields.Char(compute="_compute_occupant_ids")
    unit_count = fields.Integer("Units", compute="_compute_rollup")
    parking_count = fields.Integer("Parking Spaces", compute="_compute_rollup")
    occupied_count = fields.Integer("Occupied", compute="_compute_rollup")
    area_total = fields.Float(
        "Total Area (m²)", digits=(16, 2), compute="_compute_rollup"
    )

    # paths are digits and slashes: what is below lies between a path and the path
    # with a colon, the next character; an index serves that for many nodes at once
    _parent_path_idx = models.Index("(parent_path text_pattern_ops)")
    _code_unique = models.UniqueIndex(
        "(estate_id, code) WHERE estate_id IS NOT NULL",
        "This code is taken in the estate: a code names one property.",
    )
    _estate_name_unique = models.UniqueIndex(
        "(company_id, name) WHERE kind = 'estate'",
        "The company has an estate of this name already.",
    )
    _area_positive = models.Constraint(
        "CHECK (gross_area >= 0 AND inside_area >= 0)",
        "An area cannot be negative.",
    )
    _coefficient_positive = models.Constraint(
        "CHECK (coefficient >= 0)", "A coefficient cannot be negative."
    )
    _estate_is_root = models.Constraint(
        "CHECK ((kind = 'estate') = (parent_id IS NULL))",
        "An estate stands alone; everything else belongs to a part of an estate.",
    )

    @api.depends("code")
    def _compute_code_sort(self):
        for prop in self:
            prop.code_sort = re.sub(
                r"\d+", lambda number: number[0].zfill(8), prop.code or ""
            )

    @api.depends("kind", "parent_id.estate_id", "parent_id.building_id")
    def _compute_estate(self):
        for prop in self:
            is_estate = prop.kind == "estate"
            prop.estate_id = prop._origin if is_estate else prop.parent_id.estate_id
            prop.building_id = (
                prop._origin if prop.kind == "building" else prop.parent_id.building_id
            )

    @api.depends("parent_id.company_id")
    def _compute_company_id(self):
        for prop in self:
            prop.company_id = (
                prop.parent_id.company_id or prop.company_id or self.env.company
            )

    @api.depends("name", "code", "kind", "estate_id.name")
    @api.depends_context("hierarchical_naming")
    def _compute_display_name(self):
        short = not self.env.context.get("hierarchical_naming", True)
        for prop in self:
            if prop.kind == "estate" or not prop.estate_id:
                prop.display_name = prop.name
            elif short:
                prop.display_name = prop.code
            else:
                # whoever may see a flat may read the names of what it stands in
                prop.display_name = f"{prop.estate_id.sudo().name} {prop.code}"

    @api.model
    def _search_display_name(self, operator, value):
        """Find what the name shows: words of the estate and of the code.

        The estates are looked up first: they are few, and what is left to the
        database is what its indexes answer.
        """
        if operator not in ("like", "ilike") or not isinstance(value, str):
            return super()._search_display_name(operator, value)
        domain = Domain.TRUE
        for word in value.split():
            estates = self.search([("kind", "=", "estate"), ("name", operator, word)])
            domain &= (
                Domain("code", operator, word)
                | Domain("name", operator, word)
                | Domain("estate_id", "in", estates.ids)
            )
        return domain

    @api.model
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        """Building 3 comes before all the units with a 3 in their code."""
        found = super().name_search(name, domain, operator, limit)
        code = (name or "").strip()
        if operator != "ilike" or not code:
            return found
        exact = self.search(
            Domain(domain or []) & Domain("code", "=", code), limit=limit
        )
        ids = set(exact.ids)
        first = [(prop.id, prop.display_name) for prop in exact.sudo()]
        return (first + [pair for pair in found if pair[0] not in ids])[:limit]

    @api.depends(
        "occupancy_ids.partner_id",
        "occupancy_ids.is_current",
        "occupancy_ids.role",
        "occupancy_ids.license_plate",
    )
    @api.depends_context("lang")
    def _compute_occupant_ids(self):
        """Who holds each property today, with one query for the set."""
        roles = dict(
            self.env["pm.occupancy"]._fields["role"]._description_selection(self.env)
        )
        current = self.env["pm.occupancy"]._read_group(
            [("property_id", "in", self.ids), ("is_current", "=", True)],
            ["property_id"],
            [
                "partner_id:recordset",
                "role:array_agg_distinct",
                "license_plate:array_agg_distinct",
            ],
        )
        held = {place.id: values for place, *values in current}
        for place in self:
            partners, kinds, plates = held.get(place._origin.id, (False, (), ()))
            place.occupant_ids = partners
            place.occupant_roles = ", ".join(roles[kind] for kind in kinds)
            place.license_plates = ", ".join(filter(None, plates))

    def _search_occupant_ids(self, operator, value):
        if operator not in ("in", "any", "like", "ilike"):
            return NotImplemented
        return Domain(
            "occupancy_ids",
            "any",
            Domain("is_current", "=", True) & Domain("partner_id", operator, value),
        )

    @api.depends("child_ids")
    def _compute_rollup(self):
        """Count what hangs below each node, with one query for the set."""
        figures = dict.fromkeys(self.ids, (0, 0, 0, 0.0))
        if self.ids:
            self.flush_model(["parent_path", "kind", "state", "gross_area", "active"])
            self.env.cr.execute(
                """
                SELECT node.id,
                       count(*) FILTER (WHERE part.kind = 'unit'),
                       count(*) FILTER (WHERE part.kind = 'parking'),
                       count(*) FILTER (WHERE part.kind = 'unit'
                                          AND part.state = 'occupied'),
                       coalesce(sum(part.gross_area)
                                FILTER (WHERE part.kind = 'unit'), 0)
                  FROM pm_property node
                  JOIN pm_property part
                    ON part.parent_path ~>=~ node.parent_path
                   AND part.parent_path ~<~ (node.parent_path || ':')
                 WHERE node.id = ANY(%s) AND part.active
                 GROUP BY node.id
                """,
                [self.ids],
            )
            figures.update((row[0], row[1:]) for row in self.env.cr.fetchall())
        for prop in self:
            (
                prop.unit_count,
                prop.parking_count,
                prop.occupied_count,
                prop.area_total,
            ) = figures.get(prop._origin.id, (0, 0, 0, 0.0))

    @api.constrains("parent_id", "kind")
    def _check_parent(self):
        for prop in self.filtered("parent_id"):
            if prop.parent_id.kind not in PARENT_KINDS[prop.kind]:
                kinds = dict(self._fields["kind"]._description_selection(self.env))
                raise ValidationError(
                    self.env._(
                        "%(property)s is of kind %(kind)s and cannot belong to "
                        "%(parent)s, which is of kind %(parent_kind)s.",
                        property=prop.display_name,
                        kind=kinds[prop.kind],
                        parent=prop.parent_id.display_name,
                        parent_kind=kinds[prop.parent_id.kind],
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        properties = super().create(vals_list)
        properties._ensure_analytic_account()
        return properties

    def write(self, vals):
        if vals.get("parent_id"):
            self._check_no_cycle(vals["parent_id"])
        return super().write(vals)

    def _check_no_cycle(self, parent_id):
        """Say it before Odoo's tree does, which names nothing and offers no way out."""
        parent_sudo = self.env["pm.property"].sudo().browse(parent_id)
        above = {
            int(part) for part in (parent_sudo.parent_path or "").split("/") if part
        }
        for prop in self.filtered(lambda one: one.id in above):
            raise ValidationError(
                self.env._(
                    "%(property)s cannot belong to %(parent)s, which is itself or a "
                    "part of it. Choose what it stands in: an estate, a building or "
                    "an entrance above it.",
                    property=prop.display_name,
                    parent=parent_sudo.display_name,
                )
            )

    def _ensure_analytic_account(self):
        """Give each estate its own analytic account."""
        estates = self.filtered(
            lambda prop: prop.kind == "estate" and not prop.analytic_account_id
        )
        if not estates:
            return
        plan = self.env.ref("pm_core.analytic_plan_estate").sudo()
        for estate in estates:
            estate._as_step().analytic_account_id = (
                self.env["account.analytic.account"]
                .sudo()
                .create(
                    {
                        "name": estate.name,
                        "code": estate.code,
                        "plan_id": plan.id,
                        "company_id": estate.company_id.id,
                    }
                )
            )

    @api.model
    def _only_estate(self):
        """Return the estate of who works with one only, to be filled in for them."""
        estates = self.search([("kind", "=", "estate")], limit=2)
        return estates if len(estates) == 1 else self.browse()

    def _zone(self):
        """Return the time zone of an estate; that of the user where there is none."""
        name = self.tz or self.env.context.get("tz") or self.env.user.tz or "UTC"
        return ZoneInfo(name)

    def _today(self):
        """Return the day that it is at the estate now."""
        return local_day(fields.Datetime.now(), self._zone())

    def _working_calendar(self):
        """Return the working calendar and the time zone of one estate."""
        # who reads a deadline need not have a right on the calendar
        estate_sudo = self.sudo()
        calendar = (
            estate_sudo.resource_calendar_id
            or (estate_sudo.company_id or self.env.company).resource_calendar_id
        )
        return calendar, estate_sudo.tz or self.env.user.tz or "UTC"

    def _holder_on(self, day, roles=("owner", "developer")):
        """Return {property id: occupancy} of who answers for each node on ``day``.

        Of several holders the one with the largest share stands for all; a
        larger share, then the earlier start decides.
        """
        occupancies = self.env["pm.occupancy"].search(
            [
                ("property_id", "in", self.ids),
                ("role", "in", roles),
                *self.env["pm.occupancy"]._domain_on(day),
            ],
            order="share desc, date_from, id",
        )
        holders = {}
        for occupancy in occupancies:
            holders.setdefault(occupancy.property_id.id, occupancy)
        return holders

    def _document_estate(self):
        return self.estate_id

    def action_view_parts(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "pm_core.pm_property_action_unit"
            ),
            "domain": [("id", "child_of", self.id), ("kind", "=", "unit")],
            "display_name": self.env._("Units of %s", self.display_name),
        }

    def action_view_standards(self):
        """Open the service standards that hold here: of an estate all, else those
        for the kind and use of the property."""
        self.ensure_one()
        Standard = self.env["pm.service.standard"]
        standards = (
            Standard._of_estate(self)
            if self.kind == "estate"
            else Standard._applying(self)
        )
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "pm_core.pm_service_standard_action"
            ),
            "domain": [("id", "in", standards.ids)],
            "context": {"search_default_group_category": 1},
            "display_name": self.env._("Standards of %s", self.display_name),
        }

    def action_view_parking(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "pm_core.pm_property_action_parking"
            ),
            "domain": [("id", "child_of", self.id), ("kind", "=", "parking")],
            "display_name": self.env._("Parking of %s", self.display_name),
        }
