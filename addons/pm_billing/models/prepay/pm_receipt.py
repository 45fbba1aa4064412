from odoo import fields, models
from odoo.exceptions import UserError


class PmReceipt(models.Model):
    """The receipt of money that months were paid ahead with."""

    _inherit = "pm.receipt"

    prepay_id = fields.Many2one(
        "pm.prepay",
        "Prepaid Months",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    def _cancel(self, reason, user=None):
        """Without all of the money there are no months and no discount.

        What another method paid of them stays a balance for these fees, which may be
        given back.

        :raises UserError: a month of it is billed with its discount already
        """
        prepays = self.sudo().prepay_id.filtered(lambda row: row.state == "active")
        given = prepays.line_ids.charge_ids.filtered(
            lambda row: row.state != "cancelled"
        )
        if given:
            raise UserError(
                self.env._(
                    "%s is billed with its discount already. Give the months back "
                    "instead.",
                    given[0].display_name,
                )
            )
        result = super()._cancel(reason, user)
        prepays._as_step().state = "cancelled"
        for prepay in prepays:
            if left := prepay.receipt_ids.filtered(lambda row: row.state == "posted"):
                prepay.message_post(
                    body=self.env._(
                        "Cancelled with a part of its money. What %s paid stays a "
                        "balance of the customer for these fees.",
                        ", ".join(left.mapped("name")),
                    )
                )
        return result
