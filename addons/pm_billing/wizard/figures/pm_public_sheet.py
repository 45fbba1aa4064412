from odoo import api, fields, models
from odoo.tools import format_date, formatLang

from ...models.ledger.business_day import likely_today

KINDS = [
    ("cost", "Common Costs"),
    ("loss", "Losses between Meters"),
    ("waiver", "Waivers"),
]


class PmPublicSheet(models.TransientModel):
    """Sheets to be posted for all owners of an estate: places and no names.

    They show what whoever asks may read, as text and amounts; printed and as XLSX
    from the same rows.
    """

    _name = "pm.public.sheet"
    _description = "Public Sheet"

    kind = fields.Selection(KINDS, "Public Sheet", required=True, default="cost")
    property_id = fields.Many2one(
        "pm.property",
        "Scope",
        required=True,
        default=lambda self: self.env["pm.property"].search(
            [("kind", "=", "estate")], limit=1
        ),
    )
    date_from = fields.Date(
        "From",
        required=True,
        default=lambda self: fields.Date.start_of(likely_today(self.env), "year"),
    )
    date_to = fields.Date(
        "Until", required=True, default=lambda self: likely_today(self.env)
    )

    _dates_in_order = models.Constraint(
        "CHECK (date_to >= date_from)", "The period cannot end before it begins."
    )

    @api.depends("kind", "property_id", "date_from", "date_to")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for sheet in self:
            sheet.display_name = (
                f"{labels.get(sheet.kind, '')} {sheet.property_id.display_name or ''}"
            )

    def action_print(self):
        """Print the sheet.

        :raises AccessError: a place of an estate that the user does not work with
        """
        return self._report("pm_billing.pm_public_sheet_print")

    def action_export(self):
        """Download the sheet as XLSX.

        :raises AccessError: a place of an estate that the user does not work with
        """
        return self._report("pm_billing.pm_public_sheet_export")

    def _report(self, name):
        self.ensure_one()
        self.property_id.check_access("read")
        return self.env.ref(name).report_action(self, config=False)

    def _content(self):
        """Return (headings, rows, total): numbers as numbers, anything else text."""
        self.ensure_one()
        self.property_id.check_access("read")
        return getattr(self, f"_content_of_{self.kind}")()

    def _columns(self, model, *names):
        labels = self.env[model].fields_get(names, ["string"])
        return [labels[name]["string"] for name in names]

    def _content_of_cost(self):
        """Each cost that was shared, and how."""
        costs = self.env["pm.shared.cost"].search(
            [
                ("property_id", "child_of", self.property_id.id),
                ("state", "=", "confirmed"),
                ("date_from", "<=", self.date_to),
                ("date_to", ">=", self.date_from),
            ],
            order="date_from, id",
        )
        rows = [
            [
                cost.fee_item_id.name,
                cost.property_id.display_name,
                self._days(cost.date_from, cost.date_to),
                cost.quantity,
                cost.unit or "",
                cost.amount,
                cost.rule or "",
            ]
            for cost in costs
        ]
        names = ("fee_item_id", "property_id", "quantity", "unit", "amount", "rule")
        item, place, *rest = self._columns("pm.shared.cost", *names)
        total = sum(costs.mapped("amount"))
        return (
            [item, place, self.env._("Period"), *rest],
            rows,
            [self.env._("Total"), "", "", "", "", total, ""],
        )

    def _content_of_loss(self):
        """What went through each master meter, and was counted behind it."""
        names = ("month", "meter_id", "property_id", "unit", "quantity", "below")
        losses = self.env["pm.meter.loss"].search(
            [
                ("property_id", "child_of", self.property_id.id),
                ("month", ">=", fields.Date.start_of(self.date_from, "month")),
                ("month", "<=", self.date_to),
            ],
            order="month, meter_id",
        )
        rows = [
            [
                row.month.strftime("%Y-%m"),
                row.meter_id.name,
                row.property_id.display_name,
                row.unit or "",
                row.quantity,
                row.below,
                row.loss,
                row.rate,
            ]
            for row in losses
        ]
        return self._columns("pm.meter.loss", *names, "loss", "rate"), rows, []

    def _content_of_waiver(self):
        """What was let go, by place and fee, as it is booked."""
        credits = self.env["pm.charge"].search(
            [
                ("property_id", "child_of", self.property_id.id),
                ("correction", "=", "waiver"),
                ("state", "=", "posted"),
                ("run_id.date_invoice", ">=", self.date_from),
                ("run_id.date_invoice", "<=", self.date_to),
            ],
            order="property_id, date_from, id",
        )
        rows = [
            [
                row.property_id.display_name,
                row.fee_item_id.name,
                self._days(row.date_from, row.date_to),
                -row.amount,
            ]
            for row in credits
        ]
        place, item = self._columns("pm.charge", "property_id", "fee_item_id")
        return (
            [place, item, self.env._("Period"), self.env._("Waived")],
            rows,
            [self.env._("Total"), "", "", -sum(credits.mapped("amount"))],
        )

    def _days(self, first, last):
        return f"{format_date(self.env, first)} – {format_date(self.env, last)}"

    def _cell(self, value):
        """Return a value as it is printed."""
        if isinstance(value, float):
            return formatLang(self.env, value, digits=2)
        return value
