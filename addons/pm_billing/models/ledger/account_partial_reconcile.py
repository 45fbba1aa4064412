from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .booked import is_booking


class AccountPartialReconcile(models.Model):
    """What settled a customer's bill: money, a credit note, or neither.

    It is decided when the two are matched, and kept with the match. A payment on which
    the accountant wrote a rest off settles a bill by both: money goes first. What is
    neither is written off.
    """

    _inherit = "account.partial.reconcile"

    pm_amount_money = fields.Monetary(
        "Money", currency_field="company_currency_id", readonly=True
    )
    pm_amount_credited = fields.Monetary(
        "Credited", currency_field="company_currency_id", readonly=True
    )

    @api.model_create_multi
    def create(self, vals_list):
        self._pm_say_what_settles(vals_list)
        return super().create(vals_list)

    def unlink(self):
        """What a receipt settled is taken apart by cancelling the receipt."""
        if not is_booking(self):
            # from the line of a statement that shows its money it may be taken apart
            settling = self.filtered(
                lambda part: part.debit_move_id.account_type != "asset_current"
            )
            moves_sudo = (
                settling.debit_move_id | settling.credit_move_id
            ).move_id.sudo()
            if why := moves_sudo._pm_owned():
                # pylint: disable-next=no-raise-unlink
                raise UserError(why)
            moves_sudo.filtered(
                lambda move: "cancelled" in move.pm_charge_ids.mapped("state")
            )._pm_refuse_change()
        return super().unlink()

    @api.model
    def _pm_say_what_settles(self, vals_list):
        """Add to the values of matches by what they settle."""
        Line = self.env["account.move.line"]
        money_left = {}
        for vals in vals_list:
            debit = Line.browse(vals["debit_move_id"])
            credit = Line.browse(vals["credit_move_id"])
            self._pm_check_posted(debit | credit)
            if debit.account_type != "asset_receivable":
                continue
            others = (debit | credit).filtered(
                lambda line: not line.move_id.is_sale_document(include_receipts=True)
            )
            if not others:
                vals["pm_amount_credited"] = vals["amount"]
            elif len(others) == 1:
                move = others.move_id
                sign = 1 if others == credit else -1
                if move not in money_left:
                    money_left[move] = sign * move._pm_money() - move._pm_money_used()
                money = max(min(money_left[move], vals["amount"]), 0.0)
                money_left[move] -= money
                vals["pm_amount_money"] = money

    @api.model
    def _pm_check_posted(self, lines):
        """A bill is settled by what the ledger has, not by a draft.

        :raises UserError: Odoo matches drafts too
        """
        draft = lines.filtered(lambda line: line.parent_state == "draft").move_id
        if draft and lines.move_id.pm_bill_run_id:
            raise UserError(
                self.env._(
                    "Post %(entry)s first: a draft settles no bill.",
                    entry=draft[0].display_name,
                )
            )

    @api.model
    def _pm_settled(self, moves):
        """Return {move id: [(other move id, money, credited, all, day)]} of bills."""
        self.flush_model()
        self.env["account.move.line"].flush_model(["move_id", "account_id"])
        found = {}
        for move_id, *settled in self.env.execute_query(
            SQL(
                """
                SELECT line.move_id, other.move_id,
                       coalesce(part.pm_amount_money, 0),
                       coalesce(part.pm_amount_credited, 0),
                       part.amount, part.max_date
                  FROM account_partial_reconcile part
                  JOIN account_move_line line
                    ON line.id IN (part.debit_move_id, part.credit_move_id)
                  JOIN account_move_line other
                    ON other.id IN (part.debit_move_id, part.credit_move_id)
                   AND other.id <> line.id
                  JOIN account_account account
                    ON account.id = line.account_id
                   AND account.account_type = 'asset_receivable'
                 WHERE line.move_id = ANY(%s)
                """,
                moves.ids,
            )
        ):
            found.setdefault(move_id, []).append(settled)
        return found
