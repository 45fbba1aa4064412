from odoo import models
from odoo.tools import SQL


class PmRateMixin(models.AbstractModel):
    """The rate of a group is no mean of rates: what is large counts for more.

    ``_rates`` names, for each field that is a rate, its counter, its denominator and
    the number by which they are multiplied (100 for percent): the rate of a group is
    the sum of the one divided by the sum of the other, and none where that is zero.
    """

    _name = "pm.rate.mixin"
    _description = "Has Rates of Groups"
    _rates = {}
    # views of very many rows: groups are added up first, and put in order after that
    _sums_first = False

    def _read_group_select(self, aggregate_spec, query):
        name, _colon, function = aggregate_spec.partition(":")
        if name not in self._rates or function != "avg":
            return super()._read_group_select(aggregate_spec, query)
        above, below, factor = self._rates[name]
        return SQL(
            "%s * sum(%s) / nullif(sum(%s), 0)",
            float(factor),
            self._field_to_sql(self._table, above, query),
            self._field_to_sql(self._table, below, query),
        )

    def _read_group(
        self,
        domain,
        groupby=(),
        aggregates=(),
        having=(),
        offset=0,
        limit=None,
        order=None,
    ):
        """In the order of the groups, without what it is made of in every row.

        Odoo joins what orders a group to each row and groups by it as well.
        """
        first = self._sums_first and not limit and not offset
        if not first or not self._is_natural(order, [groupby]):
            return super()._read_group(
                domain, groupby, aggregates, having, offset, limit, order
            )
        rows = super()._read_group(domain, groupby, aggregates, having)
        return self._in_natural_order(rows, len(groupby))

    def _read_grouping_sets(self, domain, grouping_sets, aggregates=(), order=None):
        """As for one grouping, in each of several."""
        if not self._sums_first or not self._is_natural(order, grouping_sets):
            return super()._read_grouping_sets(domain, grouping_sets, aggregates, order)
        found = super()._read_grouping_sets(domain, grouping_sets, aggregates)
        return [
            self._in_natural_order(rows, len(groupby))
            for groupby, rows in zip(grouping_sets, found, strict=True)
        ]

    def _is_natural(self, order, grouping_sets):
        """Whether groups are asked for in the order of what they are grouped by."""
        specs = dict.fromkeys(spec for groupby in grouping_sets for spec in groupby)
        terms = [term.strip() for term in (order or "").split(",")]
        return bool(specs) and terms == list(specs)

    def _in_natural_order(self, rows, size):
        """Return groups in the order of their records and values; none comes last."""
        ranks = [
            self._ranks({row[position] for row in rows}) for position in range(size)
        ]
        last = len(rows)
        return sorted(
            rows,
            key=lambda row: [
                rank.get(value, last) for rank, value in zip(ranks, row, strict=False)
            ],
        )

    def _ranks(self, values):
        """Return {value: its place}; what is missing has none."""
        records = [value for value in values if isinstance(value, models.BaseModel)]
        if records:
            # who reads a sum need not be a reader of what it is grouped by
            known = records[0].sudo().concat(*(row.sudo() for row in records))
            places = {row.id: place for place, row in enumerate(known.sorted())}
            return {row: places[row.id] for row in records if row}
        # no is a value beside yes, and nothing elsewhere
        nothing = (None,) if True in values else (None, False)
        kept = [value for value in values if not any(value is one for one in nothing)]
        return {value: place for place, value in enumerate(sorted(kept))}
