"""Values of formula cells that were saved without one.

Spreadsheet programs store the result beside a formula; generators (openpyxl and
others) do not. Plain arithmetic over numbers and cells of the same sheet is worked
out here, with ``SUM`` and ``ROUND``; everything else raises ``FormulaError``.
"""

import ast
import operator
import re
from decimal import ROUND_HALF_UP, Decimal, DecimalException

from .cells import CellError, to_decimal

_OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_REFERENCE = re.compile(r"^[A-Z]{1,3}[1-9]\d*$")
_MAX_DEPTH = 20


class FormulaError(ValueError):
    """The formula is beyond plain arithmetic, or refers to something that is."""


def evaluate(formula, lookup, depth=0):
    """Return the ``Decimal`` value of ``formula`` ("=B2*1.06").

    :param lookup: function from a reference such as "B2" to that cell's raw value
    :raises FormulaError: unsupported syntax, a reference that is no number, a cycle
    """
    if depth > _MAX_DEPTH:
        raise FormulaError(formula)
    source = formula.lstrip("=").replace("$", "").strip().upper()
    try:
        tree = ast.parse(source, mode="eval").body
        return _value(tree, lookup, depth, source)
    except (SyntaxError, DecimalException, RecursionError) as error:
        raise FormulaError(formula) from error


def _value(node, lookup, depth, source):
    def inner(child):
        return _value(child, lookup, depth, source)

    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        # the literal's own text, so that 0.1 stays exactly 0.1
        return Decimal(ast.get_source_segment(source, node))
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        return _OPERATORS[type(node.op)](inner(node.left), inner(node.right))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        value = inner(node.operand)
        return -value if isinstance(node.op, ast.USub) else value
    if isinstance(node, ast.Name) and _REFERENCE.match(node.id):
        return _referenced(node.id, lookup, depth)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        arguments = [inner(child) for child in node.args]
        if node.func.id == "SUM":
            return sum(arguments, Decimal())
        if node.func.id == "ROUND" and len(arguments) == 2:
            step = Decimal(1).scaleb(-int(arguments[1]))
            return arguments[0].quantize(step, rounding=ROUND_HALF_UP)
    raise FormulaError(source)


def _referenced(reference, lookup, depth):
    value = lookup(reference)
    if isinstance(value, str) and value.startswith("="):
        return evaluate(value, lookup, depth + 1)
    try:
        return to_decimal(value) or Decimal()
    except CellError as error:
        raise FormulaError(reference) from error
