"""The steps that may change what bill runs and receipts have booked.

Their invoices and entries are nobody else's to change: charges and receipts would say
one thing and the books another.
"""


def booking(records):
    """Return the records for our own steps that book, which no client can claim."""
    return records._as_step("pm_booking")


def is_booking(records):
    return records._in_step("pm_booking")
