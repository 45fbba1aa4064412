"""The business day: what is booked has the day that it is at the estate."""


def today_at(place):
    """Return the day that it is at the estate of a place.

    Whoever reads the clock: a job of the night has no time zone, and an accountant may
    sit elsewhere. Without a place it is the reader's day.
    """
    return place.sudo().estate_id[:1]._today()
