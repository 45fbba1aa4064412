from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..ledger.business_day import set_today


class PmDunning(models.Model):
    """A round of dunning over an estate or a part of it.

    It is prepared as of a day, looked over by a second person, sent, and closed when
    nothing more is expected of it. A line is a customer with what is open at that
    moment; a charge is dunned by each level once.
    """

    _name = "pm.dunning"
    _description = "Dunning Round"
    _inherit = [
        "pm.estate.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "pm.state.mixin",
    ]
    _order = "id desc"
    _rec_name = "number"
    _check_company_auto = True

    number = fields.Char(
        readonly=True, copy=False, default=lambda self: self.env._("New")
    )
    property_id = fields.Many2one(
        string="Covers", help="Everything below this part of the property tree."
    )
    date = fields.Date(
        "As of",
        required=True,
        compute="_compute_date",
        store=True,
        readonly=False,
        precompute=True,
        help="Days overdue are counted to this day.",
    )
    level_ids = fields.Many2many(
        "pm.dunning.level",
        string="Levels",
        help="Only these; none means all.",
    )
    user_id = fields.Many2one(
        "res.users", "Prepared by", readonly=True, copy=False, tracking=True
    )
    checked_by_id = fields.Many2one(
        "res.users", "Checked by", readonly=True, copy=False, tracking=True
    )
    sent_at = fields.Datetime(readonly=True, copy=False)
    state = fields.Selection(
        [
            ("draft", "New"),
            ("prepared", "Listed"),
            ("checked", "Checked"),
            ("sent", "Sent"),
            ("closed", "Closed"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
    )
    line_ids = fields.One2many("pm.dunning.line", "dunning_id", "Customers")
    currency_id = fields.Many2one(related="company_id.currency_id")
    line_count = fields.Integer("Number of Customers", compute="_compute_totals")
    failed_count = fields.Integer("Failed", compute="_compute_totals")
    amount_total = fields.Monetary("Amount Dunned", compute="_compute_totals")
    amount_open = fields.Monetary("Still Open", compute="_compute_totals")
    amount_received = fields.Monetary(
        "Received Since",
        compute="_compute_totals",
        help="Money that came in for the dunned charges after the round was prepared.",
    )

    @api.depends("property_id")
    def _compute_date(self):
        """The day that it is at the estate, unless said."""
        set_today(self, "date")

    @api.depends("line_ids.state", "line_ids.amount")
    def _compute_totals(self):
        lines = {
            (dunning, state): (count, amount)
            for dunning, state, count, amount in self.env[
                "pm.dunning.line"
            ]._read_group(
                [("dunning_id", "in", self.ids)],
                ["dunning_id", "state"],
                ["__count", "amount:sum"],
            )
        }
        items = self.env["pm.dunning.item"].search(
            [("dunning_id", "in", self.ids), ("line_id.state", "!=", "left_out")]
        )
        by_round = items.grouped("dunning_id")
        for dunning in self:
            counted = [
                lines.get((dunning, state), (0, 0.0))
                for state in ("new", "sent", "failed")
            ]
            dunning.line_count = sum(count for count, _amount in counted)
            dunning.amount_total = sum(amount for _count, amount in counted)
            dunning.failed_count = counted[2][0]
            own = by_round.get(dunning, items.browse())
            dunning.amount_open = sum(own.charge_id.mapped("amount_residual"))
            dunning.amount_received = sum(
                max(item.charge_id.amount_paid - item.amount_paid, 0.0) for item in own
            )

    @api.model_create_multi
    def create(self, vals_list):
        rounds = super().create(vals_list)
        for dunning in rounds:
            dunning.sudo()._as_step().number = (
                self.env["ir.sequence"]
                .sudo()
                .with_company(dunning.company_id)
                .next_by_code("pm.dunning")
            )
        return rounds

    def write(self, vals):
        if not self._writes_freely() and {"property_id", "date", "level_ids"} & set(
            vals
        ):
            self._check_in_state("draft", "prepared")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        self._check_in_state("draft", "cancelled")

    # ------------------------------------------------------------------
    # Steps
    # ------------------------------------------------------------------

    def action_prepare(self):
        """Find who is to be dunned; anew until it is checked.

        :raises UserError: checked or sent already
        """
        self._check_in_state("draft", "prepared")
        self.check_access("write")
        for dunning in self:
            dunning.sudo()._as_step().line_ids.unlink()
            dunning._prepare()
            dunning.sudo()._as_step().write(
                {"state": "prepared", "user_id": self.env.user.id}
            )

    def action_check(self):
        """A second person has looked over who gets what.

        :raises AccessError: the one who prepared it
        """
        self._check_in_state("prepared")
        self.check_access("write")
        for dunning in self:
            if dunning.user_id == self.env.user:
                raise AccessError(
                    self.env._(
                        "You prepared %s. Have somebody else look it over.",
                        dunning.number,
                    )
                )
            if not dunning.line_count:
                raise UserError(
                    self.env._(
                        "%s is for nobody. Cancel it, or prepare it for another day.",
                        dunning.number,
                    )
                )
        self.sudo()._as_step().write(
            {"state": "checked", "checked_by_id": self.env.user.id}
        )

    def action_send(self):
        """Send what was checked; what fails is listed, and the others go on."""
        self._check_in_state("checked")
        self.check_access("write")
        for dunning in self.sudo()._as_step():
            dunning.line_ids.filtered(lambda line: line.state == "new")._send()
            dunning.write({"state": "sent", "sent_at": fields.Datetime.now()})

    def action_send_failed(self):
        """Try again what could not be sent."""
        self._check_in_state("sent")
        self.check_access("write")
        for dunning in self.sudo()._as_step():
            dunning.line_ids.filtered(lambda line: line.state == "failed")._send()

    def action_close(self):
        """Nothing more is expected of this round."""
        self._check_in_state("sent")
        self.check_access("write")
        self.sudo()._as_step().state = "closed"

    def action_cancel(self):
        """Send nothing; what it would have dunned is free for another round."""
        self._check_in_state("draft", "prepared", "checked")
        self.check_access("write")
        for dunning in self.sudo()._as_step():
            dunning.line_ids.unlink()
            dunning.state = "cancelled"

    def action_view_lines(self):
        """Open the customers of the round."""
        self.ensure_one()
        self.check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "pm_billing.pm_dunning_line_action"
            ),
            "domain": [("dunning_id", "=", self.id)],
            "context": {"create": False},
        }

    def action_print_letters(self):
        """Print the letters of the round, one page for each customer."""
        self.ensure_one()
        self.check_access("read")
        self._check_in_state("checked", "sent", "closed")
        letters = self.line_ids.filtered(lambda line: line.is_paper)
        if not letters:
            raise UserError(self.env._("%s has no letters.", self.number))
        return self.env.ref("pm_billing.pm_dunning_letter_report").report_action(
            letters
        )
