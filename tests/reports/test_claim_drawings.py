"""The drawings of claims: what is drawn stands where its number is."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest

import lamella
from lamella.reports.draw.bars import bars
from lamella.reports.draw.heat_maps import heat_maps
from lamella.reports.draw.lines import Line, lines
from lamella.sights import write_claims

SVG = "{http://www.w3.org/2000/svg}"


def found(svg: str, tag: str) -> list[dict[str, str]]:
    return [each.attrib for each in ElementTree.fromstring(svg).iter(SVG + tag)]


def test_a_heat_map_has_every_number_and_a_cross_for_nothing():
    svg = heat_maps([("a < b", np.array([[0, 1], [2, 4]]))], "t")
    assert "a &lt; b" in svg
    places = [each for each in found(svg, "rect") if each.get("class") == "place"]
    assert [float(each["fill-opacity"]) for each in places] == pytest.approx(
        [0.05 + 0.65 * n / 4 for n in (1, 2, 4)], abs=0.01
    )
    assert len([each for each in found(svg, "path") if each.get("class") == "lost"]) == 1
    assert re.findall(r'class="count"[^>]*>(\d+)<', svg) == ["1", "2", "4"]


@pytest.mark.parametrize("log", [False, True])
def test_lines_lie_on_their_axes(log):
    points = [(1.0, 1e-3), (10.0, 1e-1), (100.0, 10.0)]
    svg = lines([Line("one", points)], "t", "x", "y", log_x=log, log_y=log)
    (line,) = found(svg, "polyline")
    spots = [tuple(map(float, each.split(","))) for each in line["points"].split()]
    (x0, y0), (x1, y1), (x2, y2) = spots
    share = 0.5 if log else 9 / 99
    assert (x1 - x0) / (x2 - x0) == pytest.approx(share, abs=0.001)
    assert (y1 - y0) / (y2 - y0) == pytest.approx(0.5 if log else 0.099 / 9.999, abs=0.001)


@pytest.mark.parametrize("value", [0.0, -1.0, float("nan"), float("inf")])
def test_what_has_no_place_on_a_logarithmic_axis_is_refused(value):
    with pytest.raises(ValueError, match="finite numbers, a logarithmic one above 0"):
        lines([Line("one", [(1.0, value), (2.0, 1.0)])], "t", "x", "y", log_y=True)


def test_bars_are_as_long_as_their_numbers():
    svg = bars([("a", 0.25), ("b", 1.0)], "t", "axis", 1.0)
    short, long = (float(each["width"]) for each in found(svg, "rect") if each.get("class") == "bar")
    assert short / long == pytest.approx(0.25)
    assert ">0.250<" in svg


@pytest.mark.parametrize("language", ["en", "ko"])
def test_claims_are_written_with_their_pictures(tmp_path, language):
    made = [lamella.claim(name) for name in ("padding", "stride", "checkerboard", "bias", "depth")]
    write_claims(made, tmp_path / "out", language)
    names = {each.name for each in (tmp_path / "out").iterdir()}
    assert names == {
        "claims.html", "padding.svg", "stride.svg", "checkerboard.png", "bias.svg", "depth.svg",
    }  # fmt: skip
    page = (tmp_path / "out" / "claims.html").read_text("utf-8")
    for each in made:
        assert each.title(language) in page
        assert not re.search(r"\{\w+\}", each.text(language))
    assert page.count("<svg") == 4
