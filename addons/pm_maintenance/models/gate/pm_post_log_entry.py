from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class PmPostLogEntry(models.Model):
    """One line of a log, by whoever is on duty. What was written stays.

    An open matter stays open, shift after shift, until somebody settles it and says
    how.
    """

    _name = "pm.post.log.entry"
    _description = "Entry of a Post Log"
    _inherit = ["pm.part.mixin"]
    _whole = "log_id"
    _order = "at, id"
    _rec_name = "text"
    _user_columns = dict.fromkeys(("kind", "text", "is_matter"), ("new",))

    log_id = fields.Many2one(
        "pm.post.log", required=True, index=True, ondelete="restrict"
    )
    post_id = fields.Many2one(
        related="log_id.post_id", store=True, index=True, precompute=True
    )
    estate_id = fields.Many2one(
        related="log_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="log_id.company_id", store=True, index=True, precompute=True
    )
    start = fields.Datetime(
        "Shift Begins", related="log_id.start", store=True, precompute=True
    )
    state = fields.Selection(
        [("new", "New"), ("written", "Written"), ("settled", "Settled")],
        required=True,
        readonly=True,
        copy=False,
        default="new",
    )
    at = fields.Datetime(
        "When", required=True, readonly=True, default=fields.Datetime.now
    )
    kind = fields.Selection(
        [
            ("event", "Event"),
            ("patrol", "Patrol"),
            ("visitor", "Visitor"),
            ("fault", "Fault"),
            ("order", "Instruction"),
            ("other", "Other"),
        ],
        required=True,
        default="event",
    )
    text = fields.Text("What", required=True)
    is_matter = fields.Boolean(
        "Open Matter", help="The next shift takes it over and it stays until settled."
    )
    is_open = fields.Boolean("Still Open", compute="_compute_is_open", store=True)
    user_id = fields.Many2one(
        "res.users",
        "By",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    settled_at = fields.Datetime("Settled on", readonly=True, copy=False)
    settled_by_id = fields.Many2one(
        "res.users", "Settled by", readonly=True, copy=False
    )
    settled_how = fields.Char("How It Was Settled", copy=False)

    _open_idx = models.Index("(post_id) WHERE is_open")

    @api.depends("is_matter", "settled_at")
    def _compute_is_open(self):
        for entry in self:
            entry.is_open = entry.is_matter and not entry.settled_at

    @api.model_create_multi
    def create(self, vals_list):
        entries = super().create(vals_list)
        if not self._in_step():
            entries.log_id._check_on_duty()
            for log in entries.log_id:
                if log.state != "running":
                    raise UserError(
                        self.env._(
                            "Take %s over first: what the shift before left open is "
                            "read before anything new is written.",
                            log.display_name,
                        )
                        if log.state == "waiting"
                        else self.env._(
                            "%s was handed over and is closed.", log.display_name
                        )
                    )
        entries.sudo()._as_step().write({"state": "written"})
        return entries

    def write(self, vals):
        """Only how a matter was settled is added, by who is on duty at the post."""
        if not self._writes_freely() and "settled_how" in vals:
            self._check_may_settle()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("What was written in a log stays there."))

    def _check_may_settle(self):
        """:raises AccessError: neither on duty at the post, nor its manager"""
        self.check_access("write")
        user = self.env.user
        if self.env.su or user.has_group("pm_core.group_pm_estate_manager"):
            return
        posts = self.env["pm.duty.post"]._duty_now(1).post_id
        for entry in self:
            if entry.post_id.id not in posts.ids:
                raise AccessError(
                    self.env._(
                        "This matter is settled by whoever is on duty at %s, or by a "
                        "manager.",
                        entry.post_id.name,
                    )
                )

    def action_settle(self):
        """The matter is closed; how is entered first.

        :raises UserError: not open, or nothing is said about how
        """
        self._check_may_settle()
        for entry in self:
            if not entry.is_open:
                raise UserError(self.env._("This matter is not open."))
            if not (entry.settled_how or "").strip():
                matter = (entry.text or "")[:60]
                raise UserError(self.env._("Enter how it was settled: %s", matter))
        self.sudo()._as_step().write(
            {
                "state": "settled",
                "settled_at": fields.Datetime.now(),
                "settled_by_id": self.env.uid,
            }
        )
