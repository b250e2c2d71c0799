"""What is asked of a design is answered for every layer type: shapes come back or the layer is named."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from lamella import answers
from lamella.design import INPUT, Design, Node
from lamella.drawing import draw
from lamella.errors import DesignError
from lamella.layers import REGISTRY, normal_form
from lamella.planning.mirror import WAYS
from lamella.reports.diff_text import diff_text
from lamella.reports.explained import layer_as_json
from lamella.reports.geometry_text import geometry_svg, geometry_text
from lamella.reports.sizes_text import sizes_text


def designs(name):
    for arguments, shapes in REGISTRY[name].examples:
        given = [Node(f"x{place}", INPUT, {"shape": shape}) for place, shape in enumerate(shapes)]
        node = Node("layer", name, normal_form(name, dict(arguments)), tuple(each.name for each in given))
        yield Design("one", (*given, node), {"layer": "layer"})


def mirrored(design, way, skips):
    """The whole, or the keys of what is said against it."""
    try:
        answers.mirror_cost(design, way=way, skips=skips)
        return answers.plan(answers.mirror(design, way=way, skips=skips)), []
    except DesignError as error:
        return None, [each.key for each in error.problems]


@pytest.mark.parametrize("name", sorted({*REGISTRY} - {INPUT}))
def test_every_layer(name):
    for number, design in enumerate(designs(name)):
        whole, against = mirrored(design, WAYS[number % 3], number % 2 == 1)
        assert whole is not None or {*against} <= {"not mirrored", "mirror ends"}
        if whole is not None:
            assert (whole.errors, [*whole.outputs.values()]) == ((), [whole.rows[0].output_shape])
        found = answers.explain(design, "layer")
        assert json.loads(json.dumps(layer_as_json(found)))["formulas"] == list(found.formulas)
        if found.axes is not None:
            assert geometry_text(found.axes, "ko")
            assert ElementTree.fromstring(geometry_svg(found.plan, found.row, found.axes, "en")).tag.endswith("svg")
            assert draw(design, "window", "layer").endswith("</svg>\n")
        assert ElementTree.fromstring(draw(design)).tag.endswith("svg")
        if found.row.output_shape is not None and all(isinstance(size, int) for size in found.row.output_shape[1:]):
            assert ElementTree.fromstring(draw(design, "field", "layer")).tag.endswith("svg")
        assert sizes_text(answers.sizes(design), [], "en")
        assert answers.diff(design, design).none
        bare = Design("none", design.inputs, {each.name: each.name for each in design.inputs})
        assert "+  layer" in diff_text(answers.diff(bare, design), "en")
