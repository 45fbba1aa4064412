from odoo import api, fields, models
from odoo.exceptions import ValidationError

PAYERS = [
    ("public", "Service Fee"),
    ("private", "Customer by Price List"),
    ("developer", "Developer's Warranty"),
    ("supplier", "Supplier's Warranty"),
    ("insurance", "Insurance"),
    ("fault", "Whoever Caused It"),
]
URGENCIES = [
    ("danger", "Danger"),
    ("urgent", "Urgent"),
    ("ordinary", "Ordinary"),
    ("appointment", "By Appointment"),
]
PERMITS = [
    ("hot", "Hot Work"),
    ("height", "Work at Height"),
    ("confined", "Confined Space"),
    ("power", "Electrical Work"),
]


class PmFaultCategory(models.Model):
    """A kind of fault: what it usually is, who pays, and what proves its repair.

    Everything that differs from one kind of work to another stands here, so that
    staff change it without code. Sub-categories do not inherit: what a category
    says is what holds.
    """

    _name = "pm.fault.category"
    _description = "Fault Category"
    _parent_store = True
    _parent_name = "parent_id"
    _order = "parent_path, sequence, id"
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True, translate=True)
    display_name = fields.Char(recursive=True)
    code = fields.Char(help="Short name for interfaces, for example water.leak.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    parent_id = fields.Many2one(
        "pm.fault.category", "Belongs to", index=True, ondelete="restrict"
    )
    parent_path = fields.Char(index=True)
    payer = fields.Selection(
        PAYERS,
        "Who Pays",
        help="Empty: the customer inside a unit, the service fee everywhere else.",
    )
    urgency = fields.Selection(
        URGENCIES,
        required=True,
        default="ordinary",
        help="Proposed when a fault of this kind is reported.",
    )
    skill_id = fields.Many2one(
        "hr.skill",
        "Required Certificate",
        domain="[('skill_type_id.is_certification', '=', True)]",
        ondelete="restrict",
        help="Only people whose certificate is valid that day get such orders.",
    )
    needs_photo_before = fields.Boolean("Photo Before")
    needs_photo_after = fields.Boolean("Photo After")
    needs_signature = fields.Boolean(
        "Signature", help="The customer signs, or accepts on the portal."
    )
    needs_cause = fields.Boolean(
        "Failure Code", help="Problem, cause and remedy are entered."
    )
    needs_reading = fields.Boolean(
        "Counter Reading",
        help="Running hours or starts of the machine are read during the work.",
    )
    needs_paper = fields.Boolean(
        "Papers",
        help="Asked for before the order is closed: service sheet, report of a test.",
    )
    permit = fields.Selection(
        PERMITS, help="Work that begins with a permit and ends by closing it."
    )
    permit_hours = fields.Integer(
        "Permit Holds (Hours)", help="The longest time that one is issued for; 0: any."
    )
    permit_source = fields.Char("Law or Source", translate=True)
    silent_days = fields.Integer(
        "Accepted in Silence after (Days)",
        default=3,
        help="Done work that nobody refuses is accepted then. 0: never in silence.",
    )
    repeat_days = fields.Integer(
        "Repeat Fault within (Days)",
        default=30,
        help="The same fault at the same place within these days counts as repeated.",
    )
    follow_up = fields.Selection(
        [("none", "Nobody is asked"), ("all", "Every reporter is asked")],
        string="Follow-up",
        required=True,
        default="none",
        help="Whether somebody calls back after the work is accepted.",
    )
    follow_up_hours = fields.Integer(
        "Call Back within (Hours)",
        help="0: within a day where it was urgent, within a week otherwise.",
    )
    after_rain = fields.Boolean(
        "Call Back after Rain",
        help="Whether a leak is tight shows when it has rained.",
    )
    keep_years = fields.Integer(
        "Keep Records (Years)",
        default=3,
        help="Orders and their files are not deleted before; 0: never. Where the city "
        "asks for it, records of water are kept for 3 years.",
    )

    _code_unique = models.UniqueIndex(
        "(code) WHERE code IS NOT NULL", "This code is taken by another category."
    )
    _days_positive = models.Constraint(
        "CHECK (silent_days >= 0 AND repeat_days >= 0 AND keep_years >= 0"
        " AND follow_up_hours >= 0 AND COALESCE(permit_hours, 0) >= 0)",
        "Days and years cannot be negative.",
    )

    @api.depends("name", "parent_id.display_name")
    def _compute_display_name(self):
        for category in self:
            names = [category.parent_id.display_name, category.name]
            category.display_name = " / ".join(filter(None, names))

    @api.constrains("parent_id")
    def _check_parent(self):
        if self._has_cycle():
            raise ValidationError(
                self.env._("A fault category cannot belong to itself.")
            )

    def _payer_at(self, place):
        """Return who usually pays a fault of this kind at ``place``."""
        if self.payer:
            return self.payer
        return "private" if place.kind in ("unit", "parking") else "public"
