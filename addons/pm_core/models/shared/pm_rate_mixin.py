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
