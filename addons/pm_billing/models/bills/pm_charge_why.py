from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import format_amount, format_date

from ..tariffs.prices import price_text


class PmCharge(models.Model):
    """Why is it this amount: on the charge, on the bill, on the resident's page.

    Everything that is said comes from what was kept with the charge when it was made,
    in the reader's language.
    """

    _inherit = "pm.charge"

    formula = fields.Char(
        compute="_compute_formula", help="How the amount was computed."
    )
    why = fields.Html(
        "Why This Amount",
        compute="_compute_why",
        sanitize=False,
        help="Each step that led to the amount.",
    )

    @api.depends("inputs", "amount")
    @api.depends_context("lang")
    def _compute_formula(self):
        for charge in self:
            charge.formula = charge._explain()

    @api.depends("inputs", "amount")
    @api.depends_context("lang")
    def _compute_why(self):
        for charge in self:
            charge.why = self.env["ir.qweb"]._render(
                "pm_billing.pm_charge_why", {"rows": charge._why()}
            )

    # in one line ------------------------------------------------------------------

    def _explain(self):
        """Return the calculation in words that fit on a bill."""
        self.ensure_one()
        inputs = self.inputs
        if not inputs:
            return ""
        if inputs.get("readings"):
            return self._explain_readings()
        if inputs.get("shares"):
            return self._explain_shares()
        if "text" in inputs:
            return inputs["text"]
        text = self._explain_month()
        steps = inputs["steps"]
        partial = [step for step in steps if step["days"] != step["of_days"]]
        if partial:
            days = ", ".join(
                f"{step['month']}: {step['days']}/{step['of_days']}" for step in partial
            )
            text = f"({text}) × {days}" if len(steps) == 1 else f"{text} ({days})"
        elif len(steps) > 1:
            text = f"({text}) × {len(steps)}"
        if inputs.get("reasons"):
            text = f"{text}; {self._explain_reasons()}"
        return text

    def _explain_month(self):
        inputs, parts = self.inputs, []
        if inputs["method"] == "formula":
            return inputs["formula"]["text"]
        if inputs["method"] == "tariff":
            tariff = inputs["tariff"]
            quantity = _number(inputs["quantity"])
            parts.append(f"{quantity} {tariff['unit']} {tariff['name']}")
        elif inputs["method"] in ("area", "quantity"):
            parts.append(self._times_price())
        if inputs["surcharge"] or not parts:
            parts.append(self._price(inputs["surcharge"]))
        return " + ".join(parts)

    def _times_price(self):
        """Area or quantity × price, with all the digits that both have."""
        is_area = self.inputs["method"] == "area"
        count = _number(self.inputs["area" if is_area else "quantity"])
        unit = "m² " if is_area else ""
        return f"{count} {unit}× {self._price(self.inputs['price'])}"

    def _explain_readings(self):
        found = []
        for row in self.inputs["readings"]:
            quantity = f"{_number(row['quantity'])} {row['unit']}".strip()
            if "price" in row:
                found.append(f"{quantity} × {self._price(row['price'])}")
                continue
            bands = [
                f"{_number(step['quantity'])} × {self._price(step['price'])}"
                for step in row["priced"]
                if step["kind"] == "band"
            ]
            found.append(f"{quantity}: {' + '.join(bands)}" if bands else quantity)
        return "; ".join(found)

    def _explain_shares(self):
        return "; ".join(
            self.env._(
                "%(cost)s %(total)s: %(weight)s",
                cost=row["cost"],
                total=self._money(row["total"]),
                weight=" + ".join(
                    f"{weight['weight']} / {weight['of']}" for weight in row["weights"]
                ),
            )
            for row in self.inputs["shares"]
        )

    def _explain_reasons(self):
        words = []
        for row in self.inputs["reasons"]:
            words += [self._reason(why) for why in row["why"]]
        return ", ".join(dict.fromkeys(words))

    # step by step -----------------------------------------------------------------

    def _why(self):
        """Return the steps that led to the amount, for a table.

        :return: list of {"label", "detail", "amount"}; texts in the reader's language,
            amounts formatted or empty
        """
        self.ensure_one()
        inputs = self.inputs or {}
        rows = []
        if inputs.get("method"):
            rows += self._why_basis()
        rows += self._why_readings()
        rows += self._why_shares()
        rows += self._why_changes()
        rows += self._why_months()
        rows += [
            {"label": row["label"], "detail": row["detail"], "amount": row["amount"]}
            for row in self._why_more()
        ]
        if inputs.get("rounding") or inputs.get("rounded"):
            rows.append(self._why_rounding())
        rows.append(_row(self.env._("Amount"), "", self._money(self.amount)))
        return rows

    def _why_more(self):
        """Rows that other kinds of charges add."""
        return []

    def _why_basis(self):
        inputs, rows = self.inputs, []
        method = inputs["method"]
        if method == "formula":
            rows.append(_row(self.env._("Formula"), inputs["formula"]["text"]))
            rows += [
                _row(name, _number(value))
                for name, value in inputs["formula"]["values"].items()
            ]
        elif method in ("area", "quantity"):
            is_area = method == "area"
            count = inputs["area" if is_area else "quantity"]
            rows.append(
                _row(
                    self.env._("Area × price a month")
                    if is_area
                    else self.env._("Quantity × price a month"),
                    self._times_price(),
                    self._money(float(Decimal(repr(count)) * _dec(inputs["price"]))),
                )
            )
        if inputs.get("tariff"):
            tariff = inputs["tariff"]
            detail = tariff["name"]
            if tariff.get("version"):
                detail = self.env._(
                    "%(tariff)s, prices since %(day)s",
                    tariff=detail,
                    day=self._day(tariff["version"]),
                )
            rows.append(_row(self.env._("Tariff"), detail))
            rows += self._why_priced(inputs.get("priced") or ())
        if inputs.get("surcharge"):
            rows.append(
                _row(
                    self.env._("Fixed amount a month"),
                    "",
                    self._money(inputs["surcharge"]),
                )
            )
        if inputs.get("contract"):
            rows.append(_row(self.env._("Agreed in"), inputs["contract"]))
        return rows

    def _why_priced(self, steps):
        labels = self.env["pm.tariff"]._step_labels()
        rows = []
        for step in steps:
            label = " ".join(filter(None, (step["part"], labels.get(step["kind"]))))
            if step["kind"] == "band":
                above, up_to = step.get("above"), step.get("up_to")
                limits = (
                    f"{_number(above or 0)} – {_number(up_to)}"
                    if up_to
                    else (f"> {_number(above)}" if above and Decimal(above) else "")
                )
                label = " ".join(filter(None, (step["part"], limits)))
            detail = f"{_number(step['quantity'])} × {self._price(step['price'])}"
            if step["kind"] == "tax":
                detail = f"{_number(_dec(step['price']) * 100)} %"
            if step["kind"] in ("base", "rounding", "minimum"):
                detail = ""
            extra = [step.get("season")]
            if step.get("from"):
                extra.append(f"{self._day(step['from'])} – {self._day(step['to'])}")
            rows.append(
                _row(
                    label,
                    " · ".join(filter(None, (detail, *extra))),
                    self._money(step["amount"]),
                )
            )
        return rows

    def _why_readings(self):
        rows = []
        for row in self.inputs.get("readings") or () if self.inputs else ():
            for meter in row["meters"]:
                rows.append(
                    _row(
                        self.env._("Meter %s", meter["meter"]),
                        f"{_number(meter['before'])} → {_number(meter['value'])} "
                        f"({self._day(meter['date'])})",
                        f"{_number(meter['quantity'])} {row['unit']}".strip(),
                    )
                )
            days = f"{self._day(row['from'])} – {self._day(row['to'])}"
            rows.append(
                _row(
                    self.env._("Used"),
                    days,
                    f"{_number(row['quantity'])} {row['unit']}".strip(),
                )
            )
            if row.get("used_before") and Decimal(row["used_before"]):
                rows.append(
                    _row(
                        self.env._("Used before in the year"),
                        "",
                        f"{_number(row['used_before'])} {row['unit']}".strip(),
                    )
                )
            if "price" in row:
                detail = f"{_number(row['quantity'])} × {self._price(row['price'])}"
                rows.append(
                    _row(self.env._("Price"), detail, self._money(row["amount"]))
                )
            rows += self._why_priced(row.get("priced") or ())
        return rows

    def _why_shares(self):
        rows = []
        labels = dict(
            self.env["pm.allocation.key.part"]
            ._fields["basis"]
            ._description_selection(self.env)
        )
        for row in (self.inputs or {}).get("shares") or ():
            rows.append(
                _row(
                    self.env._("Common cost"),
                    row["cost"],
                    self._money(row["total"]),
                )
            )
            for weight in row["weights"]:
                percent = weight["percent"]
                label = labels.get(weight["basis"], weight["basis"])
                if percent != 100:
                    label = f"{percent:g} % {label}"
                rows.append(
                    _row(
                        self.env._("Shared by"),
                        f"{label}: {weight['weight']} / {weight['of']}",
                    )
                )
            rows.append(
                _row(
                    self.env._("Your share"),
                    self.env._(
                        "one of %s; all shares add up to the cost", row["units"]
                    ),
                    self._money(row["amount"]),
                )
            )
        days = (self.inputs or {}).get("days")
        if days:
            rows.append(_row(self.env._("Days"), f"{days[0]} / {days[1]}"))
        return rows

    def _why_changes(self):
        rows = []
        for row in (self.inputs or {}).get("reasons") or ():
            if not row["why"]:
                continue
            rows.append(
                _row(
                    f"{self._day(row['from'])} – {self._day(row['to'])}",
                    ", ".join(self._reason(why) for why in row["why"]),
                    f"× {_number(row['factor'])}",
                )
            )
        return rows

    def _reason(self, why):
        """Why a price is what it is on some days."""
        kind, value = why["kind"], why["value"]
        if kind == "free":
            return self.env._("free of charge")
        if kind == "percent":
            text = self.env._(
                "%(percent)s %% since %(day)s",
                percent=f"{_dec(value):+f}".rstrip("0").rstrip("."),
                day=self._day(why["from"]),
            )
            return f"{text} (× {why['times']})" if why["times"] > 1 else text
        if kind == "price":
            return self.env._("price since %s", self._day(why["from"]))
        return self.env._(
            "%(reason)s: %(percent)s %% is due",
            reason=why["label"] or self.env._("Reduction"),
            percent=_number(_dec(value) * 100),
        )

    def _why_months(self):
        steps = (self.inputs or {}).get("steps") or ()
        partial = any(step["days"] != step["of_days"] for step in steps)
        if len(steps) < 2 and not partial:
            return []
        return [
            _row(
                step["month"],
                ""
                if step["days"] == step["of_days"]
                else self.env._(
                    "%(days)s of %(all)s days",
                    days=step["days"],
                    all=step["of_days"],
                ),
                self._money(step["amount"]),
            )
            for step in steps
        ]

    def _why_rounding(self):
        stage, mode, to = self.inputs.get("rounding") or ("month", "half_up", "0.01")
        item = self.env["pm.fee.item"]
        stages = dict(item._fields["rounding_stage"]._description_selection(self.env))
        modes = dict(item._fields["rounding_mode"]._description_selection(self.env))
        rounded = self.inputs.get("rounded")
        return _row(
            self.env._("Rounding"),
            f"{stages.get(stage, '')}, {modes.get(mode, '')}, {to}",
            self._money(rounded) if rounded else "",
        )

    def _money(self, amount):
        return format_amount(self.env, float(amount), self.currency_id)

    def _price(self, value):
        return price_text(self.env, _dec(value), self.currency_id)

    def _day(self, text):
        return format_date(self.env, fields.Date.to_date(text))


def _row(label, detail="", amount=""):
    return {"label": label, "detail": detail, "amount": amount}


def _dec(value):
    return Decimal(str(value))


def _number(value):
    """A number as people write it: 5.00 is 5, 0.4883 stays, a third has six digits."""
    text = f"{round(_dec(value), 6):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
