from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from .gate_roles import wait_for_turn

# how long after the shift it may still be handed over
GRACE = 2


class PmPostLog(models.Model):
    """The log of a duty post in one shift.

    It begins when somebody of the shift takes the post over: with the equipment
    counted, and by name what the shift before left open. Before that nothing is
    written in it. It ends when it is handed over.
    """

    _name = "pm.post.log"
    _description = "Post Log"
    _inherit = ["mail.thread", "pm.estate.mixin", "pm.state.mixin"]
    _order = "start desc, id desc"
    _check_company_auto = True

    post_id = fields.Many2one(
        "pm.duty.post",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    property_id = fields.Many2one(
        related="post_id.property_id", store=True, precompute=True, required=False
    )
    shift_id = fields.Many2one(
        "pm.duty.shift", required=True, readonly=True, ondelete="restrict"
    )
    date = fields.Date(required=True, readonly=True)
    start = fields.Datetime("Begins", required=True, readonly=True, index=True)
    stop = fields.Datetime("Ends", required=True, readonly=True)
    state = fields.Selection(
        [
            ("waiting", "To Be Taken Over"),
            ("running", "Shift Running"),
            ("handed", "Shift Handed Over"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="waiting",
        tracking=True,
    )
    previous_id = fields.Many2one(
        "pm.post.log", "Shift Before", readonly=True, ondelete="set null"
    )
    taken_by_id = fields.Many2one("res.users", "Taken Over by", readonly=True)
    taken_at = fields.Datetime("Taken Over on", readonly=True)
    taken_matter_ids = fields.Many2many(
        "pm.post.log.entry",
        "pm_post_log_taken_rel",
        "log_id",
        "entry_id",
        "Matters Taken Over",
        readonly=True,
        help="What was open when the shift began: who took the post over has read it.",
    )
    handed_by_id = fields.Many2one("res.users", "Handed Over by", readonly=True)
    handed_at = fields.Datetime("Handed Over on", readonly=True)
    summary = fields.Text(help="In short, for the shift that comes.")
    entry_ids = fields.One2many("pm.post.log.entry", "log_id", "Entries")
    item_ids = fields.One2many("pm.post.log.item", "log_id", "Equipment")
    open_matter_ids = fields.Many2many(
        "pm.post.log.entry",
        string="Open Matters",
        compute="_compute_open_matter_ids",
        help="Of this shift and all before it.",
    )
    has_missing = fields.Boolean(
        "Equipment Missing", compute="_compute_has_missing", store=True
    )

    _once = models.UniqueIndex(
        "(post_id, date, shift_id)", "The shift has its log already."
    )

    @api.depends("post_id", "shift_id", "date")
    def _compute_display_name(self):
        for log in self:
            log.display_name = " ".join(
                filter(
                    None,
                    (
                        log.post_id.name,
                        fields.Date.to_string(log.date),
                        log.shift_id.name,
                    ),
                )
            )

    @api.depends("entry_ids.is_open")
    def _compute_open_matter_ids(self):
        matters = self.env["pm.post.log.entry"].search(
            [("post_id", "in", self.post_id.ids), ("is_open", "=", True)]
        )
        for log in self:
            log.open_matter_ids = matters.filtered(
                lambda entry, log=log: (
                    entry.post_id == log.post_id and entry.start <= log.start
                )
            )

    @api.depends("item_ids.is_missing")
    def _compute_has_missing(self):
        for log in self:
            log.has_missing = any(log.item_ids.mapped("is_missing"))

    @api.model
    def _domain_of(self, duty):
        return (
            Domain("post_id", "=", duty.post_id.id)
            & Domain("date", "=", duty.date)
            & Domain("shift_id", "=", duty.shift_id.id)
        )

    @api.model
    def action_open_mine(self):
        """Open the log of the shift that the user is on now; it is made if need be.

        :raises UserError: not on duty at a post that keeps a log
        """
        self.check_access("read")
        duties = self.env["pm.duty.post"]._duty_now()
        duty = duties.filtered(lambda duty: duty.post_id.keeps_log)[:1]
        if not duty:
            raise UserError(
                self.env._(
                    "You are not on duty at a post that keeps a log. Whoever makes the "
                    "roster plans you there."
                )
            )
        log = self._of_duty(duty)
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": log.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "current",
        }

    @api.model
    def _of_duty(self, duty):
        """The log of a shift; two colleagues of one shift share it."""
        self.check_access("read")
        logs = self.sudo()
        known = logs.search(self._domain_of(duty), limit=1)
        if known:
            return known.with_env(self.env)
        # two who open it at one moment: the second one starts anew and finds it
        post = duty.post_id
        wait_for_turn(post)
        before = logs.search(
            [("post_id", "=", post.id), ("start", "<", duty.start)], limit=1
        )
        made = logs._as_step().create(
            {
                "post_id": post.id,
                "shift_id": duty.shift_id.id,
                "date": duty.date,
                "start": duty.start,
                "stop": duty.stop,
                "previous_id": before.id,
                "item_ids": [
                    Command.create(
                        {
                            "name": item.name,
                            "expected": item.quantity,
                            "taken": item.quantity,
                            "handed": item.quantity,
                        }
                    )
                    for item in post.item_ids
                ],
            }
        )
        return made.with_env(self.env)

    # only whoever is on duty writes

    def _check_on_duty(self):
        """:raises AccessError: not on this shift of this post, now or a moment ago"""
        self.check_access("write")
        if self.env.su:
            return
        duties = self.env["pm.duty.post"]._duty_now(GRACE)
        for log in self:
            mine = duties.filtered(
                lambda duty, log=log: (
                    duty.post_id.id == log.post_id.id
                    and duty.date == log.date
                    and duty.shift_id.id == log.shift_id.id
                )
            )
            if not mine:
                raise AccessError(
                    self.env._(
                        "%s is written by whoever is on duty there in this shift.",
                        log.display_name,
                    )
                )

    def write(self, vals):
        if not (self.env.su or self._writes_freely()) and vals:
            self._check_on_duty()
            if "handed" in self.mapped("state"):
                raise UserError(
                    self.env._(
                        "%s was handed over and is closed.", self[:1].display_name
                    )
                )
        return super().write(vals)

    def action_take_over(self):
        """Take the post over: with its equipment, and by name what is open.

        :raises UserError: something is missing and nothing is said about it
        """
        self._check_on_duty()
        self._check_in_state("waiting")
        for log in self:
            log._check_counted("taken")
            log.sudo()._as_step().write(
                {
                    "state": "running",
                    "taken_by_id": self.env.uid,
                    "taken_at": fields.Datetime.now(),
                    "taken_matter_ids": [Command.set(log.open_matter_ids.ids)],
                }
            )

    def action_hand_over(self):
        """Hand the post over to the shift that comes; open matters go along."""
        self._check_on_duty()
        self._check_in_state("running")
        for log in self:
            log._check_counted("handed")
            log.sudo()._as_step().write(
                {
                    "state": "handed",
                    "handed_by_id": self.env.uid,
                    "handed_at": fields.Datetime.now(),
                }
            )

    def _check_counted(self, column):
        for item in self.item_ids:
            if item[column] < item.expected and not (item.remark or "").strip():
                raise UserError(
                    self.env._(
                        "%(log)s: %(count)s of %(expected)s %(item)s are here. Enter "
                        "what is known about the others.",
                        log=self.display_name,
                        count=item[column],
                        expected=item.expected,
                        item=item.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A log stays on record."))
