"""Comparing secrets that come from outside."""

from odoo.tools import consteq


def same_secret(known, given):
    """Tell whether ``given`` is the secret that we know, in constant time.

    What comes from outside may be anything: no text at all, or an emoji, which no
    secret of ours contains and which ``consteq`` cannot compare.
    """
    return (
        bool(known)
        and isinstance(given, str)
        and given.isascii()
        and consteq(known, given)
    )
