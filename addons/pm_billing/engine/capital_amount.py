"""Amounts in words as Chinese receipts and cheques spell them.

They use the capital numerals, which cannot be altered by a stroke: 壹佰元整,
not 一百元. Rules: 正确填写票据和结算凭证的基本规定 (People's Bank of China).
"""

from decimal import ROUND_HALF_UP, Decimal

DIGITS = "零壹贰叁肆伍陆柒捌玖"
UNITS = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿")
LIMIT = 10 ** (len(UNITS) * len(GROUPS))


def capital_amount(amount):
    """Return an amount of yuan in words, e.g. 壹仟零壹元零伍分.

    :param Decimal amount: not negative, below a trillion; rounded to a cent
    :raises ValueError: out of that range
    """
    cents = int((amount * 100).quantize(Decimal(1), ROUND_HALF_UP))
    yuan, cents = divmod(cents, 100)
    if not 0 <= yuan < LIMIT:
        raise ValueError(f"cannot spell {amount}")
    text = _spell(yuan)
    if not cents:
        return f"{text or DIGITS[0]}元整"
    jiao, fen = divmod(cents, 10)
    text = text and f"{text}元"
    if jiao:
        text += f"{DIGITS[jiao]}角"
    elif text:
        text += DIGITS[0]
    return text + (f"{DIGITS[fen]}分" if fen else "整")


def _spell(number):
    """Spell a whole number; one 零 stands for the zeros between two digits."""
    text, gap, filled = "", False, False
    for power, digit in zip(
        range(len(str(number)) - 1, -1, -1), map(int, str(number)), strict=True
    ):
        group, unit = divmod(power, len(UNITS))
        if digit:
            text += (DIGITS[0] if gap else "") + DIGITS[digit] + UNITS[unit]
            filled = True
        gap = not digit and bool(text)
        if not unit and filled:
            text += GROUPS[group]
            filled = False
    return text
