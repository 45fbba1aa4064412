"""What is said about each reason why a reading is held, and what to do about it."""

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

# facts that are quantities, and facts that are days
NUMBERS = ("now", "before", "told", "other", "usual", "quantity")
DAYS = ("day", "today", "installed", "removed")
TEXTS = {
    "missing": _lt("Nothing was read. Enter the value, or estimate it."),
    "negative": _lt("%(now)s is negative. Enter what the meter shows."),
    "digits": _lt(
        "%(now)s has more digits than the meter (%(digits)s). Enter what the meter "
        "shows."
    ),
    "future": _lt(
        "It is %(today)s at the estate: nothing can be read on a later day. Enter the "
        "day on which it was read."
    ),
    "place": _lt(
        "It was read for %(place)s, and the meter is at %(own)s. Enter it at the right "
        "meter, or release it if the place was mistaken."
    ),
    "outside": _lt(
        "The meter was not there on that day (installed %(installed)s, removed "
        "%(removed)s). Enter the right day, or read the meter that was there."
    ),
    "twice": _lt(
        "Another reading of that day counts already: %(other)s. Correct that one, or "
        "set this one aside."
    ),
    "billed": _lt(
        "The reading of %(day)s is billed already and counts from the one before it. "
        "Set this one aside."
    ),
    "higher": _lt(
        "It is higher than the reading of %(day)s: %(other)s. Enter what the meter "
        "shows, or correct that one."
    ),
    "lower": _lt(
        "%(now)s is lower than %(before)s of %(day)s. Enter what the meter shows; "
        "release it if the register began again at zero."
    ),
    "estimated": _lt(
        "%(now)s is lower than %(before)s, to which it was estimated for %(day)s. "
        "Correct the estimate."
    ),
    "previous": _lt(
        "It was read after %(told)s, and the last reading is %(before)s. Release it if "
        "it is of this meter."
    ),
    "jump": _lt(
        "%(quantity)s %(unit)s were used where %(usual)s are usual. Compare it with "
        "the meter, and release it if it is right."
    ),
    "resident": _lt("A resident sent it. Compare it with the photo and release it."),
}
