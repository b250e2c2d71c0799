"""The histogram: every value in one interval, counted by hand; bars as high as their counts, marks in their places."""

from __future__ import annotations

from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import pytest

from lamella.reports.draw.histogram import histogram, intervals

SVG = "{http://www.w3.org/2000/svg}"
WORDS = {"title": "scores", "text": "a <drawing>", "across": "dB", "up": "images"}


@pytest.mark.parametrize("seed", range(20))
def test_every_value_is_in_one_interval(seed):
    random = np.random.default_rng(seed)
    values = random.normal(random.uniform(-30, 30), random.uniform(0.01, 10), random.integers(1, 400)).tolist()
    found = intervals(values)
    assert 1 <= len(found) <= 14
    assert sum(each.images for each in found) == len(values)
    for place, each in enumerate(found):
        low, high = float(each.low), float(each.high)
        last = place == len(found) - 1
        inside = [value for value in values if low <= value < high or (last and value == high)]
        assert len(inside) == each.images
    for one, two in pairwise(found):
        assert one.high == two.low


def test_a_value_on_an_edge_is_in_the_interval_that_begins_there():
    found = intervals([28.2] * 10 + [28.0, 28.5])
    assert [each.images for each in found if each.low == "28.20"] == [10]


@pytest.mark.parametrize("values", [[20.0], [20.0] * 5, [0.0, 0.0], [1e-9, 2e-9], [-3.0, 500.0]])
def test_few_and_equal_values_are_drawn(values):
    svg = ElementTree.fromstring(
        histogram(values, WORDS, [("worst", min(values)), ("median", float(np.median(values)))])
    )
    assert svg.tag == f"{SVG}svg"
    assert sum(each.images for each in intervals(values)) == len(values)


def test_bars_are_as_high_as_their_counts_and_marks_stand_at_their_values():
    values = [10.5] * 3 + [11.5] * 6 + [14.5]
    svg = ElementTree.fromstring(histogram(values, WORDS, [("worst 10.50", 10.5), ("median 11.50", 11.5)]))
    bars = [each for each in svg.iter(f"{SVG}rect") if each.get("stroke")]
    counts = [each.images for each in intervals(values) if each.images]
    heights = [float(each.get("height")) for each in bars]
    np.testing.assert_allclose(np.array(heights) / heights[0], np.array(counts) / counts[0], rtol=0.01)
    lines = [each.get("d") for each in svg.iter(f"{SVG}path") if "V" in each.get("d")]
    worst, median = (float(each.split()[0].removeprefix("M")) for each in lines)
    low, high = float(intervals(values)[0].low), float(intervals(values)[-1].high)
    assert worst / median == pytest.approx((10.5 - low) / (11.5 - low), abs=0.01)
    assert high >= 14.5
    assert {"worst 10.50", "median 11.50", "dB", "images"} <= {each.text for each in svg.iter(f"{SVG}text")}
    assert svg.find(f"{SVG}desc").text == "a <drawing>"
