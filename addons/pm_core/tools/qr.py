"""Codes that a phone reads, as pictures that need no server to be shown or printed."""

import base64
import io

import qrcode


def data_url(address, size=6, border=1):
    """The picture of an address as a data URL: no log has the address in it.

    :param size: of a square of the code, in pixels
    :param border: white squares around it
    """
    picture = io.BytesIO()
    qrcode.make(address, box_size=size, border=border).save(picture)
    return f"data:image/png;base64,{base64.b64encode(picture.getvalue()).decode()}"
