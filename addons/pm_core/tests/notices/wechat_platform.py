"""WeChat's side of the messages: they are written, encrypted and signed as it does."""

import base64
import secrets
import struct
import time
from xml.etree import ElementTree

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from ...tools.wechat_messages import BLOCK, signature


def build(**fields):
    """Return the XML of a message."""
    root = ElementTree.Element("xml")
    for name, text in fields.items():
        ElementTree.SubElement(root, name).text = text
    return ElementTree.tostring(root, encoding="unicode")


def encrypt(message, key, app_id):
    """Return a message as safe mode has it."""
    key, data = base64.b64decode(key + "="), message.encode()
    plain = secrets.token_bytes(16) + struct.pack("!I", len(data)) + data
    plain += app_id.encode()
    padding = BLOCK - len(plain) % BLOCK
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    sealed = encryptor.update(plain + bytes([padding]) * padding)
    return base64.b64encode(sealed + encryptor.finalize()).decode()


def call(message, token, app_id, key=None, now=None):
    """Return (body, query) of the call by which WeChat brings a message.

    :param message: XML
    :param key: the EncodingAESKey in safe mode
    """
    stamp, nonce = str(int(time.time() if now is None else now)), secrets.token_hex(4)
    query = {
        "signature": signature(token, stamp, nonce),
        "timestamp": stamp,
        "nonce": nonce,
    }
    if not key:
        return message.encode(), query
    sealed = encrypt(message, key, app_id)
    query["encrypt_type"] = "aes"
    query["msg_signature"] = signature(token, stamp, nonce, sealed)
    return build(ToUserName="gh_1", Encrypt=sealed).encode(), query
