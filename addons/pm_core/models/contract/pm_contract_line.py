from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL


class PmContractLine(models.Model):
    """A fee agreed in a contract."""

    _name = "pm.contract.line"
    _pm_copyable = True
    _description = "Contract Fee"
    _inherit = ["pm.part.mixin", "pm.price.mixin"]
    _order = "contract_id, sequence, id"
    _whole = "contract_id"

    contract_id = fields.Many2one(
        "pm.contract", required=True, index=True, ondelete="cascade"
    )
    estate_id = fields.Many2one(
        related="contract_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="contract_id.company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    sequence = fields.Integer(default=10)
    name = fields.Char("Fee", required=True)
    amount_month = fields.Monetary(
        "A Month",
        compute="_compute_amount_month",
        help="Of all properties in scope, by the areas of today.",
    )
    date_from = fields.Date("From", help="Empty: from the start of the contract.")
    date_to = fields.Date("To", help="Empty: to the end of the contract.")

    amendment_id = fields.Many2one(
        "pm.contract.amendment",
        "Amended by",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    _dates_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_from IS NULL OR date_to >= date_from)",
        "A fee cannot end before it starts.",
    )

    @api.depends(
        "method",
        "price",
        "surcharge",
        "contract_id.estate_id",
        "contract_id.property_ids",
    )
    def _compute_amount_month(self):
        """Price the properties in scope."""
        by_unit = self.filtered(lambda line: line.method != "whole")
        totals = by_unit._totals_in_scope()
        for line in self - by_unit:
            line.amount_month = line.surcharge
        for line in by_unit:
            area, count = totals[line]
            price = line.price if line.method == "area" else 0.0
            line.amount_month = area * price + count * line.surcharge

    def _totals_in_scope(self):
        """Return {line: (m², number)} of what each is charged to: one query for all,
        in which lines on the same properties share a part."""
        places = self.env["pm.property"]
        if not self:
            return {}
        # scopes are compared by their paths: read at once, and not one by one
        contracts = self.contract_id
        scopes = contracts.property_ids._origin | contracts.estate_id._origin
        scopes.sudo().mapped("parent_path")
        keys, domains = {}, {}
        for line in self:
            domain = line._properties_domain()
            keys[line] = repr(domain)
            domains.setdefault(keys[line], domain)
        places.flush_model(["gross_area"])
        parts = []
        for number, domain in enumerate(domains.values()):
            query = places._search(domain)
            if query.is_empty():
                continue
            query.order = None
            area = SQL.identifier(query.table, "gross_area")
            parts.append(
                query.select(SQL("%s", number), SQL("sum(%s)", area), SQL("count(*)"))
            )
        totals = {key: (0.0, 0) for key in domains}
        names = list(domains)
        if parts:
            rows = self.env.execute_query(SQL(" UNION ALL ").join(parts))
            totals |= {
                names[number]: (area or 0.0, count) for number, area, count in rows
            }
        return {line: totals[key] for line, key in keys.items()}

    def _properties_domain(self):
        """Return the domain of the properties that the fee is charged to."""
        self.ensure_one()
        contract = self.contract_id
        scope = contract.property_ids or contract.estate_id
        return [("id", "child_of", scope.ids), ("kind", "=", "unit")]

    def _describe(self):
        """Return the fee in words: name, price per m², fixed amount."""
        return f"{self.name} {self._price_text()}"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.contract_id._check_terms_open()
        return lines

    def write(self, vals):
        self.contract_id._check_terms_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_agreed(self):
        self.contract_id._check_terms_open()

    # ------------------------------------------------------------------
    # Amendments; addons extend these so that what is billed follows
    # ------------------------------------------------------------------

    def _prepare_amendment_fee(self):
        """Return the values of this fee on the form of an amendment."""
        self.ensure_one()
        names = self.env["pm.contract.amendment.fee"]._fee_fields()
        return {
            "line_id": self.id,
            "sequence": self.sequence,
            **self.read(names, load="")[0],
        }

    def _supersede(self, day, vals, amendment):
        """Go on with other ``vals`` from ``day``; return the fee that holds then.

        The fee so far ends with the day before. One that only begins on ``day`` is
        changed as it is.
        """
        self.ensure_one()
        vals = {**vals, "amendment_id": amendment.id}
        if day <= (self.date_from or self.contract_id.date_from):
            self.write(vals)
            return self
        following = self.copy({**vals, "date_from": day, "date_to": self.date_to})
        self.date_to = day - timedelta(days=1)
        return following

    def _end_on(self, day):
        """Let the fee end with ``day``."""
        self.write({"date_to": day})

    def _begin(self):
        """React to a fee that an amendment added."""
