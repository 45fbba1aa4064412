from odoo import api, fields, models
from odoo.exceptions import UserError


class PmPayout(models.Model):
    """Money goes back by the way it came, or it is said why not."""

    _inherit = "pm.payout"

    origin_ids = fields.Many2many(
        "pm.receipt", string="Came In with", compute="_compute_origin_ids"
    )
    other_way = fields.Char(
        "Why by Another Way",
        help="Needed where it goes back by another method than it came in by.",
    )

    @api.depends("kind", "partner_id", "company_id")
    def _compute_origin_ids(self):
        origins = self.sudo()._origins_of_each()
        for payout in self:
            payout.origin_ids = origins[payout].ids

    def _origins(self):
        """Return the receipts of the money that goes back, the newest first."""
        self.ensure_one()
        return self._origins_of_each()[self]

    def _origins_of_each(self):
        """Return {payment: receipts of the money that goes back}, the newest first."""
        receipts = self.env["pm.receipt"]
        ahead = self.filtered(lambda one: one.kind == "prepayment" and one.partner_id)
        lines = self.env["account.move.line"].search(
            [
                ("account_id", "in", ahead.company_id.pm_prepayment_account_id.ids),
                ("partner_id", "in", ahead.partner_id.ids),
                ("company_id", "in", ahead.company_id.ids),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("balance", "<", 0),
            ]
        )
        posted = receipts.search(
            [("move_id", "in", lines.move_id.ids), ("state", "=", "posted")]
        )
        found = {
            payout: payout.deposit_id.receipt_id
            if payout.kind == "deposit"
            else receipts
            for payout in self
        }
        for payout, wallets in ahead._wallets_of_each().items():
            moves = lines.filtered(
                lambda line, own=payout, wallets=wallets: (
                    line.partner_id == own.partner_id._origin
                    and line.account_id == own.company_id.pm_prepayment_account_id
                    and any(
                        line.pm_wallet_item_id == wallet.item
                        and line.pm_wallet_property_id == wallet.place
                        for wallet in wallets
                    )
                )
            ).move_id
            found[payout] = posted.filtered(
                lambda receipt, moves=moves: receipt.move_id in moves
            )
        return found

    @api.model_create_multi
    def create(self, vals_list):
        """Propose the way in which the money came."""
        payouts = super().create(vals_list)
        for payout in payouts:
            if not payout.journal_id:
                payout.sudo()._as_step().journal_id = (
                    payout.sudo()._origins()[:1].journal_id
                )
        return payouts

    def _check_submittable(self):
        result = super()._check_submittable()
        for payout in self:
            payout._check_way()
        return result

    def _check_way(self):
        """:raises UserError: another way than it came, without a reason"""
        self.ensure_one()
        ways = self.sudo()._origins().journal_id
        journal = self.sudo().journal_id
        if not ways or journal in ways or (self.other_way or "").strip():
            return
        raise UserError(
            self.env._(
                "The money of %(payee)s came in by %(ways)s. Pay it back that way, or "
                "say why it goes by %(journal)s.",
                payee=self.partner_id.name,
                ways=", ".join(ways.mapped("name")),
                journal=journal.name or "-",
            )
        )
