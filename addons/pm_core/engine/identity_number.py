"""Numbers of Chinese identity cards: form and check digit.

A card of today has 18 characters, the last of which checks the others; until 1999
there were 15. Other papers (passports, travel permits, credit codes of firms) have
letters, and rules of their own that are not tested here.
"""

import re
from datetime import date

from stdnum.cn import ric

_CARD = re.compile(r"\d{17}[\dX]")
_OLD_CARD = re.compile(r"\d{15}")
_OTHER_PAPER = re.compile(r"(?=.*[A-Z])[A-Z0-9()-]{5,20}")


def fault(number):
    """Return what is wrong with a number, in capitals and without blanks, or None.

    :return: ``"id_form"`` when it cannot be such a number, ``"id_check"`` when its
        check digit or day of birth says that a digit is wrong
    """
    if _CARD.fullmatch(number):
        sound = ric.calc_check_digit(number) == number[-1] and _is_day(number[6:14])
        return None if sound else "id_check"
    if _OLD_CARD.fullmatch(number):
        return None if _is_day(f"19{number[6:12]}") else "id_form"
    return None if _OTHER_PAPER.fullmatch(number) else "id_form"


def _is_day(digits):
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True
