"""The drawings of claims: what is drawn stands where its number is."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest

import lamella
from lamella.reports.draw.heat_maps import heat_maps
from lamella.reports.draw.lines import Line, lines
from lamella.reports.draw.panels import Panel, panels
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


def covered(way: str) -> set[tuple[int, int]]:
    """The pixels (row, column) that the runs of a path cover."""
    runs = re.findall(r"M(\d+) (\d+)\.5h(\d+)", way)
    assert "".join(f"M{x} {y}.5h{long}" for x, y, long in runs) == way
    return {(int(y), int(x) + more) for x, y, long in runs for more in range(int(long))}


def test_every_pixel_of_a_panel_is_drawn_once_in_its_grey():
    grey = np.random.default_rng(1).random((6, 9))
    over = np.zeros((6, 9))
    over[2:4, 5:] = 1
    panel = Panel("a < b", grey, over, (2, 3, 5, 8))
    svg = panels([("first", [panel, panel])], "t", 90)
    paths = found(svg, "path")
    shades = {each["stroke"]: covered(each["d"]) for each in paths if "stroke" in each}
    assert sorted(spot for spots in shades.values() for spot in spots) == list(np.ndindex(6, 9))
    for shade, spots in shades.items():
        for spot in spots:
            assert int(shade[1:3], 16) / 255 == pytest.approx(grey[spot], abs=0.5 / 19 + 0.002)
    assert len(found(svg, "use")) == 2  # one picture, written once
    laid = [covered(each["d"]) for each in paths if each.get("class") == "over"]
    assert laid == [{(y, x) for y in (2, 3) for x in range(5, 9)}] * 2
    (frame, _) = (each for each in found(svg, "rect") if each.get("class") == "frame")
    assert (float(frame["width"]), float(frame["height"])) == (40, 20)
    assert "a &lt; b" in svg
    assert svg == panels([("first", [panel, panel])], "t", 90)


def test_panels_of_one_place_stand_one_below_the_other_on_the_sheet():
    small, large = Panel("a", np.ones((30, 47))), Panel("a much longer name than that", np.ones((64, 96)))
    svg = panels([("", [small, large]), ("", [large, small])], "t", 96)
    edges = [each for each in found(svg, "rect") if each.get("class") == "edge"]
    assert [edges[0]["x"], edges[1]["x"]] == [edges[2]["x"], edges[3]["x"]]
    width = float(ElementTree.fromstring(svg).get("width"))
    assert all(float(each["x"]) + float(each["width"]) <= width for each in edges)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_claims_are_written_with_their_pictures(tmp_path, language):
    made = [lamella.claim(name) for name in ("padding", "stride", "checkerboard", "bias", "depth")]
    write_claims(made, tmp_path / "out", language)
    names = {each.name for each in (tmp_path / "out").iterdir()}
    assert names == {
        "claims.html", "padding.svg", "stride.svg", "checkerboard.svg", "bias.svg", "depth.svg",
    }  # fmt: skip
    page = (tmp_path / "out" / "claims.html").read_text("utf-8")
    for each in made:
        assert each.title(language) in page
        assert not re.search(r"\{\w+\}", each.text(language))
    assert page.count("<svg") == 5
