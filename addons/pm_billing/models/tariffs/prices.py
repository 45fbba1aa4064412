"""Prices as people read them: with their currency, and all the decimals they have."""

from odoo.addons.pm_core.tools.price_text import price_text


def band_text(env, above, up_to, unit):
    """Return which quantities have a price: "up to 18 m³", "18 – 25 m³", "above 25"."""
    if up_to is None:
        return (
            env._("above %(limit)s %(unit)s", limit=quantity_text(above), unit=unit)
            if (above)
            else env._("each %s", unit)
        )
    if not above:
        return env._("up to %(limit)s %(unit)s", limit=quantity_text(up_to), unit=unit)
    return f"{quantity_text(above)} – {quantity_text(up_to)} {unit}"


def quantity_text(number):
    """Return a quantity with all its digits: 2,880, and 0.5."""
    return format(number.normalize(), ",f")


def price_rows(env, tariff, currency, unit):
    """Return what a tariff of the engine says, in rows for a table.

    :return: list of {"season", "part", "what", "price"}
    """
    groups = [("", tariff.parts)] if tariff.parts else []
    for season in tariff.seasons:
        days = "{:02d}-{:02d} – {:02d}-{:02d}".format(*season.first, *season.last)
        groups.append((f"{season.name} ({days})".strip(), season.parts))
    if tariff.seasons and tariff.parts:
        groups[0] = (env._("Other days"), tariff.parts)
    return [
        {"season": name, **row}
        for name, parts in groups
        for part in parts
        for row in _part_rows(env, part, currency, unit)
    ]


def _part_rows(env, part, currency, unit):
    name = part.name
    if part.register:
        name = f"{name} ({part.register})"
    if part.register == "demand" and unit == "kWh":
        # the highest power in the period, and no energy
        unit = "kW"
    rows = []
    if part.base_fee:
        what = env._("Base fee a day") if part.base_daily else env._("Base fee")
        if part.included:
            what = env._(
                "Base fee, with the first %(quantity)s %(unit)s",
                quantity=quantity_text(part.included),
                unit=unit,
            )
        rows.append((what, part.base_fee))
    above = None
    for band in part.bands:
        rows.append((band_text(env, above, band.up_to, unit), band.price))
        above = band.up_to
    if part.share != 1:
        counts = env._("counts %s %% of the quantity", quantity_text(part.share * 100))
        name = f"{name}, {counts}"
        if part.bands_of_total and not part.register:
            name += ", " + env._("limits are for the whole quantity")
    return [
        {"part": name, "what": what, "price": price_text(env, price, currency)}
        for what, price in rows
    ]


def terms(env, tariff, currency):
    """Return what else a tariff says, one sentence each."""
    found = []
    if tariff.accumulate:
        found.append(
            env._("Limits count what was used since 1 January.")
            if tariff.year_from == (1, 1)
            else env._(
                "Limits count what was used since %s, each year.",
                "{:02d}-{:02d}".format(*tariff.year_from),
            )
        )
    elif tariff.cycle_months > 1:
        found.append(env._("Limits are for %s months.", tariff.cycle_months))
    if tariff.scale_days:
        found.append(env._("Limits are scaled to the days of a reading."))
    if tariff.household:
        found.append(
            env._(
                "From %(persons)s persons on each further one widens the limits by "
                "%(quantity)s.",
                persons=tariff.household.persons_from,
                quantity=" / ".join(quantity_text(add) for add in tariff.household.add)
                or "0",
            )
        )
    if tariff.minimum:
        found.append(env._("At least %s.", price_text(env, tariff.minimum, currency)))
    if tariff.tax_percent:
        percent = quantity_text(tariff.tax_percent)
        found.append(
            env._("%s %% tax is included.", percent)
            if tariff.tax_included
            else env._("%s %% tax comes on top.", percent)
        )
    return found
