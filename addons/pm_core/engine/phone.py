"""Phone numbers as people write them, read into the one form that is dialled.

Registers have two numbers in one field, "(wife)" behind a number, landlines with and
without area code, extensions. What is one number is returned as E.164; what is not is
named, so that somebody is asked and nothing is dialled or texted by guess.
"""

import re
import unicodedata
from dataclasses import dataclass

import phonenumbers

_SEPARATORS = re.compile(r"[/,;、|\n]")
# 62345678-801, 62345678转801, 62345678 ext. 801
_EXTENSION = re.compile(
    r"(?P<main>.*\d{4})\s*(?:-|#|转|分机|转分机|ext\.?|x)\s*(?P<extension>\d{1,6})",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[+\d\s().-]+")
_CHINESE_MOBILE = re.compile(r"1[3-9]\d{9}")
# the longest number in the world, and no two of them
_MOST_DIGITS = 15


class PhoneError(ValueError):
    """Text that is not one phone number; ``code`` says why."""

    def __init__(self, code, text):
        super().__init__(f"{code}: {text}")
        self.code = code
        self.text = text


@dataclass(frozen=True)
class Phone:
    """One number: ``e164`` is dialled, only a mobile takes texts."""

    e164: str
    is_mobile: bool
    extension: str = ""


def read_phone(text, country="CN"):
    """Return the one :class:`Phone` of a field, or None when it is empty.

    :param str text: what people wrote
    :param str country: ISO code of the country where numbers without one are dialled
    :raises PhoneError: several_phones, phone_note (words beside the number),
        phone_invalid (no number of any network)
    """
    cleaned = unicodedata.normalize("NFKC", text or "").strip()
    if not cleaned:
        return None
    if _parts(cleaned) > 1:
        raise PhoneError("several_phones", text)
    extension = ""
    match = _EXTENSION.fullmatch(cleaned)
    if match and not _parse(cleaned, country):
        cleaned, extension = match["main"], match["extension"]
    if sum(map(str.isdigit, cleaned)) > _MOST_DIGITS:
        raise PhoneError("several_phones", text)
    if not _NUMBER.fullmatch(cleaned):
        raise PhoneError("phone_note", text)
    number = _parse(cleaned, country)
    if not number:
        raise PhoneError("phone_invalid", text)
    kind = phonenumbers.number_type(number)
    is_mobile = kind in (
        phonenumbers.PhoneNumberType.MOBILE,
        phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
    )
    if extension and is_mobile:
        # a mobile has no extension: 13900000001-2 means something else
        raise PhoneError("phone_note", text)
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Phone(e164, is_mobile, extension)


def _parts(text):
    """How many pieces with digits the separators leave."""
    return sum(any(char.isdigit() for char in part) for part in _SEPARATORS.split(text))


def _parse(text, country):
    """Return the number of a network that ``text`` is, or None.

    Mobiles of mainland China are known by their form where they are nobody's in the
    country of the company, too.
    """
    number = _parse_in(text, country)
    if not number and _CHINESE_MOBILE.fullmatch(re.sub(r"[\s-]", "", text)):
        number = _parse_in(text, "CN")
    return number


def _parse_in(text, country):
    if not _NUMBER.fullmatch(text):
        return None
    if text.startswith("00"):
        text = f"+{text[2:]}"
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) else None
