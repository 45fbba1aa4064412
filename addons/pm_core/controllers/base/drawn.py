"""What pages take of who signs: a name, and a signature drawn with a finger."""

import binascii

# of the signature, as base64, and of a name
MAX_SIGNATURE = 2_000_000
MAX_NAME = 100
PNG = b"\x89PNG"


def check_drawn(signature):
    """The pages draw signatures as PNG; nothing else is stored as one.

    :raises ValueError: something else, or not to be decoded
    """
    if not binascii.a2b_base64(signature, strict_mode=True).startswith(PNG):
        raise ValueError("no PNG")
