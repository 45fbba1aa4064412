from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    pm_prepaid = fields.Monetary(
        "Prepaid",
        compute="_compute_pm_prepaid",
        currency_field="pm_currency_id",
        groups="pm_billing.group_pm_cashier,pm_billing.group_pm_billing_clerk",
        help="Paid beyond the bills and not used yet.",
    )
    pm_currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_pm_currency_id",
        export_string_translation=False,
    )

    @api.depends_context("company")
    def _compute_pm_currency_id(self):
        self.pm_currency_id = self.env.company.currency_id

    @api.depends_context("company")
    def _compute_pm_prepaid(self):
        account = self.env.company.sudo().pm_prepayment_account_id
        balances = dict(
            self.env["account.move.line"]
            .sudo()
            ._read_group(
                [
                    ("account_id", "=", account.id),
                    ("partner_id", "in", self.ids),
                    ("parent_state", "=", "posted"),
                    ("company_id", "=", self.env.company.id),
                ],
                ["partner_id"],
                ["balance:sum"],
            )
            if account
            else ()
        )
        balances = {partner.id: balance for partner, balance in balances.items()}
        for partner in self:
            partner.pm_prepaid = -balances.get(partner._origin.id, 0.0)

    def action_pm_open_counter(self):
        """Take a payment of this customer."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "pm_billing.pm_counter_action"
            ),
            "context": {"default_partner_id": self.id},
        }
