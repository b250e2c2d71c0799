"""The loss curve: right places, right words, and every history draws."""

from __future__ import annotations

import math
import re
from xml.etree import ElementTree

import pytest

from lamella.reports.draw.loss_curve import loss_curve

NAN, INF = math.nan, math.inf
ENGLISH = {
    "title": "Loss over the epochs",
    "epoch": "epoch",
    "loss": "loss",
    "training": "training",
    "held_out": "held out",
    "best": "best epoch",
}
KOREAN = {
    "title": "에포크별 손실",
    "epoch": "에포크",
    "loss": "손실",
    "training": "학습",
    "held_out": "검증",
    "best": "가장 좋은 에포크",
}
SVG = "{http://www.w3.org/2000/svg}"


def history(training: list[float], held_out: list[float]) -> list[dict[str, float]]:
    return [
        {"epoch": epoch, "loss": loss, "val_loss": other}
        for epoch, (loss, other) in enumerate(zip(training, held_out, strict=True), start=1)
    ]


FALLING = history([0.5 / epoch for epoch in range(1, 13)], [0.6 / epoch for epoch in range(1, 13)])


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def texts(svg: str) -> list[str]:
    return [each.text or "" for each in parsed(svg).iter(f"{SVG}text")]


def points(svg: str, key: str) -> list[list[tuple[float, float]]]:
    """The px of each unbroken piece of a line."""
    lines = [each.get("points", "") for each in parsed(svg).iter(f"{SVG}polyline") if each.get("class") == key]
    return [[(float(x), float(y)) for x, y in (pair.split(",") for pair in line.split())] for line in lines]


def names(svg: str) -> dict[str, tuple[float, float]]:
    """Where each line's name stands."""
    return {
        (each.text or ""): (float(each.get("x", "")), float(each.get("y", "")))
        for each in parsed(svg).iter(f"{SVG}text")
        if "name" in each.get("class", "")
    }


HISTORIES = {
    "falling": FALLING,
    "none": [],
    "one epoch": history([0.3], [0.2]),
    "one epoch, equal": history([0.3], [0.3]),
    "equal": history([0.3] * 5, [0.3] * 5),
    "zero": history([0.0] * 3, [0.0] * 3),
    "negative": history([-1.0, -2.0, -3.0], [-1.0, -1.5, -1.2]),
    "nothing held out": [{"epoch": 1, "loss": 0.5}, {"epoch": 2, "loss": 0.4}],
    "gaps": history([0.5, NAN, 0.4, 0.3, INF, -INF], [NAN, 0.5, 0.4, NAN, 0.3, 0.2]),
    "not one number": history([NAN] * 3, [INF] * 3),
    "huge": history([1e99, 1e308, 1e80], [-1e99, -1e308, 1.0]),
    "tiny": history([1e-320, 0.0, 1e-90], [5e-324, 0.0, 0.0]),
    "next to zero": history([5e-324, 0.0], [0.0, 0.0]),
    "nearly equal": history([1.0, 1.0 + 1e-12], [1.0, 1.0 - 1e-15]),
    "equal far from zero": history([1e8, 1e8 + 1], [1e8 + 2, 1e8 + 3]),
    "thousand epochs": history([1 / epoch for epoch in range(1, 1001)], [2 / epoch for epoch in range(1, 1001)]),
}


@pytest.mark.parametrize("words", [ENGLISH, KOREAN], ids=["en", "ko"])
@pytest.mark.parametrize("name", HISTORIES)
def test_every_history_draws_inside_the_drawing(name: str, words: dict[str, str]) -> None:
    svg = loss_curve(HISTORIES[name], 2, words)
    root = parsed(svg)
    width, height = map(float, root.get("viewBox", "").split()[2:])
    assert not re.search(r"\bnan\b|\binf\b", svg)
    ticks = [each.text for each in root.iter(f"{SVG}text") if each.get("text-anchor") == "end"]
    assert 2 <= len(ticks) <= 12
    assert len(set(ticks)) == len(ticks)
    for each in root.iter():
        for axis, limit in (("x", width), ("y", height)):
            for key in (axis, f"{axis}1", f"{axis}2", f"c{axis}"):
                assert 0 <= float(each.get(key, 0)) <= limit
    for x, y in [point for key in ("loss", "val_loss") for line in points(svg, key) for point in line]:
        assert 0 <= x <= width
        assert 52 <= y <= 282


def test_points_stand_where_their_losses_are() -> None:
    svg = loss_curve(history([0.0, 0.25, 1.0], [0.5, 0.5, 0.5]), None, ENGLISH)
    (line,) = points(svg, "loss")
    left, right = line[0][0], line[2][0]
    assert line == [(left, 282.0), ((left + right) / 2, 224.5), (right, 52.0)]
    assert points(svg, "val_loss")[0][0] == (left, 167.0)
    assert texts(svg)[1:7] == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]


def test_a_loss_that_is_no_number_leaves_a_gap_and_a_lone_point_has_a_marker() -> None:
    svg = loss_curve(history([0.5, 0.4, NAN, 0.3, INF, 0.2], [0.1] * 6), None, ENGLISH)
    assert [len(piece) for piece in points(svg, "loss")] == [2]
    assert [len(piece) for piece in points(svg, "val_loss")] == [6]
    assert svg.count('<circle class="loss"') == 4


def test_a_lone_point_between_the_markers_of_a_long_line_has_one_too() -> None:
    losses = [1.0] * 100
    losses[50], losses[52] = NAN, NAN
    svg = loss_curve(history(losses, [1.0] * 100), None, ENGLISH)
    frames = points(svg, "val_loss")[0]
    lone = frames[51][0]
    circles = [float(each.get("cx", "")) for each in parsed(svg).iter(f"{SVG}circle")]
    assert lone in circles
    assert len(circles) < 30


def test_a_line_that_ends_early_at_the_bottom_keeps_its_name_off_the_axis() -> None:
    svg = loss_curve(history([0.3, 0.2, NAN], [0.3, 0.3, 0.3]), None, ENGLISH)
    assert points(svg, "loss")[0][-1][1] == 282
    assert names(svg)["training"][1] < 282


TICKS = [
    ([0.07, 0.33], ["0.05", "0.10", "0.15", "0.20", "0.25", "0.30", "0.35"]),
    ([0.0, 10.0], ["0", "2", "4", "6", "8", "10"]),
    ([0.0, 0.00005], ["0e+00", "1e-05", "2e-05", "3e-05", "4e-05", "5e-05"]),
    ([-1.0, 1.0], ["-1.0", "-0.5", "0.0", "0.5", "1.0"]),
    ([0.0, 5e6], ["0e+00", "1e+06", "2e+06", "3e+06", "4e+06", "5e+06"]),
]


@pytest.mark.parametrize(("losses", "expected"), TICKS)
def test_ticks_are_round_and_hold_the_losses(losses: list[float], expected: list[str]) -> None:
    svg = loss_curve(history(losses, losses), None, ENGLISH)
    assert texts(svg)[1 : len(expected) + 1] == expected


@pytest.mark.parametrize(
    ("count", "expected"),
    [(1, [1]), (4, [1, 2, 3, 4]), (12, [1, 2, 4, 6, 8, 10, 12]), (40, [1, 5, 10, 15, 20, 25, 30, 35, 40])],
)
def test_epochs_begin_with_the_first_and_go_on_in_round_steps(count: int, expected: list[int]) -> None:
    losses = [1 / epoch for epoch in range(1, count + 1)]
    shown = texts(loss_curve(history(losses, losses), None, ENGLISH))
    assert [int(text) for text in shown if text.isdigit()] == expected


def test_the_best_epoch_is_marked_on_the_held_out_line() -> None:
    svg = loss_curve(FALLING, 7, ENGLISH)
    x, y = points(svg, "val_loss")[0][6]
    (ring,) = [each for each in parsed(svg).iter(f"{SVG}circle") if each.get("class") == "ring"]
    (line,) = [each for each in parsed(svg).iter(f"{SVG}line") if each.get("class") == "best"]
    assert (float(ring.get("cx", "")), float(ring.get("cy", ""))) == (x, y)
    assert float(line.get("x1", "")) == x
    assert "best epoch 7" in texts(svg)


@pytest.mark.parametrize("best", [None, 0, 13])
def test_a_best_epoch_that_is_not_there_is_not_marked(best: int | None) -> None:
    svg = loss_curve(FALLING, best, ENGLISH)
    assert 'class="best"' not in svg
    assert "best epoch" not in svg


@pytest.mark.parametrize("words", [ENGLISH, KOREAN], ids=["en", "ko"])
@pytest.mark.parametrize("end", [0.1, 0.1001, 0.9])
def test_each_line_has_its_name_at_its_end_and_names_stay_apart(end: float, words: dict[str, str]) -> None:
    svg = loss_curve(history([0.9, 0.1], [0.8, end]), None, words)
    named = names(svg)
    assert set(named) == {words["training"], words["held_out"]}
    (x, training), (other, held_out) = named[words["training"]], named[words["held_out"]]
    assert x == other == points(svg, "loss")[0][-1][0] + 12
    assert abs(training - held_out) >= 18
    assert (training >= held_out) == (end > 0.1) or end == 0.1


def test_lines_differ_without_colour() -> None:
    svg = loss_curve(FALLING, None, ENGLISH)
    assert "polyline.val_loss { stroke-dasharray" in svg
    assert '<circle class="loss"' in svg
    assert '<rect class="val_loss"' in svg


def test_a_reader_that_sees_nothing_is_told_what_is_drawn() -> None:
    root = parsed(loss_curve(history([0.5, 0.25], [0.75, NAN]), 1, ENGLISH))
    assert root.get("role") == "img"
    assert root[0].tag == f"{SVG}title"
    assert root[0].text == "Loss over the epochs"
    assert root[1].text == "training: epoch 1: 0.5, epoch 2: 0.25; held out: epoch 1: 0.75; best epoch: 1"


def test_words_are_escaped_and_stay_text() -> None:
    words = {key: f'<script>&"{key}\x00' for key in ENGLISH}
    svg = loss_curve(FALLING, 3, words)
    assert "<script" not in svg
    assert texts(svg)[0] == '<script>&"loss\N{REPLACEMENT CHARACTER}'
    assert "손실" in texts(loss_curve(FALLING, 3, KOREAN))


def test_nothing_outside_is_needed_and_the_bytes_are_stable() -> None:
    svg = loss_curve(FALLING, 3, ENGLISH)
    assert svg == loss_curve([dict(row) for row in FALLING], 3, ENGLISH)
    assert not re.search(r"url\(|href|@import|<script|\bon\w+=", svg)
    assert svg.count("http") == 1
    assert not re.search(r'="[^"]*\d\.\d{2,}', svg)
