"""All rows of a workbook, for whoever has to find out first what stands in it.

The file of a bank has titles, remarks and sums around its table; its headings are
looked for by the reader of such files. Limits and formulas are those of every
workbook here.
"""

from .workbook import MAX_ROWS, Workbook, WorkbookError, _is_filled, _values


class WorkbookLines(Workbook):
    """A workbook that is read line by line, whatever its headings are."""

    def lines(self):
        """Yield the values of each row of each sheet, one sheet after the other.

        A formula has its result; one without a result that can be had reads as its
        own text, which every reader of cells refuses.

        :raises WorkbookError: not_a_workbook, too_many_rows
        """
        filled = 0
        for name in self._book.sheetnames:
            worksheet = self._book[name]
            if not hasattr(worksheet, "reset_dimensions"):
                continue  # a chart
            layout = self._layout(name)
            for number, values in enumerate(_values(worksheet), 1):
                filled += _is_filled(values)
                if filled > MAX_ROWS:
                    raise WorkbookError("too_many_rows", str(MAX_ROWS))
                yield self._resolve(name, number, values, layout)
