"""The steps that may change what bill runs and receipts have booked.

Their invoices and entries are nobody else's to change: charges and receipts would say
one thing and the books another. A step marks its recordset by :func:`booking`; the
mark is an object of this process, so that no client can send it in a context.
"""

_MARK = object()


def booking(records):
    """Return the records with the mark of our own steps."""
    return records.with_context(pm_booking=_MARK)


def is_booking(records):
    return records.env.context.get("pm_booking") is _MARK
