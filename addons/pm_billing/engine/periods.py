"""Billing periods of a fee.

The periods of a fee lie on a fixed grid: whole calendar months, counted in steps
of the cycle from the month in which the fee begins. Period N is computed from the
start, never from period N-1, so nothing drifts; and it does not depend on the
window that is billed, so two runs see the same periods.
"""

from datetime import date, timedelta


def month_index(day):
    """Return the number of months since year 0."""
    return day.year * 12 + day.month - 1


def month_first(index):
    """Return the first day of the month with this index."""
    return date(index // 12, index % 12 + 1, 1)


def month_last(index):
    """Return the last day of the month with this index."""
    return month_first(index + 1) - timedelta(days=1)


def due_day(day, start, cycle, timing="advance"):
    """Return the day on which the period with ``day`` in it falls due.

    :param date start: day from whose month the periods are counted
    """
    origin = month_index(start)
    index = origin + (month_index(day) - origin) // cycle * cycle
    return month_first(index) if timing == "advance" else month_last(index + cycle - 1)


def periods(
    start, end, cycle, window_from, window_to, timing="advance", grid_start=None
):
    """Return the periods of a fee that fall due inside a window.

    :param date start: first day of the fee
    :param end: last day of the fee, or None
    :param int cycle: months in a period, 1 or more
    :param date window_from: first day of the window
    :param date window_to: last day of the window
    :param timing: "advance" falls due with the first day of the grid period,
        "arrears" with its last one
    :param grid_start: day from whose month the periods are counted, where that is
        earlier than the start: a fee that goes on at another price keeps its quarters
    :return: list of (first day, last day), clipped to the fee's own dates
    """
    origin = month_index(grid_start or start)
    last = month_index(min(end, window_to) if end else window_to)
    first_step = max(0, (month_index(window_from) - origin) // cycle - 1)
    found = []
    for index in range(origin + first_step * cycle, last + 1, cycle):
        grid_from, grid_to = month_first(index), month_last(index + cycle - 1)
        due = grid_from if timing == "advance" else grid_to
        if not window_from <= due <= window_to:
            continue
        period_from = max(grid_from, start)
        period_to = min(grid_to, end) if end else grid_to
        if period_from <= period_to:
            found.append((period_from, period_to))
    return found
