from odoo import api, fields, models
from odoo.tools import format_amount, formatLang

COMPARED = [
    "category_id",
    "name",
    "description",
    "standard",
    "frequency",
    "check_method",
    "fee",
]


class PmServicePlanLine(models.Model):
    """One service of a plan: what is done, how well, how often and for which fee.

    Prices are in company currency, tax included, a month.
    """

    _name = "pm.service.plan.line"
    _pm_copyable = True
    _description = "Service of a Plan"
    _inherit = ["pm.part.mixin", "pm.price.mixin"]
    _order = "plan_id, sequence, id"
    _whole = "plan_id"

    plan_id = fields.Many2one(
        "pm.service.plan", required=True, index=True, ondelete="cascade"
    )
    estate_id = fields.Many2one(
        related="plan_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="plan_id.company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    sequence = fields.Integer(default=10)
    category_id = fields.Many2one(
        "pm.service.category", required=True, ondelete="restrict"
    )
    name = fields.Char("Service", required=True)
    description = fields.Text("Content", help="What is done, where and when.")
    requirement_id = fields.Many2one(
        "pm.requirement",
        "From Requirement",
        index="btree_not_null",
        ondelete="set null",
        help="The need that this service answers.",
    )
    standard_id = fields.Many2one(
        "pm.service.standard",
        "From the Manual",
        domain="[('state', '=', 'in_force'), ('category_id', '=?', category_id),"
        " ('estate_id', 'in', (False, estate_id))]",
        ondelete="restrict",
        index="btree_not_null",
        help="Standard of the service manual; its text is taken over and can be "
        "adapted to the customer.",
    )
    standard = fields.Text(
        compute="_compute_from_standard",
        store=True,
        readonly=False,
        precompute=True,
        help="How well it is done.",
    )
    frequency = fields.Char(
        compute="_compute_from_standard", store=True, readonly=False, precompute=True
    )
    check_method = fields.Text(
        "How It Is Checked",
        compute="_compute_from_standard",
        store=True,
        readonly=False,
        precompute=True,
    )
    method = fields.Selection(
        selection_add=[("included", "Included")],
        ondelete={"included": "cascade"},
        default="included",
        help="Area and fixed amount are charged to each unit in scope. One amount for "
        "the whole contract is charged once a period. Included: paid by the other "
        "fees of the plan.",
    )
    amount_month = fields.Monetary(
        "Amount a Month", compute="_compute_amount_month", store=True
    )
    fee = fields.Char(compute="_compute_fee")
    previous_line_id = fields.Many2one(
        "pm.service.plan.line",
        "Line of the Previous Version",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    @api.depends("standard_id")
    def _compute_from_standard(self):
        """Take the text of the manual over; what was written by hand stays."""
        for line in self:
            source = line.standard_id
            line.standard = line._standard_text() or line.standard
            line.frequency = source.frequency or line.frequency
            line.check_method = source.check_method or line.check_method

    def _standard_text(self):
        """What the standard of the manual asks for, with its figure."""
        source = self.standard_id
        figure = " ".join(filter(None, (source.measure, source.target_text)))
        return "\n".join(filter(None, (source.requirement, figure)))

    @api.depends(
        "method",
        "price",
        "surcharge",
        "plan_id.area",
        "plan_id.unit_count",
        "currency_id",
    )
    def _compute_amount_month(self):
        for line in self:
            times = {"included": 0, "whole": 1}.get(
                line.method, line.plan_id.unit_count
            )
            amount = line.surcharge * times
            if line.method == "area":
                amount += line.price * line.plan_id.area
            line.amount_month = (
                line.currency_id.round(amount) if line.currency_id else amount
            )

    @api.depends("method", "price", "surcharge", "plan_id.unit_count", "currency_id")
    @api.depends_context("lang")
    def _compute_fee(self):
        """How the amount comes about, in words."""
        for line in self:
            line.fee = (
                self.env._("Included")
                if line.method == "included"
                else line._price_text()
            )

    def _each_text(self, amount):
        if self.plan_id.unit_count == 1:
            return self.env._("%(amount)s a month", amount=amount)
        return super()._each_text(amount)

    def _calculation_text(self):
        """How the amount comes about from area and units, as figures; or nothing."""
        parts, units = [], self.plan_id.unit_count
        if self.method == "area":
            area = formatLang(self.env, self.plan_id.area, digits=2)
            parts.append(f"{self._exact_money(self.price)} × {area} m²")
        if self.method in ("area", "fixed") and self.surcharge:
            fixed = self._exact_money(self.surcharge)
            if units != 1:
                fixed = self.env._(
                    "%(amount)s × %(units)s units", amount=fixed, units=units
                )
            if parts or units != 1:
                parts.append(fixed)
        return " + ".join(parts)

    def _money(self, amount):
        return format_amount(self.env, amount, self.currency_id)

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.plan_id._check_editable()
        return lines

    def write(self, vals):
        # amounts follow the area by themselves; everything else is by hand
        if vals.keys() - {"amount_month", "previous_line_id", "requirement_id"}:
            self.plan_id._check_editable()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_fixed(self):
        self.plan_id._check_editable()

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        if self._in_step("pm_next_version"):
            for line, vals in zip(self, vals_list, strict=True):
                vals["previous_line_id"] = line.id
        return vals_list

    def _came_from(self, lines):
        """Return the one of ``lines`` that this one was copied from, however often."""
        line = self.previous_line_id
        while line and line not in lines:
            line = line.previous_line_id
        return line

    def _compared_with(self, old):
        """Compare with the line of an earlier version; either may be missing.

        :return: dict, see ``pm.service.plan._comparison``
        """
        cells = {}
        for name in COMPARED:
            before = old._text_of(name) if old else ""
            after = self._text_of(name) if self else ""
            cells[name] = (before, after, before != after)
        kind = "same"
        if not old:
            kind = "added"
        elif not self:
            kind = "removed"
        elif any(differs for _before, _after, differs in cells.values()):
            kind = "changed"
        elif old.amount_month != self.amount_month:
            kind = "changed"
        return {"kind": kind, "old": old, "new": self, "cells": cells}

    def _text_of(self, name):
        value = self[name]
        return (value.display_name if name == "category_id" else value) or ""

    def _contract_line_values(self):
        """Values of the contract fee; without units it is one amount for all."""
        whole = self.method == "whole" or not self.plan_id.unit_count
        return {
            "sequence": self.sequence,
            "name": self.name,
            "method": "whole" if whole else self.method,
            "price": self.price if self.method == "area" and not whole else 0.0,
            "surcharge": self.amount_month if whole else self.surcharge,
        }
