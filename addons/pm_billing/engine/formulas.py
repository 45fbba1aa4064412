"""Formulas that staff write over named quantities, e.g. ``area * 0.5 + max(use, 10)``.

A grammar of its own and nothing else: numbers, names, ``+ - * /``, parentheses, and
``min``, ``max``, ``round``, ``floor``, ``ceil``, ``if(a >= b, then, else)``. There is
no way from here to Python, so that a formula can do no more than say a number. Names
may be Chinese. Everything is ``Decimal``; a value that is missing, or a division by
zero, is an error and never 0.
"""

import re
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, DecimalException

from .rounding import round_to

TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?|\.\d+)|(?P<name>[^\W\d]\w*)"
    r"|(?P<sign><=|>=|<>|!=|==|[-+*/(),<>=]))"
)
# what people type on a Chinese keyboard
ALIKE = str.maketrans("（），×÷＋－＊／＝＜＞≥≤", "(),*/+-*/=<>≥≤")
LONGEST = 1000
DEEPEST = 50
# what comes to as much is a slip, and no column of the database holds it
LARGEST = Decimal(10) ** 12
COMPARISONS = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b,
    "==": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "!=": lambda a, b: a != b,
}


class FormulaError(ValueError):
    """A formula that cannot be read or worked out; ``reason`` and ``text`` say why."""

    def __init__(self, reason, text=""):
        super().__init__(f"{reason}: {text}" if text else reason)
        self.reason = reason
        self.text = text


def _rounded(value, to=Decimal(1)):
    """Round to a multiple of ``to``: 0.01, 0.5, 10.

    Who writes ``round(x, 2)`` means two decimals, as in a spreadsheet, and would get
    even numbers: that is an error.
    """
    if to <= 0 or (to > 1 and to % 5):
        raise FormulaError("rounding", f"{to}")
    return round_to(value, to)


FUNCTIONS = {
    "min": (1, None, lambda *values: min(values)),
    "max": (1, None, lambda *values: max(values)),
    "round": (1, 2, _rounded),
    "floor": (1, 1, lambda value: value.to_integral_value(ROUND_FLOOR)),
    "ceil": (1, 1, lambda value: value.to_integral_value(ROUND_CEILING)),
}


class Formula:
    """A formula, read once and worked out for many rows.

    :raises FormulaError: where it cannot be read, naming the place
    """

    def __init__(self, text):
        self.text = text
        self.names = set()
        self._tokens = self._split(text)
        self._place = 0
        self._depth = 0
        self._tree = self._sum()
        if self._place < len(self._tokens):
            raise FormulaError("unexpected", self._tokens[self._place][1])

    def value(self, quantities):
        """Return what the formula says for these quantities.

        :param quantities: {name: Decimal}; more than it needs does no harm
        :raises FormulaError: a name without a value, a division by zero, a number too
            large to be one
        """
        try:
            found = self._tree(quantities)
        except DecimalException:
            raise FormulaError("no_number", self.text) from None
        if not found.is_finite():
            raise FormulaError("no_number", self.text)
        if abs(found) >= LARGEST:
            raise FormulaError("too_large")
        return found

    # reading ---------------------------------------------------------------------

    @staticmethod
    def _split(text):
        if len(text) > LONGEST:
            raise FormulaError("too_long")
        tokens, place = [], 0
        text = text.translate(ALIKE).replace("≥", ">=").replace("≤", "<=").rstrip()
        while place < len(text):
            found = TOKEN.match(text, place)
            if not found:
                raise FormulaError("unexpected", text[place:].strip()[:10])
            tokens.append((found.lastgroup, found[found.lastgroup]))
            place = found.end()
        return tokens

    def _next(self, *signs):
        """Take the next token if it is one of these signs."""
        if self._place < len(self._tokens):
            kind, text = self._tokens[self._place]
            if kind == "sign" and text in signs:
                self._place += 1
                return text
        return None

    def _need(self, sign):
        if not self._next(sign):
            raise FormulaError("missing", sign)

    def _sum(self):
        left = self._product()
        while sign := self._next("+", "-"):
            left = _joined(sign, left, self._product())
        return left

    def _product(self):
        left = self._signed()
        while sign := self._next("*", "/"):
            left = _joined(sign, left, self._signed())
        return left

    def _signed(self):
        self._depth += 1
        if self._depth > DEEPEST:
            raise FormulaError("too_deep")
        try:
            if self._next("-"):
                inner = self._signed()
                return lambda names: -inner(names)
            return self._atom()
        finally:
            self._depth -= 1

    def _atom(self):
        if self._next("("):
            inner = self._sum()
            self._need(")")
            return inner
        if self._place == len(self._tokens):
            raise FormulaError("ends_early")
        kind, text = self._tokens[self._place]
        self._place += 1
        if kind == "number":
            number = Decimal(text)
            return lambda names: number
        if kind == "name":
            return self._call(text) if self._next("(") else self._name(text)
        raise FormulaError("unexpected", text)

    def _name(self, name):
        self.names.add(name)

        def value(names):
            if names.get(name) is None:
                raise FormulaError("no_value", name)
            return Decimal(names[name])

        return value

    def _call(self, name):
        if name == "if":
            return self._choice()
        if name not in FUNCTIONS:
            raise FormulaError("unknown_function", name)
        least, most, function = FUNCTIONS[name]
        arguments = [self._sum()]
        while self._next(","):
            arguments.append(self._sum())
        self._need(")")
        if not least <= len(arguments) <= (most or len(arguments)):
            raise FormulaError("arguments", name)
        if name == "round":
            self._check_unit(*arguments[1:])
        return lambda names: function(*[argument(names) for argument in arguments])

    @staticmethod
    def _check_unit(unit=None):
        """A unit that is written as a number is looked at when the formula is read."""
        try:
            if unit:
                _rounded(Decimal(), unit({}))
        except DecimalException:
            raise FormulaError("rounding") from None
        except FormulaError as error:
            if error.reason != "no_value":
                raise

    def _choice(self):
        left = self._sum()
        sign = self._next(*COMPARISONS)
        if not sign:
            raise FormulaError("missing", "<")
        right = self._sum()
        self._need(",")
        then = self._sum()
        self._need(",")
        other = self._sum()
        self._need(")")
        compare = COMPARISONS[sign]
        return lambda names: (
            then(names) if compare(left(names), right(names)) else other(names)
        )


def _joined(sign, left, right):
    return {
        "+": lambda names: left(names) + right(names),
        "-": lambda names: left(names) - right(names),
        "*": lambda names: left(names) * right(names),
        "/": lambda names: left(names) / right(names),
    }[sign]
