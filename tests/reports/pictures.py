"""Reads what a picture shows back from its SVG: where shapes and words stand, and what moves."""

from __future__ import annotations

import itertools
import re
from xml.etree import ElementTree

from lamella.reports.table import width

SVG = "{http://www.w3.org/2000/svg}"


def tree(svg):
    return ElementTree.fromstring(svg)


def said(svg):
    """All words of a picture."""
    found = " ".join(each.text or "" for each in tree(svg).iter(f"{SVG}text"))
    return found.replace("\N{NO-BREAK SPACE}", " ")


def box(rect):
    return tuple(float(rect.get(name)) for name in ("x", "y", "width", "height"))


def words_outside(svg):
    """The words that do not fit on the sheet, at half the font's size a column."""
    left, top, wide, high = map(float, tree(svg).get("viewBox").split())
    found = []
    for each in tree(svg).iter(f"{SVG}text"):
        x, y, size = (float(each.get(name)) for name in ("x", "y", "font-size"))
        long = width(each.text) * size * 0.5
        begin = x - long * {None: 0, "middle": 0.5, "end": 1}[each.get("text-anchor")]
        if not (
            left <= begin
            and begin + (long * 0.7 if each.get("transform") else long) <= left + wide
            and top <= y - size
            and y <= top + high
        ):
            found.append(each.text)
    return found


def points(way, count=12):
    """Points along a path of the commands that pictures use."""
    x = y = 0.0
    found = []
    for command, text in re.findall(r"([MVHCqv])([^MVHCqv]*)", way):
        numbers = [float(each) for each in text.split()]
        begin = (x, y)
        if command == "M":
            x, y = numbers
            begin = (x, y)
        elif command == "H":
            x = numbers[0]
        elif command in "Vv":
            y = numbers[0] + (y if command == "v" else 0)
        elif command == "q":
            x, y = x + numbers[2], y + numbers[3]
        else:
            (x1, y1, x2, y2, x, y), share = numbers, [step / count for step in range(count + 1)]
            found += [
                tuple(
                    (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t * t * c + t**3 * d
                    for a, b, c, d in ((begin[0], x1, x2, x), (begin[1], y1, y2, y))
                )
                for t in share
            ]
            continue
        found += [tuple(a + (b - a) * step / count for a, b in zip(begin, (x, y))) for step in range(count + 1)]
    return found


def steps(svg, fill, cell=24.0):
    """For each step of a moving picture the cells (row, column) of one colour, counted from the first of the grid."""
    group = next(each for each in tree(svg).iter(f"{SVG}g") if each.get("class") == "moving")
    moving = [each for each in group if each.get("class").startswith(f"f-{fill} ")]
    grid = [box(each) for each in tree(svg).findall(f"{SVG}rect") if each.get("stroke")]
    gap = max(x for x, *_ in map(box, moving)) if moving else 0
    times = sorted({float(t) for each in moving for t in each[0].get("keyTimes").split(";")})
    count = round(1 / min(b - a for a, b in itertools.pairwise(times))) if len(times) > 1 else 1
    found = [set() for _ in range(count)]
    mine = {x for x, y, _, _ in map(box, moving)}
    runs = sorted({x for x, *_ in grid})
    starts = [x for x in runs if x - cell not in runs]
    left = max(each for each in starts if each <= min(mine))
    top = min(y for x, y, _, _ in grid if left <= x <= gap)
    for each in moving:
        x, y, _, _ = box(each)
        turns = [round(float(t) * count) for t in each[0].get("keyTimes").split(";")]
        values = each[0].get("values").split(";")
        for begin, end, value in zip(turns, [*turns[1:], count], values):
            for step in range(begin, end) if value == "1" else ():
                found[step].add((round((y - top) / cell), round((x - left) / cell)))
    return found
