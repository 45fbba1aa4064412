"""What the values of a sheet do not say: merged cells, hidden rows, empty results.

Reading a workbook as a stream gives the values only; the rest stands elsewhere in the
XML of the sheet, and is picked out of it in one pass.
"""

from lxml import etree
from openpyxl.utils.cell import range_boundaries

# a formula whose result is the empty text looks like one that was never worked out
_EMPTY_RESULTS = etree.XPath(
    "*[@t='str'][*[local-name()='f']][not(*[local-name()='v']/text())]/@r"
)


class SheetLayout:
    """Merged cells, hidden rows and formulas with an empty result of one sheet."""

    def __init__(self):
        self.hidden_rows = set()
        self.empty_results = set()
        # {first row: [(column, last row)]}, columns counted from 0
        self._merges = {}

    @classmethod
    # pylint: disable-next=method-required-super
    def read(cls, stream):
        """Read the XML of a sheet.

        :raises etree.XMLSyntaxError: the sheet is no XML
        """
        layout = cls()
        elements = etree.iterparse(
            stream,
            tag=("{*}row", "{*}mergeCell"),
            resolve_entities=False,
            no_network=True,
        )
        for _event, element in elements:
            layout._add(element)
            # what was read is let go, else the whole sheet is kept as a tree
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
        return layout

    def _add(self, element):
        if etree.QName(element).localname == "row":
            number = element.get("r", "")
            if element.get("hidden") in ("1", "true") and number.isdigit():
                self.hidden_rows.add(int(number))
            self.empty_results.update(_EMPTY_RESULTS(element))
            return
        first_column, first_row, _last_column, last_row = range_boundaries(
            element.get("ref")
        )
        if last_row > first_row:
            self._merges.setdefault(first_row, []).append((first_column - 1, last_row))

    def merged_from(self, row):
        """Return (column, last row) of what is merged downwards from ``row`` on.

        Of cells merged over several columns the first one alone counts: a value
        that stands in other columns, too, would be read as something else there.
        """
        return self._merges.get(row, ())
