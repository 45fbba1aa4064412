"""Positions on the earth, and the shift of Chinese maps.

Browsers tell a position in WGS-84, as satellites do. Chinese maps, and the phones and
browsers that ask them, use GCJ-02: the same place a few hundred metres further, by a
shift that differs from place to place. A position that a phone tells does not say
which of the two it is. So the same place is recognised in either: two positions are
as far from each other as in the reading in which they are nearest.

The shift is the well-known approximation of the public (error below a metre or two);
outside China there is none.
"""

from math import asin, cos, pi, radians, sin, sqrt

RADIUS = 6371008.8
# Krasovsky 1940, on which GCJ-02 is built
AXIS = 6378245.0
ECCENTRICITY = 0.00669342162296594323


def is_position(latitude, longitude):
    """Whether these are two finite numbers on the globe, and not both zero."""
    numbers = (latitude, longitude)
    if not all(
        isinstance(number, (int, float)) and not isinstance(number, bool)
        for number in numbers
    ):
        return False
    return -90 <= latitude <= 90 and -180 <= longitude <= 180 and numbers != (0, 0)


def metres(one, other):
    """The distance of two (latitude, longitude) along the surface."""
    (lat_1, lon_1), (lat_2, lon_2) = (map(radians, one), map(radians, other))
    half = (
        sin((lat_2 - lat_1) / 2) ** 2
        + cos(lat_1) * cos(lat_2) * sin((lon_2 - lon_1) / 2) ** 2
    )
    return 2 * RADIUS * asin(min(1, sqrt(half)))


def in_china(latitude, longitude):
    """Roughly where Chinese maps shift positions."""
    return 0.8293 < latitude < 55.8271 and 72.004 < longitude < 137.8347


def to_gcj(latitude, longitude):
    """WGS-84 as a Chinese map shows it (GCJ-02)."""
    if not in_china(latitude, longitude):
        return latitude, longitude
    x, y = longitude - 105.0, latitude - 35.0
    wave = 20 * sin(6 * pi * x) + 20 * sin(2 * pi * x)
    north = (
        -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    ) + 2 / 3 * (
        wave
        + 20 * sin(pi * y)
        + 40 * sin(pi * y / 3)
        + 160 * sin(pi * y / 12)
        + 320 * sin(pi * y / 30)
    )
    east = (
        300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    ) + 2 / 3 * (
        wave
        + 20 * sin(pi * x)
        + 40 * sin(pi * x / 3)
        + 150 * sin(pi * x / 12)
        + 300 * sin(pi * x / 30)
    )
    angle = radians(latitude)
    magic = 1 - ECCENTRICITY * sin(angle) ** 2
    north *= 180 / (AXIS * (1 - ECCENTRICITY) / magic**1.5 * pi)
    east *= 180 / (AXIS / sqrt(magic) * cos(angle) * pi)
    return latitude + north, longitude + east


def distance(one, other):
    """Metres between two positions, whichever of the two systems each is told in."""
    return min(
        metres(one, other),
        metres(to_gcj(*one), other),
        metres(one, to_gcj(*other)),
    )
