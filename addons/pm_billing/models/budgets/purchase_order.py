from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_amount

from .crossovered_budget import DECIDERS


class PurchaseOrder(models.Model):
    """A purchase counts against the budget of its estate before its bill comes."""

    _inherit = "purchase.order"

    pm_override_by_id = fields.Many2one(
        "res.users", "Budget Overridden by", readonly=True, copy=False, tracking=True
    )
    pm_override_reason = fields.Char(
        "Why the Budget Was Overridden", readonly=True, copy=False
    )
    pm_override_amount = fields.Monetary(
        "Overridden up to",
        readonly=True,
        copy=False,
        help="What the purchase came to, without tax, when the budget was overridden.",
    )

    def button_confirm(self):
        self._pm_check_budget()
        return super().button_confirm()

    def button_approve(self, force=False):
        """What waited to be approved reserved nothing: it is compared again."""
        self.filtered(lambda order: order.state == "to approve")._pm_check_budget()
        return super().button_approve(force=force)

    def _pm_is_overridden(self):
        """Whether somebody let it exceed the budget as far as it does now."""
        return bool(self.pm_override_by_id) and (
            self.currency_id.compare_amounts(
                self.amount_untaxed, self.pm_override_amount
            )
            <= 0
        )

    def _pm_check_budget(self):
        """Warn of, or stop, what exceeds a budget that holds.

        Before a purchase is confirmed, and when a confirmed one comes to more.

        :raises UserError: a budget stops it, and nobody has overridden that
        """
        for order in self.filtered(lambda order: order.state != "cancel"):
            for budget, text in order._pm_exceeded():
                if budget.pm_control == "block" and not order._pm_is_overridden():
                    raise UserError(
                        self.env._(
                            "%(text)s Buy less, revise the budget, or have a "
                            "company or accounting manager override it there.",
                            text=text,
                        )
                    )
                order.sudo().message_post(body=text)

    def _pm_exceeded(self):
        """Return [(budget, in words what is exceeded)] of this purchase."""
        self.ensure_one()
        wanted = {}
        for line in self.sudo().order_line.filtered(lambda line: not line.display_type):
            amount = line._pm_company_amount(line.price_subtotal)
            shares = line.with_company(line.company_id)._pm_shares(amount)
            for analytic, account, day, part, _order in shares:
                key = (analytic, account, day)
                wanted[key] = wanted.get(key, 0.0) + part
        if not wanted:
            return []
        found = (
            self.env["crossovered.budget.lines"]
            .sudo()
            .search(
                [
                    ("pm_state", "=", "validate"),
                    ("company_id", "=", self.company_id.id),
                    ("analytic_account_id", "in", [key[0] for key in wanted]),
                    ("general_budget_id.account_ids", "in", [key[1] for key in wanted]),
                    ("crossovered_budget_id.pm_control", "!=", "none"),
                ]
            )
        )
        self._pm_one_at_a_time(found.crossovered_budget_id)
        problems = []
        for budget in found.crossovered_budget_id:
            lines = found.filtered(
                lambda line, budget=budget: line.crossovered_budget_id == budget
            )
            for post in lines.general_budget_id:
                own = lines.filtered(
                    lambda line, post=post: line.general_budget_id == post
                )
                groups = own if budget.pm_span == "month" else [own]
                problems += [
                    (budget, text)
                    for group in groups
                    if (text := self._pm_problem(budget, post, group, wanted))
                ]
        return problems

    def _pm_one_at_a_time(self, budgets):
        """Of two purchases at one moment the second one sees the first.

        The rows of the budgets are rewritten as they are: a lock alone would let the
        second go on with what it read before.
        """
        if budgets:
            self.env.cr.execute(
                SQL(
                    "UPDATE crossovered_budget SET id = id WHERE id IN %s",
                    tuple(budgets.ids),
                )
            )

    def _pm_problem(self, budget, post, lines, wanted):
        needed = sum(
            amount
            for key, amount in wanted.items()
            if any(line._pm_counts(*key) for line in lines)
        )
        lines.invalidate_recordset(["pm_left"])
        left = sum(lines.mapped("pm_left"))
        if needed and self.state == "purchase":
            # what is confirmed has been taken off already
            left += needed
        currency = budget.company_id.currency_id
        if currency.compare_amounts(needed, left) <= 0:
            return None
        return self.env._(
            "%(order)s exceeds %(budget)s, %(post)s: %(needed)s are ordered, %(left)s "
            "are left.",
            order=self.name,
            budget=budget.name,
            post=post.name,
            needed=format_amount(self.env, needed, currency),
            left=format_amount(self.env, left, currency),
        )

    def _pm_override(self, reason):
        """Let it exceed the budget, with name and reason.

        :raises AccessError: not one who decides on budgets, or who made the purchase
        """
        user = self.env.user
        for order in self:
            buyers = order.sudo().user_id | order.sudo().create_uid
            if user in buyers or not any(user.has_group(group) for group in DECIDERS):
                raise AccessError(
                    self.env._(
                        "The budget of %s is overridden by a company manager or "
                        "accounting manager who does not buy it.",
                        order.sudo().name,
                    )
                )
            order.sudo()._as_step().write(
                {
                    "pm_override_by_id": user.id,
                    "pm_override_reason": reason,
                    "pm_override_amount": order.sudo().amount_untaxed,
                }
            )
            order.sudo().message_post(
                body=self.env._(
                    "%(who)s lets this purchase exceed the budget: %(why)s",
                    who=user.name,
                    why=reason,
                )
            )

    def action_pm_override(self):
        """Open the dialog that asks why the budget may be exceeded."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Override the Budget"),
            "res_model": "pm.budget.override",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": self.id},
        }
