"""Bars of a chart, placed on a drawing: numbers become places and heights."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bar:
    """One bar; places in the units of the drawing, from its upper left corner."""

    label: str
    value: float
    left: float
    top: float
    width: float
    height: float

    @property
    def middle(self):
        return self.left + self.width / 2


def place_bars(rows, width, height, gap=0.35):
    """Return the bars of ``rows`` side by side, the highest as high as the drawing.

    :param rows: pairs of label and value; none or less than nothing has no height
    :param width: of the drawing
    :param height: of the drawing, without labels
    :param gap: part of each place that stays empty
    """
    if not rows:
        return []
    most = max(max((value or 0) for _label, value in rows), 0) or 1
    place = width / len(rows)
    bars = []
    for number, (label, value) in enumerate(rows):
        high = height * max(value or 0, 0) / most
        bars.append(
            Bar(
                label=label,
                value=value or 0,
                left=round(place * (number + gap / 2), 2),
                top=round(height - high, 2),
                width=round(place * (1 - gap), 2),
                height=round(high, 2),
            )
        )
    return bars
