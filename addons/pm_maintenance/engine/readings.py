"""What people enter on a round: numbers, yes and no, moments, scanned codes.

Nothing is guessed. A number with a comma may be 2.8 or 28: it is refused in words, and
what was entered is kept for a person to decide.
"""

import re
import unicodedata
from datetime import datetime, timezone
from decimal import Decimal, InvalidOperation
from math import isfinite

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)")
YES = {"yes", "true", "1", "ok", "是", "正常", "合格"}
NO = {"no", "false", "0", "否", "异常", "不合格"}
UUID = re.compile(r"[0-9A-Za-z-]{8,64}")


class Unreadable(ValueError):
    """The entry does not say for certain what is meant; ``args[0]`` is a word for why:
    ``comma``, ``number``, ``yes_no`` or ``long``.
    """


def plain(value):
    """The entry as text: full-width digits as ASCII, no spaces around it."""
    if value is None or value is False:
        return ""
    if value is True:
        return "yes"
    return unicodedata.normalize("NFKC", str(value)).strip()


def number(value):
    """The number that was entered.

    :raises Unreadable: with a comma, or no number at all
    """
    text = plain(value)
    if "," in text:
        raise Unreadable("comma")
    if not NUMBER.fullmatch(text) or len(text) > 20:
        raise Unreadable("number")
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise Unreadable("number") from error


def yes_no(value):
    """``"yes"`` or ``"no"``.

    :raises Unreadable: anything else
    """
    text = plain(value).lower()
    if text in YES:
        return "yes"
    if text in NO:
        return "no"
    raise Unreadable("yes_no")


def is_out(value, low, high):
    """Whether a number is beyond its limits; a limit of None is none."""
    return (low is not None and value < low) or (high is not None and value > high)


def moment(text):
    """The moment (naive, UTC) of ISO 8601 with a zone, or None.

    A time without a zone names no moment.
    """
    if not isinstance(text, str) or len(text) > 40:
        return None
    try:
        told = datetime.fromisoformat(text)
        if told.tzinfo is None:
            return None
        told = told.astimezone(timezone.utc).replace(tzinfo=None, microsecond=0)
    except (ValueError, OverflowError):
        return None
    # what a database and a calendar can hold
    return told if 2000 <= told.year < 2200 else None


def code_of(text):
    """The code in what was scanned: labels hold an address that ends in it."""
    return re.split(r"[/#=?]", text.strip())[-1] if isinstance(text, str) else ""


def clean(told, depth=12):
    """What came as JSON, as a database can keep it: no NUL, no half characters."""
    if isinstance(told, str):
        text = told.replace("\x00", "�")
        return text.encode("utf-8", "replace").decode()
    if isinstance(told, float) and not isfinite(told):
        return str(told)
    if isinstance(told, int) and abs(told) > 10**30:
        return str(told)[:60]
    if isinstance(told, dict | list) and not depth:
        return "…"
    if isinstance(told, dict):
        return {clean(key): clean(value, depth - 1) for key, value in told.items()}
    if isinstance(told, list):
        return [clean(value, depth - 1) for value in told]
    return told
