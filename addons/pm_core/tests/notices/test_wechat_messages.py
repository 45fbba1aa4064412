"""WeChat's calls: signature, encryption, what is refused."""

import base64

from hypothesis import given, settings, strategies as st

from odoo.tests import BaseCase, tagged

from ...tools.wechat_messages import (
    LIMIT,
    WINDOW,
    Envelope,
    WechatRefused,
    is_fresh,
    key_of,
    parse,
    signature,
)
from .wechat_platform import build, call

# The example that WeChat publishes with its library for decrypting.
TOKEN = "spamtest"
APP_ID = "wx2c2769f8efd9abc2"
KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
STAMP, NONCE = "1409735669", "1320562132"
ENCRYPTED = (
    "hyzAe4OzmOMbd6TvGdIOO6uBmdJoD0Fk53REIHvxYtJlE2B655HuD0m8KUePWB3+LrPXo87wzQ1QLvbe"
    "UgmBM4x6F8PGHQHFVAFmOD2LdJF9FrXpbUAh0B5GIItb52sn896wVsMSHGuPE328HnRGBcrS7C41IzDW"
    "yWNlZkyyXwon8T332jisa+h6tEDYsVticbSnyU8dKOIbgU6ux5VTjg3yt+WGzjlpKn6NPhRjpA912xMe"
    "zR4kw6KWwMrCVKSVCZciVGCgavjIQ6X8tCOp3yZbGpy0VxpAe+77TszTfRd5RJSVO/HTnifJpXgCSUdU"
    "ue1v6h0EIBYYI1BD1DlD+C0CR8e6OewpusjZ4uBl9FyJvnhvQl+q5rv1ixrcpCumEPo5MJSgM9ehVsNP"
    "fUM669WuMyVWQLCzpu9GhglF2PE="
)
MSG_SIGNATURE = "5d197aaffba7e9b25a30732f161a50dee96bd5fa"
NOW = int(STAMP) + 2

BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE xml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<xml><Content>&b;</Content></xml>"""
FILE = b"""<!DOCTYPE xml [<!ENTITY f SYSTEM "file:///etc/passwd">]>
<xml><Content>&f;</Content></xml>"""


def sealed(secret=ENCRYPTED):
    return f"<xml><ToUserName>x</ToUserName><Encrypt>{secret}</Encrypt></xml>".encode()


def query(**changes):
    values = {"timestamp": STAMP, "nonce": NONCE, "msg_signature": MSG_SIGNATURE}
    return {**values, "encrypt_type": "aes", **changes}


@tagged("post_install", "-at_install")
class TestWechatMessages(BaseCase):
    def setUp(self):
        super().setUp()
        self.safe = Envelope(TOKEN, APP_ID, KEY)
        self.plain = Envelope(TOKEN, APP_ID)

    def assertRefused(self, text, call, *args, **kwargs):
        with self.assertRaises(WechatRefused) as caught:
            call(*args, **kwargs)
        self.assertIn(text, str(caught.exception))

    def test_the_published_example(self):
        found = self.safe.open(sealed(), query(), now=NOW)
        self.assertEqual(found["Content"], "abcdteT")
        self.assertEqual(found["FromUserName"], "oyORnuP8q7ou2gfYjqLzSIWZf0rs")
        self.assertEqual(key_of(found), "m6054768590064713728")

    def test_what_is_sealed_is_opened(self):
        # no control characters: XML has none
        texts = st.text(st.characters(exclude_categories=("C",)), max_size=700)

        @settings(max_examples=50, deadline=None, database=None)
        @given(text=texts)
        def holds(text):
            body, asked = call(build(Content=text), TOKEN, APP_ID, KEY, now=NOW)
            found = self.safe.open(body, asked, now=NOW)
            self.assertEqual(found.get("Content", ""), text.strip())

        holds()

    def test_signed_by_somebody_else(self):
        forged = signature("another", STAMP, NONCE, ENCRYPTED)
        for bad in (forged, "", "😀" * 40, None, MSG_SIGNATURE.upper()):
            asked = query(msg_signature=bad)
            self.assertRefused("signed", self.safe.open, sealed(), asked, now=NOW)

    def test_sent_again_later(self):
        for moved in (WINDOW + 1, -WINDOW - 1):
            now = int(STAMP) + moved
            self.assertRefused("time", self.safe.open, sealed(), query(), now=now)
        for stamp in ("", "now", "-5", "１４０９７３５６６９", "9" * 40):
            signed = signature(TOKEN, stamp, NONCE, ENCRYPTED)
            asked = query(timestamp=stamp, msg_signature=signed)
            with self.assertRaises(WechatRefused):
                self.safe.open(sealed(), asked, now=NOW)

    def test_the_moment(self):
        for now, fresh in ((0, True), (-10, True), (10, True), (11, False)):
            with self.subTest(now):
                self.assertIs(is_fresh("1409735668", now=1409735668 + now), fresh)

    def test_another_account(self):
        """The same token and key at another account: its messages are not ours."""
        other = Envelope(TOKEN, "wx0000000000000000", KEY)
        self.assertRefused("another account", other.open, sealed(), query(), now=NOW)

    def test_plain_where_a_key_is_set(self):
        body = build(Content="hello", MsgId="1").encode()
        asked = {
            "timestamp": STAMP,
            "nonce": NONCE,
            "signature": signature(TOKEN, STAMP, NONCE),
        }
        self.assertRefused("not encrypted", self.safe.open, body, asked, now=NOW)
        found = self.plain.open(body, asked, now=NOW)
        self.assertEqual(found["Content"], "hello")
        self.assertRefused("no key", self.plain.open, sealed(), asked, now=NOW)

    def test_compatible_mode(self):
        """The message comes plain and encrypted; both signatures come along."""
        both = sealed().replace(
            b"</xml>",
            b"<MsgType>text</MsgType><Content>plain words</Content></xml>",
        )
        asked = query(signature=signature(TOKEN, STAMP, NONCE))
        # with a key what is sealed counts, for nobody else can have written it
        self.assertEqual(self.safe.open(both, asked, now=NOW)["Content"], "abcdteT")
        found = self.plain.open(both, asked, now=NOW)
        self.assertEqual(found["Content"], "plain words")
        self.assertRefused("signed", self.plain.open, both, query(), now=NOW)

    def test_keys_fit_into_an_index(self):
        long = "9" * 20_000
        for message in (
            {"MsgId": long},
            {"FromUserName": long, "CreateTime": "1", "Event": "VIEW"},
        ):
            self.assertLess(len(key_of(message)), 210)
            other = {name: f"{value}1" for name, value in message.items()}
            self.assertNotEqual(key_of(message), key_of(other))

    def test_broken_secret(self):
        for secret in (
            "",
            "AAAA",
            "%%%",
            base64.b64encode(b"\0" * 32).decode(),
            base64.b64encode(b"\xff" * 64).decode(),
            ENCRYPTED[:-8],
        ):
            signed = signature(TOKEN, STAMP, NONCE, secret)
            asked = query(msg_signature=signed)
            with self.assertRaises(WechatRefused):
                self.safe.open(sealed(secret), asked, now=NOW)

    def test_a_key_that_is_none(self):
        for key in ("short", KEY + "x", "!" * 43, "密" * 43):
            self.assertRefused("EncodingAESKey", Envelope, TOKEN, APP_ID, key)

    def test_document_types(self):
        for body in (BOMB, FILE, BOMB.decode().encode("utf-16")):
            self.assertRefused("document type", parse, body)
        # the same words in somebody's message are text
        said = parse(build(Content="<!DOCTYPE html> & <b>").encode())
        self.assertEqual(said["Content"], "<!DOCTYPE html> & <b>")
        said = parse(b"<xml><Content><![CDATA[<!DOCTYPE x>]]></Content></xml>")
        self.assertEqual(said["Content"], "<!DOCTYPE x>")

    def test_no_xml(self):
        self.assertRefused("too long", parse, b"<xml>" + b"a" * 10 * 1024 * 1024)
        deep = b"<xml>" + b"<a>" * 200 + b"</a>" * 200 + b"</xml>"
        self.assertRefused("nested", parse, deep)
        for body in (
            b"",
            b"{}",
            b"<html></html>",
            b"<xml><a></xml>",
            b"<xml>\xff\xfe</xml>",
            b'<?xml version="1.0" encoding="x-unknown"?><xml/>',
            b"<xml><a>&unknown;</a></xml>",
            b"\0" * (LIMIT - 1),
        ):
            with self.assertRaises(WechatRefused):
                parse(body)

    def test_fields_of_fields(self):
        """A scanned code and a place, as WeChat documents them."""
        found = parse(
            b"<xml><Event><![CDATA[scancode_push]]></Event><FromUserName>u</FromUserName>"
            b"<CreateTime>1408090502</CreateTime><ScanCodeInfo><ScanType>qrcode</ScanType>"
            b"<ScanResult>1</ScanResult></ScanCodeInfo></xml>"
        )
        self.assertEqual(found["ScanCodeInfo.ScanResult"], "1")
        self.assertEqual(key_of(found), "eu:1408090502:scancode_push")
