import re

from odoo import api, fields, models


class PmPayerRule(models.Model):
    """Who stands behind a name or an account on statements.

    Learnt from what accountants matched by hand; it can be corrected and deleted.
    """

    _name = "pm.payer.rule"
    _description = "Known Payer"
    _order = "payer"
    _rec_name = "payer"
    _check_company_auto = True

    payer = fields.Char("Name on the Statement", required=True, index=True)
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    count = fields.Integer("Matched", readonly=True, copy=False, aggregator=None)

    _once = models.UniqueIndex("(company_id, payer)", "This name is known already.")

    @api.model
    def _plain(self, text):
        return re.sub(r"\s+", "", text or "").lower()

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            vals["payer"] = self._plain(vals.get("payer"))
        return super().create(vals_list)

    def write(self, vals):
        if "payer" in vals:
            vals = {**vals, "payer": self._plain(vals["payer"])}
        return super().write(vals)

    @api.model
    def _who(self, payer, company):
        """Return the customer behind a name, or nobody."""
        plain = self._plain(payer)
        rule = plain and self.search(
            [("payer", "=", plain), ("company_id", "=", company.id)], limit=1
        )
        return rule.partner_id if rule else self.env["res.partner"]

    @api.model
    def _learn(self, payer, partner, company):
        """Keep who it was, unless it is the customer's own name."""
        plain = self._plain(payer)
        if not plain or not partner or plain == self._plain(partner.name):
            return
        rule = self.search(
            [("payer", "=", plain), ("company_id", "=", company.id)], limit=1
        )
        if rule.partner_id == partner:
            rule._as_step().count += 1
        elif rule:
            # two customers behind one name: nobody is guessed
            rule.unlink()
        else:
            self._as_step().create(
                {
                    "payer": plain,
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "count": 1,
                }
            )
