from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..complaints.pm_complaint import OPEN
from ..complaints.pm_complaint_mail import THANKS

# how long a message stays on the list once it is dealt with
KEEP_DAYS = 365
# so long what somebody writes belongs to what the same person wrote before
TOGETHER = timedelta(hours=24)
# messages that one run of the job takes up at most, and tries of each
BATCH, TRIES = 500, 6


class PmIncomingMixin(models.AbstractModel):
    """A message that somebody sent us by another system, and what became of it.

    It is put down when the system calls, once each, whoever it is from. A job takes it
    up: a resident's words become a complaint or join the one that is open. What it
    cannot place waits on the list for a person; nothing that is sent is dropped.

    A model has ``company_id`` and says in ``_same_sender`` which messages are of one
    sender, in ``_find_sender`` who that is, and which channel it is.
    """

    _name = "pm.incoming.mixin"
    _description = "Message That Comes In"
    _inherit = ["pm.cron.mixin"]
    _order = "id desc"
    _rec_name = "text"
    # a person says who it was, as long as nobody knows
    _user_columns = {"partner_id": ("held",)}
    # code of the pm.channel; XML ID of the job that takes messages up
    _channel = None
    _job = None

    key = fields.Char(required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner", "Customer", readonly=True, index="btree_not_null"
    )
    estate_id = fields.Many2one("pm.property", readonly=True, index="btree_not_null")
    text = fields.Text(readonly=True)
    said_at = fields.Datetime("Written", readonly=True)
    state = fields.Selection(
        [
            ("new", "To Be Taken Up"),
            ("done", "Taken Up"),
            ("held", "Nobody Knows from Whom"),
            ("failed", "Failed"),
            ("dismissed", "Nothing to Do"),
        ],
        required=True,
        readonly=True,
        default="new",
        index=True,
    )
    problem = fields.Char(readonly=True)
    tries = fields.Integer(readonly=True)
    due_at = fields.Datetime(
        "Next Try", required=True, readonly=True, default=fields.Datetime.now
    )
    complaint_id = fields.Many2one(
        "pm.complaint", readonly=True, index="btree_not_null", ondelete="set null"
    )
    concerned_user_ids = fields.Many2many(
        "res.users",
        string="About",
        readonly=True,
        help="Members of the staff whom it is about. They see nothing of it.",
    )

    # ------------------------------------------------------------------
    # The job
    # ------------------------------------------------------------------

    @api.model
    def _cron_take_up(self):
        """Take up what came, in the order in which it came."""
        due = Domain("state", "=", "new") & Domain(
            "due_at", "<=", fields.Datetime.now()
        )
        self.search(due, order="id", limit=BATCH)._cron_each(
            lambda message: message._as_step()._take_up(), due
        )
        if self.search_count(due, limit=1):
            self.env.ref(self._job)._trigger()

    @api.model
    def _wake_job(self):
        """Have what was put down taken up soon; whoever calls us waits for this."""
        # known in memory, where ``ref`` would ask whether it is there still
        job = self.env["ir.model.data"]._xmlid_to_res_id(self._job)
        self.env["ir.cron"].sudo().browse(job)._pm_trigger_once()

    def _tell_failure(self, message):
        """Try again, later each time; after some tries it is a person's."""
        tries = self.tries + 1
        values = {"tries": tries, "problem": message[:200]}
        if tries >= TRIES:
            values["state"] = "failed"
        else:
            values["due_at"] = fields.Datetime.now() + timedelta(minutes=2**tries)
        self._as_step().write(values)
        self._hide_from_named()

    def _take_up(self):
        """Do what the message asks for.

        :raises Exception: to be tried again
        """
        self.ensure_one()
        self._find_sender()
        place = self._place()
        if not place:
            self._hold()
            return
        self._join_or_report(place)
        self.state = "done"

    def _same_sender(self):
        """Domain of the messages of the same sender."""
        raise NotImplementedError

    def _find_sender(self):
        """Who it is; a customer that a person named stays."""
        raise NotImplementedError

    def _place(self):
        """What the customer holds today at this company, the first of it."""
        if not self.partner_id:
            return self.env["pm.property"]
        held = (
            self.env["pm.occupancy"]
            .sudo()
            .search(
                [
                    ("partner_id", "=", self.partner_id.id),
                    ("is_current", "=", True),
                    ("company_id", "=", self.company_id.id),
                ],
                limit=1,
            )
            .property_id
        )
        return held or self.partner_id.pm_estate_id.filtered(
            lambda estate: estate.company_id == self.company_id
        )

    def _why_held(self):
        """Why nobody knows whose it is."""
        return self.env._("The customer holds nothing at this company.")

    def _hold(self):
        """Keep it for a person."""
        self.state = "held"
        self.problem = self._why_held()
        self._hide_from_named()

    def _hide_from_named(self):
        """What waits for a person waits for another one than whom it is about.

        Nobody knows the estate yet, so it is the staff of the whole company.
        """
        complaints = self.env["pm.complaint"].sudo()
        company = self.company_id
        staff = complaints._all_staff().filtered(
            lambda user: company in user.company_ids
        )
        named = complaints._named_in(self.text, staff)
        self._as_step().concerned_user_ids = [Command.set(named.ids)]

    # ------------------------------------------------------------------
    # The matter
    # ------------------------------------------------------------------

    def _join_or_report(self, place):
        """Add the words to the matter of the last day, or begin one.

        After it was closed they are an objection, unless they only say thanks.
        """
        files = self._files()
        text = self._said_text()
        own = self._matter()
        matter = own._that_is_open()
        if matter.state in OPEN:
            matter._add_words(text, channel=self._channel)
        elif matter.state == "closed":
            if not THANKS.match(text):
                matter = matter._object(text, own)
        else:
            matter = self.env["pm.complaint"]._report(
                place,
                text,
                kind="enquiry",
                channel=self._channel,
                partner=self.partner_id,
                reporter=self._reporter(),
                reference=self._reference(),
            )
        matter._pm_keep_files("evidence_ids", files)
        self.write({"complaint_id": matter.id, "estate_id": matter.estate_id.id})

    def _said_text(self):
        return self.text

    def _reporter(self):
        """What is known of somebody who is no customer."""
        return {}

    def _reference(self):
        """What the matter is called that this message begins."""
        raise NotImplementedError

    def _files(self):
        """Pairs of file name and content that came along."""
        return []

    def _matter(self):
        """What the same person wrote about in the last day."""
        return self.search(
            self._same_sender()
            & Domain("complaint_id", "!=", False)
            & Domain("create_date", ">", fields.Datetime.now() - TOGETHER),
            limit=1,
        ).complaint_id.sudo()

    # ------------------------------------------------------------------
    # By a person
    # ------------------------------------------------------------------

    def action_take_up(self):
        """Take up what waits for a person, or failed: now, and with the customer
        that was named.

        :raises UserError: it is dealt with, or nobody was named
        """
        self._check_waits()
        for message in self:
            if message.state == "held" and not message.partner_id:
                raise UserError(
                    self.env._(
                        "Name the customer who wrote “%s” first.", message._short()
                    )
                )
        for message in self.sudo()._as_step():
            message.write({"state": "new", "tries": 0, "problem": False})
            message._take_up()

    def action_dismiss(self):
        """Nothing that anybody has to do something about."""
        self._check_waits()
        self.sudo()._as_step().state = "dismissed"

    def _check_waits(self):
        """:raises UserError: one does not wait for a person"""
        self.check_access("write")
        for message in self:
            if message.state not in ("held", "failed"):
                raise UserError(
                    self.env._("“%s” has been dealt with already.", message._short())
                )

    def _short(self):
        return (self.text or "")[:40]

    @api.autovacuum
    def _gc_messages(self):
        if self._abstract:
            # Odoo asks the mixin too, which has no messages
            return
        before = fields.Datetime.now() - timedelta(days=KEEP_DAYS)
        self.sudo().search(
            Domain("create_date", "<", before)
            & Domain("state", "in", ("done", "dismissed")),
            limit=10_000,
        ).unlink()
