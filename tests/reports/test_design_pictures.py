"""Pictures of whole designs: every layer is on them, nothing is cut off or run through, the same each time."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from itertools import pairwise, product
from pathlib import Path

import pytest
from pictures import SVG, box, points, said, tree, words_outside

import lamella
from lamella.api import ready_design, ready_designs
from lamella.design import Design, Node
from lamella.drawing import MOST, OF_ALL
from lamella.errors import UsageError
from lamella.reports.draw.blocks import Scale, block
from lamella.reports.draw.layered import layered
from lamella.reports.draw.lettering import broken, cut
from lamella.reports.table import width
from lamella.texts.languages import LANGUAGES

NAME = "upsampling-autoencoder"
CLASSIFIER = """
name: 숫자 분류기
input: [28, 28, 1]
layers:
  - Conv2D: {name: 윤곽선을_찾는_아주_긴_이름의_합성곱_레이어, filters: 32, kernel_size: 3, activation: relu}
  - MaxPooling2D
  - Flatten
  - Dense: {units: 10, activation: softmax}
"""
ENCODER = """
name: encoder
input: [64, 64, 3]
layers:
  - Conv2D: {filters: 8, kernel_size: 3, padding: same}
  - MaxPooling2D
  - Conv2D: {filters: 16, kernel_size: 3, padding: same}
  - MaxPooling2D
  - Conv2D: {filters: 32, kernel_size: 3, padding: same}
"""
OPEN = "name: open\ninput: [null, null, 3]\nlayers: [Conv2D: {filters: 8, kernel_size: 3, strides: 2, padding: same}]\n"
VOLUME = (
    "name: volume\ninput: [5, 12, 14, 2]\nlayers: [Conv3D: {filters: 4, kernel_size: 3}, Flatten, Dense: {units: 3}]\n"
)
WRONG = """
name: wrong
input: [32, 32, 3]
layers:
  - Conv2D: {name: a, filters: 16, kernel_size: 3}
  - Conv2D: {name: b, filters: 16, kernel_size: [3, 0]}
  - Conv2D: {name: large, filters: 8, kernel_size: 47, from: a}
  - Add: {name: sum, from: [b, nowhere]}
  - Strange: {name: strange}
"""


def design(text, tmp_path):
    path = tmp_path / "design.yaml"
    path.write_text(text, "utf-8")
    return lamella.read(path)


def chain(count):
    nodes = [Node("input", "Input", {"shape": (8, 8, 2)})]
    for index in range(count - 1):
        arguments = {"filters": 2, "kernel_size": (3, 3), "padding": "same"}
        nodes.append(Node(f"layer_{index}", "Conv2D", arguments, (nodes[-1].name,)))
        if index % 3 == 2:
            nodes[-1] = Node(
                f"layer_{index}", "Add", {}, (nodes[-2].name, nodes[-4].name if index > 3 else nodes[-2].name)
            )
    return Design("chain", tuple(nodes), {"end": nodes[-1].name})


def drawn_designs(tmp_path):
    unet = lamella.mirror(design(ENCODER, tmp_path), skips=True)
    ready = [ready_design(name) for name in ready_designs()]
    return [*ready, unet, *(design(text, tmp_path) for text in (CLASSIFIER, OPEN, VOLUME, WRONG))]


@pytest.mark.parametrize(("kind", "language"), list(product(OF_ALL, LANGUAGES)))
def test_every_layer_is_on_the_sheet(kind, language, tmp_path):
    for each in drawn_designs(tmp_path):
        for wide in (300, 960, 3000):
            svg = lamella.draw(each, kind, width=wide, language=language)
            root = tree(svg)
            assert (root.get("role"), root[0].tag, root[1].tag) == ("img", f"{SVG}title", f"{SVG}desc")
            assert root[0].text == each.name
            words = said(svg)
            for node in each.nodes:
                assert cut(node.name, 19) in words or cut(node.name, 34) in words, node.name
            assert words_outside(svg) == []
            assert svg == lamella.draw(each, kind, width=wide, language=language)
            assert "prefers-color-scheme:dark" in svg


@pytest.mark.parametrize("kind", OF_ALL)
def test_errors_are_marked_with_their_words(kind, tmp_path):
    wrong = design(WRONG, tmp_path)
    words = " ".join(said(lamella.draw(wrong, kind, language="en")).split())
    for code in {each.code for each in lamella.plan(wrong).errors}:
        assert f"{code}:" in words
    assert "s-error" in lamella.draw(wrong, kind)
    assert "s-error" not in lamella.draw(ready_design("upsampling-autoencoder"), kind)


def test_open_sizes_are_written_and_drawn_as_a_number(tmp_path):
    words = said(lamella.draw(design(OPEN, tmp_path), language="en"))
    assert "H × W × 3" in words
    assert "⌈H / 2⌉ × ⌈W / 2⌉" in words
    assert "Open sizes (H, W) are drawn as 256." in words


@pytest.mark.parametrize("kind", OF_ALL)
def test_hashes_of_a_process_change_nothing(kind):
    program = f"import lamella, lamella.api as a; print(lamella.draw(a.ready_design({NAME!r}), {kind!r}))"
    found = {
        subprocess.run(
            [sys.executable, "-c", program], capture_output=True, check=True, env=os.environ | {"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1
    assert b"</svg>" in found.pop()


@pytest.mark.parametrize("kind", OF_ALL)
def test_five_hundred_layers_and_too_many(kind):
    plan_once = chain(500)
    begin = time.perf_counter()
    svg = lamella.draw(plan_once, kind)
    assert time.perf_counter() - begin < 10  # 0.4 s here; a machine under load takes longer
    words = said(svg).split()
    assert {node.name for node in plan_once.nodes} <= set(words)
    with pytest.raises(UsageError, match=f"at most {MOST} layers. Received 1001. Choose some: --first input --last"):
        lamella.draw(chain(1001), kind)
    some = said(lamella.draw(chain(1001), kind, first="layer_10", last="layer_12", language="en"))
    assert "3 of 1001 layers, layer_10 to layer_12" in some
    assert "layer_13" not in some.replace("to layer_13", "")


def test_skips_are_arcs_where_they_fit_and_numbers_where_not(tmp_path):
    unet = lamella.mirror(design(ENCODER, tmp_path), skips=True)
    skips = sum(len(node.inputs) - 1 for node in unet.nodes if len(node.inputs) > 1)
    arcs = {wide: lamella.draw(unet, width=wide).count('class="s-skip"') for wide in (300, 960, 3000)}
    assert arcs == {300: 0, 960: skips, 3000: skips}
    assert {f"→{number}" for number in range(1, skips + 1)} <= set(said(lamella.draw(unet, width=300)).split())


def random_reads(seed, count=24):
    chosen = random.Random(seed)
    return [sorted(chosen.sample(range(index), min(index, chosen.choice([0, 1, 1, 2, 3])))) for index in range(count)]


@pytest.mark.parametrize("seed", range(30))
def test_layers_of_a_random_graph(seed):
    reads = random_reads(seed)
    found = layered(reads)
    depth = {}

    def longest(node):
        if node not in depth:
            depth[node] = max((longest(each) + 1 for each in reads[node]), default=0)
        return depth[node]

    assert [found.spots[node].layer for node in range(len(reads))] == [longest(node) for node in range(len(reads))]
    assert all(found.spots[end].layer - found.spots[begin].layer == 1 for begin, end in found.lines)
    chosen = random.Random(seed)
    widths = [chosen.uniform(5, 120) for _ in found.spots]
    xs = found.xs(widths, 10)
    for layer in found.layers:
        for left, right in pairwise(layer):
            assert xs[right] - xs[left] >= (widths[left] + widths[right]) / 2 + 10 - 1e-6
    ways = {node: {node} for node in range(len(found.spots))}
    for layer in found.layers:
        for spot in layer:
            for begin, end in found.lines:
                if end == spot and found.spots[begin].node is None:
                    ways[spot] |= ways[begin]
                elif end == spot:
                    ways[spot].add(begin)
    for node, read in enumerate(reads):
        assert {each for each in ways[node] if each < len(reads)} - {node} == set(read)


@pytest.mark.parametrize("seed", range(12))
def test_lines_run_through_no_box(seed):
    nodes = []
    for index, read in enumerate(random_reads(seed)):
        name = f"n{index}"
        kind = "Input" if not read else "ReLU" if len(read) == 1 else "Add"
        nodes.append(Node(name, kind, {"shape": (4,)} if not read else {}, tuple(f"n{each}" for each in read)))
    svg = lamella.draw(Design("random", tuple(nodes), {"end": nodes[-1].name}), "graph", width=3000)
    boxes = [box(each) for each in tree(svg).iter(f"{SVG}rect") if each.get("rx") == "5"]
    assert len(boxes) == len(nodes)
    assert not any(
        a is not b and a[0] < b[0] + b[2] and b[0] < a[0] + a[2] and a[1] < b[1] + b[3] and b[1] < a[1] + a[3]
        for a in boxes
        for b in boxes
    )
    ways = [points(line.get("d")) for line in tree(svg).iter(f"{SVG}path")]
    for way in ways:
        for x, y in way:
            assert not any(
                left + 1 < x < left + wide - 1 and top + 1 < y < top + high - 1 for left, top, wide, high in boxes
            )
    bottoms = [(left + wide / 2, top + high) for left, top, wide, high in boxes] + [way[-1] for way in ways]
    tops = [(left + wide / 2, top - 5) for left, top, wide, high in boxes] + [way[0] for way in ways]  # 5: the arrow
    assert "from " not in said(svg)  # nothing is cut
    for way in ways:
        assert min(abs(x - way[0][0]) + abs(y - way[0][1]) for x, y in bottoms) < 1
        assert min(abs(x - way[-1][0]) + abs(y - way[-1][1]) for x, y in tops) < 1


def test_blocks_grow_with_their_sizes():
    sizes = [
        (side, side, channels) for side, channels in ((7, 1024), (14, 512), (56, 64), (112, 32), (224, 3), (512, 1))
    ]
    scale = Scale.of([*sizes, (4096,)])
    blocks = [block(each, scale) for each in sizes]
    assert [each.tall for each in blocks] == sorted(each.tall for each in blocks)
    assert [each.thick for each in blocks] == sorted((each.thick for each in blocks), reverse=True)
    assert block((224, 224, 3), scale).tall == pytest.approx(2 * block((56, 56, 3), scale).tall)
    assert min(min(each.tall, each.thick) for each in blocks) >= 3
    assert block((1000,), scale).tall > block((10,), scale).tall
    assert not block(None, scale).known


def test_the_picture_in_the_docs_is_what_is_drawn():
    docs = Path(__file__).parents[2] / "docs" / "stack.svg"
    assert docs.read_text("utf-8") == lamella.draw(ready_design(NAME), language="en")


@pytest.mark.parametrize("seed", range(40))
def test_text_is_shortened_and_broken_by_its_columns(seed):
    chosen = random.Random(seed)
    text = "".join(chosen.choice("ab_ 가나") for _ in range(chosen.randint(1, 60))).strip() or "a"
    columns = chosen.randint(4, 30)
    short = cut(text, columns)
    assert width(short) <= columns
    assert (short == text) == (width(text) <= columns)
    lines = broken(text, columns, 3)
    assert len(lines) <= 3
    assert all(width(line) <= columns for line in lines)
    if all(width(word) <= columns for word in text.split()) and "…" not in "".join(lines):
        assert " ".join(lines).split() == text.split()


@pytest.mark.parametrize(
    ("arguments", "settings", "words"),
    [
        (("graf",), {}, 'There is no kind of picture "graf". Did you mean graph?'),
        (("window",), {}, "layer must be the name of a layer, for window. Received null."),
        (("window", "cod"), {}, 'There is no layer "cod". Did you mean code?'),
        (("stack", "code"), {}, "layer must be left out but for window, field."),
        (("window", "code"), {"first": "code"}, "first must be left out but for stack, graph."),
        (("window", "code"), {"place": (1, 1)}, "place must be left out but for field."),
        (("field", "code"), {"place": (4, 0)}, "place must be 2 positions from 0, below 4, 4. Received (4, 0)."),
        (("field", "code"), {"place": (1,)}, "place must be 2 positions from 0, below 4, 4."),
        (("stack",), {"width": 10}, "width must be an integer from 300 to 10000. Received 10."),
        (("stack",), {"first": "code", "last": "conv2d"}, "last must be the name of a layer behind code."),
        (("window", "input"), {}, "Input slides over no places of fixed number"),
        (("stack",), {"out": "x.gif"}, "-o must be a file that ends in .svg or .png."),
    ],
)
def test_what_can_not_be_drawn_is_said(arguments, settings, words):
    with pytest.raises(UsageError) as error:
        lamella.draw(ready_design("upsampling-autoencoder"), *arguments, **settings)
    (problem,) = error.value.problems
    assert words in problem.text("en")
    assert problem.text("ko") != problem.text("en")


def test_no_picture_is_blank(tmp_path):
    with pytest.raises(UsageError, match="The design has no layers: there is nothing to draw"):
        lamella.draw(Design("none", (), {}))
    with pytest.raises(UsageError, match="the output here is H × W × 3"):
        lamella.draw(design(OPEN, tmp_path), "field", "input")
    assert "conv2d" in said(lamella.draw(design(OPEN, tmp_path), "field", "conv2d", input=(16, 16, 3)))
