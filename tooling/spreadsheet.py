"""A dashboard as one of Odoo's spreadsheets: cards and charts become its JSON."""

import uuid
from dataclasses import dataclass, field

PERIOD, ESTATE = "period", "estate"
WIDTH, CARD_HEIGHT, CHART_HEIGHT, GAP = 1000, 110, 300, 10
CARDS_IN_A_ROW, CHARTS_IN_A_ROW = 5, 2
TITLE = {"color": "#434343", "bold": True}


@dataclass(frozen=True)
class Source:
    """Records of a model; ``date`` and ``estate`` are the fields that filters use."""

    model: str
    domain: list = field(default_factory=list)
    date: str = ""
    date_type: str = "datetime"
    estate: str = "estate_id"

    def only(self, *conditions):
        """The same records, of which these conditions hold too."""
        domain = [*self.domain, *conditions]
        return Source(self.model, domain, self.date, self.date_type, self.estate)

    def matching(self):
        found = {}
        if self.date:
            found[PERIOD] = {"chain": self.date, "type": self.date_type, "offset": 0}
        if self.estate:
            found[ESTATE] = {"chain": self.estate, "type": "many2one"}
        return found


@dataclass(frozen=True)
class Card:
    """One number: how many, an amount, or ``part`` of ``source`` in %.

    An amount with ``digits`` is a mean, shown with so many decimals and its unit.
    ``whole`` is another amount, of which the amount of ``part`` is a share.
    """

    title: str
    source: Source
    menu: str
    part: Source | None = None
    amount: str = "__count"
    whole: str = ""
    note: str = ""
    digits: int | None = None
    unit: str = ""


@dataclass(frozen=True)
class Chart:
    """Records by one or two fields, as bars, lines or a pie."""

    title: str
    source: Source
    by: list
    menu: str
    kind: str = "bar"
    amount: str = "__count"
    stacked: bool = False


@dataclass(frozen=True)
class Dashboard:
    """What is on one dashboard, from top to bottom."""

    file: str
    cards: list
    charts: list

    def document(self):
        """Return the spreadsheet as Odoo reads it."""
        return _Document(self).build()


class _Document:
    def __init__(self, dashboard):
        self.dashboard = dashboard
        self.pivots, self.figures, self.menus, self.data = {}, [], {}, {}

    def build(self):
        for place, card in enumerate(self.dashboard.cards):
            self._add_card(place, card)
        rows = -(-len(self.dashboard.cards) // CARDS_IN_A_ROW)
        top = GAP + rows * (CARD_HEIGHT + GAP)
        for place, chart in enumerate(self.dashboard.charts):
            self._add_chart(place, top, chart)
        lines = -(-len(self.dashboard.charts) // CHARTS_IN_A_ROW)
        height = top + lines * (CHART_HEIGHT + GAP)
        return {
            "version": "18.5.10",
            "sheets": [
                self._sheet("Dashboard", 7, height // 23 + 2, {}, self.figures),
                self._sheet("Data", 4, len(self.data) + 2, self.data, []),
            ],
            "styles": {},
            "formats": {},
            "borders": {},
            "revisionId": "START_REVISION",
            "uniqueFigureIds": True,
            "settings": {"locale": LOCALE},
            "pivots": self.pivots,
            "pivotNextId": len(self.pivots) + 1,
            "customTableStyles": {},
            "globalFilters": [
                {
                    "id": PERIOD,
                    "type": "date",
                    "label": "Period",
                    "defaultValue": "last_90_days",
                },
                {
                    "id": ESTATE,
                    "type": "relation",
                    "label": "Estate",
                    "modelName": "pm.property",
                    "domainOfAllowedValues": [["kind", "=", "estate"]],
                    "defaultValueDisplayNames": [],
                },
            ],
            "lists": {},
            "listNextId": 1,
            "chartOdooMenusReferences": self.menus,
        }

    def _sheet(self, name, columns, rows, cells, figures):
        return {
            "id": self._id("sheet", name),
            "name": name,
            "colNumber": columns,
            "rowNumber": rows,
            "rows": {},
            "cols": {str(n): {"size": -(-WIDTH // columns)} for n in range(columns)},
            "merges": [],
            "cells": cells,
            "styles": {},
            "formats": {},
            "borders": {},
            "conditionalFormats": [],
            "dataValidationRules": [],
            "figures": figures,
            "tables": [],
            "areGridLinesVisible": False,
            "isVisible": True,
            "headerGroups": {"ROW": [], "COL": []},
            "comments": {},
        }

    def _id(self, *parts):
        """The same in each build, so that a rebuilt file shows what has changed."""
        name = "/".join(map(str, (self.dashboard.file, *parts)))
        return str(uuid.uuid5(uuid.NAMESPACE_URL, name))

    def _pivot(self, title, source, amount):
        """The number of a card. Those of the same records are asked for together: a
        pivot is a request, and the records are looked up once for all."""
        measure = {"id": amount, "fieldName": amount}
        for key, pivot in self.pivots.items():
            if (pivot["model"], pivot["domain"]) == (source.model, source.domain):
                if measure not in pivot["measures"]:
                    pivot["measures"].append(measure)
                    pivot["name"] += f", {title}"
                return f'PIVOT.VALUE({key},"{amount}")'
        key = str(len(self.pivots) + 1)
        self.pivots[key] = {
            "type": "ODOO",
            "id": key,
            "formulaId": key,
            "name": title,
            "model": source.model,
            "domain": source.domain,
            "context": {},
            "measures": [measure],
            "columns": [],
            "rows": [],
            "fieldMatching": source.matching(),
        }
        return f'PIVOT.VALUE({key},"{amount}")'

    def _add_card(self, place, card):
        line = place + 1
        whole = self._pivot(card.title, card.source, card.whole or card.amount)
        if card.part:
            part = self._pivot(card.title, card.part, card.amount)
            shown = f'=IFERROR(CONCATENATE(ROUND({part}/{whole}*100,1)," %"),"–")'
        elif card.digits is not None:
            number = f'CONCATENATE(ROUND({whole},{card.digits}),"{card.unit}")'
            shown = f'=IFERROR(IF({whole}="","–",{number}),"–")'
        else:
            shown = f"=IFERROR(FORMAT.LARGE.NUMBER({whole}),0)"
        self.data[f"A{line}"] = f'=_t("{card.title}")'
        self.data[f"B{line}"] = shown
        if card.note:
            self.data[f"C{line}"] = f'=_t("{card.note}")'
        width = (WIDTH - GAP * (CARDS_IN_A_ROW - 1)) // CARDS_IN_A_ROW
        column, row = place % CARDS_IN_A_ROW, place // CARDS_IN_A_ROW
        self._add_figure(
            card,
            (column * (width + GAP), GAP + row * (CARD_HEIGHT + GAP)),
            (width, CARD_HEIGHT),
            {
                "type": "scorecard",
                "title": {"text": card.title, **TITLE},
                "background": "#EFF6FF",
                "keyValue": f"Data!B{line}",
                "baseline": f"Data!C{line}" if card.note else "",
                "baselineMode": "text",
                "baselineColorUp": "#434343",
                "baselineColorDown": "#434343",
                "humanize": False,
            },
        )

    def _add_chart(self, place, top, chart):
        width = (WIDTH - GAP * (CHARTS_IN_A_ROW - 1)) // CHARTS_IN_A_ROW
        column, row = place % CHARTS_IN_A_ROW, place // CHARTS_IN_A_ROW
        self._add_figure(
            chart,
            (column * (width + GAP), top + row * (CHART_HEIGHT + GAP)),
            (width, CHART_HEIGHT),
            {
                "type": f"odoo_{chart.kind}",
                "title": {"text": chart.title, **TITLE},
                "background": "#FFFFFF",
                "legendPosition": "top" if len(chart.by) > 1 else "none",
                "verticalAxisPosition": "left",
                "stacked": chart.stacked,
                "cumulatedStart": False,
                "fillArea": chart.kind == "line",
                "dataSets": [],
                "metaData": {
                    "groupBy": chart.by,
                    "measure": chart.amount,
                    "order": None if ":" in chart.by[0] else "DESC",
                    "resModel": chart.source.model,
                    "mode": chart.kind,
                    "cumulatedStart": False,
                },
                "searchParams": {
                    "comparison": None,
                    "context": {},
                    "domain": chart.source.domain,
                    "groupBy": chart.by,
                    "orderBy": [],
                },
                "fieldMatching": chart.source.matching(),
            },
        )

    def _add_figure(self, shown, offset, size, data):
        key = self._id("figure", shown.title)
        self.menus[key] = shown.menu
        self.figures.append(
            {
                "id": key,
                "tag": "chart",
                "col": 0,
                "row": 0,
                "offset": dict(zip("xy", offset, strict=True)),
                "width": size[0],
                "height": size[1],
                "data": {**data, "chartId": key},
            }
        )


LOCALE = {
    "name": "English (US)",
    "code": "en_US",
    "thousandsSeparator": ",",
    "decimalSeparator": ".",
    "dateFormat": "mm/dd/yyyy",
    "timeFormat": "hh:mm:ss",
    "formulaArgSeparator": ",",
    "weekStart": 7,
}
