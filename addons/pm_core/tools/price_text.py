"""Prices as people read them: with their currency, and all the decimals they have."""

from decimal import Decimal

from odoo.tools import formatLang

# of a m², a kWh: published ones have four and more decimals, which are kept
PRICE_DIGITS = (16, 6)
# 5.8 is read as a slip: two decimals are there whatever the price, as on a price tag
LEAST_DIGITS = 2
# what a field of a price is made with; screens show it like ``price_text``
PRICE = {"digits": PRICE_DIGITS, "min_display_digits": LEAST_DIGITS, "aggregator": None}


def price_text(env, value, currency):
    """Return ``value`` with the sign of its currency: ¥ 3.50, ¥ 5.80, and ¥ 0.4883.

    An amount is rounded to the currency; a price is not.
    """
    if not isinstance(value, Decimal):
        value = Decimal(repr(float(value or 0)))
    number = value.normalize()
    places = max(currency.decimal_places, LEAST_DIGITS, -number.as_tuple().exponent)
    text = formatLang(env, float(number), digits=places)
    pair = (currency.symbol or currency.name or "", text)
    return "\N{NO-BREAK SPACE}".join(
        pair if currency.position == "before" else reversed(pair)
    )
