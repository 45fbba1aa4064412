"""What people type into the forms of our pages."""

import re

# text that people type has lines and tabs, and nothing else that cannot be seen; what
# comes in with more is refused, see ``ir.http``
NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def plain(post):
    """The texts of a form; an end of a line is one character, as browsers count.

    Browsers send two, so that a text which just fits would be cut.
    """
    return {
        name: value.replace("\r\n", "\n").strip() if isinstance(value, str) else ""
        for name, value in post.items()
    }
