"""What WeChat sends to the server of an official account, and what is answered.

WeChat signs each call with the account's token, and in safe mode encrypts the message
with the account's key (AES-256-CBC, its App ID at the end). Nothing here knows
a database: bytes in, a dictionary out, or :class:`WechatRefused`.

Source: WeChat Official Accounts Platform, "Message encryption and decryption" and
"Receiving standard messages".
"""

import base64
import binascii
import hashlib
import struct
import time
from xml.parsers import expat

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from .secret import same_secret

# WeChat calls again after 5 seconds, three times; clocks differ by some seconds.
WINDOW = 300
# Messages that WeChat signs in the same moment may have the same signature.
MOMENT = 10
# A text of WeChat has at most 2,048 bytes, and a call a few more fields.
LIMIT = 64 * 1024
# Padding is to 32 bytes, not to the 16 of the cipher.
BLOCK = 32
KEY_LENGTH = 43
MAX_KEY = 200
# Fields of a place or of a scanned code have fields of their own, and those no more.
DEPTH = 4


class WechatRefused(Exception):
    """The call is not WeChat's, is too old, or cannot be read.

    Its text is for the log of the server: the caller learns nothing.
    """


def signature(*parts):
    """Return WeChat's signature over texts: SHA-1 of them, sorted and joined."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()  # noqa: S324


def is_fresh(timestamp, now=None):
    """Whether a call was signed this moment, by WeChat's clock.

    :param timestamp: seconds since 1970, as :meth:`Envelope.check` has let them pass
    :param now: seconds since 1970
    """
    return abs((time.time() if now is None else now) - int(timestamp)) <= MOMENT


class Envelope:
    """Opens the messages of one account.

    :param token: the token that was entered at WeChat for this server
    :param app_id: the account's App ID, which stands in each encrypted message
    :param key: the EncodingAESKey, 43 characters; none in plain mode, in which a
        message that claims to be encrypted is refused
    :raises WechatRefused: if the key is none
    """

    def __init__(self, token, app_id, key=None):
        self._token = token
        self._app_id = app_id
        self._key = self._bytes_of(key) if key else None

    @staticmethod
    def _bytes_of(key):
        try:
            found = base64.b64decode(key + "=", validate=True)
        except (binascii.Error, ValueError):
            found = b""
        if len(key) != KEY_LENGTH or len(found) != 32:
            raise WechatRefused("the EncodingAESKey is not one")
        return found

    def check(self, given, timestamp, nonce, *more, now=None):
        """Refuse a call that the account's token did not sign, or not now.

        :param given: the signature in the address
        :param timestamp: seconds since 1970 as WeChat wrote them
        :param now: seconds since 1970
        :raises WechatRefused:
        """
        if not (given and timestamp and nonce and self._token):
            raise WechatRefused("not signed")
        if not same_secret(signature(self._token, timestamp, nonce, *more), given):
            raise WechatRefused("signed by somebody else")
        if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
            raise WechatRefused("no time")
        if abs((time.time() if now is None else now) - int(timestamp)) > WINDOW:
            raise WechatRefused("signed at another time")

    def open(self, body, query, now=None):
        """Return the fields of a message.

        :param bytes body: what was posted
        :param query: the parameters of the address: ``timestamp``, ``nonce`` and
            ``signature``, or ``msg_signature`` of an encrypted message
        :return: ``{name: text}``; of a field with fields of its own, those
        :raises WechatRefused:
        """
        stamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
        fields = parse(body)
        secret = fields.get("Encrypt")
        if self._key is None:
            # compatible mode brings a message plain and encrypted: without a key the
            # plain one is read, as in plain mode
            if secret and not fields.get("MsgType"):
                raise WechatRefused("encrypted, and the account has no key")
            self.check(query.get("signature", ""), stamp, nonce, now=now)
            return fields
        # With a key nothing plain is taken: who learnt the token alone could write it.
        if not secret:
            raise WechatRefused("not encrypted")
        self.check(query.get("msg_signature", ""), stamp, nonce, secret, now=now)
        return parse(self._decrypt(secret))

    def _decrypt(self, secret):
        try:
            sealed = base64.b64decode(secret, validate=True)
            cipher = Cipher(algorithms.AES(self._key), modes.CBC(self._key[:16]))
            decryptor = cipher.decryptor()
            plain = decryptor.update(sealed) + decryptor.finalize()
        except (binascii.Error, ValueError) as error:
            raise WechatRefused("cannot be decrypted") from error
        padding = plain[-1] if plain else 0
        if not 1 <= padding <= BLOCK or len(plain) < 20 + padding:
            raise WechatRefused("cannot be decrypted")
        plain = plain[:-padding]
        end = 20 + struct.unpack("!I", plain[16:20])[0]
        # The App ID at the end: the message was not taken from another account.
        if not same_secret(plain[end:].decode(errors="replace"), self._app_id):
            raise WechatRefused("for another account")
        return plain[20:end]


def parse(body):
    """Return the fields of WeChat's XML as texts.

    A document type is refused before anything of it is read: its entities could fetch
    files, or grow to the size of the memory. The same words in somebody's message are
    text as any other.

    :param bytes body: at most ``LIMIT`` long
    :raises WechatRefused:
    """
    if len(body) > LIMIT:
        raise WechatRefused("too long")
    reader = _Reader()
    try:
        reader.parser.Parse(body, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise WechatRefused("no XML") from error
    return reader.fields


class _Reader:
    """Collects the texts of a document of two levels, ``xml`` and the fields in it."""

    def __init__(self):
        self.fields = {}
        self._path = []
        self._text = []
        self.parser = expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = self._declared
        self.parser.StartElementHandler = self._opened
        self.parser.EndElementHandler = self._closed
        self.parser.CharacterDataHandler = self._text.append

    def _declared(self, *_declaration):
        raise WechatRefused("declares a document type")

    def _opened(self, name, _attributes):
        if not self._path and name != "xml":
            raise WechatRefused("not WeChat's XML")
        if len(self._path) > DEPTH:
            raise WechatRefused("nested too deep")
        self._path.append(name)
        self._text.clear()

    def _closed(self, _name):
        if len(self._path) > 1 and (text := "".join(self._text).strip()):
            self.fields[".".join(self._path[1:])] = text
        self._text.clear()
        self._path.pop()


def key_of(message):
    """Return what tells one message from another, however often WeChat sends it.

    Events have no number: the sender and the second do, with the kind of the event.
    """
    if number := message.get("MsgId"):
        key = f"m{number}"
    else:
        names = ("FromUserName", "CreateTime", "Event")
        key = "e" + ":".join(message.get(name, "") for name in names)
    if len(key) <= MAX_KEY:
        return key
    # nothing of WeChat is so long, and no index of a database takes all of it
    return "h" + hashlib.sha256(key.encode()).hexdigest()
