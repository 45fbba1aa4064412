from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ...engine import reliability
from ...engine.reliability import HOUR


class MaintenanceEquipment(models.Model):
    """A machine of an estate: where it stands, how it is, what happened to it.

    Equipment with a property belongs to property management; other equipment stays
    as Odoo has it.
    """

    _inherit = "maintenance.equipment"
    _guard_private = True
    _rec_names_search = ["name", "pm_code", "serial_no"]

    property_id = fields.Many2one(
        "pm.property",
        "Place",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="The machine room, car park, building or estate where it stands.",
    )
    estate_id = fields.Many2one(
        related="property_id.estate_id",
        store=True,
        index="btree_not_null",
        precompute=True,
    )
    building_id = fields.Many2one(
        related="property_id.building_id",
        store=True,
        index="btree_not_null",
        precompute=True,
    )
    pm_code = fields.Char("Code", copy=False, index="btree_not_null")
    parent_id = fields.Many2one(
        "maintenance.equipment",
        "Part of",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    criticality = fields.Selection(
        [("a", "A: safety"), ("b", "B: service stops"), ("c", "C: comfort")],
        default="c",
        tracking=True,
    )
    pm_state = fields.Selection(
        [
            ("running", "In Operation"),
            ("down", "Out of Order"),
            ("idle", "Not in Use"),
            ("retired", "Retired"),
        ],
        "State",
        required=True,
        default="running",
        readonly=True,
        copy=False,
        tracking=True,
    )
    life_years = fields.Integer("Expected Life (Years)")
    downtime_ids = fields.One2many("pm.equipment.downtime", "equipment_id", "Downtimes")
    reading_ids = fields.One2many("pm.equipment.reading", "equipment_id", "Readings")
    plan_ids = fields.One2many("pm.maintenance.plan", "equipment_id", "Plans")
    is_forbidden = fields.Boolean(
        "Not to Be Operated",
        compute="_compute_is_forbidden",
        search="_search_is_forbidden",
        help="A test or service that the law asks for is overdue, or the report of the "
        "official test has expired.",
    )
    hours_between_failures = fields.Float(
        "MTBF (Hours)",
        compute="_compute_reliability",
        help="Hours in operation between failures, since the effective date.",
    )
    hours_to_repair = fields.Float(
        "MTTR (Hours)",
        compute="_compute_reliability",
        help="From the report of a failure until the work was done, on average.",
    )
    availability = fields.Float(
        "Availability (%)",
        compute="_compute_reliability",
        help="Part of the time since the effective date in which it was not down.",
    )

    # Odoo's own is unique over all companies, which do not know each other
    _serial_no = models.Constraint(
        "unique(serial_no, company_id)",
        "Another machine of the company has this serial number already.",
    )
    _pm_code_unique = models.UniqueIndex(
        "(estate_id, pm_code) WHERE pm_code IS NOT NULL AND estate_id IS NOT NULL",
        "This code is taken in the estate: a code names one machine.",
    )
    _life_positive = models.Constraint(
        "CHECK (life_years >= 0)", "A life in years cannot be negative."
    )

    @api.constrains("parent_id")
    def _check_parent(self):
        if self._has_cycle():
            raise ValidationError(self.env._("A machine cannot be part of itself."))

    @api.constrains("property_id", "company_id")
    def _check_place_company(self):
        for machine in self.filtered("property_id"):
            if machine.company_id != machine.property_id.company_id:
                raise ValidationError(
                    self.env._(
                        "%(machine)s belongs to %(company)s, and %(place)s is managed "
                        "by another company.",
                        machine=machine.display_name,
                        company=machine.company_id.display_name,
                        place=machine.property_id.display_name,
                    )
                )

    @api.depends("maintenance_ids.stage_id.done", "maintenance_ids.archive")
    def _compute_maintenance_count(self):
        """As Odoo counts, without loading every order that the machine ever had."""
        Request = self.env["maintenance.request"].sudo()
        mine = [("equipment_id", "in", self.ids)]
        everything = dict(Request._read_group(mine, ["equipment_id"], ["__count"]))
        still_open = dict(
            Request._read_group(
                [*mine, ("stage_id.done", "=", False), ("archive", "=", False)],
                ["equipment_id"],
                ["__count"],
            )
        )
        for machine in self:
            machine.maintenance_count = everything.get(machine._origin, 0)
            machine.maintenance_open_count = still_open.get(machine._origin, 0)

    def _domain_forbidding(self):
        """Orders of plans that the law asks for and that are past their last day."""
        return [
            ("equipment_id", "!=", False),
            ("plan_id.is_statutory", "=", True),
            ("state", "not in", ("done", "verified", "closed", "cancelled")),
            ("planned_day", "<", fields.Date.context_today(self)),
        ]

    def _forbidden_ids(self, machine_ids=None):
        """Ids of machines that must not be operated, of these or of all.

        By an order that is overdue, a service that is and has no order (it was
        cancelled, or never made), or an official test whose report has expired.
        """
        today = fields.Date.context_today(self)
        some = [] if machine_ids is None else [("equipment_id", "in", machine_ids)]
        orders = self.env["maintenance.request"].sudo()
        found = orders.search([*self._domain_forbidding(), *some]).equipment_id.ids
        plans = self.env["pm.maintenance.plan"].sudo()
        late = plans.search(
            [
                ("equipment_id", "!=", False),
                ("is_statutory", "=", True),
                ("day_to_come", "<", today),
                *some,
            ]
        )
        found += late._overdue_unmade(today).equipment_id.ids
        return {*found, *self._ids_test_expired(today, machine_ids)}

    def _ids_test_expired(self, today, machine_ids=None):
        """Ids of machines whose last report of the official test has expired."""
        kind = self.env.ref(
            "pm_maintenance.document_type_test_report", raise_if_not_found=False
        )
        if not kind:
            return []
        some = [] if machine_ids is None else [("res_id", "in", machine_ids)]
        groups = (
            self.env["pm.document"]
            .sudo()
            ._read_group(
                [
                    ("res_model", "=", self._name),
                    ("type_id", "=", kind.id),
                    ("date_expiry", "!=", False),
                    ("has_file", "=", True),
                    *some,
                ],
                ["res_id"],
                ["date_expiry:max"],
            )
        )
        return [machine for machine, expiry in groups if expiry < today]

    def _compute_is_forbidden(self):
        forbidden = self._forbidden_ids(self.ids)
        for machine in self:
            machine.is_forbidden = machine._origin.id in forbidden

    def _search_is_forbidden(self, operator, value):
        if operator != "in":
            return NotImplemented
        forbidden = list(self._forbidden_ids())
        return [("id", "in" if True in value else "not in", forbidden)]

    @api.depends("downtime_ids.start", "downtime_ids.stop", "effective_date")
    def _compute_reliability(self):
        """MTBF, MTTR in hours, where Odoo counts whole days and a repair is 0."""
        now = fields.Datetime.now()
        repairs = self._repair_times()
        for machine in self:
            begin = fields.Datetime.to_datetime(machine.effective_date) or now
            lifetime = max((now - begin) / HOUR, 0)
            downtimes = machine.downtime_ids.filtered(
                lambda one, begin=begin: not one.stop or one.stop > begin
            )
            spans = [(one.start, one.stop or None) for one in downtimes]
            down = reliability.hours_down(spans, begin, now)
            times = repairs.get(machine.id, [])
            stood = len(downtimes.filtered(lambda one: not one.is_planned))
            machine.hours_between_failures = reliability.between_failures(
                lifetime, down, stood or len(times)
            )
            machine.hours_to_repair = reliability.to_repair(times)
            machine.availability = reliability.availability(lifetime, down)

    def _repair_times(self):
        """{id: hours from report to done of each corrective order}, in one query."""
        rows = (
            self.env["maintenance.request"]
            .sudo()
            .search_fetch(
                [
                    ("equipment_id", "in", self.ids),
                    ("maintenance_type", "=", "corrective"),
                    ("done_at", "!=", False),
                    ("state", "!=", "cancelled"),
                ],
                ["equipment_id", "reported_at", "done_at"],
            )
        )
        times = {}
        for row in rows:
            hours = (row.done_at - row.reported_at) / HOUR
            times.setdefault(row.equipment_id.id, []).append(hours)
        return times

    def write(self, vals):
        result = super().write(vals)
        if "property_id" in vals:
            # rules are asked before: nobody brings a machine where others keep it
            self.check_access("write")
        return result

    # steps

    def _check_keeper(self):
        """:raises AccessError: neither technician nor dispatcher"""
        self.check_access("read")
        user = self.env.user
        if not (
            self.env.su
            or user.has_group("pm_maintenance.group_pm_technician")
            or user.has_group("pm_maintenance.group_pm_dispatcher")
        ):
            raise AccessError(
                self.env._("Technicians and dispatchers say how a machine is.")
            )

    def _check_retirer(self):
        """:raises AccessError: not of those who keep the register of machines"""
        self.check_access("read")
        user = self.env.user
        if not self.env.su and not user.has_group("pm_core.group_pm_estate_manager"):
            raise AccessError(
                self.env._(
                    "An estate manager retires machines. Report that it is out of "
                    "order, or that it is not in use."
                )
            )

    def action_down(self):
        """The machine stands still from now on."""
        self._check_keeper()
        for machine in self.filtered(lambda machine: machine.pm_state == "running"):
            machine.sudo()._as_step().pm_state = "down"
            self.env["pm.equipment.downtime"].sudo()._as_step().create(
                {"equipment_id": machine.id, "user_id": self.env.uid}
            )

    def action_run(self):
        """It works again; not while a test that the law asks for is overdue.

        :raises UserError: not to be operated
        """
        self._check_keeper()
        for machine in self:
            if machine.is_forbidden:
                raise UserError(
                    self.env._(
                        "%s must not be operated: a test or service that the law asks "
                        "for is overdue.",
                        machine.display_name,
                    )
                )
        machines = self.filtered(lambda machine: machine.pm_state != "retired")
        machines.sudo()._as_step().pm_state = "running"
        running = machines.sudo().downtime_ids.filtered(lambda one: not one.stop)
        running.stop = fields.Datetime.now()

    def action_idle(self):
        """Not in use: plans make no orders for it. What is retired stays so."""
        self._check_keeper()
        machines = self.filtered(lambda machine: machine.pm_state != "retired")
        machines.sudo()._as_step().pm_state = "idle"

    def action_retire(self):
        """Out of service for good; its history stays.

        :raises AccessError: estate managers only
        """
        self._check_retirer()
        self.sudo()._as_step().write(
            {"pm_state": "retired", "scrap_date": fields.Date.context_today(self)}
        )

    def action_view_orders(self):
        """The orders of this machine, all of them."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pm_maintenance.maintenance_request_action"
        )
        action["domain"] = [("equipment_id", "=", self.id)]
        action["context"] = {
            "default_equipment_id": self.id,
            "default_property_id": self.property_id.id,
        }
        return action
