"""Designs through real Keras and back: the same nodes, shapes, weights and totals."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import keras
import pytest
from hypothesis import Phase, given, settings

from lamella import api
from lamella.design import INPUT, Design, Node, node_of
from lamella.errors import BuildError
from lamella.layers import REGISTRY, normal_form
from oracles import IN_NO_MODEL
from planning.designs import designs
from sources.keras_models import save_config

pytestmark = [
    pytest.mark.filterwarnings("ignore:You are using a softmax over axis"),
    pytest.mark.filterwarnings("ignore:Layer .* was passed an input with a mask attached to it"),
]

DESIGNS = 300

FILLED_IN = {
    "MultiHeadAttention": ("attention_axes", "all axes between batch and channels, once it is built"),
    "ops.image.extract_patches": ("strides", "null becomes the size"),
    "ops.one_hot": ("dtype", "null becomes Keras' own float32"),
    "ops.multi_hot": ("dtype", "null becomes Keras' own float32"),
    "RandomCrop": ("seed", "one that Keras draws"),
    **dict.fromkeys(("Hashing", "HashedCrossing"), ("dtype", "int64, where places in a table come out")),
    "GroupNormalization": ("groups", "-1 becomes the number of channels, once it is built"),
}
"""Arguments that Keras writes otherwise than they were given, and stores so."""


def whole(design: Design) -> Design:
    """The design with every node that nothing reads as an output, so that Keras keeps all of them."""
    names = {node.name for node in design.nodes}
    read = {node_of(each, names) for node in design.nodes for each in node.inputs}
    ends = [node.name for node in design.nodes if node.name not in read]
    return replace(design, outputs={name: name for name in ends})


def facts(plan):
    """What both plans must have in common, by node; operations and second uses have names of Keras' own."""
    found = Counter()
    for row in plan.rows:
        named = row.node.shares is None and not row.node.type.startswith("ops.")
        weights = tuple((each.name, each.shape, each.trainable) for each in row.weights or ())
        found[row.node.name if named else None, row.node.type, row.output_shape, weights, row.macs] += 1
    return found


@pytest.mark.parametrize("name", api.ready_designs())
def test_ready_designs_come_back_the_same(name, tmp_path):
    design = api.ready_design(name)
    model = api.build(design)
    model.save(tmp_path / "m.keras")
    for source in (model, tmp_path / "m.keras"):
        found = api.read(source)
        assert (found.nodes, found.outputs) == (design.nodes, design.outputs)


@pytest.mark.parametrize("type_name", [name for name in REGISTRY if name != INPUT])
def test_every_layer_type_comes_back_with_its_arguments(type_name):
    for arguments, shapes in REGISTRY[type_name].examples:
        nodes = [Node(f"x{place}", INPUT, {"shape": shape}) for place, shape in enumerate(shapes)]
        inputs = tuple(node.name for node in nodes)
        nodes.append(Node("y", type_name, normal_form(type_name, dict(arguments)), inputs))
        design = Design("", tuple(nodes), {"y": "y"})
        assert api.plan(design).errors == ()
        if type_name in IN_NO_MODEL:
            with pytest.raises(BuildError, match="cycle"):
                api.build(design)
            continue
        found = api.read(api.build(design))
        (node,) = (each for each in found.nodes if each.type != INPUT)
        filled_in, _ = FILLED_IN.get(type_name, ("", ""))
        given, stored = ({**each.arguments, filled_in: None} for each in (nodes[-1], node))
        assert (node.type, stored, node.gives) == (type_name, given, None)
        assert api.plan(found).totals == api.plan(design).totals


@pytest.mark.slow
def test_random_designs_come_back_the_same(tmp_path):
    seen: Counter[str] = Counter()

    @settings(max_examples=DESIGNS, phases=[Phase.generate, Phase.shrink])
    @given(designs())
    def there_and_back(drawn: Design) -> None:
        if seen["designs"] % 50 == 0:
            keras.backend.clear_session()
        seen["designs"] += 1
        design = whole(drawn)
        plan = api.plan(design)
        if plan.errors:
            return
        try:
            model = api.build(design)
        except BuildError:  # what lamella's builder can't make is no matter of the file
            seen["not built"] += 1
            return
        found = api.plan(save_config(model, tmp_path / "m.keras"))
        assert found.findings == ()
        assert facts(found) == facts(plan)
        assert found.totals == plan.totals
        assert api.read(model) == found.design
        seen["agreed"] += 1
        seen.update(node.type for node in design.nodes if node.type != INPUT)

    there_and_back()
    print(dict(seen))
    assert seen["agreed"] >= DESIGNS // 4
