from urllib.parse import urlencode

from odoo import api, fields, models
from odoo.exceptions import UserError

from .pm_dunning_level import PAPER


class PmDunningLine(models.Model):
    """A customer in a round: what was open, what was said, what came of it."""

    _name = "pm.dunning.line"
    _description = "Dunned Customer"
    _inherit = [
        "pm.cron.mixin",
        "pm.estate.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "pm.part.mixin",
        "pm.reported.mixin",
        "pm.state.mixin",
    ]
    _whole = "dunning_id"
    _order = "dunning_id desc, amount desc, id"
    _rec_name = "number"

    dunning_id = fields.Many2one(
        "pm.dunning",
        "Round",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    number = fields.Char(compute="_compute_number", compute_sudo=True)
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    property_id = fields.Many2one(readonly=True)
    level_id = fields.Many2one(
        "pm.dunning.level", required=True, readonly=True, ondelete="restrict"
    )
    way = fields.Selection(related="level_id.way", store=True, precompute=True)
    is_paper = fields.Boolean(compute="_compute_is_paper")
    text = fields.Text(required=True, readonly=True)
    item_ids = fields.One2many("pm.dunning.item", "line_id", "Charges", readonly=True)
    message_to_ids = fields.One2many(
        "pm.dunning.message", "line_id", "Messages Sent", readonly=True
    )
    date = fields.Date(related="dunning_id.date", store=True, precompute=True)
    date_deadline = fields.Date("To Be Paid until", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(
        "Open Then", compute="_compute_amount", store=True, readonly=True
    )
    amount_residual = fields.Monetary("Open Now", compute="_compute_residual")
    collector_id = fields.Many2one("res.users", compute="_compute_collector_id")
    state = fields.Selection(
        [
            ("new", "To Be Sent"),
            ("sent", "Sent"),
            ("failed", "Failed"),
            ("left_out", "Left Out"),
        ],
        required=True,
        readonly=True,
        default="new",
        index=True,
    )
    problem = fields.Char(readonly=True)
    sent_at = fields.Datetime(readonly=True)
    proof = fields.Char(
        "Proof of Delivery",
        help="Number of the registered letter, name of who signed for it, …: what "
        "shows that the demand arrived.",
    )
    delivered_on = fields.Date(readonly=True, tracking=True)

    _once = models.UniqueIndex(
        "(dunning_id, partner_id)", "This customer is in the round already."
    )

    # of what is reported, answers go by the way of the report; here by any
    channel_id = fields.Many2one("pm.channel", compute="_compute_channel_id")

    def _compute_channel_id(self):
        self.channel_id = False

    @api.depends("dunning_id.number")
    def _compute_number(self):
        for line in self:
            line.number = f"{line.dunning_id.number or ''}-{line.id or ''}"

    @api.depends("level_id.way")
    def _compute_is_paper(self):
        for line in self:
            line.is_paper = line.way in PAPER

    @api.depends("item_ids.amount")
    def _compute_amount(self):
        for line in self:
            line.amount = sum(line.item_ids.mapped("amount"))

    @api.depends("item_ids.amount_residual")
    def _compute_residual(self):
        for line in self:
            line.amount_residual = sum(line.item_ids.mapped("amount_residual"))

    @api.depends("building_id.collector_id", "estate_id.collector_id")
    def _compute_collector_id(self):
        found = self.property_id._collectors()
        for line in self:
            line.collector_id = found.get(line.property_id.id, False)

    def write(self, vals):
        if (
            not self._writes_freely()
            and "proof" in vals
            and any(line.delivered_on for line in self)
        ):
            raise UserError(
                self.env._("The delivery is noted already, with what proves it.")
            )
        return super().write(vals)

    # ------------------------------------------------------------------
    # Steps
    # ------------------------------------------------------------------

    def action_leave_out(self):
        """This customer gets nothing this time; the next round asks again."""
        self._check_in_state("new", "failed")
        self.check_access("write")
        lines = self.sudo()._as_step()
        lines.item_ids.level_id = False
        lines.state = "left_out"

    def action_delivered(self):
        """The demand has arrived, and there is proof of it: limitation begins anew.

        :raises UserError: nothing proves it
        """
        self._check_in_state("sent")
        self.check_access("write")
        for line in self:
            if line.delivered_on:
                raise UserError(
                    self.env._("The delivery of %s is noted already.", line.number)
                )
            if not (line.proof or "").strip():
                raise UserError(
                    self.env._(
                        "%s: enter what proves that it arrived, for example the "
                        "number of the registered letter.",
                        line.number,
                    )
                )
            day = line.estate_id._today()
            line.sudo()._as_step().delivered_on = day
            line.item_ids.charge_id._restart_limitation(
                day, self.env._("demand %s, with proof", line.number)
            )

    def action_print(self):
        """Print the letter."""
        self.check_access("read")
        return self.env.ref("pm_billing.pm_dunning_letter_report").report_action(self)

    def action_promise(self):
        """Note what the customer promises to pay."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "pm.payment.promise",
            "view_mode": "form",
            "context": {
                "default_partner_id": self.partner_id.id,
                "default_property_id": self.property_id.id,
                "default_charge_ids": self.item_ids.charge_id.filtered(
                    lambda charge: charge.amount_residual > 0
                ).ids,
            },
        }

    def _get_report_base_filename(self):
        self.ensure_one()
        return self.number.replace("/", "-")

    def _pay_code(self):
        """Return the picture of the code on the letter.

        It leads to the demand on the portal, and from there to paying: behind the
        customer's login, as a letter can be read by others.
        """
        page = f"{self.get_base_url()}/my/reminders/{self.id}"
        query = {"barcode_type": "QR", "value": page, "width": 160, "height": 160}
        return f"/report/barcode/?{urlencode(query)}"
