import uuid

from odoo import api, fields, models
from odoo.fields import Domain

VISITS = ("stored", "applied")
DOUBTS = [
    ("not_scanned", "Not Scanned"),
    ("far", "Far from the Point"),
    ("no_position", "No Position"),
    ("too_fast", "All Points within Seconds"),
    ("clock", "Clock of the Phone"),
    ("old_photo", "Old Photo"),
    ("early", "Before Its Time"),
    ("off_duty", "Not on Duty"),
    ("no_photo", "Photo Missing"),
]
CONFLICTS = [
    ("gone", "The round is not there any more"),
    ("cancelled", "The round was called off"),
    ("taken", "The round is somebody else's"),
    ("twice", "The point was visited already"),
    ("point", "The point is not in the round any more"),
    ("code", "The code is of another point"),
    ("lines", "What is looked at was changed"),
    ("value", "An entry is not clear"),
    ("unreadable", "The phone sent something that cannot be read"),
]


class PmInspectionAnswer(models.Model):
    """One visit of a point as the phone sent it: what was entered, where and when.

    It is kept for ever, whatever becomes of it. The id comes from the phone and is
    unique in the database, so that sending a visit ten times stores it once. What
    cannot be booked by itself waits for a person, with the reason; nothing that
    somebody entered on a round is dropped.
    """

    _name = "pm.inspection.answer"
    _description = "Visit of an Inspection Point"
    _order = "at desc, id desc"
    # whoever decides may name the round and the point that was meant
    _user_columns = {"inspection_id": ("conflict",), "point_id": ("conflict",)}
    _check_company_auto = True

    uuid = fields.Char("Id of the Phone", required=True, readonly=True, copy=False)
    inspection_id = fields.Many2one(
        "pm.inspection", "Round", index="btree_not_null", ondelete="set null"
    )
    point_id = fields.Many2one(
        "pm.inspection.point", index="btree_not_null", ondelete="restrict"
    )
    plan_id = fields.Many2one(
        related="inspection_id.plan_id", store=True, index="btree_not_null"
    )
    round_ref = fields.Integer(
        "Round as Sent", readonly=True, aggregator=None, help="Its id on the phone."
    )
    point_ref = fields.Integer("Point as Sent", readonly=True, aggregator=None)
    estate_id = fields.Many2one(
        "pm.property", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="restrict"
    )
    user_id = fields.Many2one(
        "res.users", "By", required=True, readonly=True, index=True, ondelete="restrict"
    )
    source = fields.Selection(
        [("phone", "Phone"), ("desk", "At a Desk")],
        "Entered On",
        required=True,
        readonly=True,
        default="phone",
    )
    at = fields.Datetime(
        "Time",
        required=True,
        readonly=True,
        help="By the phone's clock, put right by what it was off when it sent this.",
    )
    told_at = fields.Datetime("Time of the Phone", readonly=True)
    sent_at = fields.Datetime("Sent", readonly=True, help="By the clock of the phone.")
    clock_off = fields.Integer(
        "Clock off (Minutes)",
        readonly=True,
        aggregator=None,
        help="Above zero: the clock of the phone is ahead.",
    )
    scanned = fields.Char("Code Scanned", readonly=True)
    is_manual = fields.Boolean("Entered without a Code", readonly=True)
    latitude = fields.Float(digits=(10, 7), readonly=True, aggregator=None)
    longitude = fields.Float(digits=(10, 7), readonly=True, aggregator=None)
    accuracy = fields.Float("Accuracy (m)", readonly=True, aggregator=None)
    distance = fields.Float(
        "From the Point (m)",
        readonly=True,
        aggregator="avg",
        help="From where the point was learnt; -1: not known.",
        default=-1,
    )
    entries = fields.Json("As the Phone Sent It", readonly=True)
    entries_text = fields.Text("Entered", compute="_compute_entries_text")
    state = fields.Selection(
        [
            ("stored", "Counts"),
            ("conflict", "To Be Decided"),
            ("applied", "Counts by Decision"),
            ("aside", "Set Aside"),
        ],
        required=True,
        readonly=True,
        default="stored",
    )
    is_visit = fields.Boolean("Counts", compute="_compute_is_visit")
    conflict = fields.Selection(CONFLICTS, "To Be Decided because", readonly=True)
    conflict_note = fields.Text("Why", readonly=True)
    doubt = fields.Selection(
        DOUBTS,
        "Unproven because",
        readonly=True,
        help="The first of the reasons why this does not prove that somebody was "
        "there.",
    )
    doubt_note = fields.Text("Reasons", readonly=True)
    decided_by_id = fields.Many2one(
        "res.users", "Decided by", readonly=True, ondelete="restrict"
    )
    decided_at = fields.Datetime("Decided", readonly=True)
    decision = fields.Char("Reason of the Decision", readonly=True)
    line_ids = fields.One2many(
        "pm.inspection.line", "answer_id", "Lines", readonly=True
    )
    photo_ids = fields.One2many(
        "pm.inspection.photo", "answer_id", "Photos", readonly=True
    )
    photos_awaited = fields.Integer(
        compute="_compute_photos_awaited",
        help="Announced by the phone, and not here yet.",
    )

    _uuid_unique = models.UniqueIndex("(uuid)", "This visit is stored already.")
    _conflict_idx = models.Index("(estate_id) WHERE state = 'conflict'")
    _estate_at_idx = models.Index("(estate_id, at)")

    @api.depends("point_id", "at")
    def _compute_display_name(self):
        for answer in self:
            name = answer.point_id.display_name or self.env._(
                "Point %s", answer.point_ref
            )
            answer.display_name = f"{name} {fields.Datetime.to_string(answer.at)}"

    @api.depends("state")
    def _compute_is_visit(self):
        for answer in self:
            answer.is_visit = answer.state in VISITS

    @api.depends("photo_ids.state")
    def _compute_photos_awaited(self):
        counts = dict(
            self.env["pm.inspection.photo"]
            .sudo()
            ._read_group(
                Domain("answer_id", "in", self.ids) & Domain("state", "=", "awaited"),
                ["answer_id"],
                ["__count"],
            )
        )
        for answer in self:
            answer.photos_awaited = counts.get(answer._origin, 0)

    @api.depends("entries")
    @api.depends_context("lang")
    def _compute_entries_text(self):
        """What was entered, one entry a line, in words where the item is known."""
        items = self.env["pm.inspection.item"].sudo()
        known = {
            item.id: item
            for item in items.browse(
                {entry["item_id"] for answer in self for entry in answer._entries()}
            ).exists()
        }
        for answer in self:
            rows = []
            for entry in answer._entries():
                item = known.get(entry["item_id"])
                name = item.name if item else self.env._("Item %s", entry["item_id"])
                shown = item._show_value(entry["value"]) if item else entry["value"]
                rows.append(
                    " · ".join(filter(None, [f"{name}: {shown}", entry["note"]]))
                )
            answer.entries_text = "\n".join(rows)

    def _entries(self):
        """The entries as they were sent, in a form that can be relied on."""
        told = (self.entries or {}).get("entries")
        return [
            {
                "line_id": _whole(entry.get("line_id")),
                "item_id": _whole(entry.get("item_id")),
                "value": _text(entry.get("value")),
                "fault": entry.get("fault") is True,
                "note": _text(entry.get("note")),
            }
            for entry in (told if isinstance(told, list) else ())
            if isinstance(entry, dict)
        ]

    @api.model
    def _desk_values(self, round_, point, user):
        """Values of a visit that was entered at a desk: nobody proves it."""
        doubts = self._desk_doubts(round_, point)
        return {
            "uuid": str(uuid.uuid4()),
            "inspection_id": round_.id,
            "point_id": point.id,
            "round_ref": round_.id,
            "point_ref": point.id,
            "estate_id": round_.estate_id.id,
            "company_id": round_.company_id.id,
            "user_id": user.id,
            "source": "desk",
            "at": fields.Datetime.now(),
            "is_manual": True,
            "doubt": doubts[0][0] if doubts else False,
            "doubt_note": "\n".join(note for _code, note in doubts) or False,
        }

    def _link_desk_lines(self):
        """Lines that were filled at a desk belong to the visits made for them."""
        for answer in self:
            lines = answer.inspection_id.line_ids.filtered(
                lambda line, point=answer.point_id: (
                    line.point_id == point and not line.answer_id
                )
            )
            lines._as_step().write({"answer_id": answer.id})
            told = lines.filtered(lambda line: line.value or line.is_fault)
            told._as_step().write(
                {"answered_at": answer.at, "user_id": answer.user_id.id}
            )

    def _doubt(self, code, note):
        """Add a reason why these visits prove nothing."""
        for answer in self:
            notes = [*filter(None, [answer.doubt_note]), note]
            if note in (answer.doubt_note or ""):
                continue
            answer._as_step().write(
                {"doubt": answer.doubt or code, "doubt_note": "\n".join(notes)}
            )


def _whole(value):
    """A number that names a record; 0 for anything else."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    return value if whole and 0 < value < 2**31 else 0


def _text(value):
    if value is None or isinstance(value, (dict, list)):
        return ""
    if value is True:
        return "yes"
    if value is False:
        return "no"
    return str(value)[:4000]
