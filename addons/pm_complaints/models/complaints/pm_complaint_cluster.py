from odoo import api, fields, models
from odoo.exceptions import UserError

from .pm_complaint import OPEN


class PmComplaintCluster(models.Model):
    """The same problem in one building: one cause, one plan, all answered together."""

    _name = "pm.complaint.cluster"
    _description = "Cluster of Complaints"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "pm.estate.mixin",
        "pm.state.mixin",
    ]
    _order = "id desc"
    _user_columns = dict.fromkeys(
        ("cause_id", "cause", "liability", "plan", "reply"), ("open", "answered")
    )

    name = fields.Char(compute="_compute_name", store=True)
    category_id = fields.Many2one(
        "pm.complaint.category", required=True, index=True, ondelete="restrict"
    )
    state = fields.Selection(
        [("open", "Open"), ("answered", "Answered"), ("closed", "Closed")],
        required=True,
        readonly=True,
        copy=False,
        default="open",
        tracking=True,
    )
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        domain="[('share', '=', False)]",
        tracking=True,
    )
    complaint_ids = fields.One2many(
        "pm.complaint", "cluster_id", "Complaints", readonly=True
    )
    complaint_count = fields.Integer(compute="_compute_complaint_count")
    cause_id = fields.Many2one(
        "pm.complaint.cause", ondelete="restrict", index="btree_not_null"
    )
    cause = fields.Text("Why It Happened")
    liability = fields.Selection(
        selection=lambda self: (
            self.env["pm.complaint"]
            ._fields["liability"]
            ._description_selection(self.env)
        )
    )
    plan = fields.Text(help="What is done about it, by whom and until when.")
    reply = fields.Text("What All Are Told")

    _one_open = models.UniqueIndex(
        "(property_id, category_id) WHERE state = 'open'",
        "There is an open cluster of this category here already.",
    )

    @api.depends("category_id", "property_id")
    def _compute_name(self):
        for cluster in self:
            cluster.name = (
                f"{cluster.property_id.display_name} · {cluster.category_id.name or ''}"
            )

    @api.depends("complaint_ids")
    def _compute_complaint_count(self):
        for cluster in self:
            cluster.complaint_count = len(cluster.complaint_ids)

    def action_answer(self, text=None):
        """Answer all that are open at once, with one cause and one plan.

        :param text: what all are told; without, what stands on the cluster
        :raises UserError: no text, or none of them waits for an answer
        """
        self.check_access("write")
        self._check_in_state("open", "answered")
        for cluster in self:
            text = (text or cluster.reply or "").strip()
            if not text:
                raise UserError(
                    self.env._("%s: enter what all are told.", cluster.display_name)
                )
            waiting = cluster.complaint_ids.filtered(
                lambda one: one.state in OPEN and one.state != "approval"
            )
            if not waiting:
                raise UserError(
                    self.env._(
                        "None of the complaints of %s waits for an answer.",
                        cluster.display_name,
                    )
                )
            waiting._check_handler()
            cluster._hand_on(waiting)
            waiting.filtered(lambda one: one.state == "new")._accept()
            for complaint in waiting:
                complaint._reply(text, self.env["pm.channel"])
            cluster.sudo()._as_step().write({"state": "answered", "reply": text})

    def _hand_on(self, complaints):
        """Cause, liability and plan are those of all, where none has its own."""
        for complaint in complaints:
            values = {
                name: self[name]
                for name in ("cause", "liability")
                if self[name] and not complaint[name]
            }
            if self.cause_id and not complaint.cause_id:
                values["cause_id"] = self.cause_id.id
            if self.plan and not complaint.action_taken:
                values["action_taken"] = self.plan
            complaint.sudo()._as_step().write(values)

    def action_close(self):
        """What they had in common is over; each is closed with its own verdict."""
        self.check_access("write")
        self._check_in_state("open", "answered")
        for cluster in self:
            if not (cluster.cause_id or cluster.cause) or not cluster.plan:
                raise UserError(
                    self.env._(
                        "%s: enter the cause and what was done.", cluster.display_name
                    )
                )
        self.sudo()._as_step().state = "closed"

    def _tell_manager(self):
        """Whoever manages the estate learns that it is one problem."""
        group = self.env.ref("pm_core.group_pm_estate_manager")
        for user in group._pm_members(self.estate_id):
            reader = self.with_context(lang=user.lang or self.env.lang)
            self.activity_schedule(
                "pm_complaints.mail_activity_complaint",
                user_id=user.id,
                summary=reader.env._("Several complain of the same thing here."),
            )
