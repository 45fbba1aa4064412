"""Positions, entries and photos, without a database."""

import io
import json
import math
from datetime import datetime
from decimal import Decimal

from hypothesis import given, strategies as st
from PIL import Image

from odoo.tests import BaseCase

from ...engine import geo, pictures, readings
from ..common import picture

china = st.tuples(st.floats(20, 45), st.floats(85, 130))
anywhere = st.tuples(st.floats(-89, 89), st.floats(-179, 179))


class TestGeo(BaseCase):
    def test_known_shift(self):
        """Tiananmen, as satellites and as Chinese maps tell it."""
        latitude, longitude = geo.to_gcj(39.908823, 116.397470)
        self.assertAlmostEqual(latitude, 39.910226, 4)
        self.assertAlmostEqual(longitude, 116.403714, 4)

    def test_outside_china_nothing_is_shifted(self):
        self.assertEqual(geo.to_gcj(52.52, 13.40), (52.52, 13.40))

    def test_a_degree_is_111_km(self):
        self.assertAlmostEqual(geo.metres((0, 0), (1, 0)), 111195, delta=1)

    @given(anywhere, anywhere)
    def test_distance_is_symmetric_and_never_longer(self, one, other):
        self.assertAlmostEqual(
            geo.distance(one, other), geo.distance(other, one), delta=1e-3
        )
        self.assertLessEqual(geo.distance(one, other), geo.metres(one, other) + 1e-6)

    @given(china)
    def test_the_same_place_in_either_map(self, place):
        self.assertAlmostEqual(geo.distance(place, geo.to_gcj(*place)), 0, delta=0.01)
        self.assertLess(geo.metres(place, geo.to_gcj(*place)), 1500)

    def test_what_is_no_position(self):
        for wrong in (
            (None, None),
            (0, 0),
            (91, 0),
            (0, 181),
            ("1", "2"),
            (True, True),
            (math.nan, 1),
        ):
            self.assertFalse(geo.is_position(*wrong))
        self.assertTrue(geo.is_position(31.2, 121))


class TestReadings(BaseCase):
    def test_numbers(self):
        for text, number in (("3", 3), (" ２．５ ", 2.5), ("-0.1", -0.1), (4, 4)):
            self.assertEqual(readings.number(text), Decimal(str(number)))
        for text in ("2,8", "1,000.5"):
            with self.assertRaisesRegex(readings.Unreadable, "comma"):
                readings.number(text)
        for text in ("", "x", "1e9", "NaN", "1 2", "9" * 40, None):
            with self.assertRaises(readings.Unreadable):
                readings.number(text)

    @given(st.decimals(-9999, 9999, places=3))
    def test_what_is_written_is_read(self, figure):
        self.assertEqual(readings.number(format(figure, "f")), figure)

    def test_yes_and_no(self):
        for text in (True, "yes", "是", " OK "):
            self.assertEqual(readings.yes_no(text), "yes")
        self.assertEqual(readings.yes_no("异常"), "no")
        with self.assertRaises(readings.Unreadable):
            readings.yes_no("maybe")

    def test_moments(self):
        self.assertEqual(
            readings.moment("2027-03-01T10:00:00.5Z"), datetime(2027, 3, 1, 10)
        )
        self.assertEqual(
            readings.moment("2027-03-01T10:00:00+08:00"), datetime(2027, 3, 1, 2)
        )
        for wrong in (None, 3, "", "2027-03-01T10:00:00", "0001-01-01T00:00:00+08:00"):
            self.assertIsNone(readings.moment(wrong))

    def test_codes(self):
        for text in ("abc-_1", "https://x.cn/pm/rounds#abc-_1", " /a/b?c=abc-_1 "):
            self.assertEqual(readings.code_of(text), "abc-_1")
        self.assertEqual(readings.code_of(None), "")

    @given(
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.text() | st.integers(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        )
    )
    def test_what_is_kept_can_be_kept(self, told):
        """Whatever comes as JSON, a database takes it."""
        text = json.dumps(readings.clean(told), allow_nan=False)
        self.assertNotIn("\\u0000", text)
        text.encode()


class TestPictures(BaseCase):
    def test_what_is_a_photo(self):
        self.assertTrue(pictures.is_picture(picture()))
        self.assertTrue(pictures.is_picture(b"\0\0\0\x18ftypheic" + b"\0" * 20))
        for wrong in (b"", b"x" * 100, b"%PDF-1.4", b"\xff\xd8\xff\xe0"):
            self.assertFalse(pictures.is_picture(wrong))

    def test_when_the_camera_took_it(self):
        exif = Image.Exif()
        exif.get_ifd(pictures.EXIF_IFD)[pictures.TAKEN] = "2027:03:01 10:00:00"
        stream = io.BytesIO()
        Image.new("RGB", (8, 8)).save(stream, "JPEG", exif=exif)
        self.assertEqual(
            pictures.taken_at(stream.getvalue()), (datetime(2027, 3, 1, 10), None)
        )
        self.assertIsNone(pictures.taken_at(picture()))
        self.assertIsNone(pictures.taken_at(b"x"))
