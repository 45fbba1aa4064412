import secrets

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.pm_core.tools.qr import data_url


class PmInspectionPoint(models.Model):
    """A place or machine where rounds stop: its label carries a code of its own.

    Where the point is on the earth is learnt from its first scan, as nobody enters
    coordinates of a pump room; later scans far from there are marked.
    """

    _name = "pm.inspection.point"
    _description = "Inspection Point"
    _inherit = ["pm.estate.mixin"]
    _order = "estate_id, sequence, name, id"
    _rec_names_search = ["name", "code"]
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    code = fields.Char("Number", copy=False, help="As it stands on the label.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    property_id = fields.Many2one(
        compute="_compute_property_id",
        store=True,
        readonly=False,
        precompute=True,
        string="Place",
    )
    equipment_id = fields.Many2one(
        "maintenance.equipment",
        "Machine",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    keeper_id = fields.Many2one(
        "hr.employee",
        "Kept by",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        help="Who cleans or tends it: what is found here counts for this person. "
        "Empty: whoever had the shift at the post that the plan checks.",
    )
    note = fields.Char("How to Find It", translate=True, help="Shown to the inspector.")
    token = fields.Char(
        copy=False,
        readonly=True,
        required=True,
        default=lambda self: self._new_token(),
        groups="base.group_system",
        help="What the label's code says. A new one makes the old label worthless.",
    )
    latitude = fields.Float(digits=(10, 7), readonly=True, copy=False, aggregator=None)
    longitude = fields.Float(digits=(10, 7), readonly=True, copy=False, aggregator=None)
    learnt_at = fields.Datetime("Position Learnt", readonly=True, copy=False)
    tolerance = fields.Integer(
        "Tolerance (m)",
        default=150,
        aggregator=None,
        help="Scans further from the learnt position are marked as unproven. Phones "
        "are some tens of metres off, in buildings more.",
    )
    stop_ids = fields.One2many("pm.inspection.stop", "point_id", "Plans")

    _token_unique = models.UniqueIndex("(token)", "Another point has this token.")
    _code_unique = models.UniqueIndex(
        "(estate_id, code) WHERE code IS NOT NULL AND active",
        "Another point of the estate has this number.",
    )
    _tolerance_positive = models.Constraint(
        "CHECK (tolerance > 0)", "The tolerance is a number of metres above zero."
    )

    @api.model
    def _new_token(self):
        return secrets.token_urlsafe(12)

    @api.depends("equipment_id")
    def _compute_property_id(self):
        for point in self:
            point.property_id = point.equipment_id.property_id or point.property_id

    @api.depends("name", "code")
    def _compute_display_name(self):
        for point in self:
            point.display_name = " ".join(filter(None, (point.code, point.name)))

    @api.constrains("equipment_id", "property_id")
    def _check_machine(self):
        for point in self:
            place = point.equipment_id.property_id
            if point.equipment_id and place.estate_id != point.estate_id:
                raise ValidationError(
                    self.env._(
                        "%(machine)s stands in %(estate)s: its point belongs there.",
                        machine=point.equipment_id.display_name,
                        estate=place.estate_id.display_name or "—",
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_visited(self):
        answers = self.env["pm.inspection.answer"].sudo()
        visited = answers.search([("point_id", "in", self.ids)], limit=1)
        if visited:
            raise ValidationError(
                self.env._(
                    "%(point)s was visited on rounds, which stay on record. Archive it "
                    "instead.",
                    point=visited.point_id.display_name,
                )
            )
        lines = self.env["pm.inspection.line"].sudo()
        lines.search([("point_id", "in", self.ids)]).unlink()

    def _check_keeper(self):
        self.check_access("write")

    def action_forget_position(self):
        """Learn the position anew from the next scan: the label was moved."""
        self._check_keeper()
        self.sudo()._as_step().write(
            {"latitude": 0, "longitude": 0, "learnt_at": False}
        )

    def action_new_token(self):
        """Make the label worthless, as when it was photographed; print a new one."""
        self._check_keeper()
        for point in self:
            point.sudo()._as_step().token = self._new_token()

    def action_print_labels(self):
        """Print the labels of these points, in sheets."""
        self.check_access("read")
        self._check_keeper()
        return self.env.ref("pm_maintenance.report_inspection_labels").report_action(
            self
        )

    def _label_url(self):
        """What the code on the label says: the phone page, and the token behind it.

        Behind ``#`` it stays on the phone: no server or log between sees it.

        :raises AccessError: labels are for who keeps the points
        """
        self.ensure_one()
        self._check_keeper()
        return f"{self.get_base_url()}/pm/rounds#{self.sudo().token}"

    def _label_code(self):
        """The code as a data URL: a picture that needs no server to be printed."""
        return data_url(self._label_url())

    def _learn_position(self, latitude, longitude, at):
        self.sudo()._as_step().write(
            {"latitude": latitude, "longitude": longitude, "learnt_at": at}
        )

    def _for_phone(self, number, lines, before):
        return {
            "id": self.id,
            "name": self.name,
            # as it is printed on the label, for who cannot scan
            "number": self.code or "",
            "place": self.property_id.display_name,
            "help": self.note or "",
            # the label's code says an address that ends in it
            "code": self.token,
            "sequence": number,
            "done": all(line.answer_id for line in lines),
            "items": [line._for_phone(before) for line in lines],
        }
