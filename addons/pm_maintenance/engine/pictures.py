"""Photos: whether a file is one, and when it says it was taken."""

import io
from datetime import datetime

from PIL import Image, UnidentifiedImageError

FORMATS = {"JPEG", "PNG", "WEBP", "GIF", "MPO"}
# what phones of Apple keep photos in; opened by no library of ours, so known by how
# such a file begins
HEIF = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif"}
EXIF_IFD, TAKEN, ZONE = 0x8769, 0x9003, 0x9011


def is_picture(content):
    """Whether these bytes are a photo that can be opened."""
    if content[4:8] == b"ftyp" and content[8:12] in HEIF:
        return True
    try:
        with Image.open(io.BytesIO(content)) as picture:
            known = picture.format in FORMATS
            picture.verify()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return False
    except Image.DecompressionBombError:
        return False
    return known


def taken_at(content):
    """(local moment, zone as text or None) that the camera wrote into a photo.

    None where it wrote nothing that can be read.
    """
    try:
        with Image.open(io.BytesIO(content)) as picture:
            exif = picture.getexif().get_ifd(EXIF_IFD)
        text = str(exif.get(TAKEN) or "").strip("\x00 ")
        moment = datetime.strptime(text, "%Y:%m:%d %H:%M:%S")
    except Exception:
        # anything may stand in a file, and libraries fail at it in any way
        return None
    zone = str(exif.get(ZONE) or "").strip("\x00 ")
    return moment, zone or None
